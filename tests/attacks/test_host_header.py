"""Attack: say what the host is, or where the request came from, and be believed."""

from typing import Any

import pytest
from django.test import Client
from django.test.utils import override_settings

from tests.cast import Cast
from tests.factories.assets import make_assets

pytestmark = pytest.mark.django_db

EVIL = "evil.example"
PROXIED = {
    "X-Forwarded-Host": EVIL,
    "X-Host": EVIL,
    "X-Forwarded-Server": EVIL,
    "Forwarded": f"host={EVIL};proto=https;for=192.0.2.9",
    "X-Original-URL": "/admin/",
    "X-Rewrite-URL": "/admin/",
    "X-Forwarded-Prefix": "/evil",
    "X-HTTP-Method-Override": "DELETE",
    "X-Script-Name": "/evil",
}
HOSTS = (
    *(EVIL, f"testserver.{EVIL}", "testserver@evil.example", f"{EVIL}:80", "a b"),
    *("testserver:x", "testserver/evil", "", "xn--\u202e", "[::1", "localhost\t"),
)


@pytest.mark.parametrize("path", ["/admin/login/", "/api/users/@me", "/api/Asset"])
@pytest.mark.parametrize("host", HOSTS)
def test_it_answers_no_other_host(client: Client, host: str, path: str) -> None:
    answer = client.get(path, headers={"host": host})

    assert answer.status_code == 400
    assert EVIL not in answer.text


def addresses(cast: Cast, headers: dict[str, str]) -> list[str]:
    """Return every address that answers hand out."""
    client: Any = cast.client("owner")
    made = client.post(f"{cast.path}/locations", {"name": "Yard"}, headers=headers)
    paged = client.get(f"{cast.path}/assets?$top=1&$count=true", headers=headers)
    linked = client.get(f"{cast.path}/assets?$top=1", headers=headers)
    invited = client.post(
        f"{cast.path}/members", {"email": "new@example.org"}, headers=headers
    )
    login = Client().get("/admin/", headers=headers)
    assert made.status_code == invited.status_code == 201
    return [
        made.headers["Location"],
        paged.json()["@odata.nextLink"],
        paged.json()["@odata.context"],
        linked.headers["Link"],
        str(invited.json()),
        login.headers["Location"],
    ]


def test_it_hands_out_no_address_of_another_host(cast: Cast) -> None:
    make_assets(cast.organisation, 3)

    given = addresses(cast, PROXIED)

    assert [one for one in given if "evil" in one or "https:" in one] == []


@override_settings(ALLOWED_HOSTS=["*"])
def test_it_hands_out_paths_alone_where_it_can(cast: Cast) -> None:
    client: Any = cast.client("owner")

    made = client.post(f"{cast.path}/locations", {}, headers={"host": EVIL})
    login = Client().get("/admin/", headers={"host": EVIL})

    assert made.headers["Location"].startswith("/api/locations/")
    assert login.headers["Location"].startswith("/admin/login/")


def test_it_routes_by_the_path_alone(cast: Cast) -> None:
    client: Any = cast.client("member")

    answer = client.get("/api/users/@me", headers=PROXIED)

    assert answer.json()["id"] == str(cast.member.pk)


@override_settings(SECURE_SSL_REDIRECT=True)
def test_it_takes_nobody_s_word_for_https(client: Client) -> None:
    answer = client.get("/admin/login/", headers={"X-Forwarded-Proto": "https"})

    assert answer.status_code == 301
    assert answer.headers["Location"] == "https://testserver/admin/login/"


@override_settings(SECURE_SSL_REDIRECT=True)
def test_it_sends_nobody_to_another_host_for_https(client: Client) -> None:
    for path in ("//evil.example/x", "/\\evil.example", "/admin/login/"):
        answer = client.get(path, headers={"X-Forwarded-Host": EVIL})
        location = answer.headers.get("Location", "https://testserver/")
        assert location.startswith("https://testserver/"), path
