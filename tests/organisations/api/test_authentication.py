from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from config.api.errors import Refusal
from organisations.api import authentication
from organisations.api.authentication import TokenAuthentication, check_scope
from organisations.models import PersonalToken, User
from organisations.services.tokens import note_use
from tests.factories.access import application_token, bearer, personal_token
from tests.factories.organisations import PASSWORD, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_tokens")]

TOKENS = "/api/tokens"
MakeToken = Callable[[User], str]


@pytest.fixture
def user() -> User:
    person: User = UserFactory()
    return person


def get(client: Client, text: str) -> Any:
    return client.get(TOKENS, headers=bearer(text))


def refused(response: Any) -> bool:
    """Tell whether the answer is the contract's 401."""
    assert response.headers["Content-Type"] == "application/json"
    return (
        response.status_code == 401
        and response.headers["WWW-Authenticate"] == "Bearer"
        and b'"not_authenticated"' in response.content
    )


@pytest.mark.parametrize("make", [personal_token, application_token])
@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_it_takes_both_kinds(
    client: Client, user: User, make: MakeToken, scheme: str
) -> None:
    response = client.get(TOKENS, headers={"Authorization": f"{scheme} {make(user)}"})

    assert response.status_code == 200


@pytest.mark.parametrize("make", [personal_token, application_token])
def test_it_tells_who_asks_and_through_what(user: User, make: MakeToken) -> None:
    text = make(user)
    request = Request(APIRequestFactory().get("/", HTTP_AUTHORIZATION=f"Bearer {text}"))

    found = TokenAuthentication().authenticate(request)

    assert found is not None
    person, credential = found
    kind = "personal" if make is personal_token else "application"
    assert type(person) is User
    assert person == user
    assert not person.get_deferred_fields()
    assert (credential.kind, credential.scopes) == (kind, frozenset({"all"}))
    assert credential.pk == AccessToken.objects.get().pk


@pytest.mark.parametrize("make", [personal_token, application_token])
def test_it_costs_one_query(
    user: User, make: MakeToken, django_assert_num_queries: Any
) -> None:
    text = make(user)
    request = Request(APIRequestFactory().get("/", HTTP_AUTHORIZATION=f"Bearer {text}"))

    with django_assert_num_queries(1):
        found = TokenAuthentication().authenticate(request)
        assert found is not None
        assert found[0].username == user.username


def test_it_finds_the_token_through_an_index() -> None:
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(
            cursor, AccessToken._meta.db_table
        )

    indexed = [each["columns"] for each in constraints.values() if each["unique"]]
    assert ["token_checksum"] in indexed


@pytest.mark.parametrize("make", [personal_token, application_token])
def test_it_refuses_a_disabled_user(
    client: Client, user: User, make: MakeToken
) -> None:
    text = make(user)
    assert get(client, text).status_code == 200

    User.objects.update(is_active=False)

    assert refused(get(client, text))


@pytest.mark.parametrize("make", [personal_token, application_token])
def test_it_refuses_a_revoked_token(
    client: Client, user: User, make: MakeToken
) -> None:
    text = make(user)
    assert get(client, text).status_code == 200

    AccessToken.objects.get().revoke()

    assert refused(get(client, text))


@pytest.mark.parametrize("make", [personal_token, application_token])
def test_it_refuses_an_expired_token(
    client: Client, user: User, make: MakeToken
) -> None:
    text = make(user)
    AccessToken.objects.update(expires=timezone.now())

    assert refused(get(client, text))


def test_it_refuses_a_token_whose_application_has_no_user(
    client: Client, user: User
) -> None:
    text = application_token(user)
    Application.objects.update(user=None)

    assert refused(get(client, text))


def test_it_refuses_a_token_whose_application_acts_as_another(
    client: Client, user: User
) -> None:
    text = application_token(user, owner=UserFactory())

    assert refused(get(client, text))


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer  ",
        "Bearer unknown",
        "Bearer two words",
        "Bearer a,Bearer b",
        "Bearer \0",
        "Bearer a\0b",
        "Bearer \t",
        "Bearer Grüße",
        "Bearer \xff\xfe",
        "Bearer \U0001f682",
        "Bearer '; DROP TABLE--",
        "Bearer " + "a" * 100_000,
        "a" * 100_000,
        "Basic dXNlcjpwYXNzd29yZA==",
        "Token abc",
        "\0",
    ],
)
def test_it_answers_401_to_a_malformed_header(client: Client, header: str) -> None:
    assert refused(client.get(TOKENS, headers={"Authorization": header}))


def test_it_takes_no_token_from_the_query(client: Client, user: User) -> None:
    text = personal_token(user)

    assert refused(client.get(TOKENS, {"access_token": text}))


