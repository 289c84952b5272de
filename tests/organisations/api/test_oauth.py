import json
from base64 import b64encode
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client as Browser
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application, RefreshToken

from organisations.api.oauth import ActingValidator
from organisations.models import User
from tests.factories.access import Client, bearer, make_client
from tests.factories.organisations import UserFactory
from tests.organisations.api.token_requests import (
    ADDRESS,
    FORM,
    error_of,
    post,
    refresh_form,
)
from tests.stored import everything_stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_tokens")]


def basic(user: str, password: str) -> dict[str, str]:
    pair = b64encode(f"{user}:{password}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


def test_it_gives_an_application_a_token(client: Browser, program: Client) -> None:
    response = post(client, program.credentials())

    body = response.json()
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert body.keys() == {
        "access_token",
        "expires_in",
        "refresh_token",
        "scope",
        "token_type",
    }
    assert body["token_type"] == "Bearer"
    assert (body["expires_in"], body["scope"]) == (3600, "all")
    assert len(body["access_token"]) >= 30
    assert len(body["refresh_token"]) >= 30


def test_it_acts_as_the_user_of_the_application(
    client: Browser, program: Client, owner: User
) -> None:
    text = post(client, program.credentials()).json()["access_token"]

    assert client.get("/api/tokens", headers=bearer(text)).status_code == 200
    assert AccessToken.objects.get().user == owner
    assert RefreshToken.objects.get().user == owner


@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}/"])
def test_it_answers_with_and_without_a_trailing_slash(
    client: Browser, program: Client, address: str
) -> None:
    assert client.post(address, program.credentials()).status_code == 200


@pytest.mark.parametrize("address", ["/Auth/Token", "/auth/TOKEN", "/AUTH/token/"])
def test_it_answers_at_an_address_in_any_case(
    client: Browser, program: Client, address: str
) -> None:
    assert client.post(address, program.credentials()).status_code == 200


def test_it_answers_at_no_other_address(client: Browser, program: Client) -> None:
    assert client.post("/api/auth/token", program.credentials()).status_code == 404


def test_it_reads_a_urlencoded_form(client: Browser, program: Client) -> None:
    body = "&".join(f"{key}={value}" for key, value in program.credentials().items())

    assert client.post(ADDRESS, body, content_type=FORM).status_code == 200


def test_it_takes_the_secret_in_a_basic_header(
    client: Browser, program: Client
) -> None:
    response = post(
        client,
        {"grant_type": "client_credentials"},
        headers=basic(program.application.client_id, program.secret),
    )

    assert response.status_code == 200


@pytest.mark.parametrize("address", [f"{ADDRESS}?tenant=north", ADDRESS])
def test_it_ignores_the_tenant(client: Browser, program: Client, address: str) -> None:
    form = program.credentials(tenant="south")

    assert client.post(address, form).status_code == 200


def test_it_takes_no_secret_in_the_address(client: Browser, program: Client) -> None:
    form = program.credentials()
    secret = form.pop("client_secret")

    response = client.post(f"{ADDRESS}?client_secret={secret}", form)

    assert error_of(response) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("all", "all"),
        ("read:assets", "read:assets"),
        ("read:assets edit:software", "read:assets edit:software"),
        ("", "all"),
    ],
)
def test_it_gives_the_scope_asked_for(
    client: Browser, program: Client, asked: str, given: str
) -> None:
    body = post(client, program.credentials(scope=asked)).json()

    assert body["scope"] == given


@pytest.mark.parametrize("scope", ["everything", "all nothing", "a" * 1000, "ALL"])
def test_it_gives_no_unknown_scope(
    client: Browser, program: Client, scope: str
) -> None:
    response = post(client, program.credentials(scope=scope))

    assert error_of(response) == (400, "invalid_scope")
    assert not AccessToken.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_secret": "wrong"},
        {"client_secret": ""},
        {"client_id": "unknown"},
        {"client_id": ""},
        {"client_id": "https://example.org/client.json"},
        {"client_id": "Grüße \U0001f682"},
    ],
)
def test_it_refuses_a_wrong_secret(
    client: Browser, program: Client, wrong: dict[str, str]
) -> None:
    response = post(client, program.credentials(**wrong))

    assert error_of(response) == (401, "invalid_client")


def test_it_refuses_an_application_without_a_user(
    client: Browser, program: Client
) -> None:
    Application.objects.update(user=None)

    response = post(client, program.credentials())

    assert error_of(response) == (401, "invalid_client")


def test_it_refuses_an_application_of_a_disabled_user(
    client: Browser, program: Client
) -> None:
    User.objects.update(is_active=False)

    response = post(client, program.credentials())

    assert error_of(response) == (401, "invalid_client")


def test_it_refuses_an_application_of_another_grant(client: Browser) -> None:
    program = make_client(
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        redirect_uris="https://example.org/",
    )

    response = post(client, program.credentials())

    assert error_of(response) == (400, "unauthorized_client")


