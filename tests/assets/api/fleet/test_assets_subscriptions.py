"""`subscription_id` of Create and Update Asset: rows 24 to 26, resolution 24."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from assets.models import Asset, AssetGroup
from assets.services.removal import delete_asset, restore_asset
from organisations.models import Change, Prefix, Subscription
from tests.assets.api.fleet.calls import LARGEST, NO_IDS, NONE, UNKNOWN, refusal, said
from tests.cast import Cast
from tests.factories.assets import AssetTypeFactory, make_asset, make_assets
from tests.factories.organisations import SubscriptionFactory

FULL = refusal("subscription_allocation_failed", "subscription_id", status=429)


@pytest.fixture
def plan(cast: Cast) -> Subscription:
    """Return a subscription with two seats."""
    return plan_of(cast, capacity=2)


def plan_of(cast: Cast, **values: Any) -> Subscription:
    """Make a subscription of the organisation."""
    found: Subscription = SubscriptionFactory(organisation=cast.organisation, **values)
    return found


@pytest.fixture
def asset(cast: Cast) -> AssetGroup:
    """Return an asset without a seat."""
    return make_asset(cast.organisation)


@pytest.fixture
def kind(cast: Cast) -> int:
    """Return a type of assets."""
    return int(AssetTypeFactory(organisation=cast.organisation).pk)


def path_of(asset: AssetGroup, tail: str = "") -> str:
    """Return where an asset is."""
    return f"/api/assets/{asset.pk}{tail}"


def taken(*plans: Subscription) -> list[int]:
    """Return how many seats are taken, after counting who has them."""
    found = []
    for plan in plans:
        allocated = Subscription.objects.get(pk=plan.pk).allocated
        assert AssetGroup.objects.filter(subscription=plan).count() == allocated
        found.append(allocated)
    return found


# Taking a seat.


@pytest.mark.parametrize("spell", [str, int])
def test_it_makes_an_asset_with_a_seat(
    cast: Cast, manager: APIClient, plan: Subscription, kind: int, spell: Any
) -> None:
    body = {"type_id": kind, "subscription_id": spell(plan.pk)}

    answer = manager.post(f"{cast.path}/assets", body)

    assert answer.status_code == 201
    assert answer.json()["subscription_id"] == str(plan.pk)
    assert taken(plan) == [1]


@pytest.mark.parametrize("way", ["", "/fields", "bulk"])
def test_it_moves_seats(
    cast: Cast, manager: APIClient, plan: Subscription, asset: AssetGroup, way: str
) -> None:
    other = plan_of(cast)

    def give(value: object) -> Any:
        if way == "bulk":
            body = {"id": asset.pk, "subscription_id": value}
            return manager.patch(f"{cast.path}/assets", [body]).json()[0]
        key = "SubscriptionId" if way else "subscription_id"
        return manager.patch(path_of(asset, way), {key: value}).json()

    assert give(str(plan.pk))["subscription_id"] == str(plan.pk)
    assert taken(plan, other) == [1, 0]
    assert give(plan.pk)["subscription_id"] == str(plan.pk)
    assert taken(plan, other) == [1, 0]
    assert give(other.pk)["subscription_id"] == str(other.pk)
    assert taken(plan, other) == [0, 1]
    for none in NONE:
        assert give(none)["subscription_id"] is None
    assert taken(plan, other) == [0, 0]
    rows = Change.objects.filter(object_id=asset.pk, field="subscription_id")
    found = [(row.old, row.new) for row in rows.order_by("id")]
    first, second = str(plan.pk), str(other.pk)
    assert found == [(None, first), (first, second), (second, None)]


def test_it_takes_seats_for_an_array(
    cast: Cast, manager: APIClient, plan: Subscription, kind: int
) -> None:
    body = {"type_id": kind, "subscription_id": plan.pk}

    three = manager.post(f"{cast.path}/assets", [body] * 3)
    two = manager.post(f"{cast.path}/assets", [body] * 2)

    assert said(three) == FULL
    assert (two.status_code, taken(plan)) == (201, [2])
    assert Asset.objects.count() == 2


# No seat to be had.

WHEN = {"past": timedelta(seconds=-1), "soon": timedelta(minutes=5)}


@pytest.mark.parametrize(
    "values",
    [
        {"capacity": 0},
        {"enabled": False},
        {"starts_at": "soon"},
        {"ends_at": "past"},
        {"starts_at": "past", "ends_at": "past", "capacity": None},
    ],
)
@pytest.mark.parametrize("way", ["create", "change", "fields"])
def test_it_refuses_a_seat_where_none_is_to_be_had(
    cast: Cast,
    manager: APIClient,
    asset: AssetGroup,
    kind: int,
    values: dict[str, Any],
    way: str,
) -> None:
    now = timezone.now()
    plan = plan_of(
        cast,
        **{
            key: now + WHEN[value] if isinstance(value, str) else value
            for key, value in values.items()
        },
    )
    before = (Asset.objects.count(), Change.objects.count(), _last(cast))

    body: dict[str, Any]
    if way == "create":
        body = {"type_id": kind, "subscription_id": plan.pk}
        answer = manager.post(f"{cast.path}/assets", body)
    elif way == "change":
        body = {"name": "renamed", "subscription_id": plan.pk}
        answer = manager.patch(path_of(asset), body)
    else:
        body = {"Name": "renamed", "subscription_id": plan.pk}
        answer = manager.patch(path_of(asset, "/fields"), body)

    assert said(answer) == FULL
    assert "Retry-After" not in answer
    assert (Asset.objects.count(), Change.objects.count(), _last(cast)) == before
    assert (AssetGroup.objects.get(pk=asset.pk).name, taken(plan)) == ("asset 0", [0])


def _last(cast: Cast) -> int:
    return Prefix.objects.get(pk=cast.organisation.default_prefix_id).last_number


@pytest.mark.parametrize(
    "values",
    [
        {"capacity": None},
        {"starts_at": "past"},
        {"ends_at": "soon"},
        {"starts_at": "past", "ends_at": "soon", "capacity": 1},
    ],
)
def test_it_gives_a_seat_in_time(
    cast: Cast, manager: APIClient, asset: AssetGroup, values: dict[str, Any]
) -> None:
    now = timezone.now()
    plan = plan_of(
        cast,
        **{
            key: now + WHEN[value] if isinstance(value, str) else value
            for key, value in values.items()
        },
    )

    answer = manager.patch(path_of(asset), {"subscription_id": plan.pk})

    assert (answer.status_code, taken(plan)) == (200, [1])


def test_it_refuses_subscriptions_of_nobody_and_of_others(
    cast: Cast, manager: APIClient, asset: AssetGroup, kind: int
) -> None:
    foreign = SubscriptionFactory(organisation=cast.other)

    for key in (UNKNOWN, LARGEST, str(foreign.pk)):
        body = {"type_id": kind, "subscription_id": key}
        assert said(manager.post(f"{cast.path}/assets", body)) == FULL
        changed = manager.patch(path_of(asset), {"subscription_id": key})
        assert said(changed) == FULL
    assert taken(foreign) == [0]


def test_it_refuses_what_is_no_id(
    cast: Cast, manager: APIClient, asset: AssetGroup, kind: int
) -> None:
    expected = refusal("invalid_body", "subscription_id")

    for value in NO_IDS:
        body = {"type_id": kind, "subscription_id": value}
        assert said(manager.post(f"{cast.path}/assets", body)) == expected
        changed = manager.patch(path_of(asset), {"subscription_id": value})
        assert said(changed) == expected


def test_it_keeps_a_seat_that_could_not_be_had_again(
    cast: Cast, manager: APIClient, plan: Subscription, asset: AssetGroup
) -> None:
    manager.patch(path_of(asset), {"subscription_id": plan.pk})
    Subscription.objects.filter(pk=plan.pk).update(enabled=False)
    shown = manager.get(path_of(asset)).json()

    assert manager.patch(path_of(asset), shown).json() == shown
    renamed = manager.patch(path_of(asset), {**shown, "name": "renamed"})

    assert (renamed.status_code, taken(plan)) == (200, [1])


def test_it_does_not_hand_a_seat_on_that_is_not_to_be_had(
    cast: Cast, manager: APIClient, plan: Subscription
) -> None:
    first, second = make_assets(cast.organisation, 2)
    manager.patch(path_of(first), {"subscription_id": plan.pk})
    bodies: list[dict[str, Any]] = [
        {"id": first.pk, "subscription_id": None},
        {"id": second.pk, "subscription_id": plan.pk},
    ]
    Subscription.objects.filter(pk=plan.pk).update(enabled=False)
    assert said(manager.patch(f"{cast.path}/assets", bodies)) == FULL

    Subscription.objects.filter(pk=plan.pk).update(enabled=True, capacity=1)
    rows = manager.patch(f"{cast.path}/assets", bodies).json()

    assert [row["subscription_id"] for row in rows] == [None, str(plan.pk)]
    assert taken(plan) == [1]


def test_it_locks_subscriptions_in_the_order_of_their_ids(
    cast: Cast, manager: APIClient, asset: AssetGroup
) -> None:
    plans = [plan_of(cast, capacity=1) for _ in range(2)]
    for plan in (*plans, *reversed(plans)):
        answer = manager.patch(path_of(asset), {"subscription_id": plan.pk})
        assert answer.status_code == 200
    assert taken(*plans) == [1, 0]


# Giving a seat back.


@pytest.mark.parametrize("way", ["", "/fields", "bulk"])
@pytest.mark.parametrize("names_it", [False, True])
def test_it_gives_the_seat_back_when_switched_off(
    cast: Cast,
    manager: APIClient,
    plan: Subscription,
    asset: AssetGroup,
    way: str,
    names_it: bool,
) -> None:
    manager.patch(path_of(asset), {"subscription_id": plan.pk})
    body: dict[str, Any] = {"active": False}
    if names_it:
        body["subscription_id"] = plan.pk

    if way == "bulk":
        manager.patch(f"{cast.path}/assets", [{"id": asset.pk, **body}])
    else:
        manager.patch(path_of(asset, way), body)

    shown = manager.get(path_of(asset)).json()
    assert (shown["active"], shown["subscription_id"]) == (False, None)
    assert taken(plan) == [0]
    # Switched on again it has none.
    shown = manager.patch(path_of(asset), {"active": True}).json()
    assert shown["subscription_id"] is None


def test_it_gives_the_seat_back_when_deleted(
    cast: Cast, manager: APIClient, plan: Subscription, asset: AssetGroup
) -> None:
    manager.patch(path_of(asset), {"subscription_id": plan.pk})

    assert manager.delete(path_of(asset)).status_code == 204

    assert taken(plan) == [0]
    (deletion,) = Change.objects.filter(object_id=asset.pk, action="deleted")
    assert deletion.old is not None
    assert deletion.old["subscription_id"] == str(plan.pk)
    delete_asset(asset, actor=cast.owner)
    restore_asset(asset, actor=cast.owner)
    assert taken(plan) == [0]
    assert manager.get(path_of(asset)).json()["subscription_id"] is None


def test_it_leaves_the_seats_alone_when_something_else_is_wrong(
    cast: Cast, manager: APIClient, plan: Subscription, asset: AssetGroup
) -> None:
    body = {"subscription_id": plan.pk, "name": "x"}

    answer = manager.patch(path_of(asset), body)

    assert said(answer) == refusal("invalid_body", "name")
    assert taken(plan) == [0]