def test_it_notes_the_last_use_of_a_personal_token(
    client: Client,
    user: User,
    django_capture_on_commit_callbacks: Any,
) -> None:
    text = personal_token(user)
    before = timezone.now()

    with django_capture_on_commit_callbacks(execute=True):
        get(client, text)

    noted = PersonalToken.objects.get().last_used_at
    assert noted is not None
    assert before <= noted <= timezone.now()


@pytest.mark.parametrize(("minutes", "written"), [(9, False), (11, True)])
def test_it_notes_the_last_use_once_in_ten_minutes(
    client: Client,
    user: User,
    minutes: int,
    written: bool,
    django_capture_on_commit_callbacks: Any,
) -> None:
    text = personal_token(user)
    last = timezone.now() - timedelta(minutes=minutes)
    PersonalToken.objects.update(last_used_at=last)

    with django_capture_on_commit_callbacks(execute=True) as due:
        get(client, text)

    assert bool(due) is written
    assert (PersonalToken.objects.get().last_used_at != last) is written


@pytest.mark.django_db(transaction=True)
def test_it_answers_though_the_last_use_cannot_be_written(
    client: Client, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = personal_token(user)

    def fail(_token_id: int) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(authentication, "note_use", fail)

    assert get(client, text).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_it_notes_the_last_use_after_a_write(client: Client, user: User) -> None:
    client.post(
        TOKENS,
        {"name": "Another"},
        content_type="application/json",
        headers=bearer(personal_token(user)),
    )

    noted = PersonalToken.objects.get(name="Test").last_used_at
    assert noted is not None


def test_it_writes_one_of_two_uses_at_the_same_moment(user: User) -> None:
    personal_token(user)
    row = PersonalToken.objects.get()

    note_use(row.pk)
    row.refresh_from_db()
    first = row.last_used_at
    note_use(row.pk)
    row.refresh_from_db()

    assert first is not None
    assert row.last_used_at == first


@pytest.mark.parametrize(
    ("scope", "get_status", "post_status"),
    [
        ("all", 200, 201),
        ("all:standard", 200, 201),
        ("admin", 200, 201),
        ("edit:assets", 200, 201),
        ("read:assets", 200, 403),
        ("read:assets read:software", 200, 403),
    ],
)
def test_it_narrows_by_scope(
    client: Client, user: User, scope: str, get_status: int, post_status: int
) -> None:
    headers = bearer(personal_token(user, scope=scope))

    read = client.get(TOKENS, headers=headers)
    write = client.post(
        TOKENS,
        {"name": "Another", "scope": "read:assets"},
        content_type="application/json",
        headers=headers,
    )

    assert (read.status_code, write.status_code) == (get_status, post_status)
    if post_status == 403:
        assert write.json()["code"] == "insufficient_scope"


def test_it_lets_a_token_without_a_scope_do_nothing(client: Client, user: User) -> None:
    text = application_token(user, scope="")

    assert get(client, text).status_code == 403


@pytest.mark.parametrize(
    ("method", "area", "allowed"),
    [
        ("get", "assets", True),
        ("get", "software", False),
        ("post", "assets", True),
        ("post", "software", False),
        ("post", None, True),
    ],
)
def test_it_narrows_by_area(
    user: User, method: str, area: str | None, allowed: bool
) -> None:
    text = personal_token(user, scope="edit:assets")
    request = Request(
        APIRequestFactory().generic(method, "/", HTTP_AUTHORIZATION=f"Bearer {text}"),
        authenticators=[TokenAuthentication()],
    )

    if allowed:
        check_scope(request, area)
    else:
        with pytest.raises(Refusal) as refusal:
            check_scope(request, area)
        assert refusal.value.code == "insufficient_scope"


def test_it_takes_the_session_of_the_back_office(client: Client, user: User) -> None:
    client.force_login(user)

    assert client.get(TOKENS).status_code == 200


def test_it_asks_a_session_that_writes_for_the_csrf_token(
    client: Client, user: User
) -> None:
    client.force_login(user)

    response = client.post(TOKENS, {"name": "A"}, content_type="application/json")

    assert response.status_code == 403
    assert response.json()["code"] == "missing_permission"
    assert not PersonalToken.objects.exists()


def test_it_asks_a_bearer_for_no_csrf_token(client: Client, user: User) -> None:
    response = client.post(
        TOKENS,
        {"name": "A"},
        content_type="application/json",
        headers=bearer(personal_token(user)),
    )

    assert response.status_code == 201


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_it_takes_no_session_from_another_origin(
    client: Client, user: User, site: str
) -> None:
    client.force_login(user)

    assert refused(client.get(TOKENS, headers={"Sec-Fetch-Site": site}))


def test_it_takes_no_session_of_a_disabled_user(client: Client, user: User) -> None:
    client.force_login(user)
    User.objects.update(is_active=False)

    assert refused(client.get(TOKENS))


def test_it_takes_no_password(client: Client, user: User) -> None:
    headers = {"Authorization": f"Bearer {PASSWORD}"}

    assert refused(client.get(TOKENS, headers=headers))
