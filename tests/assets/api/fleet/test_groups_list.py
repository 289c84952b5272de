"""List and Get Asset Group: contract rows 29 and 30, resolutions 1 and 3."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from assets.ephemerality import Ephemerality
from assets.models import AssetGroup
from tests.assets.api.fleet.calls import UNKNOWN, refusal, said
from tests.assets.api.fleet.group_shapes import group_shape
from tests.assets.api.fleet.shapes import asset_shape
from tests.cast import Cast
from tests.counting import queries_of_page
from tests.factories.assets import (
    AssetFieldFactory,
    AssetStatusFactory,
    AssetTypeFactory,
    make_asset,
    make_assets,
)
from tests.factories.groups import make_equipment, make_group, make_type, make_unit
from tests.factories.organisations import FleetFactory, LocationFactory

ALL = ["Åland 1", "aland 2", "Turku", "unit"]


@pytest.fixture
def register(cast: Cast) -> dict[str, str]:
    """Fill two organisations with groups; return ids by name."""
    own, organisation = {"organisation": cast.organisation}, cast.organisation
    fleet, status = FleetFactory(**own), AssetStatusFactory(**own)
    depot, yard = LocationFactory(**own), LocationFactory(**own)
    kind = make_type(organisation, Ephemerality.PERMANENT)
    assets = make_assets(organisation, 3)
    inside = make_asset(organisation, fleet_id=fleet.pk)
    make_equipment(organisation)
    make_group(organisation, inside, name="Åland 1", fleet_id=fleet.pk)
    make_group(organisation, assets[0], name="aland 2", location_id=depot.pk)
    make_group(organisation, assets[1], name="Turku", active=False)
    unit = make_unit(
        organisation,
        assets[2],
        name="unit",
        type_id=kind,
        status_id=status.pk,
        location_id=yard.pk,
    )
    AssetGroup.objects.filter(name="Turku").update(open_work_item_count=2)
    make_group(cast.other, make_asset(cast.other), name="aland of others")
    return {
        "fleet": str(fleet.pk),
        "status": str(status.pk),
        "depot": str(depot.pk),
        "yard": str(yard.pk),
        "type": str(kind),
        "unit": str(unit.pk),
        "asset": str(assets[2].pk),
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ALL),
        ("ephemerality=", ALL),
        ("ephemerality=1", ALL[:3]),
        ("ephemerality=temporary", ALL[:3]),
        ("ephemerality=2", ["unit"]),
        ("ephemerality=permanent&name=u", ["unit"]),
        ("ephemerality=0&name=asset 2", ["asset 2"]),
        ("ephemerality=3", ["asset 0"]),
        ("ephemerality=equipment", ["asset 0"]),
        ("fleet={fleet}", ["Åland 1"]),
        ("fleet=0", ALL[1:]),
        ("type={type}", ["unit"]),
        ("type=0", ALL[:3]),
        ("status={status}", ["unit"]),
        ("location={depot}", ["aland 2"]),
        ("location={yard},{depot}", ["aland 2", "unit"]),
        ("active=true", ["Åland 1", "aland 2", "unit"]),
        ("active=0", ["Turku"]),
        ("name=aland", ALL[:2]),
        ("name=Å", ALL[:2]),
        (f"fleet={UNKNOWN}", []),
        ("$filter=ephemerality eq 2", ["unit"]),
        ("$filter=open_work_item_count gt 0", ["Turku"]),
        ("$filter=ClosedWorkItemCount eq 0 and active", ["Åland 1", "aland 2", "unit"]),
        ("$filter=location/id eq {depot}", ["aland 2"]),
        ("$filter=status/name ne null", ["unit"]),
        ("$orderby=name desc", ["unit", "Turku", "aland 2", "Åland 1"]),
        ("$orderby=open_work_item_count desc&$top=1", ["Turku"]),
        ("$orderby=ephemerality desc,id&$skip=3", ["Turku"]),
    ],
)
def test_it_filters_groups(
    cast: Cast,
    member: APIClient,
    register: dict[str, str],
    query: str,
    expected: list[str],
) -> None:
    path = f"{cast.path}/asset-groups?{query.format(**register)}"

    rows = member.get(path).json()

    assert [row["name"] for row in rows] == expected
    if "$" not in query:
        counted = member.get(f"{path}&$count=true&$top=0").json()
        assert counted["@odata.count"] == len(expected)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("ephemerality", "4"),
        ("ephemerality", "x"),
        ("ephemerality", "1,2"),
        ("ephemerality", "1.0"),
        ("active", "perhaps"),
        ("type", "x"),
        ("location", "-1"),
    ],
)
def test_it_refuses_filters_that_are_none(
    cast: Cast, member: APIClient, key: str, value: str
) -> None:
    answer = member.get(f"{cast.path}/asset-groups", {key: value})

    assert said(answer) == refusal("invalid_filter", key)


def test_it_lists_groups_as_it_shows_them(
    cast: Cast, member: APIClient, register: dict[str, str]
) -> None:
    for query in ("", "?ephemerality=0", "?ephemerality=3"):
        rows = member.get(f"{cast.path}/asset-groups{query}").json()
        assert rows
        for row in rows:
            assert row == member.get(f"/api/assetgroups/{row['id']}").json()


def test_it_shows_a_single_asset_as_a_group_of_itself(
    cast: Cast, member: APIClient
) -> None:
    for row in (make_asset(cast.organisation), make_equipment(cast.organisation)):
        shown = member.get(f"/api/assetgroups/{row.pk}").json()
        assert shown == group_shape(row, [asset_shape(row)])


def test_it_keeps_its_place_in_a_group_apart_from_the_asset_s(
    cast: Cast, member: APIClient
) -> None:
    first, second = make_assets(cast.organisation, 2)
    make_group(cast.organisation, first, second)

    (itself,) = member.get(f"/api/assetgroups/{second.pk}").json()["assets"]

    assert (itself["position"], itself["asset"]["position"]) == (0, 1)


@pytest.mark.parametrize("key", ["x", "0", "9" * 20, str(UNKNOWN)])
def test_it_finds_no_group(member: APIClient, key: str, cast: Cast) -> None:
    answer = member.get(f"/api/assetgroups/{key}")

    assert said(answer) == refusal("not_found", status=404)


def test_it_selects_keys(cast: Cast, member: APIClient) -> None:
    make_group(cast.organisation, make_asset(cast.organisation))

    (row,) = member.get(f"{cast.path}/asset-groups?$select=name,assets").json()

    assert list(row) == ["name", "assets"]


@pytest.fixture
def describing(cast: Cast) -> dict[str, Any]:
    """Return what an asset with everything embedded is made of."""
    own = {"organisation": cast.organisation}
    field = AssetFieldFactory(**own)
    return {
        "type_id": AssetTypeFactory(**own, with_fields=[field]).pk,
        "status_id": AssetStatusFactory(**own).pk,
        "location_id": LocationFactory(**own).pk,
        "fields": {str(field.pk): "something"},
    }


def test_it_costs_the_same_for_two_groups_and_fifty(
    cast: Cast, member: APIClient, describing: dict[str, Any]
) -> None:
    organisation, path = cast.organisation, f"{cast.path}/asset-groups"
    counts = []
    for count in (2, 48):
        for asset in make_assets(organisation, count, **describing):
            make_group(organisation, asset, location_id=describing["location_id"])
        counts.append(queries_of_page(member, path))

    # The token, the caller's standing, groups, members, definitions, locations.
    assert counts == [6, 6]


def test_it_costs_the_same_for_groups_of_forty(
    cast: Cast, member: APIClient, describing: dict[str, Any]
) -> None:
    organisation, path = cast.organisation, f"{cast.path}/asset-groups"
    assets = make_assets(organisation, 40, **describing)
    make_group(organisation, assets[0])
    few = queries_of_page(member, path)

    for _ in range(3):
        make_group(organisation, *assets)

    rows = member.get(path).json()
    assert [len(row["assets"]) for row in rows] == [1, 40, 40, 40]
    assert queries_of_page(member, path) == few
