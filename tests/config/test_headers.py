"""What every kind of answer tells a browser."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.test.utils import override_settings

from config.headers import ALWAYS
from tests.assets.api.fleet.files import upload
from tests.back_office import as_staff
from tests.cast import Cast
from tests.factories.assets import make_asset
from tests.factories.logs import make_log

pytestmark = pytest.mark.django_db

PAGE = {
    "default-src": "'none'",
    "script-src": "'self' 'unsafe-eval'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
NOT_A_PAGE = {"default-src": "'none'", "frame-ancestors": "'none'"}
SANDBOX = {"default-src": "'none'", "sandbox": ""}


def policy(answer: object) -> dict[str, str]:
    """Return the directives of an answer's policy."""
    headers: dict[str, str] = answer.headers  # type: ignore[attr-defined]
    directives = headers["Content-Security-Policy"].split("; ")
    pairs = (directive.partition(" ") for directive in directives)
    return {name: sources for name, _, sources in pairs}


def test_it_gives_every_answer_the_headers_that_are_always_right(
    cast: Cast, client: Client
) -> None:
    staff = as_staff(cast.owner)
    answers = {
        "health": client.get("/healthz"),
        "login": client.get("/admin/login/"),
        "redirect": client.get("/admin/"),
        "list": staff.get("/admin/assets/asset/"),
        "choices": staff.get("/admin/autocomplete/"),
        "answer": cast.client("owner").get(f"{cast.path}/assets"),
        "unauthenticated": client.get(f"{cast.path}/assets"),
        "unknown path": client.get("/api/nothing"),
        "unknown page": staff.get("/admin/nothing/"),
        "malformed path": client.get("/api/assets/%00"),
        "malformed query": client.get("/api/assets/1?x=%FF"),
        "foreign host": client.get("/api/assets/1", headers={"host": "evil.example"}),
        "device": cast.client("owner").get("/api/Asset"),
        "docs": client.get("/api/docs"),
        "invitation": client.get("/invitations/nothing"),
        "static": client.get("/static/unfold/js/app.js"),
        "token": client.post("/auth/token"),
    }

    for name, answer in answers.items():
        answer.close()
        told = {key: answer.headers.get(key) for key in ALWAYS}
        assert told == ALWAYS, name
        assert "Content-Security-Policy" in answer.headers, name
        assert "Access-Control-Allow-Origin" not in answer.headers, name
    assert "camera=()" in ALWAYS["Permissions-Policy"]
    assert ALWAYS["X-Content-Type-Options"] == "nosniff"
    assert ALWAYS["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "path",
    [
        "/admin/",
        "/admin/login/",
        "/admin/assets/asset/",
        "/admin/assets/asset/add/",
        "/admin/nothing/",
        "/invitations/nothing",
    ],
)
def test_it_lets_pages_load_from_this_host_only(cast: Cast, path: str) -> None:
    assert policy(as_staff(cast.owner).get(path)) == PAGE


def test_it_lets_answers_load_nothing(cast: Cast, client: Client) -> None:
    api = cast.client("owner")
    answers = [
        api.get(f"{cast.path}/assets"),
        api.get("/api/Asset"),
        api.get("/api/nothing"),
        client.get("/api/assets/%00"),
        client.get("/api/schema/device"),
        client.get("/readyz"),
        as_staff(cast.owner).get("/admin/jsi18n/"),
    ]

    assert [policy(answer) for answer in answers] == [NOT_A_PAGE] * len(answers)


@pytest.mark.parametrize("path", ["/api/docs", "/api/docs/device"])
def test_it_lets_the_docs_do_without_scripts_in_the_page(
    client: Client, path: str
) -> None:
    page = client.get(path)

    told = policy(page)
    assert told["script-src"] == "'self'"
    match = re.fullmatch(r"'self' 'nonce-(\S+)'", told["style-src"])
    assert match is not None
    assert f'<style nonce="{match[1]}">' in page.text
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", page.text, re.DOTALL)
    assert len(scripts) == 3
    assert all(" src=" in attributes and not text for attributes, text in scripts)
    script = client.get(f"{path}?script=")
    assert script.headers["Content-Type"] == "application/javascript"
    assert policy(script) == NOT_A_PAGE


def test_it_gives_each_page_a_nonce_of_its_own(client: Client) -> None:
    nonces = {policy(client.get("/api/docs"))["style-src"] for _ in range(3)}

    assert len(nonces) == 3


def test_it_keeps_files_of_people_in_a_sandbox(cast: Cast) -> None:
    log = make_log(make_asset(cast.organisation), file=upload())
    path = f"/api/assetlogs/{log.pk}/attachments/{log.attachment.blob.file_hash}"

    answer = cast.client("owner").get(path)

    assert policy(answer) == SANDBOX
    assert {key: answer.headers[key] for key in ALWAYS} == ALWAYS
    assert "inline" not in answer.headers["Content-Disposition"]


@pytest.fixture
def _over_https() -> Iterator[None]:
    """Behave as `HTTPS=true` says."""
    with override_settings(
        SECURE_SSL_REDIRECT=True,
        SECURE_HSTS_SECONDS=31_536_000,
        SESSION_COOKIE_SECURE=True,
        CSRF_COOKIE_SECURE=True,
    ):
        yield


@pytest.mark.usefixtures("_over_https")
def test_it_keeps_browsers_on_https(cast: Cast, client: Client) -> None:
    there = client.get("/admin/login/", secure=True)
    elsewhere = client.get("/admin/login/")

    assert there.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert elsewhere.status_code == 301
    assert elsewhere.headers["Location"] == "https://testserver/admin/login/"
    assert {key: elsewhere.headers[key] for key in ALWAYS} == ALWAYS


@pytest.mark.usefixtures("_over_https")
def test_it_keeps_cookies_from_scripts_and_other_sites(cast: Cast) -> None:
    cast.owner.is_staff = True
    cast.owner.set_password("a long passphrase")
    cast.owner.save()
    client = Client()
    client.get("/admin/login/", secure=True)
    form = {"username": cast.owner.username, "password": "a long passphrase"}

    answer = client.post("/admin/login/", form, secure=True)

    session = answer.cookies[settings.SESSION_COOKIE_NAME]
    csrf = answer.cookies[settings.CSRF_COOKIE_NAME]
    assert (session["secure"], session["httponly"]) == (True, True)
    assert (session["samesite"], csrf["samesite"], csrf["secure"]) == (
        "Lax",
        "Lax",
        True,
    )
    assert (session["domain"], session["path"]) == ("", "/")
