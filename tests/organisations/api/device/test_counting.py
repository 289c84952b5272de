"""Counting the history: exact whoever writes meanwhile, without counting all again."""

from collections.abc import Callable, Iterator
from threading import Event, Thread

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from assets.services.removal import delete_asset
from organisations.api.device.counting import count_lines
from organisations.models import Change, Fleet
from organisations.services import rows
from organisations.services.history import record_value
from organisations.services.tokens import create_token
from tests.factories.assets import make_assets
from tests.factories.organisations import FleetFactory, OrganisationFactory

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


def test_it_counts_again_when_an_asset_is_gone_for_good() -> None:
    organisation = OrganisationFactory()
    first, second, _ = make_assets(organisation, 3)
    client = APIClient()
    token = create_token(user=organisation.owner, name="tests")
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token.text}")

    def told() -> tuple[int, int]:
        body = client.get("/api/AssetChange", {"count": "1", "idonly": "true"}).json()
        every = client.get("/api/AssetChange", {"idonly": "true"}).json()
        return body["record_count"], len(every["changehistory"])

    assert told() == (3, 3)
    rows.delete(first, actor=organisation.owner)
    assert told() == (2, 2)
    delete_asset(second, actor=organisation.owner)
    assert told() == told() == (3, 3)
