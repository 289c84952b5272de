"""/AssetChange: the one history of assets, and lines written by hand."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from assets.models import AssetGroup, FieldType
from assets.services.changing import update_asset
from assets.services.removal import delete_asset
from config.api.snowflake import serial_of
from devices.models import Device
from devices.services.drafts import DeviceDraft, Linked
from devices.services.saving import save_device
from licensing.kinds import ReferenceKind
from organisations.models import Change
from organisations.services.history import record_value
from tests.cast import Cast
from tests.factories.assets import (
    AssetFieldFactory,
    AssetStatusFactory,
    AssetTypeFactory,
    EnumValueFactory,
)
from tests.factories.devices import make_device, make_devices, make_note, make_software
from tests.factories.groups import make_group
from tests.factories.licensing import make_licence, make_seat
from tests.factories.organisations import LocationFactory

PATH = "/api/AssetChange"
MOMENT = datetime(2026, 1, 29, 20, tzinfo=UTC)
TEXTS = ("field_name", "old_value", "new_value")
NUMBERS = (
    "field_id",
    "customfield_id",
    "item_id",
    "software_id",
    "software_user_id",
    "old_site",
    "new_site",
    "old_client",
    "new_client",
)


@pytest.fixture
def owner(cast: Cast) -> APIClient:
    """Return the client of the owner."""
    return cast.client("owner")


@pytest.fixture
def device(cast: Cast) -> Device:
    """Return a device."""
    return make_device(cast.organisation, inventory_number="NB-417")


def answer_of(response: Any, status: int = 200) -> Any:
    """Return the body of an answer with this status."""
    assert response.status_code == status, response.content
    return response.json()


def lines(client: APIClient, **query: Any) -> list[dict[str, Any]]:
    """Return the lines of the list."""
    found: list[dict[str, Any]] = answer_of(client.get(PATH, query))["changehistory"]
    return found


def newest(client: APIClient, asset: Any) -> dict[str, Any]:
    """Return the newest line about an asset."""
    return lines(client, asset_id=serial_of(asset.pk))[0]


def test_it_shows_a_change_as_clients_know_it(
    cast: Cast, owner: APIClient, device: Device
) -> None:
    old, new = (
        AssetStatusFactory(organisation=cast.organisation, name=name)
        for name in ("in stock", "in service")
    )
    site = LocationFactory(organisation=cast.organisation)
    item = {ReferenceKind.ITEM: [Linked(31, "Fjordbook")]}
    save_device(device.asset, DeviceDraft(references=item), actor=cast.owner)
    values = {"status_id": str(old.pk), "location_id": str(site.pk)}
    update_asset(device.asset, values, actor=cast.owner)
    update_asset(device.asset, {"status_id": str(new.pk)}, actor=cast.manager)

    line = Change.objects.filter(object_id=device.pk).latest("id")
    assert newest(cast.client("member"), device) == {
        "id": serial_of(line.pk),
        "asset_id": serial_of(device.pk),
        "asset_number": "NB-417",
        "asset_site": serial_of(site.pk),
        "field_name": "status",
        "field_desc": "changed",
        "old_value": "in stock",
        "new_value": "in service",
        "who": "manager",
        "who_id": serial_of(cast.manager.pk),
        "datetime": f"{line.at:%Y-%m-%dT%H:%M:%S}Z",
        **dict.fromkeys(NUMBERS, 0),
        "item_id": 31,
    }


def test_it_names_what_lines_are_about(cast: Cast, owner: APIClient) -> None:
    own = {"organisation": cast.organisation}
    custom = AssetFieldFactory(**own, type=FieldType.ENUM, name="memory")
    value = EnumValueFactory(field=custom, value="32 GB")
    EnumValueFactory(field=custom, value="64 GB")
    site = LocationFactory(**own, name="Turku")
    kind = AssetTypeFactory(**own, with_fields=[custom])
    (device,) = make_devices(cast.organisation, DeviceDraft(), type_id=kind.pk)
    asset = device.asset
    said = []

    def note_newest() -> dict[str, Any]:
        row = newest(owner, asset)
        said.append(tuple(row.get(name, "") for name in TEXTS))
        return row

    update_asset(asset, {"fields": {str(custom.pk): str(value.pk)}}, actor=cast.owner)
    row = note_newest()
    assert row["field_id"] == row["customfield_id"] == serial_of(custom.pk)
    update_asset(asset, {"location_id": str(site.pk)}, actor=cast.owner)
    row = note_newest()
    assert (row["old_site"], row["new_site"]) == (0, serial_of(site.pk))
    save_device(asset, DeviceDraft({"user_id": cast.member.pk}), actor=cast.owner)
    note_newest()
    program = make_software(asset, "Writer", version="25", user_id=cast.manager.pk)
    row = note_newest()
    assert row["software_id"] == serial_of(program.pk)
    assert row["software_user_id"] == serial_of(cast.manager.pk)
    make_software(asset, "Writer", version="25", count=3)
    note_newest()
    make_seat(make_licence(cast.organisation), asset)
    note_newest()
    supplier = {ReferenceKind.SUPPLIER: [Linked(label="Ratatosk IT")]}
    save_device(asset, DeviceDraft(references=supplier), actor=cast.owner)
    note_newest()
    delete_asset(asset, actor=cast.owner)
    row = note_newest()
    assert row["field_desc"] == "deleted"
    assert row["old_client"] == serial_of(cast.organisation.pk)

    assert said == [
        ("memory", "", "32 GB"),
        ("site", "", "Turku"),
        ("user", "", "member"),
        ("software", "", "Writer"),
        ("software count", "1", "3"),
        ("licence", "", "Office suite"),
        ("supplier", "", "Ratatosk IT"),
        ("deleted", asset.name, ""),
    ]


def test_it_narrows_by_every_parameter(
    cast: Cast, owner: APIClient, device: Device
) -> None:
    licence, asset = make_licence(cast.organisation), device.asset
    make_seat(licence, asset)
    start = timezone.now()
    status = AssetStatusFactory(organisation=cast.organisation, name="Kärki wartet")
    update_asset(asset, {"status_id": str(status.pk)}, actor=cast.manager)
    note = make_note(asset, field_name="sticker", new_value="Grün und rund")
    other = make_device(cast.organisation, inventory_number="XY-9")
    foreign = make_device(cast.other, notes="sticker")
    make_group(cast.organisation, make_device(cast.organisation).asset, name="rake")
    mine = Change.objects.filter(organisation=cast.organisation, at__gte=start)
    on_asset = Change.objects.filter(model="assetgroup", object_id=device.pk)
    on_other = Change.objects.filter(model="assetgroup", object_id=other.pk)
    seat = on_asset.get(field=f"licences/{licence.pk}")
    changed = mine.get(field="status_id")
    wanted: list[tuple[dict[str, Any], Any]] = [
        ({"asset_id": serial_of(asset.pk)}, on_asset),
        ({"asset_id": serial_of(foreign.pk)}, []),
        ({"licence_id": serial_of(licence.pk)}, [seat]),
        ({"licence_id": serial_of(make_licence(cast.other).pk)}, []),
        ({"user_id": serial_of(cast.manager.pk)}, [changed]),
        ({"user_id": serial_of(cast.outsider.pk)}, []),
        ({"search": "STICKER"}, [note]),
        ({"search": "grün sticker"}, [note]),
        ({"search": "grün status"}, []),
        ({"search": "KÄRKI"}, [changed]),
        ({"search": "office suite"}, [seat]),
        ({"search": "xy-9"}, on_other),
        ({"search": "xy-9 created"}, on_other.filter(action="created")),
        ({"search": "%"}, []),
    ]

    for query, expected in wanted:
        rows = sorted(expected, key=lambda row: -row.pk)
        told = answer_of(owner.get(PATH, query))
        found = [row["id"] for row in told["changehistory"]]
        assert found == [serial_of(row.pk) for row in rows], query
        assert told["record_count"] == len(found)


def test_it_shows_the_newest_first_unless_told(
    cast: Cast, owner: APIClient, device: Device
) -> None:
    first = make_note(device.asset, field_name="b", at=MOMENT)
    second = make_note(device.asset, field_name="a", who="Mikael")
    asset = {"asset_id": serial_of(device.pk)}
    for query, expected in (
        ({}, [second, first]),
        ({"order": "id"}, [first, second]),
        ({"order": "field_name"}, [second, first]),
        ({"order": "field_name", "orderdesc": "true"}, [first, second]),
        ({"order": "who", "order2": "id"}, [second, first]),
        ({"order": "datetime"}, [first, second]),
        ({"order": "field_desc", "order2": "asset_id"}, [second, first]),
    ):
        rows = lines(owner, **asset, **query)
        found = [row["id"] for row in rows if row["field_desc"] == "noted"]
        assert found == [serial_of(row.pk) for row in expected], query
    idonly = lines(owner, **asset, idonly="true", count=1)
    assert idonly == [{"id": serial_of(second.pk)}]
    page = {"pageinate": "true", "page_size": 1, "page_no": 2}
    assert lines(owner, **asset, **page)[0]["id"] == serial_of(first.pk)
    for query in ({"order": "old_value"}, {"asset_id": "x"}, {"search": "a " * 21}):
        assert list(answer_of(owner.get(PATH, query), 400)) == list(query)


def test_it_writes_a_line_by_hand(cast: Cast, owner: APIClient, device: Device) -> None:
    said = {"field_name": "sticker", "old_value": "red", "new_value": "green"}
    told = {"who": "Mikael", "datetime": "2026-01-29T20:00:00Z"}
    asset = serial_of(device.pk)

    made = answer_of(owner.post(PATH, {"asset_id": asset, **said, **told}))

    line = Change.objects.latest("id")
    assert made == {
        "id": serial_of(line.pk),
        "asset_id": asset,
        "asset_number": "NB-417",
        "asset_site": 0,
        **said,
        "field_desc": "noted",
        **told,
        "who_id": serial_of(cast.owner.pk),
        **dict.fromkeys(NUMBERS, 0),
    }
    assert (line.action, line.user) == (Change.Action.NOTED, cast.owner)
    assert newest(owner, device) == made
    bare = answer_of(owner.post(PATH, [{"asset_id": asset, "who": ""}]))
    assert bare["who"] == "owner"
    assert bare["datetime"][:4] == f"{timezone.now():%Y}"
    body = {"id": made["id"], "new_value": "blue"}
    assert answer_of(owner.post(PATH, body)) == {**made, "new_value": "blue"}


def test_it_does_not_alter_what_was_recorded(
    cast: Cast, owner: APIClient, device: Device
) -> None:
    found = Change.objects.filter(model="assetgroup", object_id=device.pk)
    line = found.earliest("id")
    before = Change.objects.filter(pk=line.pk).values().get()
    body = {"id": serial_of(line.pk), "new_value": "nothing"}

    refused = answer_of(owner.post(PATH, body), 400)

    assert refused == {"id": ["What the register has recorded cannot be altered."]}
    assert Change.objects.filter(pk=line.pk).values().get() == before


def test_it_refuses_all_that_is_wrong_with_every_element(
    cast: Cast, owner: APIClient, device: Device
) -> None:
    foreign = make_device(cast.other)
    note = make_note(device.asset)
    count = Change.objects.count()
    asset = {"asset_id": serial_of(device.pk)}
    bodies: list[dict[str, Any]] = [
        {},
        {"asset_id": serial_of(foreign.pk)},
        {**asset, "field_name": "f" * 61, "datetime": "10000-01-01"},
        {**asset, "old_value": ["x"], "who": "w" * 151},
        {
            "id": serial_of(note.pk),
            "asset_id": serial_of(make_device(cast.organisation).pk),
        },
        {**asset, "field_name": "fine"},
    ]
    count = Change.objects.count()

    assert set(answer_of(owner.post(PATH, bodies), 400)) == {
        "[0].asset_id",
        "[1].asset_id",
        "[2].datetime",
        "[3].old_value",
        "[3].who",
        "[4].asset_id",
    }
    assert Change.objects.count() == count
    long = answer_of(owner.post(PATH, {**asset, "field_name": "f" * 61}), 400)
    assert list(long) == ["field_name"]
    theirs = serial_of(make_note(foreign.asset).pk)
    answer_of(owner.post(PATH, {"id": theirs, "who": "x"}), 404)
    answer_of(cast.client("manager").post(PATH, asset), 403)


def test_it_resolves_no_ids_that_somebody_wrote(
    cast: Cast, owner: APIClient, device: Device
) -> None:
    theirs = AssetStatusFactory(organisation=cast.other, name="secret status")
    note = {"asset_id": serial_of(device.pk), "field_name": "status_id"}

    made = answer_of(owner.post(PATH, {**note, "new_value": str(theirs.pk)}))

    assert (made["field_name"], made["new_value"]) == ("status_id", str(theirs.pk))
    assert lines(owner, search="secret") == []
    value = EnumValueFactory(
        field=AssetFieldFactory(organisation=cast.other, type=FieldType.ENUM),
        value="secret value",
    )
    custom = AssetFieldFactory(organisation=cast.organisation, name="plain")
    record_value(
        device.asset,
        f"fields/{custom.pk}",
        old=None,
        new=str(value.pk),
        actor=cast.owner,
    )
    row = newest(owner, device)
    assert (row["field_name"], row["new_value"]) == ("plain", str(value.pk))


def test_it_costs_the_same_for_any_number(cast: Cast, owner: APIClient) -> None:
    statuses = AssetStatusFactory.create_batch(2, organisation=cast.organisation)

    def change(numbers: range) -> None:
        for device in make_devices(cast.organisation, *[DeviceDraft()] * len(numbers)):
            asset = AssetGroup.objects.get(pk=device.pk)
            values = {"status_id": str(statuses[0].pk)}
            update_asset(asset, values, actor=cast.owner)

    costs = []
    for numbers in (range(2), range(2, 50)):
        change(numbers)
        lines(owner)
        with CaptureQueriesContext(connection) as queries:
            assert len(lines(owner)) >= numbers.stop
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 6
