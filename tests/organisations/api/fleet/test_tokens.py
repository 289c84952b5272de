from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from organisations.models import Change, PersonalToken, User
from organisations.services.tokens import PREFIX, create_token
from tests.factories.access import application_token, bearer, personal_token
from tests.factories.organisations import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_tokens")]

ADDRESS = "/api/tokens"
KEYS = ["id", "name", "scope", "created_at", "expires_at", "last_used_at"]


@pytest.fixture
def user() -> User:
    person: User = UserFactory()
    return person


@pytest.fixture
def headers(user: User) -> dict[str, str]:
    return bearer(application_token(user))


def post(client: Client, body: object, headers: Mapping[str, str]) -> Any:
    return client.post(
        ADDRESS, body, content_type="application/json", headers=dict(headers)
    )


def test_it_shows_the_text_of_a_new_token_once(
    client: Client, headers: dict[str, str]
) -> None:
    response = post(client, {"name": "Night import"}, headers)

    body = response.json()
    assert response.status_code == 201
    assert response.headers["Location"] == f"{ADDRESS}/{body['id']}"
    assert response.headers["Cache-Control"] == "no-store"
    assert list(body) == [*KEYS, "token"]
    assert (body["name"], body["scope"]) == ("Night import", "all")
    assert (body["expires_at"], body["last_used_at"]) == (None, None)
    assert body["token"].startswith(PREFIX)
    assert client.get(ADDRESS, headers=bearer(body["token"])).status_code == 200
    shown = client.get(response.headers["Location"], headers=headers)
    assert list(shown.json()) == KEYS


def test_it_makes_a_token_with_scope_and_expiry(
    client: Client, headers: dict[str, str]
) -> None:
    wanted = {
        "name": " Caf\u0065\u0301 ",
        "scope": "read:assets  read:assets",
        "days": 30,
    }

    body = post(client, wanted, headers).json()

    assert (body["name"], body["scope"]) == ("Caf\u00e9", "read:assets")
    left = datetime.fromisoformat(body["expires_at"]) - timezone.now()
    assert timedelta(days=29, hours=23) < left <= timedelta(days=30)


@pytest.mark.parametrize(
    ("wanted", "key"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": None}, "name"),
        ({"name": 5}, "name"),
        ({"name": "a" * 61}, "name"),
        ({"name": "a\tb"}, "name"),
        ({"name": "a", "days": 0}, "days"),
        ({"name": "a", "days": -1}, "days"),
        ({"name": "a", "days": 3651}, "days"),
        ({"name": "a", "days": 10**30}, "days"),
        ({"name": "a", "days": 1.5}, "days"),
        ({"name": "a", "days": True}, "days"),
        ({"name": "a", "days": "soon"}, "days"),
        ({"name": "a", "scope": ""}, "scope"),
        ({"name": "a", "scope": "everything"}, "scope"),
        ({"name": "a", "scope": "all everything"}, "scope"),
        ({"name": "a", "scope": None}, "scope"),
        ({"name": "a", "scope": ["all"]}, "scope"),
        ({"name": "a", "scope": "\U0001f682"}, "scope"),
    ],
)
def test_it_refuses_a_body_by_its_keys(
    client: Client, headers: dict[str, str], wanted: dict[str, Any], key: str
) -> None:
    response = post(client, wanted, headers)

    assert response.status_code == 400
    assert response.json()["code"] == "invalid_body"
    assert list(response.json()["errors"]) == [key]
    assert not PersonalToken.objects.exists()


def test_it_names_every_key_at_fault(client: Client, headers: dict[str, str]) -> None:
    response = post(client, {"name": "", "scope": "x", "days": 0}, headers)

    assert set(response.json()["errors"]) == {"name", "scope", "days"}


@pytest.mark.parametrize("body", [[], "text", None, 5, [{"name": "a"}]])
def test_it_refuses_a_body_that_is_no_object(
    client: Client, headers: dict[str, str], body: object
) -> None:
    response = post(client, body, headers)

    assert response.status_code == 400


