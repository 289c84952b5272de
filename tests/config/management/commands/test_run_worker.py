"""The worker as a command; what it loads is told in the tests of imports."""

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from config.management.commands import run_worker

pytestmark = pytest.mark.django_db


def test_it_tries_again_while_the_database_does_not_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tries: list[str] = []
    waits: list[float] = []

    def work(command: str, *words: str) -> None:
        tries.append(command)
        if len(tries) < 3:
            raise OperationalError("database is locked")

    monkeypatch.setattr(run_worker, "call_command", work)
    monkeypatch.setattr(run_worker, "close_old_connections", lambda: None)
    monkeypatch.setattr("time.sleep", waits.append)

    call_command("run_worker")

    assert tries == ["db_worker"] * 3
    assert waits == [run_worker.SECONDS_BEFORE_NEXT_TRY] * 2


def test_it_says_so_when_the_database_does_not_answer_for_a_batch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(command: str, *words: str) -> None:
        raise OperationalError("no such host")

    monkeypatch.setattr(run_worker, "call_command", fail)
    with pytest.raises(CommandError, match=r"The database refused: no such host\."):
        call_command("run_worker", "--batch")


@pytest.mark.parametrize("name", ["", " ", "x" * 65])
def test_it_refuses_what_is_no_name(name: str) -> None:
    with pytest.raises(CommandError, match="a name has 1 to 64 characters"):
        call_command("run_worker", f"--name={name}")
