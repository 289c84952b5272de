from base64 import b64encode
from http import HTTPStatus

import pytest
from django.conf import LazySettings
from django.test import Client as Browser
from oauth2_provider.models import AccessToken

from config.env import Rate
from organisations.models import User
from tests.factories.access import Client
from tests.factories.organisations import UserFactory
from tests.organisations.api.token_requests import ADDRESS, FORM, error_of, post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_tokens")]


@pytest.mark.parametrize("name", ["client_id", "client_secret", "scope", "grant_type"])
def test_it_refuses_nul(client: Browser, program: Client, name: str) -> None:
    response = post(client, program.credentials(**{name: "a\0b"}))

    assert error_of(response) == (400, "invalid_request")


@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic Grüße",
        "Basic YQ==",
        "Basic " + b64encode(b"\xff\xfe:\xff").decode(),
        "Basic " + b64encode(b"a\0b:secret").decode(),
        "Basic " + b64encode(b"%00:%00").decode(),
        "Basic " + b64encode(b"%ed%a0%80:secret").decode(),
        "Basic " + "A" * 100_000,
        "Bearer token",
        "\0",
    ],
)
def test_it_refuses_a_malformed_header(client: Browser, header: str) -> None:
    response = post(
        client,
        {"grant_type": "client_credentials"},
        headers={"Authorization": header},
    )

    assert error_of(response) == (401, "invalid_client")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", FORM),
        (b"\xff\xfe\0", FORM),
        (b"grant_type=%00", FORM),
        (b"grant_type=client_credentials&client_id=%ff%fe", FORM),
        (b"grant_type=client_credentials&client_id=%ed%a0%80", FORM),
        (b"&".join(b"a%d=1" % number for number in range(5_000)), FORM),
        (b"grant_type=client_credentials", f"{FORM}; charset=utf-7"),
        (b"garbage", "multipart/form-data"),
        (b"garbage", "multipart/form-data; boundary=x"),
        (b"--x\r\n\r\n", "multipart/form-data; boundary=x; charset=utf-16"),
        (b'{"grant_type": "client_credentials"}', "application/json"),
        (b"grant_type=client_credentials", "text/plain"),
        (b"grant_type=client_credentials", ""),
    ],
)
def test_it_answers_garbage_in_the_shape_of_the_standard(
    client: Browser, body: bytes, content_type: str
) -> None:
    response = client.generic("POST", ADDRESS, body, content_type=content_type)

    status, code = error_of(response)
    assert status in {400, 401}
    assert code in {"invalid_request", "invalid_client", "unsupported_grant_type"}


def test_it_takes_no_attribute_of_the_library_from_the_form(
    client: Browser, program: Client, owner: User
) -> None:
    other: User = UserFactory()

    response = post(
        client,
        program.credentials(
            user=str(other.pk), client="x", refresh_token_instance="x", scopes="admin"
        ),
    )

    assert response.json()["scope"] == "all"
    assert AccessToken.objects.get().user == owner


@pytest.mark.parametrize("length", [100_000, 20_000_000])
def test_it_refuses_a_large_body(client: Browser, length: int) -> None:
    response = client.post(ADDRESS, b"a=" + b"b" * length, content_type=FORM)

    assert error_of(response) == (413, "invalid_request")


@pytest.mark.parametrize("query", ["%zz", "a=%ff", "scope=all", "a[]=1"])
def test_it_refuses_parameters_in_the_address(
    client: Browser, program: Client, query: str
) -> None:
    response = client.post(f"{ADDRESS}?{query}", program.credentials())

    assert response.status_code == 400


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_it_takes_no_other_method(client: Browser, method: str) -> None:
    response = client.generic(method, ADDRESS)

    assert error_of(response) == (405, "invalid_request")
    assert response.headers["Allow"] == "POST"


def test_it_counts_under_the_limit_of_the_address(
    client: Browser, program: Client, settings: LazySettings
) -> None:
    settings.THROTTLE_ANON = Rate(2, 60)
    form = program.credentials(client_secret="wrong")

    responses = [post(client, form) for _ in range(3)]

    statuses = [response.status_code for response in responses]
    assert statuses == [401, 401, 429]
    assert error_of(responses[-1]) == (HTTPStatus.TOO_MANY_REQUESTS, "rate_limited")
    assert 1 <= int(responses[-1].headers["Retry-After"]) <= 60


def test_it_counts_together_with_the_requests_of_the_api(
    client: Browser, program: Client, settings: LazySettings
) -> None:
    settings.THROTTLE_ANON = Rate(1, 60)
    client.get("/api/tokens")

    assert post(client, program.credentials()).status_code == 429