@pytest.mark.parametrize("name", [b'"a\\u0000"', b'"\\ud800"', b'"\xff"'])
def test_it_refuses_text_that_no_database_takes(
    client: Client, headers: dict[str, str], name: bytes
) -> None:
    response = client.generic(
        "POST",
        ADDRESS,
        b'{"name":' + name + b"}",
        content_type="application/json",
        headers=headers,
    )

    assert response.status_code == 400
    assert not PersonalToken.objects.exists()


def test_it_lists_the_tokens_of_the_caller_alone(
    client: Client, user: User, headers: dict[str, str]
) -> None:
    create_token(user=user, name="First", days=1)
    create_token(user=user, name="Second", scope="read:assets")
    create_token(user=UserFactory(), name="Another's")

    rows = client.get(ADDRESS, headers=headers).json()

    assert [list(row) for row in rows] == [KEYS, KEYS]
    assert [row["name"] for row in rows] == ["First", "Second"]


def test_it_lists_in_pages(client: Client, user: User, headers: dict[str, str]) -> None:
    for number in range(3):
        create_token(user=user, name=f"Token {number}")

    response = client.get(ADDRESS, {"$top": 2}, headers=headers)

    assert len(response.json()) == 2
    assert 'rel="next"' in response.headers["Link"]


@pytest.mark.parametrize("rows", [2, 50])
def test_it_lists_in_two_queries(
    client: Client,
    user: User,
    headers: dict[str, str],
    rows: int,
    django_assert_num_queries: Any,
) -> None:
    for number in range(rows):
        create_token(user=user, name=f"Token {number}")

    with django_assert_num_queries(2):
        assert len(client.get(ADDRESS, headers=headers).json()) == rows


def test_it_revokes_a_token(
    client: Client, user: User, headers: dict[str, str]
) -> None:
    made = create_token(user=user, name="Lost")

    response = client.delete(f"{ADDRESS}/{made.row.pk}", headers=headers)

    assert (response.status_code, response.content) == (204, b"")
    assert client.get(ADDRESS, headers=bearer(made.text)).status_code == 401
    assert client.get(ADDRESS, headers=headers).json() == []


def test_it_lets_a_token_revoke_itself(client: Client, user: User) -> None:
    made = create_token(user=user, name="Done")

    response = client.delete(f"{ADDRESS}/{made.row.pk}", headers=bearer(made.text))

    assert response.status_code == 204
    assert not PersonalToken.objects.exists()


@pytest.mark.parametrize("method", ["get", "delete"])
@pytest.mark.parametrize("key", ["foreign", "1", "0", "x", "-1", "9" * 30])
def test_it_knows_no_token_of_others(
    client: Client, headers: dict[str, str], method: str, key: str
) -> None:
    if key == "foreign":
        key = str(create_token(user=UserFactory(), name="Another's").row.pk)

    response = getattr(client, method)(f"{ADDRESS}/{key}", headers=headers)

    assert response.status_code == 404
    assert response.json()["code"] == "not_found"
    assert not Change.objects.filter(action="deleted").exists()


@pytest.mark.parametrize(
    ("held", "wanted", "status"),
    [
        ("all", "all", 201),
        ("admin", "edit:assets", 201),
        ("edit:assets", "edit:assets", 201),
        ("edit:assets", "read:assets", 201),
        ("edit:assets", "edit:software", 403),
        ("edit:assets", "all", 403),
        ("edit:assets read:software", "edit:software", 403),
    ],
)
def test_it_makes_no_token_of_wider_scope(
    client: Client, user: User, held: str, wanted: str, status: int
) -> None:
    headers = bearer(personal_token(user, scope=held))

    response = post(client, {"name": "Child", "scope": wanted}, headers)

    assert response.status_code == status
    if status == 403:
        assert response.json()["code"] == "insufficient_scope"
        assert PersonalToken.objects.count() == 1


def test_it_asks_who_it_is(client: Client) -> None:
    assert post(client, {"name": "A"}, {}).status_code == 401
    assert client.get(ADDRESS).status_code == 401
    assert client.delete(f"{ADDRESS}/1").status_code == 401


def test_it_answers_at_both_forms_of_the_path(
    client: Client, headers: dict[str, str]
) -> None:
    for address in ("/tokens", "/tokens/", "/api/tokens/"):
        assert client.get(address, headers=headers).status_code == 200
