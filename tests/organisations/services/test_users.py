from typing import Any

import pytest
from django.core.exceptions import ValidationError

from config.api.errors import Refusal
from organisations.models import Change, User
from organisations.services.users import create_user, find_user, generate_password
from tests.factories.organisations import UserFactory

pytestmark = pytest.mark.django_db


def test_it_makes_a_user_who_can_log_in() -> None:
    password = generate_password()

    user = create_user(username="robin", password=password, email="Robin@Example.ORG")

    user.refresh_from_db()
    assert user.check_password(password)
    assert user.email == "robin@example.org"
    assert (user.is_active, user.is_staff, user.is_superuser) == (True, False, False)


def test_it_makes_every_superuser_staff() -> None:
    user = create_user(
        username="robin", password=generate_password(), is_superuser=True
    )

    assert (user.is_staff, user.is_superuser) == (True, True)


def test_it_records_a_new_user_without_the_password() -> None:
    password = generate_password()
    actor: User = UserFactory()

    user = create_user(username="robin", password=password, actor=actor)

    change = Change.objects.get(model="user", object_id=user.pk)
    values: Any = change.new
    assert (change.action, change.user) == ("created", actor)
    assert values["username"] == "robin"
    assert "password" not in values


@pytest.mark.parametrize(
    "wrong",
    [
        {"username": ""},
        {"username": "two words"},
        {"username": "a" * 151},
        {"username": "a\0b"},
        {"username": "taken"},
        {"email": "nonsense"},
        {"email": "Taken@Example.org"},
        {"password": "short"},
        {"password": "robin1234"},
    ],
)
def test_it_refuses_what_is_wrong(wrong: dict[str, Any]) -> None:
    UserFactory(username="taken", email="taken@example.org")
    values = {"username": "robin1234", "password": generate_password(), **wrong}

    before = User.objects.count()
    with pytest.raises(ValidationError):
        create_user(**values)

    assert User.objects.count() == before


def test_it_lets_two_users_have_no_address() -> None:
    for name in ("robin", "kim"):
        create_user(username=name, password=generate_password())

    assert User.objects.filter(email="").count() == 2


@pytest.mark.parametrize("name", ["nobody", "", "a\0b", "\udcff", "Robin"])
def test_it_finds_no_unknown_user(name: str) -> None:
    UserFactory(username="robin")

    with pytest.raises(Refusal):
        find_user(name)


def test_it_finds_no_disabled_user() -> None:
    UserFactory(username="robin", is_active=False)

    with pytest.raises(Refusal, match="not active"):
        find_user("robin")


def test_it_generates_passwords_that_nobody_guesses() -> None:
    assert len({generate_password() for _ in range(20)}) == 20
    assert len(generate_password()) >= 20
