"""`group_id` of Create and Update Asset: rows 24 to 26, resolutions 6, 9 and 12."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from assets.models import Asset, AssetGroup
from assets.services.removal import delete_asset
from organisations.models import Change
from tests.assets.api.fleet.calls import LARGEST, NO_IDS, NONE, UNKNOWN, refusal, said
from tests.assets.api.fleet.group_shapes import members_of
from tests.cast import Cast
from tests.factories.assets import AssetTypeFactory, make_asset, make_assets
from tests.factories.groups import make_equipment, make_group, make_unit
from tests.factories.organisations import (
    FleetFactory,
    LocationFactory,
    SubLocationFactory,
)


@pytest.fixture
def asset(cast: Cast) -> AssetGroup:
    """Return an asset in no group."""
    return make_asset(cast.organisation)


@pytest.fixture
def unit(cast: Cast) -> AssetGroup:
    """Return a permanent group of one asset."""
    return make_unit(cast.organisation, make_asset(cast.organisation))


@pytest.fixture
def train(cast: Cast) -> AssetGroup:
    """Return a temporary group of one asset."""
    return make_group(cast.organisation, make_asset(cast.organisation))


def path_of(asset: AssetGroup, tail: str = "") -> str:
    """Return where an asset is."""
    return f"/api/assets/{asset.pk}{tail}"


def in_groups(asset: AssetGroup) -> set[int]:
    """Return the groups that the asset is in."""
    return set(asset.memberships.values_list("group_id", flat=True))


# Joining.


def test_it_makes_an_asset_in_a_group(
    cast: Cast, manager: APIClient, unit: AssetGroup, train: AssetGroup
) -> None:
    kind = AssetTypeFactory(organisation=cast.organisation)
    body = {"type_id": kind.pk}

    first = manager.post(f"{cast.path}/assets", {**body, "group_id": unit.pk}).json()
    second = manager.post(f"{cast.path}/assets", {**body, "group_id": str(train.pk)})

    assert (first["group_id"], first["position"]) == (str(unit.pk), 1)
    assert (second.json()["group_id"], second.json()["position"]) == (None, 1)
    assert members_of(unit)[1] == int(first["id"])
    assert members_of(train)[1] == int(second.json()["id"])


def test_it_makes_an_array_of_assets_in_groups(
    cast: Cast, manager: APIClient, unit: AssetGroup, train: AssetGroup
) -> None:
    kind = AssetTypeFactory(organisation=cast.organisation)
    groups = [unit, train, unit]
    bodies = [{"type_id": kind.pk, "group_id": group.pk} for group in groups]

    rows = manager.post(f"{cast.path}/assets", bodies).json()

    assert [row["position"] for row in rows] == [1, 1, 2]
    assert members_of(unit)[1:] == [int(rows[0]["id"]), int(rows[2]["id"])]


@pytest.mark.parametrize("way", ["", "/fields", "bulk"])
def test_it_puts_an_asset_at_the_end_of_a_group(
    cast: Cast,
    manager: APIClient,
    asset: AssetGroup,
    unit: AssetGroup,
    train: AssetGroup,
    way: str,
) -> None:
    def assign(group: AssetGroup | None) -> Any:
        value = str(group.pk) if group else None
        if way == "bulk":
            body = {"id": asset.pk, "group_id": value}
            return manager.patch(f"{cast.path}/assets", [body]).json()[0]
        key = "GroupId" if way else "group_id"
        return manager.patch(path_of(asset, way), {key: value}).json()

    assert (assign(unit)["group_id"], members_of(unit)[1]) == (str(unit.pk), asset.pk)
    # A temporary group is one more; the permanent one stays.
    shown = assign(train)
    assert (shown["group_id"], shown["position"]) == (str(unit.pk), 1)
    assert in_groups(asset) == {unit.pk, train.pk}
    other = make_unit(cast.organisation, make_asset(cast.organisation))
    assert assign(other)["group_id"] == str(other.pk)
    assert in_groups(asset) == {other.pk, train.pk}
    # None leaves the permanent group only.
    assert assign(None)["group_id"] is None
    assert in_groups(asset) == {train.pk}
    assert assign(None)["group_id"] is None


@pytest.mark.parametrize("none", NONE)
def test_it_leaves_by_the_spellings_of_none(
    manager: APIClient, asset: AssetGroup, unit: AssetGroup, none: object
) -> None:
    manager.patch(path_of(asset), {"group_id": unit.pk})

    shown = manager.patch(path_of(asset), {"group_id": none}).json()

    assert (shown["group_id"], in_groups(asset)) == (None, set())


def test_it_stays_where_it_is_when_it_joins_again(
    manager: APIClient, asset: AssetGroup, unit: AssetGroup
) -> None:
    manager.patch(path_of(asset), {"group_id": unit.pk})
    last = manager.patch(f"/api/assetgroups/{unit.pk}/assets/{asset.pk}", {"order": 0})
    assert last.status_code == 200
    shown, changes = manager.get(path_of(asset)).json(), Change.objects.count()

    for body in (shown, {"group_id": unit.pk}, {}):
        assert manager.patch(path_of(asset), body).json() == shown
    assert Change.objects.count() == changes


def test_it_switches_off_a_group_that_its_last_asset_leaves(
    cast: Cast, manager: APIClient, asset: AssetGroup, unit: AssetGroup
) -> None:
    alone = make_unit(cast.organisation, asset)

    manager.patch(path_of(asset), {"group_id": unit.pk})

    shown = manager.get(f"/api/assetgroups/{alone.pk}").json()
    assert (shown["assets"], shown["active"]) == ([], False)


def test_it_shows_which_group_an_asset_came_to(
    manager: APIClient, asset: AssetGroup, unit: AssetGroup
) -> None:
    for group in (unit.pk, None):
        manager.patch(path_of(asset), {"group_id": group})

    rows = Change.objects.filter(object_id=asset.pk, field="group_id").order_by("id")
    found = [(row.old, row.new) for row in rows]
    assert found == [(None, str(unit.pk)), (str(unit.pk), None)]


# What is none.


@pytest.mark.parametrize("way", ["create", "change", "fields"])
def test_it_refuses_what_is_no_group(
    cast: Cast, manager: APIClient, asset: AssetGroup, way: str
) -> None:
    kind = AssetTypeFactory(organisation=cast.organisation)
    deleted = make_unit(cast.organisation, make_asset(cast.organisation))
    delete_asset(deleted, actor=cast.owner)
    none = [
        make_unit(cast.other, make_asset(cast.other)).pk,
        deleted.pk,
        asset.pk,
        make_equipment(cast.organisation).pk,
        *(UNKNOWN, LARGEST, *NO_IDS),
    ]
    before = Asset.objects.count()

    for group in none:
        if way == "create":
            body = {"type_id": kind.pk, "group_id": group}
            answer = manager.post(f"{cast.path}/assets", body)
            expected = refusal("group_not_in_fleet", "group_id")
        elif way == "change":
            answer = manager.patch(path_of(asset), {"group_id": group})
            expected = refusal("group_invalid", "group_id")
        else:
            answer = manager.patch(path_of(asset, "/fields"), {"GroupId": group})
            expected = refusal("group_invalid", "GroupId")
        assert said(answer) == expected, group
    assert Asset.objects.count() == before
    assert in_groups(asset) == set()


# Fleets.

FLEETS = {"none": None, "one": 0, "two": 1}
# The fleet of the group, of the body (absent: the asset's own), of the asset.
JOINED = [
    ("none", "absent", "none", True),
    ("none", "absent", "one", True),
    ("none", "one", "none", False),
    ("none", "none", "one", True),
    ("one", "absent", "none", False),
    ("one", "absent", "one", True),
    ("one", "absent", "two", False),
    ("one", "one", "none", True),
    ("one", "one", "two", True),
    ("one", "two", "one", False),
    ("one", "none", "one", False),
]


@pytest.mark.parametrize(("group", "named", "own", "joins"), JOINED)
@pytest.mark.parametrize("way", ["", "/fields"])
def test_it_joins_groups_of_the_fleet(
    cast: Cast,
    manager: APIClient,
    group: str,
    named: str,
    own: str,
    joins: bool,
    way: str,
) -> None:
    fleets = [fleet.pk for fleet in FleetFactory.create_batch(2, **own_of(cast))]
    keys = {name: None if at is None else fleets[at] for name, at in FLEETS.items()}
    inside = make_asset(cast.organisation, fleet_id=keys[group])
    unit = make_unit(cast.organisation, inside, fleet_id=keys[group])
    asset = make_asset(cast.organisation, fleet_id=keys[own])
    body: dict[str, Any] = {"GroupId" if way else "group_id": str(unit.pk)}
    if named != "absent":
        body["FleetId" if way else "fleet_id"] = keys[named]

    answer = manager.patch(path_of(asset, way), body)

    if joins:
        assert answer.json()["group_id"] == str(unit.pk), answer.json()
        shown = answer.json()
        assert manager.patch(path_of(asset), shown).json() == shown
    else:
        assert said(answer) == refusal("group_not_in_fleet", next(iter(body)))
        assert in_groups(asset) == set()


def own_of(cast: Cast) -> dict[str, Any]:
    """Return what makes a row the organisation's."""
    return {"organisation": cast.organisation}


