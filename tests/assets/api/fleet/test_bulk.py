"""Arrays on create and bulk change: all or nothing (contract C16)."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from assets.ephemerality import Ephemerality
from assets.models import Asset, AssetGroup
from organisations.models import Change
from tests.cast import Cast
from tests.factories.assets import AssetTypeFactory, make_asset, make_assets
from tests.factories.organisations import SubscriptionFactory


@pytest.fixture
def manager(cast: Cast) -> APIClient:
    return cast.client("manager")


@pytest.fixture
def kind(cast: Cast) -> str:
    return str(AssetTypeFactory(organisation=cast.organisation).pk)


def test_it_makes_an_asset_of_each_object(
    manager: APIClient, cast: Cast, kind: str
) -> None:
    bodies = [{"type_id": kind, "name": f"wagon {n}"} for n in range(3)]
    answer = manager.post(f"{cast.path}/assets", bodies)
    assert answer.status_code == 201
    assert [one["name"] for one in answer.json()] == ["wagon 0", "wagon 1", "wagon 2"]
    numbers = [one["number"] for one in answer.json()]
    assert numbers == [numbers[0], numbers[0] + 1, numbers[0] + 2]
    assert (
        answer.json()[1] == manager.get(f"/api/assets/{answer.json()[1]['id']}").json()
    )


def test_it_makes_none_when_one_is_refused(
    manager: APIClient, cast: Cast, kind: str
) -> None:
    bodies: list[Any] = [
        {"type_id": kind, "name": "good"},
        {"name": "typeless"},
        {"type_id": kind, "name": "x", "description": 5},
    ]
    answer = manager.post(f"{cast.path}/assets", bodies)
    assert answer.status_code == 400
    body = answer.json()
    assert body["code"] == "asset_type_required"
    assert set(body["errors"]) == {"[1].type_id", "[2].name", "[2].description"}
    assert not Asset.objects.exists()
    assert cast.organisation.default_prefix is not None
    cast.organisation.default_prefix.refresh_from_db()
    assert cast.organisation.default_prefix.last_number == 0


@pytest.mark.parametrize("bodies", [[], ["x"], [None], [[]]])
def test_it_refuses_what_is_no_array_of_objects(
    manager: APIClient, cast: Cast, bodies: list[Any]
) -> None:
    for method in (manager.post, manager.patch):
        answer = method(f"{cast.path}/assets", bodies)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_body")


def test_it_refuses_more_than_it_takes(manager: APIClient, cast: Cast) -> None:
    assert manager.post(f"{cast.path}/assets", [{}] * 5_001).status_code == 400
    assert manager.patch(f"{cast.path}/assets", [{}] * 201).status_code == 400
    assert manager.patch(f"{cast.path}/assets", {"id": "1"}).status_code == 400


def test_it_makes_equipment_of_an_array(manager: APIClient, cast: Cast) -> None:
    kind = AssetTypeFactory(
        organisation=cast.organisation, ephemerality=Ephemerality.EQUIPMENT
    )
    answer = manager.post(f"{cast.path}/equipment", [{"type_id": str(kind.pk)}] * 2)
    assert answer.status_code == 201
    assert [one["name"] for one in answer.json()] == ["new equipment"] * 2


def test_it_changes_each_row_named(manager: APIClient, cast: Cast) -> None:
    first, second, third = make_assets(cast.organisation, 3)
    answer = manager.patch(
        f"{cast.path}/assets",
        [{"id": str(second.pk), "name": "changed"}, {"id": first.pk, "active": False}],
    )
    assert answer.status_code == 200
    shown = [(one["id"], one["name"], one["active"]) for one in answer.json()]
    assert shown == [
        (str(second.pk), "changed", True),
        (str(first.pk), first.name, False),
    ]
    assert AssetGroup.objects.get(pk=third.pk).name == third.name
    changes = Change.objects.filter(model="assetgroup", action="changed")
    assert {(one.object_id, one.field) for one in changes} == {
        (second.pk, "name"),
        (first.pk, "active"),
    }


def test_it_keeps_the_search_form_and_the_time_true(
    manager: APIClient, cast: Cast
) -> None:
    asset = make_asset(cast.organisation)
    manager.patch(f"{cast.path}/assets", [{"id": str(asset.pk), "name": "  ÄITI  "}])
    fresh = AssetGroup.objects.get(pk=asset.pk)
    assert (fresh.name, fresh.normalised_name) == ("ÄITI", "aiti")
    assert fresh.updated_at > asset.updated_at


def test_it_changes_none_when_one_is_refused(manager: APIClient, cast: Cast) -> None:
    asset = make_asset(cast.organisation)
    foreign = make_asset(cast.other)
    equipment = make_asset(
        cast.organisation,
        type_id=AssetTypeFactory(
            organisation=cast.organisation, ephemerality=Ephemerality.EQUIPMENT
        ).pk,
        ephemerality=Ephemerality.EQUIPMENT,
    )
    bodies = [
        {"id": str(asset.pk), "name": "changed"},
        {"id": str(foreign.pk), "name": "stolen"},
        {"id": "abc"},
        {"name": "nobody"},
        {"id": str(equipment.pk)},
        {"id": str(asset.pk), "name": "twice"},
    ]
    answer = manager.patch(f"{cast.path}/assets", bodies)
    assert (answer.status_code, answer.json()["code"]) == (400, "asset_not_found")
    assert set(answer.json()["errors"]) == {f"[{n}].id" for n in range(1, 6)}
    assert AssetGroup.objects.get(pk=asset.pk).name == asset.name


def test_it_costs_the_same_for_many(
    manager: APIClient, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    rows = make_assets(cast.organisation, 50)
    with django_assert_max_num_queries(20):
        answer = manager.patch(
            f"{cast.path}/assets",
            [{"id": str(row.pk), "description": "seen"} for row in rows],
        )
    assert answer.status_code == 200


def test_it_moves_the_seats_of_all_together(manager: APIClient, cast: Cast) -> None:
    old = SubscriptionFactory(organisation=cast.organisation, capacity=2)
    new = SubscriptionFactory(organisation=cast.organisation, capacity=1)
    rows = make_assets(cast.organisation, 2, subscription_id=old.pk)
    bodies = [{"id": str(row.pk), "subscription_id": str(new.pk)} for row in rows]
    answer = manager.patch(f"{cast.path}/assets", bodies)
    assert answer.status_code == 429
    assert answer.json()["code"] == "subscription_allocation_failed"
    assert "Retry-After" not in answer.headers
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.allocated, new.allocated) == (2, 0)
    assert manager.patch(f"{cast.path}/assets", bodies[:1]).status_code == 200
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.allocated, new.allocated) == (1, 1)


def test_it_needs_the_permission(cast: Cast) -> None:
    answer = cast.client("member").patch(f"{cast.path}/assets", [])
    assert (answer.status_code, answer.json()["code"]) == (403, "missing_permission")
