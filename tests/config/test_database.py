"""PostgreSQL as the project speaks to it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import pytest
from django.db import DataError, connection, connections
from django.db.backends.postgresql import base

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is local"),
]


@pytest.fixture
def other() -> Iterator[Any]:
    """Open a connection beside that of the test."""
    opened = connections.create_connection("default")
    opened.ensure_connection()
    yield opened
    opened.close()


def end(other: Any) -> None:
    """Let the server close a connection."""
    with connection.cursor() as cursor:
        pid = other.connection.info.backend_pid
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def test_it_does_not_ask_a_server_that_is_silent(other: Any) -> None:
    with patch.object(base.DatabaseWrapper, "is_usable") as asked:
        assert other.is_usable()
    asked.assert_not_called()


def test_it_knows_a_connection_that_the_server_has_closed(other: Any) -> None:
    end(other)
    with patch.object(base.DatabaseWrapper, "is_usable", return_value=False) as asked:
        assert not other.is_usable()
    asked.assert_called_once()


def test_it_connects_anew_for_the_next_request(other: Any) -> None:
    other.close_if_unusable_or_obsolete()
    end(other)
    other.health_check_done = False
    with other.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


def test_it_asks_after_an_error(other: Any) -> None:
    other.errors_occurred = True
    with patch.object(base.DatabaseWrapper, "is_usable", return_value=True) as asked:
        assert other.is_usable()
    asked.assert_called_once()


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(2026, 11, 22, 19, 6, 20, 500_000, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    ],
)
def test_it_reads_moments(moment: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [moment])
        (found,) = cursor.fetchone()
    assert found == moment
    assert found.tzinfo is UTC


def test_it_leaves_moments_that_python_does_not_know_to_the_driver() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'infinity'::timestamptz")
        with pytest.raises(DataError):
            cursor.fetchone()