@pytest.mark.parametrize(
    ("group", "named", "joins"),
    [
        ("none", "none", True),
        ("none", "one", False),
        ("one", "none", False),
        ("one", "one", True),
        ("one", "two", False),
    ],
)
def test_it_makes_assets_in_groups_of_the_fleet(
    cast: Cast, manager: APIClient, group: str, named: str, joins: bool
) -> None:
    fleets = [fleet.pk for fleet in FleetFactory.create_batch(2, **own_of(cast))]
    keys = {name: None if at is None else fleets[at] for name, at in FLEETS.items()}
    inside = make_asset(cast.organisation, fleet_id=keys[group])
    unit = make_unit(cast.organisation, inside, fleet_id=keys[group])
    body = {
        "type_id": inside.type_id,
        "fleet_id": keys[named],
        "group_id": str(unit.pk),
    }

    answer = manager.post(f"{cast.path}/assets", body)

    if joins:
        assert answer.json()["group_id"] == str(unit.pk)
    else:
        assert said(answer) == refusal("group_not_in_fleet", "group_id")
        assert members_of(unit) == [inside.pk]


def test_it_changes_fleet_and_group_at_once(cast: Cast, manager: APIClient) -> None:
    old, new = FleetFactory.create_batch(2, **own_of(cast))
    asset = make_asset(cast.organisation, fleet_id=old.pk)
    make_unit(cast.organisation, asset, fleet_id=old.pk)
    there = make_asset(cast.organisation, fleet_id=new.pk)
    target = make_unit(cast.organisation, there, fleet_id=new.pk)
    alone = manager.patch(path_of(asset), {"fleet_id": new.pk})
    assert said(alone) == refusal("group_not_in_fleet", "fleet_id")

    body = {"fleet_id": new.pk, "group_id": target.pk}
    shown = manager.patch(path_of(asset), body).json()

    assert (shown["fleet_id"], shown["group_id"]) == (str(new.pk), str(target.pk))
    left = manager.patch(path_of(asset), {"fleet_id": None, "group_id": None}).json()
    assert (left["fleet_id"], left["group_id"]) == (None, None)


