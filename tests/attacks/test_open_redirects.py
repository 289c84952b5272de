"""Attack: send a link to this host that ends on another one."""

from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from tests.back_office import as_staff, page
from tests.cast import Cast

pytestmark = pytest.mark.django_db

ELSEWHERE = (
    *("https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example"),
    *(
        "\\\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "\t//evil.example",
    ),
    *("https:///evil.example", "//testserver@evil.example", "/%09/evil.example"),
    *("ftp://evil.example", "http://testserver.evil.example/", "\x00//evil.example"),
)


def leads_away(location: str) -> bool:
    """Tell whether a browser would go to another host, or run what is there."""
    bare = location.strip().replace("\\", "/")
    scheme = bare.split("/", 1)[0]
    return bare.startswith("//") or (":" in scheme and bare[7:17] != "testserver")


@pytest.mark.parametrize("target", ELSEWHERE)
def test_it_goes_nowhere_else_after_a_login(cast: Cast, target: str) -> None:
    cast.owner.is_staff = True
    cast.owner.set_password("a long passphrase")
    cast.owner.save()
    login = reverse("admin:login")
    form = {"username": "owner", "password": "a long passphrase", "next": target}
    client = Client()

    answers = [
        client.post(f"{login}?next={quote(target)}", form),
        client.get(f"{login}?next={quote(target)}"),
        client.post(reverse("admin:logout"), {"next": target}),
        client.post(f"{reverse('admin:logout')}?next={quote(target)}"),
    ]

    for answer in answers:
        assert not leads_away(answer.headers.get("Location", "/"))


@pytest.mark.parametrize("target", ELSEWHERE)
def test_it_goes_nowhere_else_from_a_page(cast: Cast, target: str) -> None:
    client = as_staff(cast.owner)
    kept = quote(target)
    change = page(type(cast.organisation), "change", 1)

    for address in (
        f"{change}?_changelist_filters={kept}",
        f"{change}?next={kept}&_popup=1&_to_field={kept}&return_to={kept}",
        f"/admin/?next={kept}",
        f"/admin/{kept}",
        f"/admin/r/1/1/?next={kept}",
        f"/{kept}",
        f"//evil.example/admin/assets/asset?{kept}",
    ):
        answer = client.get(address)
        assert not leads_away(answer.headers.get("Location", "/")), address


def test_it_knows_what_leads_away() -> None:
    assert leads_away("//evil.example/x")
    assert leads_away("/\\evil.example")
    assert leads_away("https://evil.example/")
    assert leads_away("javascript:x")
    assert not leads_away("/admin/?next=//evil.example")
