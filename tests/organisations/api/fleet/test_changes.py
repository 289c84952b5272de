"""The change feed: complete, in order, whoever writes meanwhile."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from rest_framework.test import APIClient

from organisations.models import Change, Location
from organisations.services import rows
from tests.cast import Cast, assemble
from tests.factories.organisations import FleetFactory

SECONDS = 10


@pytest.fixture
def member(cast: Cast) -> APIClient:
    return cast.client("member")


def read_all(client: APIClient, path: str, limit: int = 3) -> list[dict[str, Any]]:
    """Follow the cursor to the end of the feed."""
    found: list[dict[str, Any]] = []
    cursor, more = "", True
    while more:
        page = client.get(path, {"after": cursor, "limit": str(limit)}).json()
        found += page["value"]
        cursor, more = page["cursor"], page["more"]
    return found


def settle() -> None:
    """Wait until every change is in the feed.

    A transaction of another database that ends at this moment holds it back, as
    nobody can tell then whose it was.
    """
    until = time.monotonic() + SECONDS
    while Change.objects.settled().count() < Change.objects.count():
        assert time.monotonic() < until
        time.sleep(0.01)


def touch(cast: Cast, count: int) -> None:
    fleet = FleetFactory(organisation=cast.organisation)
    for number in range(count):
        rows.update(fleet, {"description": str(number)}, actor=cast.owner)


@pytest.mark.django_db(transaction=True)
def test_it_tells_every_change_once_and_in_order() -> None:
    cast = assemble()
    touch(cast, 7)
    settle()
    found = read_all(cast.client("member"), f"{cast.path}/changes")
    stored = Change.objects.filter(organisation=cast.organisation).order_by("id")
    assert [row["id"] for row in found] == [str(row.pk) for row in stored]
    assert found[-1]["new"] == "6"


@pytest.mark.django_db(transaction=True)
def test_it_goes_on_where_it_ended() -> None:
    cast = assemble()
    client, path = cast.client("member"), f"{cast.path}/changes"
    settle()
    cursor = client.get(path, {"limit": "1000"}).json()["cursor"]
    touch(cast, 2)
    settle()
    later = client.get(path, {"after": cursor}).json()
    assert [row["new"] for row in later["value"]] == ["0", "1"]
    assert later["more"] is False
    end = client.get(path, {"after": later["cursor"]}).json()
    assert (end["value"], end["cursor"]) == ([], later["cursor"])


def test_it_tells_nothing_of_other_organisations(member: APIClient, cast: Cast) -> None:
    foreign = FleetFactory(organisation=cast.other)
    rows.update(foreign, {"description": "secret"}, actor=cast.outsider)
    assert "secret" not in str(read_all(member, f"{cast.path}/changes"))


@pytest.mark.parametrize("limit", ["0", "1001", "x", "-1", "1.5", "9" * 30])
def test_it_refuses_a_limit_out_of_bounds(
    member: APIClient, cast: Cast, limit: str
) -> None:
    answer = member.get(f"{cast.path}/changes", {"limit": limit})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_filter")


def test_it_refuses_a_forged_cursor_and_one_of_another_organisation(
    member: APIClient, cast: Cast
) -> None:
    foreign = f"/api/organisations/{cast.other.pk}/changes"
    cursor = cast.client("outsider").get(foreign).json()["cursor"]
    for after in (cursor, "forged", cursor[:-1], "a:b:c"):
        answer = member.get(f"{cast.path}/changes", {"after": after})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_filter")


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_it_misses_nothing_while_eight_write() -> None:
    cast = assemble()
    reader, path = cast.client("member"), f"{cast.path}/changes"

    def write(number: int) -> None:
        try:
            for index in range(15):
                place = Location(
                    organisation=cast.organisation, name=f"{number}.{index}"
                )
                rows.create(place, actor=cast.owner)
        finally:
            connections.close_all()

    found: list[str] = []
    cursor = ""
    with ThreadPoolExecutor(8) as threads:
        writers = [threads.submit(write, number) for number in range(8)]
        while not all(writer.done() for writer in writers):
            page = reader.get(path, {"after": cursor, "limit": "50"}).json()
            found += [row["id"] for row in page["value"]]
            cursor = page["cursor"]
    for writer in writers:
        writer.result()
    settle()
    more = True
    while more:
        page = reader.get(path, {"after": cursor, "limit": "50"}).json()
        found += [row["id"] for row in page["value"]]
        cursor, more = page["cursor"], page["more"]
    stored = Change.objects.filter(organisation=cast.organisation)
    assert len(found) == len(set(found))
    assert set(found) == {str(key) for key in stored.values_list("pk", flat=True)}