def test_it_stays_in_the_fleet_of_its_trains(cast: Cast, manager: APIClient) -> None:
    old, new = FleetFactory.create_batch(2, **own_of(cast))
    asset = make_asset(cast.organisation, fleet_id=old.pk)
    make_group(cast.organisation, asset, fleet_id=old.pk)
    there = make_asset(cast.organisation, fleet_id=new.pk)
    target = make_unit(cast.organisation, there, fleet_id=new.pk)

    for group in (target.pk, None):
        body = {"fleet_id": new.pk, "group_id": group}
        answer = manager.patch(path_of(asset), body)
        assert said(answer) == refusal("group_not_in_fleet", "fleet_id")


# Places.


def test_it_takes_the_place_of_the_group_along(
    cast: Cast, manager: APIClient, unit: AssetGroup
) -> None:
    yard, depot, works = LocationFactory.create_batch(3, **own_of(cast))
    track = SubLocationFactory(location=works)
    asset = make_asset(cast.organisation, location_id=yard.pk)
    manager.patch(f"/api/assetgroups/{unit.pk}", {"location_id": depot.pk})

    joined = manager.patch(path_of(asset), {"group_id": unit.pk}).json()
    left = manager.patch(path_of(asset), {"group_id": None}).json()

    assert joined["location"]["id"] == left["location"]["id"] == str(depot.pk)
    # A body that says where the asset is has the last word.
    manager.patch(path_of(asset), {"group_id": unit.pk})
    place = {"location_id": works.pk, "sub_location_id": track.pk}
    moved = manager.patch(path_of(asset), {"group_id": None, **place}).json()
    assert moved["location"]["id"] == str(works.pk)
    assert moved["sub_location"]["id"] == str(track.pk)


