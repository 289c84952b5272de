from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone

from organisations.models import User
from tests.factories.organisations import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/"
LIMIT = 5


@pytest.fixture
def staff() -> User:
    person: User = UserFactory(is_staff=True)
    return person


def log_in(
    client: Client, username: str, password: str, address: str = "192.0.2.1"
) -> Any:
    form = {"username": username, "password": password}
    return client.post(LOGIN, form, REMOTE_ADDR=address)


def fail(client: Client, username: str, times: int) -> Any:
    """Return the last of so many failures."""
    return [log_in(client, username, "wrong") for _ in range(times)][-1]


def test_it_lets_staff_in(client: Client, staff: User) -> None:
    fail(client, staff.username, LIMIT - 1)

    response = log_in(client, staff.username, PASSWORD)

    assert response.status_code == 302
    assert not AccessAttempt.objects.exists()


def test_it_tells_who_is_not_staff_why_they_are_not_let_in(client: Client) -> None:
    person: User = UserFactory()

    response = log_in(client, person.username, PASSWORD)

    assert "it does not enter the back office" in response.content.decode()
    assert "Programs work with it by a token." in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_it_tells_nobody_else_that_an_account_is_not_staff(client: Client) -> None:
    person: User = UserFactory()

    known, unknown = (
        log_in(client, name, "wrong").context["form"].non_field_errors()
        for name in (person.username, "nobody")
    )

    assert known == unknown
    assert "open nothing here" in known[0]


def test_it_tells_who_is_staff_no_longer(client: Client, staff: User) -> None:
    log_in(client, staff.username, PASSWORD)
    User.objects.update(is_staff=False)

    response = client.get("/admin/", follow=True)

    content = response.content.decode()
    assert "Your account does not enter the back office." in content


def test_it_says_what_there_is_beside_logging_in(client: Client) -> None:
    content = client.get(LOGIN).content.decode()

    assert "Ask whoever looks after your organisation" in content
    assert 'href="/api/docs"' in content


def test_it_closes_after_five_failures(client: Client, staff: User) -> None:
    response = fail(client, staff.username, LIMIT)

    assert response.status_code == 429
    assert response.headers["Retry-After"] == "900"
    assert response.headers["Content-Type"].startswith("text/html")
    assert "Try again in 15 minutes" in response.content.decode()


def test_it_stays_closed_to_the_right_password(client: Client, staff: User) -> None:
    fail(client, staff.username, LIMIT)

    response = log_in(client, staff.username, PASSWORD)

    assert response.status_code == 429
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("exists", [True, False])
def test_it_closes_alike_for_names_that_do_not_exist(
    client: Client, exists: bool
) -> None:
    if exists:
        UserFactory(username="robin")

    statuses = [log_in(client, "robin", "wrong").status_code for _ in range(LIMIT)]

    assert statuses == [200] * (LIMIT - 1) + [429]


def test_it_stays_open_from_another_address(client: Client, staff: User) -> None:
    fail(client, staff.username, LIMIT)

    response = log_in(client, staff.username, PASSWORD, address="192.0.2.2")

    assert response.status_code == 302


def test_it_stays_open_for_another_name(client: Client, staff: User) -> None:
    fail(client, "somebody", LIMIT)

    assert log_in(client, staff.username, PASSWORD).status_code == 302


def test_it_counts_whatever_the_browser_says_it_is(client: Client, staff: User) -> None:
    form = {"username": staff.username, "password": "wrong"}
    agents = [{"User-Agent": f"Browser {number}"} for number in range(LIMIT)]

    statuses = [client.post(LOGIN, form, headers=each).status_code for each in agents]

    assert statuses[-1] == 429


def test_it_opens_after_a_quarter_of_an_hour(client: Client, staff: User) -> None:
    fail(client, staff.username, LIMIT)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))

    assert log_in(client, staff.username, PASSWORD).status_code == 302


def test_it_is_not_kept_closed_by_further_attempts(client: Client, staff: User) -> None:
    fail(client, staff.username, LIMIT)
    closed = AccessAttempt.objects.get()

    fail(client, staff.username, 3)

    kept = AccessAttempt.objects.get()
    assert kept.attempt_time == closed.attempt_time
    assert kept.post_data == closed.post_data


def test_it_stores_no_password(client: Client, staff: User) -> None:
    log_in(client, staff.username, "a mistyped secret")

    attempt = AccessAttempt.objects.get()
    assert "a mistyped secret" not in attempt.post_data


@pytest.mark.parametrize("username", ["", "a\0b", "a" * 10_000, "\U0001f682", " "])
def test_it_refuses_malformed_names(client: Client, username: str) -> None:
    assert log_in(client, username, "wrong").status_code == 200