@pytest.mark.parametrize(
    ("grant", "code"),
    [
        ("", "invalid_request"),
        ("password", "unsupported_grant_type"),
        ("authorization_code", "unsupported_grant_type"),
        ("urn:ietf:params:oauth:grant-type:device_code", "unsupported_grant_type"),
        ("CLIENT_CREDENTIALS", "unsupported_grant_type"),
        ("\U0001f682", "unsupported_grant_type"),
    ],
)
def test_it_knows_two_grants(
    client: Browser, program: Client, grant: str, code: str
) -> None:
    response = post(client, program.credentials(grant_type=grant))

    assert error_of(response) == (400, code)


def test_it_refreshes_a_token(client: Browser, program: Client) -> None:
    first = post(client, program.credentials(scope="read:assets")).json()

    response = post(client, refresh_form(program, first["refresh_token"]))

    second = response.json()
    assert response.status_code == 200
    assert second["scope"] == "read:assets"
    assert second["access_token"] not in {"", first["access_token"]}
    assert second["refresh_token"] not in {"", first["refresh_token"]}
    statuses = [
        client.get("/api/tokens", headers=bearer(each["access_token"])).status_code
        for each in (first, second)
    ]
    assert statuses == [401, 200]


def test_it_widens_no_scope_when_it_refreshes(client: Browser, program: Client) -> None:
    first = post(client, program.credentials(scope="read:assets")).json()

    response = post(client, refresh_form(program, first["refresh_token"], scope="all"))

    assert error_of(response) == (400, "invalid_scope")


def test_it_closes_the_family_of_a_refresh_token_used_twice(
    client: Browser, program: Client
) -> None:
    first = post(client, program.credentials()).json()
    second = post(client, refresh_form(program, first["refresh_token"])).json()

    again = post(client, refresh_form(program, first["refresh_token"]))

    assert error_of(again) == (400, "invalid_grant")
    response = client.get("/api/tokens", headers=bearer(second["access_token"]))
    assert response.status_code == 401


def test_it_answers_one_of_two_refreshes_at_the_same_moment(
    client: Browser, program: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = post(client, program.credentials()).json()
    form = refresh_form(program, first["refresh_token"])
    validate = ActingValidator.validate_refresh_token
    overtaking: list[Any] = []

    def validate_and_be_overtaken(*args: Any, **kwargs: Any) -> bool:
        valid: bool = validate(*args, **kwargs)
        monkeypatch.undo()
        overtaking.append(post(client, form))
        return valid

    monkeypatch.setattr(
        ActingValidator, "validate_refresh_token", validate_and_be_overtaken
    )
    overtaken = post(client, form)

    assert error_of(overtaken) == (400, "invalid_grant")
    text = json.loads(overtaking[0].content)["access_token"]
    assert client.get("/api/tokens", headers=bearer(text)).status_code == 200


def test_it_refreshes_no_token_of_another_application(
    client: Browser, program: Client
) -> None:
    first = post(client, program.credentials()).json()

    response = post(client, refresh_form(make_client(), first["refresh_token"]))

    assert error_of(response) == (400, "invalid_grant")


def test_it_refreshes_no_token_that_is_too_old(
    client: Browser, program: Client
) -> None:
    first = post(client, program.credentials()).json()
    AccessToken.objects.update(expires=timezone.now() - timedelta(days=31))

    response = post(client, refresh_form(program, first["refresh_token"]))

    assert error_of(response) == (400, "invalid_grant")


def test_it_refreshes_no_token_of_a_disabled_user(
    client: Browser, program: Client
) -> None:
    first = post(client, program.credentials()).json()
    User.objects.update(is_active=False)

    response = post(client, refresh_form(program, first["refresh_token"]))

    assert error_of(response) == (401, "invalid_client")


def test_it_refreshes_as_the_present_user_of_the_application(
    client: Browser, program: Client
) -> None:
    first = post(client, program.credentials()).json()
    other: User = UserFactory()
    Application.objects.update(user=other)

    second = post(client, refresh_form(program, first["refresh_token"])).json()

    assert AccessToken.objects.get().user == other
    response = client.get("/api/tokens", headers=bearer(second["access_token"]))
    assert response.status_code == 200


@pytest.mark.parametrize("text", ["", "unknown", "\U0001f682", "a" * 10_000])
def test_it_refreshes_no_unknown_token(
    client: Browser, program: Client, text: str
) -> None:
    response = post(client, refresh_form(program, text))

    assert response.status_code == 400


def test_it_stores_no_text_of_tokens_and_secrets(
    client: Browser, program: Client
) -> None:
    body = post(client, program.credentials()).json()
    more = post(client, refresh_form(program, body["refresh_token"])).json()

    stored = everything_stored()

    assert program.application.client_id in stored
    secrets = [
        program.secret,
        *(
            each[f"{kind}_token"]
            for each in (body, more)
            for kind in ("access", "refresh")
        ),
    ]
    assert [secret for secret in secrets if secret in stored] == []


def test_it_works_with_an_application_made_by_command(
    client: Browser, owner: User
) -> None:
    call_command(
        "createapplication",
        "confidential",
        "client-credentials",
        "--user",
        str(owner.pk),
        "--client-id",
        "depot",
        "--client-secret",
        "a secret of our own",
        verbosity=0,
    )

    response = post(
        client,
        {
            "grant_type": "client_credentials",
            "client_id": "depot",
            "client_secret": "a secret of our own",
        },
    )

    assert response.status_code == 200
    assert Application.objects.get().user == owner
