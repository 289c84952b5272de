"""Counting the history: exact whoever writes meanwhile, without counting all again."""

from collections.abc import Callable, Iterator
from threading import Event, Thread

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from organisations.api.device.counting import count_lines
from organisations.models import Change, Fleet
from organisations.services.history import record_value
from tests.factories.organisations import FleetFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def fleet() -> Fleet:
    """Return something that has a history."""
    made: Fleet = FleetFactory()
    return made


def count() -> int:
    """Count all lines."""
    return count_lines(Change.objects.order_by(), "all")


def write(fleet: Fleet, lines: int = 1) -> None:
    """Write lines in one transaction."""
    with transaction.atomic():
        for number in range(lines):
            record_value(fleet, "door", old="", new=str(number), actor=None)


@pytest.fixture
def commit(fleet: Fleet) -> Iterator[Callable[[], None]]:
    """Write a line, and return what commits it."""
    has_written, may_commit = Event(), Event()

    def work() -> None:
        try:
            with transaction.atomic():
                write(fleet)
                has_written.set()
                may_commit.wait(10)
        finally:
            connections.close_all()

    thread = Thread(target=work)
    thread.start()
    has_written.wait(10)

    def commit() -> None:
        may_commit.set()
        thread.join()

    yield commit
    commit()


def test_it_counts_only_what_is_new(fleet: Fleet) -> None:
    before = count()
    write(fleet, 3)
    assert count() == before + 3
    with CaptureQueriesContext(connection) as queries:
        assert count() == before + 3
    if connection.vendor == "postgresql":
        assert '"transaction" >=' in queries[-1]["sql"]
    assert count_lines(Change.objects.none(), "none") == 0


@pytest.mark.postgresql
def test_it_counts_a_line_that_is_committed_late(
    fleet: Fleet, commit: Callable[[], None]
) -> None:
    before = count()
    write(fleet, 2)
    assert count() == count() == before + 2
    commit()
    assert count() == count() == Change.objects.count() == before + 3
