import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from organisations.models import User
from organisations.services.tokens import NewToken, create_token
from tests.factories.organisations import UserFactory

PROGRAM = """
import django
django.setup()
from tests.organisations.api.second_process import obey
obey()
"""

pytestmark = pytest.mark.django_db(transaction=True)


class Process:
    """The second process, told what to do line by line."""

    def __init__(self, pipes: subprocess.Popen[str]) -> None:
        self.pipes = pipes

    def told(self, *words: object) -> str:
        """Return what it answers."""
        assert self.pipes.stdin is not None
        assert self.pipes.stdout is not None
        self.pipes.stdin.write(" ".join(map(str, words)) + "\n")
        self.pipes.stdin.flush()
        return self.pipes.stdout.readline().strip()


@contextmanager
def process(database: str) -> Iterator[Process]:
    """Run a second process on the database."""
    environment = os.environ | {
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    with subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", PROGRAM],
        cwd=settings.BASE_DIR,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as pipes:
        yield Process(pipes)
        pipes.communicate()


def shared_database(folder: Path) -> str:
    """Return the address of what this test has written, for other processes.

    A test database of SQLite is in memory, so they get a copy of it in a file.
    """
    if connection.vendor == "sqlite":
        path = folder / "copy.sqlite3"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(path)])
        return f"sqlite:///{path}"
    server: dict[str, Any] = connection.settings_dict
    user, password, host, name = (
        quote(str(server[key]), safe="") for key in ("USER", "PASSWORD", "HOST", "NAME")
    )
    return f"postgres://{user}:{password}@{host}:{server['PORT'] or 5432}/{name}"


@pytest.fixture
def user() -> User:
    person: User = UserFactory()
    return person


@pytest.fixture
def token(user: User) -> NewToken:
    return create_token(user=user, name="Test")


@pytest.fixture
def database(token: NewToken, tmp_path: Path) -> str:
    return shared_database(tmp_path)


def test_it_refuses_a_token_that_another_process_revoked(
    token: NewToken, database: str
) -> None:
    with process(database) as web, process(database) as other:
        before = web.told("get", token.text)
        other.told("revoke", token.row.pk)
        after = web.told("get", token.text)

    assert (before, after) == ("200", "401")


def test_it_refuses_a_user_whom_another_process_disabled(
    token: NewToken, user: User, database: str
) -> None:
    with process(database) as web, process(database) as other:
        before = web.told("get", token.text)
        other.told("disable", user.pk)
        after = web.told("get", token.text)

    assert (before, after) == ("200", "401")