def test_it_goes_with_the_train_of_the_unit_that_it_joins(
    cast: Cast, manager: APIClient, asset: AssetGroup, unit: AssetGroup
) -> None:
    yard, depot, old = (
        LocationFactory(organisation=cast.organisation) for _ in range(3)
    )
    train = make_group(
        cast.organisation, make_asset(cast.organisation), unit, location_id=yard.pk
    )
    manager.patch(f"/api/assetgroups/{unit.pk}", {"location_id": str(old.pk)})

    manager.patch(path_of(asset), {"group_id": unit.pk})

    def place() -> tuple[Any, ...]:
        shown = manager.get(path_of(asset)).json()
        source = shown["location_source_group_id"]
        return shown["location"]["id"], source, shown["position"], shown["group_id"]

    assert place() == (str(yard.pk), str(train.pk), 1, str(unit.pk))
    listed = manager.get(f"{cast.path}/assets?location={yard.pk}").json()
    assert str(asset.pk) in [row["id"] for row in listed]
    manager.patch(f"/api/assetgroups/{train.pk}", {"location_id": str(depot.pk)})
    assert place() == (str(depot.pk), str(train.pk), 1, str(unit.pk))
    manager.delete(f"/api/assetgroups/{train.pk}/assets/{unit.pk}")
    assert place() == (str(depot.pk), str(unit.pk), 1, str(unit.pk))


def test_it_is_left_where_the_train_is_when_it_leaves_the_unit(
    cast: Cast, manager: APIClient, asset: AssetGroup, unit: AssetGroup
) -> None:
    yard = LocationFactory(organisation=cast.organisation)
    make_group(cast.organisation, unit, location_id=yard.pk)
    manager.patch(path_of(asset), {"group_id": unit.pk})

    shown = manager.patch(path_of(asset), {"group_id": None}).json()

    assert shown["location"]["id"] == str(yard.pk)
    assert (shown["location_source_group_id"], shown["position"]) == (None, 0)


def test_it_keeps_a_part_with_its_location(
    cast: Cast, manager: APIClient, unit: AssetGroup
) -> None:
    yard, depot = LocationFactory.create_batch(2, **own_of(cast))
    track = SubLocationFactory(location=yard)
    asset = make_asset(cast.organisation, location_id=yard.pk)
    manager.patch(f"/api/assetgroups/{unit.pk}", {"location_id": depot.pk})
    manager.patch(path_of(asset), {"group_id": unit.pk})

    body = {"group_id": None, "sub_location_id": track.pk}
    shown = manager.patch(path_of(asset), body).json()

    assert shown["location"]["id"] == str(yard.pk)
    assert shown["sub_location"]["id"] == str(track.pk)


def test_it_puts_many_assets_into_groups_at_once(
    cast: Cast, manager: APIClient, unit: AssetGroup, train: AssetGroup
) -> None:
    first, second, third = make_assets(cast.organisation, 3)
    bodies: list[dict[str, Any]] = [
        {"id": third.pk, "group_id": unit.pk},
        {"id": first.pk, "group_id": unit.pk, "name": "renamed"},
        {"id": second.pk, "group_id": train.pk, "active": False},
    ]

    rows = manager.patch(f"{cast.path}/assets", bodies).json()

    assert [row["position"] for row in rows] == [1, 2, 1]
    assert members_of(unit)[1:] == [third.pk, first.pk]
    assert (rows[1]["name"], rows[2]["active"]) == ("renamed", False)
    bodies[1]["group_id"] = UNKNOWN
    refused = manager.patch(f"{cast.path}/assets", [{"id": third.pk}, bodies[1]])
    assert said(refused) == refusal("group_invalid", "[1].group_id")
