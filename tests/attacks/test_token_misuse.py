"""Attack: find a token or a password where it was left lying about, and use it.

One person does what leaves secrets behind; then everything that is kept or said is
searched for them: the whole database, the log, exports, history, errors and pages.
Whose token opens what stands in `tests/isolation/test_callers.py`.
"""

import logging
from typing import Any

import pytest
from django.test import Client

from organisations.models import PersonalToken
from organisations.services.tokens import create_token, revoke_token
from tests.back_office import as_staff, page
from tests.cast import Cast
from tests.factories.access import bearer, make_client
from tests.factories.licensing import make_certificate, make_info
from tests.stored import everything_stored

pytestmark = pytest.mark.django_db

PASSWORD = "canary-passphrase-of-the-owner"
CANARIES = {
    "licence": "canary-of-a-licence",
    "certificate": "canary-of-a-certificate",
    "password": PASSWORD,
    "wrong": "canary-of-a-wrong-password",
    "invented": "consist_canary-of-an-invented-token",
}


def leave_secrets(cast: Cast) -> dict[str, str]:
    """Make, use and mistype every kind of secret; return their texts."""
    client: Any = cast.client("owner")
    again = {"Idempotency-Key": "once"}
    body = {"name": "canary"}
    made = client.post("/api/tokens", body, headers=again).json()["token"]
    client.post("/api/tokens", body, headers=again)
    program = make_client(cast.owner)
    form = program.credentials()
    token = Client().post("/auth/token", form).json()["access_token"]
    Client().post("/auth/token", {**form, "client_secret": CANARIES["wrong"]})
    make_info(cast.organisation, CANARIES["licence"])
    make_certificate(cast.organisation, CANARIES["certificate"])
    cast.owner.set_password(PASSWORD)
    cast.owner.is_staff = True
    cast.owner.save()
    login = {"username": "owner", "password": PASSWORD}
    Client().post("/admin/login/", {**login, "password": CANARIES["wrong"]})
    Client().post("/admin/login/", login)
    for text in (made, token, CANARIES["invented"]):
        Client().get("/api/users/@me", headers=bearer(text))
        Client().get("/api/nothing", headers=bearer(text))
        Client().patch(
            "/api/users/@me", "{", content_type="application/json", headers=bearer(text)
        )
    return {**CANARIES, "made": made, "access": token, "secret": program.secret}


def said(cast: Cast) -> list[str]:
    """Return all that the register shows of itself to its owner."""
    client: Any = cast.client("owner")
    office = as_staff(cast.owner, is_superuser=True)
    answers = [
        client.get(path)
        for path in (
            *("/api/tokens", "/api/users/@me", f"{cast.path}/changes?limit=1000"),
            *(f"{cast.path}/members", f"{cast.path}/roles", "/api/LicenseInfo"),
            *("/api/Certificate", "/api/LicenceChange", "/api/authinfo"),
            *(f"{cast.path}/exports?type={one}" for one in ("licences", "members")),
        )
    ]
    answers += [
        office.get(page(PersonalToken, "changelist")),
        *(
            office.get(page(PersonalToken, name, key))
            for name in ("change", "history", "delete")
            for key in PersonalToken.objects.values_list("pk", flat=True)
        ),
    ]
    return [b"".join(one).decode(errors="replace") for one in answers]


def test_it_leaves_no_secret_lying_about(
    cast: Cast, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    secrets = leave_secrets(cast)
    assert all(len(text) > 15 for text in secrets.values())

    shown = "\n".join(said(cast))
    printed = capfd.readouterr()
    logged = caplog.text + str([one.__dict__ for one in caplog.records])

    places = {
        "the database": everything_stored(),
        "the log": logged + printed.err + printed.out,
        "an answer": shown,
    }
    assert "config.request" in logged
    for place, text in places.items():
        left = [name for name, secret in secrets.items() if secret in text]
        assert left == [], place


def test_it_refuses_a_token_from_the_moment_it_is_revoked(cast: Cast) -> None:
    token = create_token(user=cast.owner, name="Lost")
    headers = bearer(token.text)
    client = Client()
    assert client.get("/api/users/@me", headers=headers).status_code == 200
    tagged = client.get(cast.path, headers=headers).headers["ETag"]

    revoke_token(token=token.row, actor=cast.owner)

    for more in ({}, {"If-None-Match": tagged}, {"Idempotency-Key": "x"}):
        answer = client.get(cast.path, headers={**headers, **more})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("path", ["/api/users/@me", "/api/Asset", "/auth/token"])
def test_it_takes_no_token_from_anywhere_but_the_header(cast: Cast, path: str) -> None:
    text = create_token(user=cast.owner, name="Test").text
    client = Client()
    client.cookies["access_token"] = client.cookies["Authorization"] = text
    asked = {"access_token": text, "token": text, "Authorization": f"Bearer {text}"}

    answers = [
        client.get(path, asked),
        client.post(path, asked),
        client.get(path, headers={"X-Access-Token": text, "X-Authorization": text}),
        client.get(path, headers={"Authorization": f"Token {text}"}),
        client.get(path, headers={"Authorization": text}),
    ]

    assert {one.status_code for one in answers} <= {400, 401, 405}


def test_it_shows_a_token_to_nobody_else(cast: Cast) -> None:
    row = create_token(user=cast.owner, name="Mine").row
    client: Any = cast.client("manager")

    assert client.get(f"/api/tokens/{row.pk}").status_code == 404
    assert client.delete(f"/api/tokens/{row.pk}").status_code == 404
    assert str(row.pk) not in client.get("/api/tokens").text
