"""Reorder Asset: contract row 34, resolution 5."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from assets.models import AssetGroup
from tests.assets.api.fleet.calls import refusal, said
from tests.assets.api.fleet.group_shapes import members_of
from tests.cast import Cast
from tests.factories.assets import make_assets
from tests.factories.groups import make_group, make_unit


@pytest.fixture
def cars(cast: Cast) -> list[AssetGroup]:
    """Return five assets."""
    return make_assets(cast.organisation, 5)


@pytest.fixture
def train(cast: Cast, cars: list[AssetGroup]) -> AssetGroup:
    """Return a temporary group of the first three."""
    return make_group(cast.organisation, *cars[:3])


def place_of(group: AssetGroup, asset: AssetGroup | int) -> str:
    """Return the path of an asset in a group."""
    key = asset if isinstance(asset, int) else asset.pk
    return f"/api/assetgroups/{group.pk}/assets/{key}"


def order_of(group: AssetGroup, cars: list[AssetGroup]) -> list[int]:
    """Return who stands in the group, as places among the cars."""
    keys = [car.pk for car in cars]
    return [keys.index(key) for key in members_of(group)]


def shown_order(answer: Any, cars: list[AssetGroup]) -> list[int]:
    """Return the same of an answer, after looking at its positions."""
    assert answer.status_code == 200, answer.json()
    rows = answer.json()["assets"]
    assert [one["position"] for one in rows] == list(range(len(rows)))
    assert [one["asset"]["position"] for one in rows] == list(range(len(rows)))
    keys = [str(car.pk) for car in cars]
    return [keys.index(one["asset"]["id"]) for one in rows]


@pytest.mark.parametrize(
    ("car", "order", "expected"),
    [
        (0, 0, [0, 1, 2]),
        (0, 1, [1, 0, 2]),
        (0, 2, [1, 2, 0]),
        (2, "0", [2, 0, 1]),
        (1, 2, [0, 2, 1]),
    ],
)
@pytest.mark.parametrize("way", ["body", "query", "form"])
def test_it_moves_an_asset(
    member: APIClient,
    train: AssetGroup,
    cars: list[AssetGroup],
    car: int,
    order: Any,
    expected: list[int],
    way: str,
) -> None:
    path = place_of(train, cars[car])

    if way == "query":
        answer = member.patch(f"{path}?order={order}")
    elif way == "form":
        form = f"order={order}"
        kind = "application/x-www-form-urlencoded"
        answer = member.patch(path, form, content_type=kind)
    else:
        answer = member.patch(path, {"order": order})

    assert shown_order(answer, cars) == order_of(train, cars) == expected


def test_it_moves_in_a_permanent_group(cast: Cast, member: APIClient) -> None:
    cars = make_assets(cast.organisation, 3)
    unit = make_unit(cast.organisation, *cars)

    answer = member.patch(place_of(unit, cars[2]), {"order": 0})

    assert shown_order(answer, cars) == [2, 0, 1]


@pytest.mark.parametrize(
    "order", [None, 3, -1, "x", "", 0.0, True, [], {}, 2**63, "9" * 30, "\u0661"]
)
@pytest.mark.parametrize("way", ["body", "query"])
def test_it_refuses_an_order_that_is_none(
    member: APIClient,
    train: AssetGroup,
    cars: list[AssetGroup],
    order: Any,
    way: str,
) -> None:
    path = place_of(train, cars[0])

    if way == "query":
        answer = member.patch(f"{path}?order={order}")
    else:
        answer = member.patch(path, {"order": order})

    assert said(answer) == refusal("order_out_of_range", "order")
    assert order_of(train, cars) == [0, 1, 2]


def test_it_moves_one_asset_at_a_time(
    cast: Cast, member: APIClient, train: AssetGroup, cars: list[AssetGroup]
) -> None:
    unit = make_unit(cast.organisation, cars[3], cars[4])
    member.put(place_of(train, unit))

    answer = member.patch(place_of(train, unit), {"order": 0})

    assert said(answer) == refusal("asset_not_in_group")


def test_it_takes_an_order_as_json_and_forms_only(
    member: APIClient, train: AssetGroup, cars: list[AssetGroup]
) -> None:
    answer = member.patch(place_of(train, cars[0]), "0", content_type="text/plain")

    assert said(answer) == refusal("unsupported_media_type", status=415)
