"""Deleting groups and what is in them: section 6."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from assets.models import AssetGroup
from assets.services.groups import CONSIST
from organisations.models import Change
from tests.assets.api.fleet.calls import refusal, said
from tests.assets.api.fleet.group_shapes import members_of
from tests.cast import Cast
from tests.factories.assets import make_assets
from tests.factories.groups import make_group, make_unit
from tests.factories.organisations import LocationFactory


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


@pytest.mark.parametrize("make", [make_group, make_unit])
def test_it_deletes_a_group(
    cast: Cast, manager: APIClient, cars: list[AssetGroup], make: Any
) -> None:
    depot = LocationFactory(organisation=cast.organisation)
    group = make(cast.organisation, *cars, location_id=depot.pk)

    answer = manager.delete(path_of(group))

    assert (answer.status_code, answer.content) == (204, b"")
    for tail in ("", "/history"):
        gone = manager.get(path_of(group, tail))
        assert said(gone) == refusal("not_found", status=404)
    assert manager.get(f"{cast.path}/asset-groups").json() == []
    for car in cars:
        shown = manager.get(f"/api/assets/{car.pk}").json()
        assert (shown["location"]["id"], shown["group_id"]) == (str(depot.pk), None)
        assert (shown["location_source_group_id"], shown["position"]) == (None, 0)
    again = manager.delete(path_of(group))
    assert said(again) == refusal("not_found", status=404)


def test_it_keeps_the_number_and_the_history_of_what_is_deleted(
    cast: Cast, manager: APIClient, train: AssetGroup, cars: list[AssetGroup]
) -> None:
    ids = [str(car.pk) for car in cars]
    manager.delete(path_of(train))

    number = {"number": train.number, "ephemerality": 1, CONSIST: ids}
    again = manager.post(f"{cast.path}/asset-groups", number)

    assert said(again) == refusal("number_in_use", "number")
    kept = Change.objects.filter(model="assetgroup", object_id=train.pk).order_by("id")
    actions = [one.action for one in kept]
    assert actions == ["created", "changed", "changed", "changed", "deleted"]
    (deletion,) = kept.filter(action="deleted")
    assert deletion.old is not None
    assert (deletion.old["name"], deletion.who) == ("IC 943", "manager")


def test_it_takes_a_deleted_asset_out_of_its_groups(
    cast: Cast, manager: APIClient, train: AssetGroup, cars: list[AssetGroup]
) -> None:
    depot = LocationFactory(organisation=cast.organisation)
    manager.patch(path_of(train), {"location_id": depot.pk})
    unit = make_unit(cast.organisation, cars[0])

    assert manager.delete(f"/api/assets/{cars[0].pk}").status_code == 204

    assert (members_of(train), members_of(unit)) == ([cars[1].pk], [])
    assert manager.get(path_of(unit)).json()["active"] is False
    (member,) = manager.get(path_of(train)).json()["assets"]
    assert (member["position"], member["asset"]["id"]) == (0, str(cars[1].pk))
    row = AssetGroup.objects.get(pk=cars[0].pk)
    assert (row.location, row.governed_by, row.group) == (depot, None, None)
    gone = refusal("not_found", status=404)
    for path in (f"/api/assets/{row.pk}", path_of(row), path_of(row, "/history")):
        assert said(manager.get(path)) == gone
    for tail in ("", "/fields"):
        change = manager.patch(f"/api/assets/{row.pk}{tail}", {})
        assert said(change) == refusal("asset_not_found")


def test_it_takes_a_deleted_unit_out_of_its_train(
    cast: Cast, manager: APIClient, cars: list[AssetGroup]
) -> None:
    depot = LocationFactory(organisation=cast.organisation)
    unit = make_unit(cast.organisation, *cars)
    train = make_group(cast.organisation, unit, location_id=depot.pk)

    manager.delete(path_of(unit))

    # Its assets stay coupled, as assets.
    assert members_of(train) == [car.pk for car in cars]
    row = AssetGroup.objects.get(pk=unit.pk)
    assert (row.location, row.governed_by) == (depot, None)
    manager.patch(path_of(train), {"location_id": None})
    manager.delete(path_of(train))
    assert AssetGroup.objects.get(pk=unit.pk).location == depot


def test_it_costs_the_same_to_delete_a_long_train(
    cast: Cast, manager: APIClient, django_assert_max_num_queries: Any
) -> None:
    train = make_group(cast.organisation, *make_assets(cast.organisation, 40))

    with django_assert_max_num_queries(30):
        assert manager.delete(path_of(train)).status_code == 204
