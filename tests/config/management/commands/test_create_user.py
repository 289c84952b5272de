from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from organisations.models import User
from tests.factories.organisations import UserFactory

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    output = StringIO()
    call_command("create_user", *arguments, stdout=output)
    return output.getvalue()


def test_it_prints_a_password_that_works() -> None:
    output = run("robin", "--email", "robin@example.org")

    first, second = output.splitlines()
    user = User.objects.get(username="robin")
    assert first == f"Created robin (id {user.pk})."
    assert user.check_password(second.removeprefix("Password: "))
    assert user.email == "robin@example.org"
    assert not user.is_staff


@pytest.mark.parametrize(
    ("option", "flags"),
    [("--staff", (True, False)), ("--superuser", (True, True))],
)
def test_it_makes_staff(option: str, flags: tuple[bool, bool]) -> None:
    run("robin", option)

    user = User.objects.get(username="robin")
    assert (user.is_staff, user.is_superuser) == flags


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["taken"], "username already exists"),
        (["two words"], "valid username"),
        ([""], "blank"),
        (["a\udcff"], "valid username"),
        (["robin", "--email", "nonsense"], "valid email address"),
        (["robin", "--email", "TAKEN@example.org"], "Another user has that"),
    ],
)
def test_it_refuses_with_a_sentence(arguments: list[str], sentence: str) -> None:
    UserFactory(username="taken", email="taken@example.org")
    before = User.objects.count()

    with pytest.raises(CommandError, match=sentence):
        run(*arguments)

    assert User.objects.count() == before
