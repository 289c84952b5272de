from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import Client

from organisations.models import PersonalToken, User
from organisations.services.tokens import NEVER, PREFIX
from tests.factories.access import bearer
from tests.factories.organisations import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_tokens")]


@pytest.fixture
def robin() -> User:
    person: User = UserFactory(username="robin")
    return person


def run(*arguments: str) -> str:
    output = StringIO()
    call_command("create_token", *arguments, stdout=output)
    return output.getvalue()


@pytest.mark.usefixtures("robin")
def test_it_prints_the_token_and_nothing_else(client: Client) -> None:
    output = run("robin")

    text = output.removesuffix("\n")
    assert text.startswith(PREFIX)
    assert text.split() == [text]
    assert client.get("/api/tokens", headers=bearer(text)).status_code == 200


def test_it_makes_the_token_as_asked(robin: User) -> None:
    run("robin", "--scope", "read:assets edit:software", "--days", "5", "--name", "Bot")

    row = PersonalToken.objects.select_related("token").get()
    assert (row.name, row.token.scope) == ("Bot", "read:assets edit:software")
    assert row.token.user == robin
    assert row.token.expires < NEVER


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nobody"], "no user"),
        (["a\udcff"], "no user"),
        ([""], "no user"),
        (["asleep"], "not active"),
        (["robin", "--days", "0"], "from 1 to 3650"),
        (["robin", "--days", "99999999999"], "from 1 to 3650"),
        (["robin", "--days", "soon"], "invalid int"),
        (["robin", "--scope", "everything"], "A scope is one of"),
        (["robin", "--scope", ""], "A scope is one of"),
        (["robin", "--name", ""], "blank"),
        (["robin", "--name", "a" * 61], "60 characters"),
        (["robin", "--name", "a\udcff"], "not allowed"),
    ],
)
@pytest.mark.usefixtures("robin")
def test_it_refuses_with_a_sentence(arguments: list[str], sentence: str) -> None:
    UserFactory(username="asleep", is_active=False)

    with pytest.raises(CommandError, match=sentence):
        run(*arguments)

    assert not PersonalToken.objects.exists()


def test_it_says_what_the_database_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_values: object) -> None:
        raise OperationalError("no such table: organisations_user\nLINE 1: SELECT")

    monkeypatch.setattr(User.objects, "filter", lambda **values: fail(**values))

    with pytest.raises(CommandError) as error:
        run("robin")

    assert str(error.value) == (
        "The database refused: no such table: organisations_user. "
        "Has manage.py migrate been run?"
    )
