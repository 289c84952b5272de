"""Update Asset Group and its fields: contract rows 31 and 32, resolution 9."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from assets.ephemerality import Ephemerality
from assets.models import AssetGroup, FieldType
from organisations.models import Change
from tests.assets.api.fleet.calls import LARGEST, NONE, UNKNOWN, refusal, said
from tests.cast import Cast
from tests.factories.assets import (
    AssetFieldFactory,
    AssetStatusFactory,
    make_asset,
    make_assets,
)
from tests.factories.groups import make_equipment, make_group, make_type, make_unit
from tests.factories.organisations import (
    FleetFactory,
    LocationFactory,
    SubLocationFactory,
)


@pytest.fixture
def cars(cast: Cast) -> list[AssetGroup]:
    """Return two assets."""
    return make_assets(cast.organisation, 2)


@pytest.fixture
def train(cast: Cast, cars: list[AssetGroup]) -> AssetGroup:
    """Return a temporary group of both."""
    return make_group(cast.organisation, *cars, name="IC 943")


def path_of(row: AssetGroup, tail: str = "") -> str:
    """Return where a row is, seen as a group."""
    return f"/api/assetgroups/{row.pk}{tail}"


def history_of(row: AssetGroup) -> set[tuple[str, Any, Any]]:
    """Return what changed of a row since it was made and filled."""
    rows = Change.objects.filter(model="assetgroup", object_id=row.pk)
    changes = rows.filter(action="changed").exclude(field="assets")
    return {(one.field, one.old, one.new) for one in changes}


# Changing.


def test_it_changes_what_the_body_names(
    cast: Cast, manager: APIClient, train: AssetGroup, own_ids: dict[str, int]
) -> None:
    keys = ("status_id", "location_id", "sub_location_id")
    ids = {key: own_ids[key] for key in keys}

    shown = manager.patch(path_of(train), {"name": "IC 944", **ids}).json()

    assert shown["name"] == "IC 944"
    assert shown["status"]["id"] == str(ids["status_id"])
    assert shown["location"]["id"] == str(ids["location_id"])
    assert shown["sub_location"]["id"] == str(ids["sub_location_id"])
    assert history_of(train) == {
        ("name", "IC 943", "IC 944"),
        *((key, None, str(value)) for key, value in ids.items()),
    }
    for member in shown["assets"]:
        assert member["asset"]["location"] == shown["location"]
        assert member["asset"]["sub_location"] == shown["sub_location"]
        assert member["asset"]["location_source_group_id"] == str(train.pk)


def test_it_changes_nothing_when_it_gets_back_what_it_showed(
    cast: Cast, manager: APIClient, own_ids: dict[str, int]
) -> None:
    kind = make_type(cast.organisation, Ephemerality.PERMANENT)
    car = make_asset(cast.organisation, fleet_id=own_ids["fleet_id"])
    del own_ids["prefix_id"], own_ids["type_id"]
    unit = make_unit(cast.organisation, car, type_id=kind, **own_ids)
    shown = manager.get(path_of(unit)).json()
    before = Change.objects.count()

    bodies: tuple[Any, ...] = (shown, {})
    for body in bodies:
        answer = manager.patch(path_of(unit), body)
        assert (answer.status_code, answer.json()) == (200, shown)
    assert Change.objects.count() == before


def test_it_takes_a_type_of_the_same_kind_only(
    cast: Cast, manager: APIClient, train: AssetGroup, cars: list[AssetGroup]
) -> None:
    unit = make_unit(cast.organisation, *cars)
    kinds = {
        kind: make_type(cast.organisation, Ephemerality(kind)) for kind in (0, 2, 3)
    }
    foreign = make_type(cast.other, Ephemerality.PERMANENT)
    refused = refusal("type_invalid", "type_id")

    for kind in (kinds[0], kinds[3], foreign, UNKNOWN, LARGEST, "x", *NONE):
        assert said(manager.patch(path_of(unit), {"type_id": kind})) == refused
    assert said(manager.patch(path_of(train), {"type_id": kinds[2]})) == refused
    changed = manager.patch(path_of(unit), {"type_id": str(kinds[2])}).json()
    assert changed["type"]["id"] == str(kinds[2])
    for none in NONE:
        assert manager.patch(path_of(train), {"type_id": none}).status_code == 200


def test_it_keeps_its_members_in_its_fleet(
    cast: Cast, manager: APIClient, train: AssetGroup, cars: list[AssetGroup]
) -> None:
    fleet = FleetFactory(organisation=cast.organisation)
    body = {"fleet_id": str(fleet.pk)}

    for car in cars:
        answer = manager.patch(path_of(train), body)
        assert said(answer) == refusal("asset_not_in_fleet", "fleet_id")
        manager.patch(f"/api/assets/{car.pk}", body)

    assert manager.patch(path_of(train), body).json()["fleet_id"] == str(fleet.pk)
    # And the assets stay in the fleet while the group is one of it.
    leaving = manager.patch(f"/api/assets/{cars[0].pk}", {"fleet_id": None})
    assert said(leaving) == refusal("group_not_in_fleet", "fleet_id")
    assert manager.patch(path_of(train), {"fleet_id": 0}).json()["fleet_id"] is None


def test_it_is_no_way_to_change_single_assets_and_equipment(
    cast: Cast, manager: APIClient, cars: list[AssetGroup]
) -> None:
    for row in (cars[0], make_equipment(cast.organisation)):
        for tail in ("", "/fields"):
            answer = manager.patch(path_of(row, tail), {"name": "another"})
            assert said(answer) == refusal("single_type_group")
        assert said(manager.delete(path_of(row))) == refusal("single_type_group")
        row.refresh_from_db()
        assert (row.name, row.deleted_at) == ("asset 0", None)


def test_it_ignores_what_only_single_assets_have(
    manager: APIClient, train: AssetGroup
) -> None:
    shown = manager.get(path_of(train)).json()
    ignored = {"group_id": "x", "subscription_id": "x", "assets": [], "number": 9}

    assert manager.patch(path_of(train), ignored).json() == shown


# Field values, built-in ones included.


def test_it_changes_fields_by_name_and_id(
    cast: Cast, manager: APIClient, train: AssetGroup
) -> None:
    own = {"organisation": cast.organisation}
    length = AssetFieldFactory(**own, name="length", type=FieldType.INTEGER, units="m")
    note = AssetFieldFactory(**own, name="note")
    status = AssetStatusFactory(**own)

    shown = manager.patch(
        path_of(train, "/fields"),
        {
            "length": {"value": 150, "units": "m"},
            str(note.pk): "via Kouvola",
            "Name": "IC 1",
            "status_id": status.pk,
            "Active": False,
        },
    ).json()

    assert (shown["name"], shown["active"]) == ("IC 1", False)
    assert shown["status"]["id"] == str(status.pk)
    assert shown["fields"] == {
        str(length.pk): {"value": 150, "units": "m"},
        str(note.pk): {"value": "via Kouvola", "units": None},
    }
    cleared = manager.patch(path_of(train, "/fields"), {"LENGTH": None}).json()
    assert cleared["fields"].keys() == {str(note.pk)}


@pytest.mark.parametrize(
    ("body", "code", "keys"),
    [
        ({"GroupId": None}, "field_unknown", ["GroupId"]),
        ({"subscription_id": 5}, "field_unknown", ["subscription_id"]),
        ({"Position": 1}, "field_read_only", ["Position"]),
        ({"Name": "IC 1", "name": "IC 2"}, "invalid_body", ["name"]),
        ({"5": "x", "nothing": 1}, "field_unknown", ["5", "nothing"]),
        ({"FleetId": UNKNOWN}, "fleet_invalid", ["FleetId"]),
        ([], "invalid_body", []),
    ],
)
def test_it_refuses_fields_that_are_none(
    manager: APIClient, train: AssetGroup, body: Any, code: str, keys: list[str]
) -> None:
    shown = manager.get(path_of(train)).json()

    answer = manager.patch(path_of(train, "/fields"), body)

    assert said(answer) == refusal(code, *keys)
    assert manager.get(path_of(train)).json() == shown


# Governing and releasing.


def test_it_releases_its_members_where_it_is(
    cast: Cast, manager: APIClient, train: AssetGroup, cars: list[AssetGroup]
) -> None:
    yard, depot = LocationFactory.create_batch(2, organisation=cast.organisation)
    track = SubLocationFactory(location=depot)
    manager.patch(f"/api/assets/{cars[0].pk}", {"location_id": yard.pk})
    manager.patch(
        path_of(train), {"location_id": depot.pk, "sub_location_id": track.pk}
    )

    manager.patch(path_of(train), {"active": False})

    for car in cars:
        shown = manager.get(f"/api/assets/{car.pk}").json()
        assert shown["location"]["id"] == str(depot.pk)
        assert shown["sub_location"]["id"] == str(track.pk)
        assert (shown["location_source_group_id"], shown["position"]) == (None, 0)
    assert history_of(cars[0]) == {
        ("location_id", None, str(yard.pk)),
        ("location_id", str(yard.pk), str(depot.pk)),
        ("sub_location_id", None, str(track.pk)),
    }


def test_it_hides_where_an_asset_belongs_while_it_governs(
    cast: Cast, manager: APIClient, train: AssetGroup, cars: list[AssetGroup]
) -> None:
    yard, depot = LocationFactory.create_batch(2, organisation=cast.organisation)
    manager.patch(path_of(train), {"location_id": depot.pk})

    stored = manager.patch(f"/api/assets/{cars[0].pk}", {"location_id": yard.pk})

    assert stored.json()["location"]["id"] == str(depot.pk)
    manager.patch(path_of(train), {"location_id": None})
    shown = manager.get(f"/api/assets/{cars[0].pk}").json()
    assert shown["location"]["id"] == str(yard.pk)


def test_it_governs_by_the_group_that_was_switched_on_last(
    cast: Cast, manager: APIClient, train: AssetGroup, cars: list[AssetGroup]
) -> None:
    later = make_group(cast.organisation, cars[0])
    unit = make_unit(cast.organisation, cars[0])

    def governor() -> str | None:
        source = LocationFactory(organisation=cast.organisation)
        for group in (train, later, unit):
            manager.patch(path_of(group), {"location_id": source.pk})
        shown = manager.get(f"/api/assets/{cars[0].pk}").json()
        found: str | None = shown["location_source_group_id"]
        return found

    assert governor() == str(later.pk)
    for active in (False, True):
        manager.patch(path_of(train), {"active": active})
    assert governor() == str(train.pk)
    manager.patch(path_of(train), {"active": True})
    manager.patch(path_of(later), {"active": False})
    manager.patch(path_of(train), {"active": False})
    assert governor() == str(unit.pk)
    manager.patch(path_of(unit), {"active": False})
    assert governor() is None


def test_it_places_a_unit_where_its_train_is(
    cast: Cast, manager: APIClient, cars: list[AssetGroup]
) -> None:
    yard, depot = LocationFactory.create_batch(2, organisation=cast.organisation)
    unit = make_unit(cast.organisation, *cars, location_id=yard.pk)
    train = make_group(cast.organisation, unit, location_id=depot.pk)

    shown = manager.get(path_of(unit)).json()
    assert shown["location"]["id"] == str(depot.pk)
    assert [one["asset"]["location"] for one in shown["assets"]] == [
        shown["location"]
    ] * 2

    manager.delete(f"{path_of(train)}/assets/{unit.pk}")
    released = manager.get(path_of(unit)).json()
    assert released["location"]["id"] == str(depot.pk)
    assert {one["asset"]["group_id"] for one in released["assets"]} == {str(unit.pk)}
