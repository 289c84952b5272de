"""The history page of a row, and the list of all changes."""

from http import HTTPStatus

import pytest
from django.test import Client

from organisations.models import Change, Location, SubLocation
from organisations.services import rows
from tests.back_office import as_staff, page
from tests.cast import Cast
from tests.counting import queries_of_page
from tests.factories.organisations import LocationFactory, SubLocationFactory


@pytest.fixture
def client(cast: Cast) -> Client:
    return as_staff(cast.owner)


@pytest.fixture
def place(cast: Cast) -> Location:
    found: Location = LocationFactory(organisation=cast.organisation, name="First")
    return found


def lines(client: Client, row: Location | SubLocation) -> list[tuple[str, str, str]]:
    """Return what the history page says, line by line."""
    answer = client.get(page(type(row), "history", row.pk))
    entries = answer.context["entries"]
    return [
        (line.label, line.old, line.new) for entry in entries for line in entry.lines
    ]


def test_it_tells_what_changed_the_latest_first(
    cast: Cast, place: Location, client: Client
) -> None:
    rows.update(place, {"name": "Second", "delivery": True}, actor=cast.owner)
    rows.update(place, {"name": "Third"}, actor=cast.owner)
    assert lines(client, place) == [
        ("name", "Second", "Third"),
        ("delivery", "no", "yes"),
        ("name", "First", "Second"),
    ]


def test_it_tells_the_values_of_a_new_row(
    cast: Cast, place: Location, client: Client
) -> None:
    part = SubLocation(
        organisation=cast.organisation, location=place, name="Track", asset_capacity=3
    )
    rows.create(part, actor=cast.owner)
    told = lines(client, part)
    assert ("location", "—", "First") in told
    assert ("organisation", "—", "Suomen Vaunu") in told
    assert ("asset capacity", "—", "3") in told


def test_it_names_no_row_of_another_organisation(
    cast: Cast, place: Location, client: Client
) -> None:
    foreign = LocationFactory(organisation=cast.other, name="Their yard")
    part = SubLocationFactory(location=place)
    Change.objects.create(
        organisation=cast.organisation,
        model="sublocation",
        object_id=part.pk,
        action=Change.Action.CHANGED,
        field="location_id",
        old=str(place.pk),
        new=str(foreign.pk),
        at="2026-11-22T00:00Z",
    )
    assert lines(client, part) == [("location", "First", str(foreign.pk))]


def test_it_escapes_what_people_typed(
    cast: Cast, place: Location, client: Client
) -> None:
    rows.update(place, {"name": "<script>alert(1)</script>"}, actor=cast.owner)
    for name in ("history", "change"):
        shown = client.get(page(Location, name, place.pk)).content.decode()
        assert "<script>alert(1)" not in shown
    shown = client.get(page(Change, "changelist")).content.decode()
    assert "<script>alert(1)" not in shown


def test_it_turns_pages(cast: Cast, place: Location, client: Client) -> None:
    for number in range(60):
        rows.update(place, {"name": f"Name {number}"}, actor=cast.owner)
    address = page(Location, "history", place.pk)
    first, second = client.get(address), client.get(address, {"p": 2})
    assert len(first.context["entries"]) == 50
    assert len(second.context["entries"]) == 10
    assert client.get(address, {"p": "x"}).status_code == HTTPStatus.OK


def test_it_reads_as_often_for_many_changes_as_for_one(
    cast: Cast, place: Location, client: Client
) -> None:
    part = SubLocationFactory(location=place)
    address = page(SubLocation, "history", part.pk)

    def move(count: int) -> None:
        for _ in range(count):
            other = LocationFactory(organisation=cast.organisation)
            rows.update(part, {"location": other}, actor=cast.owner)

    move(1)
    few = queries_of_page(client, address)
    move(30)
    assert queries_of_page(client, address) == few


def test_it_lists_the_changes_of_a_row(
    cast: Cast, place: Location, client: Client
) -> None:
    rows.update(place, {"name": "Second"}, actor=cast.owner)
    answer = client.get(page(Change, "changelist"), {"q": str(place.pk)})
    found = answer.context["cl"].result_list
    assert {change.object_id for change in found} == {place.pk}


def test_it_narrows_the_list_to_a_kind_of_row(
    cast: Cast, place: Location, client: Client
) -> None:
    rows.update(place, {"name": "Second"}, actor=cast.owner)
    answer = client.get(page(Change, "changelist"), {"model": "location"})
    found = answer.context["cl"].result_list
    assert {change.model for change in found} == {"location"}


def test_it_rewrites_no_change(cast: Cast, place: Location) -> None:
    operator = as_staff(cast.manager, is_superuser=True)
    rows.update(place, {"name": "Second"}, actor=cast.owner)
    change = Change.objects.get(model="location")
    for name in ("change", "delete"):
        answer = operator.post(page(Change, name, change.pk), {"who": "nobody"})
        assert answer.status_code == HTTPStatus.FORBIDDEN
