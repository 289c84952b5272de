"""Writes of the back office go through the services, with their rules and history."""

from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from organisations.models import Change, Fleet, Location, Organisation, Prefix
from tests.back_office import as_staff, changes_of, errors_in, page
from tests.cast import Cast
from tests.factories.organisations import (
    FleetFactory,
    LocationFactory,
    MembershipFactory,
    PrefixFactory,
    SubLocationFactory,
)

MOVED = HTTPStatus.FOUND
PLACE = {"code": "", "name": "Yard", "address": "", "colour": "", "timezone_code": ""}


@pytest.fixture
def client(cast: Cast) -> Client:
    return as_staff(cast.owner)


def test_it_makes_a_row_in_the_only_organisation(cast: Cast, client: Client) -> None:
    answer = client.post(page(Location, "add"), PLACE)
    assert answer.status_code == MOVED
    row = Location.objects.get()
    assert (row.name, row.organisation) == ("Yard", cast.organisation)
    assert changes_of(row) == [("created", "", "owner")]


def test_it_changes_what_was_typed_and_nothing_else(cast: Cast, client: Client) -> None:
    row = LocationFactory(organisation=cast.organisation, code="Y", name="Old yard")
    answer = client.post(page(Location, "change", row.pk), PLACE | {"code": "Y"})
    assert answer.status_code == MOVED
    row.refresh_from_db()
    assert (row.name, row.normalised_name) == ("Yard", "yard")
    change = Change.objects.get(model="location", object_id=row.pk)
    assert (change.field, change.old, change.new) == ("name", "Old yard", "Yard")
    assert change.user == cast.owner
    assert change.request_id == answer.headers["X-Request-Id"]


def test_it_leaves_no_history_of_a_form_that_changes_nothing(
    cast: Cast, client: Client
) -> None:
    fleet = FleetFactory(organisation=cast.organisation, description="One\nTwo")
    asked = {
        "code": "",
        "name": fleet.name,
        "description": "One\r\nTwo",
        "color": "",
        "root_system_id": "",
    }
    assert client.post(page(Fleet, "change", fleet.pk), asked).status_code == MOVED
    assert changes_of(fleet) == []


def test_it_shows_a_refusal_where_it_belongs_and_writes_nothing(
    cast: Cast, client: Client
) -> None:
    wrong = PLACE | {"latitude": "60.1", "name": "Half"}
    said = errors_in(client.post(page(Location, "add"), wrong))
    sentence = "Latitude and longitude are given together."
    assert said == {"latitude": [sentence], "longitude": [sentence]}
    assert not Location.objects.exists()


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ({"latitude": "60.1"}, "latitude"),
        ({"colour": "red"}, "colour"),
        ({"name": "Yard\u0007"}, "name"),
        ({"timezone_code": "Mars/Olympus"}, "timezone_code"),
    ],
)
def test_it_says_what_the_api_says(
    typed: dict[str, Any], key: str, cast: Cast, client: Client
) -> None:
    body = {name: float(v) if name == "latitude" else v for name, v in typed.items()}
    answer = cast.client("owner").post(f"{cast.path}/locations", body)
    said = errors_in(client.post(page(Location, "add"), PLACE | typed))
    assert said[key] == answer.json()["errors"][key]


def test_it_deletes_with_history(cast: Cast, client: Client) -> None:
    row = FleetFactory(organisation=cast.organisation)
    answer = client.post(page(Fleet, "delete", row.pk), {"post": "yes"})
    assert answer.status_code == MOVED
    assert not Fleet.objects.exists()
    assert changes_of(row) == [("deleted", "", "owner")]


def test_it_counts_what_stands_in_the_way_of_a_deletion(
    cast: Cast, client: Client
) -> None:
    assert cast.organisation.default_prefix is not None
    row = cast.organisation.default_prefix
    shown = client.get(page(Prefix, "delete", row.pk)).content.decode()
    assert "1 organisations" in shown
    client.post(page(Prefix, "delete", row.pk), {"post": "yes"})
    assert Prefix.objects.filter(pk=row.pk).exists()


def test_it_says_why_it_does_not_delete(cast: Cast, client: Client) -> None:
    row = PrefixFactory(organisation=cast.organisation, last_number=3)
    answer = client.post(page(Prefix, "delete", row.pk), {"post": "yes"})
    told = [str(message) for message in get_messages(answer.wsgi_request)]
    assert told == ["Only a prefix that is off and has given out no number can go."]
    assert answer.headers["Location"] == page(Prefix, "change", row.pk)
    assert Prefix.objects.filter(pk=row.pk).exists()


def test_it_refuses_numbers_that_go_back(cast: Cast, client: Client) -> None:
    row = PrefixFactory(organisation=cast.organisation, last_number=10)
    asked = {"number_digits": 4, "description": "", "last_number": 9, "enabled": "on"}
    said = errors_in(client.post(page(Prefix, "change", row.pk), asked))
    assert said == {"last_number": ["It only increases from 10."]}


def test_it_makes_a_part_in_the_organisation_of_its_location(
    cast: Cast, client: Client
) -> None:
    location = LocationFactory(organisation=cast.organisation)
    asked = {"location": location.pk, "code": "T1", "name": "", "enabled": "on"}
    part = SubLocationFactory._meta.model
    assert client.post(page(part, "add"), asked).status_code == MOVED
    assert part.objects.get().organisation == cast.organisation


def test_it_founds_organisations_for_all_staff(cast: Cast) -> None:
    client = as_staff(cast.member)
    asked = {"name": "New line", "description": ""}
    assert client.post(page(Organisation, "add"), asked).status_code == MOVED
    made = Organisation.objects.get(name="New line")
    assert made.owner == cast.member
    assert made.default_prefix is not None


def test_it_lets_only_owners_give_an_organisation_away(cast: Cast) -> None:
    MembershipFactory(
        organisation=cast.organisation,
        user=cast.outsider,
        permissions=["MANAGE_ORGANISATION"],
    )
    address = page(Organisation, "change", cast.organisation.pk)
    asked = {"name": "Mine", "description": "", "owner": cast.outsider.pk}
    asked["default_prefix"] = cast.organisation.default_prefix_id
    assert as_staff(cast.outsider).post(address, asked).status_code == MOVED
    cast.organisation.refresh_from_db()
    assert (cast.organisation.owner, cast.organisation.name) == (cast.owner, "Mine")
    assert as_staff(cast.owner).post(address, asked).status_code == MOVED
    cast.organisation.refresh_from_db()
    assert cast.organisation.owner == cast.outsider


def test_it_lets_operators_switch_an_organisation_off_and_on(cast: Cast) -> None:
    address = page(Organisation, "change", cast.organisation.pk)
    operator = as_staff(cast.manager, is_superuser=True)
    asked = {"name": "Suomen Vaunu", "description": "", "owner": cast.owner.pk}
    asked["default_prefix"] = cast.organisation.default_prefix_id
    assert operator.post(address, asked).status_code == MOVED
    cast.organisation.refresh_from_db()
    assert cast.organisation.enabled is False
    assert as_staff(cast.owner).get(page(Location, "add")).status_code == (
        HTTPStatus.FORBIDDEN
    )
    assert operator.post(address, asked | {"enabled": "on"}).status_code == MOVED
