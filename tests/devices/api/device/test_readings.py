"""/MeterReading: readings that know the one before."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from assets.services.removal import delete_asset
from config.api.snowflake import serial_of
from devices.models import Device, MeterReading
from organisations.permissions import Permission
from organisations.services.tokens import create_token
from tests.assets.services.test_races import at_once
from tests.cast import Cast
from tests.factories.assets import make_asset
from tests.factories.devices import make_device, make_reading
from tests.factories.logs import make_work_item
from tests.factories.organisations import MembershipFactory, OrganisationFactory

PATH = "/api/MeterReading"
MOMENT = datetime(2026, 1, 29, 20, tzinfo=UTC)
SAID = {
    "asset_meter_id": 3,
    "meter_name": "Pages",
    "timestamp": "2026-01-29T20:00:00Z",
    "who": "Mikael",
    "invoice_id": 4,
    "recurringinvoice_line_id": 5,
    "reading_type": 6,
    "pack_id": 7,
    "reading": 900,
    "reason": "Yearly",
    "reviewed": True,
}


@pytest.fixture
def owner(cast: Cast) -> APIClient:
    """Return the client of the owner."""
    return cast.client("owner")


@pytest.fixture
def device(cast: Cast) -> Device:
    """Return a device."""
    return make_device(cast.organisation, inventory_number="PR-1")


def answer_of(response: Any, status: int = 200) -> Any:
    """Return the body of an answer with this status."""
    assert response.status_code == status, response.content
    return response.json()


def test_it_keeps_what_is_sent(cast: Cast, owner: APIClient, device: Device) -> None:
    ticket = make_work_item(cast.organisation)
    key = {"asset_id": serial_of(device.pk), "ticket_id": serial_of(ticket.pk)}
    body = {**key, **SAID, "previous_reading": 77}

    made = answer_of(owner.post(PATH, body))

    row = MeterReading.objects.get()
    shown = {"id": serial_of(row.pk), **key, **SAID, "previous_reading": 0}
    assert made == shown
    assert answer_of(owner.get(f"{PATH}/{made['id']}")) == shown
    assert answer_of(owner.get(PATH)) == {"record_count": 1, "readings": [shown]}
    assert row.created_by == cast.owner


def test_it_fills_in_who_when_and_the_reading_before(
    owner: APIClient, device: Device
) -> None:
    asset = serial_of(device.pk)
    bodies = [
        {"asset_id": asset, "reading": "10"},
        {"asset_id": asset, "reading": 12, "who": "", "timestamp": None},
        {"asset_id": asset, "reading": 5, "asset_meter_id": 2},
    ]

    made = answer_of(owner.post(PATH, bodies))

    assert [one["previous_reading"] for one in made] == [0, 10, 0]
    assert {one["who"] for one in made} == {"owner"}
    assert all(one["timestamp"] for one in made)


def test_it_refuses_a_lower_reading_until_it_is_confirmed(
    owner: APIClient, device: Device
) -> None:
    make_reading(device.asset, 100)
    body = {"asset_id": serial_of(device.pk), "reading": 99}

    assert answer_of(owner.post(PATH, body), 400) == {
        "reading": ["The last reading was 100."]
    }
    assert MeterReading.objects.count() == 1
    made = answer_of(owner.post(PATH, {**body, "_newreadingconfirmation_ok": True}))
    assert (made["reading"], made["previous_reading"]) == (99, 100)


def test_it_changes_a_reading(cast: Cast, owner: APIClient, device: Device) -> None:
    first = make_reading(device.asset, 100, timestamp=MOMENT)
    row = make_reading(device.asset, 120)
    body = {"id": serial_of(row.pk), "reading": 130, "reviewed": True}

    changed = answer_of(owner.post(PATH, body))

    told = (changed["reading"], changed["previous_reading"], changed["reviewed"])
    assert told == (130, 100, True)
    refused = owner.post(PATH, {**body, "reading": first.reading - 1})
    assert list(answer_of(refused, 400)) == ["reading"]
    elsewhere = serial_of(make_device(cast.organisation).pk)
    moved = owner.post(PATH, {**body, "asset_id": elsewhere})
    assert answer_of(moved, 400) == {"asset_id": ["It stays with its asset."]}


def test_it_refuses_all_that_is_wrong_with_every_element(
    cast: Cast, owner: APIClient, device: Device
) -> None:
    foreign = serial_of(make_device(cast.other).pk)
    theirs = serial_of(make_work_item(cast.other).pk)
    asset = serial_of(device.pk)
    bodies: list[dict[str, Any]] = [
        {"reading": 1},
        {"asset_id": foreign, "reading": 1},
        {"asset_id": asset},
        {"asset_id": asset, "reading": -1, "pack_id": "x", "timestamp": "10000-01-01"},
        {"asset_id": asset, "reading": 1, "ticket_id": theirs},
        {"asset_id": asset, "reading": 1, "meter_name": "m" * 201},
    ]

    refused = answer_of(owner.post(PATH, bodies), 400)

    assert set(refused) == {
        "[0].asset_id",
        "[1].asset_id",
        "[2].reading",
        "[3].reading",
        "[3].pack_id",
        "[3].timestamp",
        "[4].ticket_id",
        "[5].meter_name",
    }
    assert refused["[1].asset_id"] == [f"Asset {foreign} was not found."]
    assert not MeterReading.objects.exists()
    for own in (serial_of(make_reading(make_device(cast.other).asset).pk), 77_777_777):
        told = answer_of(owner.post(PATH, {"id": own, "reading": 1}), 404)
        assert told["Message"] == f"Meter reading {own} was not found."


def test_it_narrows_by_every_parameter(
    cast: Cast, owner: APIClient, device: Device
) -> None:
    first = serial_of(make_reading(device.asset, recurringinvoice_line_id=5).pk)
    second = serial_of(make_reading(make_device(cast.organisation).asset).pk)
    gone = make_device(cast.organisation).asset
    hidden = make_reading(gone)
    delete_asset(gone, actor=cast.owner)
    foreign = make_reading(make_device(cast.other).asset)
    cases: list[tuple[dict[str, Any], list[int], int]] = [
        ({}, [first, second], 2),
        ({"asset_id": serial_of(device.pk)}, [first], 1),
        ({"asset_id": serial_of(foreign.asset_id)}, [], 0),
        ({"recurringinvoice_line_id": 5}, [first], 1),
        ({"recurringinvoice_line_id": 6}, [], 0),
        ({"count": 1}, [first], 2),
        ({"pageinate": "true", "page_size": 1, "page_no": 2}, [second], 2),
        ({"pageinate": "true", "page_size": 1, "page_no": 3}, [], 0),
    ]

    for query, expected, count in cases:
        told = answer_of(owner.get(PATH, query))
        ids = [row["id"] for row in told["readings"]]
        assert (ids, told["record_count"]) == (expected, count), query
    for query in ({"asset_id": "x"}, {"recurringinvoice_line_id": "1,5"}):
        assert list(answer_of(owner.get(PATH, query), 400)) == list(query)
    for row in (hidden, foreign):
        answer_of(owner.get(f"{PATH}/{serial_of(row.pk)}"), 404)


def test_it_adds_the_asset_on_demand(owner: APIClient, device: Device) -> None:
    path = f"{PATH}/{serial_of(make_reading(device.asset).pk)}"

    plain = answer_of(owner.get(path, {"includedetails": "false"}))
    detailed = answer_of(owner.get(path, {"includedetails": "true"}))

    asset = detailed.pop("asset")
    assert detailed == plain
    (row,) = answer_of(owner.get("/api/Asset", {"assets": asset["id"]}))["assets"]
    assert asset == row


def test_it_asks_for_more_where_an_asset_is_no_device_yet(cast: Cast) -> None:
    person = MembershipFactory(
        organisation=cast.organisation, permissions=[Permission.MANAGE_DEVICES]
    ).user
    client = APIClient()
    client.force_authenticate(person)
    locomotive = make_asset(cast.organisation)
    body = {"asset_id": serial_of(locomotive.pk), "reading": 1}

    assert answer_of(client.post(PATH, body), 403)["ClassName"] == (
        "MissingPermissionException"
    )
    assert not Device.objects.filter(asset=locomotive.pk).exists()
    body["asset_id"] = serial_of(make_device(cast.organisation).pk)
    assert answer_of(client.post(PATH, body))["reading"] == 1


def test_it_costs_the_same_for_any_number(owner: APIClient, device: Device) -> None:
    costs = []
    for numbers in (range(2), range(2, 50)):
        for number in numbers:
            make_reading(device.asset, number)
        answer_of(owner.get(PATH))
        with CaptureQueriesContext(connection) as queries:
            assert answer_of(owner.get(PATH))["record_count"] == numbers.stop
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 4


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_it_lets_arrays_cross() -> None:
    organisation = OrganisationFactory()
    token = create_token(user=organisation.owner, name="tests").text
    assets = [serial_of(make_device(organisation).pk) for _ in range(2)]
    statuses: list[int] = []

    def read(number: int) -> None:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        order = assets if number % 2 else assets[::-1]
        bodies = [{"asset_id": asset, "reading": 5} for asset in order * 5]
        statuses.append(client.post(PATH, bodies).status_code)

    at_once(read, threads=4)

    assert statuses == [200] * 4
    assert MeterReading.objects.count() == 40
