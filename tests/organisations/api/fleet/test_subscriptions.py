"""Subscriptions: `O/subscriptions` and `/api/subscriptions/{id}`."""

from typing import Any

import pytest

from organisations.models import Membership, Subscription
from tests.assets.api.fleet.calls import UNKNOWN, refusal, said
from tests.cast import Cast
from tests.factories.organisations import SubscriptionFactory
from tests.organisations.api.fleet.callers import changes_of

WHOLE = {
    "name": "Gold",
    "capacity": 5,
    "starts_at": "2026-01-01T00:00:00Z",
    "ends_at": "2026-12-31T23:59:59Z",
    "enabled": False,
}


@pytest.fixture
def subscription(cast: Cast) -> Subscription:
    """Return a subscription of which three of ten seats are taken."""
    made: Subscription = SubscriptionFactory(
        organisation=cast.organisation, name="Silver", allocated=3
    )
    return made


def test_it_is_sold_by_staff(cast: Cast) -> None:
    response = cast.client("staff").post(f"{cast.path}/subscriptions", WHOLE)

    subscription = Subscription.objects.get()
    assert response.status_code == 201
    assert response["Location"] == f"/api/subscriptions/{subscription.pk}"
    assert response.json() == {
        "id": str(subscription.pk),
        "organisation_id": str(cast.organisation.pk),
        **WHOLE,
        "allocated": 0,
    }
    assert [change[:2] for change in changes_of(subscription)] == [("created", "")]


def test_it_is_read_by_members(cast: Cast, subscription: Subscription) -> None:
    client = cast.client("member")
    shown = {
        "id": str(subscription.pk),
        "organisation_id": str(cast.organisation.pk),
        "name": "Silver",
        "capacity": 10,
        "allocated": 3,
        "starts_at": None,
        "ends_at": None,
        "enabled": True,
    }

    assert client.get(f"{cast.path}/subscriptions").json() == [shown]
    assert client.get(f"/api/subscriptions/{subscription.pk}").json() == shown


def test_it_is_changed_by_staff(cast: Cast, subscription: Subscription) -> None:
    path = f"/api/subscriptions/{subscription.pk}"
    client = cast.client("staff")
    seen = client.get(path).json()

    same = client.patch(path, seen)
    changed = client.patch(path, {"capacity": None, "allocated": 0})

    assert same.json() == seen
    assert changed.json() == {**seen, "capacity": None}
    assert changes_of(subscription) == [("changed", "capacity", 10, None)]


def test_it_keeps_room_for_the_seats_that_are_taken(
    cast: Cast, subscription: Subscription
) -> None:
    path = f"/api/subscriptions/{subscription.pk}"

    response = cast.client("staff").patch(path, {"capacity": 2})

    assert said(response) == refusal("invalid_body", "capacity")


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"name": "A"}, "name"),
        ({"name": "a" * 21}, "name"),
        ({"name": None}, "name"),
        ({"capacity": -1}, "capacity"),
        ({"capacity": 2**31}, "capacity"),
        ({"capacity": 10**30}, "capacity"),
        ({"capacity": True}, "capacity"),
        ({"capacity": 1.5}, "capacity"),
        ({"starts_at": "tomorrow"}, "starts_at"),
        ({"starts_at": 5}, "starts_at"),
        ({"starts_at": []}, "starts_at"),
        ({"starts_at": True}, "starts_at"),
        ({"starts_at": "9999-12-31T23:59:59-14:00"}, "starts_at"),
        ({"starts_at": "0001-01-01T00:00:00+14:00"}, "starts_at"),
        (
            {"starts_at": "2026-01-02T00:00:00Z", "ends_at": "2026-01-01T00:00:00Z"},
            "ends_at",
        ),
        ({"enabled": None}, "enabled"),
        ({"enabled": "yes"}, "enabled"),
    ],
)
def test_it_refuses_a_body_that_is_wrong(
    cast: Cast, subscription: Subscription, body: dict[str, Any], key: str
) -> None:
    client = cast.client("staff")

    made = client.post(f"{cast.path}/subscriptions", {"name": "Gold", **body})
    changed = client.patch(f"/api/subscriptions/{subscription.pk}", body)

    assert said(made) == said(changed) == refusal("invalid_body", key)


def test_it_needs_a_name(cast: Cast) -> None:
    response = cast.client("staff").post(f"{cast.path}/subscriptions", {})

    assert said(response) == refusal("invalid_body", "name")


@pytest.mark.parametrize("who", ["owner", "manager", "member"])
def test_it_is_sold_by_nobody_else(
    cast: Cast, subscription: Subscription, who: str
) -> None:
    client = cast.client(who)

    for response in (
        client.post(f"{cast.path}/subscriptions", WHOLE),
        client.patch(f"/api/subscriptions/{subscription.pk}", {"capacity": 99}),
    ):
        assert said(response) == refusal("missing_permission", status=403)


def test_it_is_not_sold_by_staff_from_outside(
    cast: Cast, subscription: Subscription
) -> None:
    Membership.objects.filter(user=cast.staff).delete()
    client = cast.client("staff")

    for response in (
        client.get(f"{cast.path}/subscriptions"),
        client.post(f"{cast.path}/subscriptions", WHOLE),
        client.get(f"/api/subscriptions/{subscription.pk}"),
        client.patch(f"/api/subscriptions/{subscription.pk}", {}),
    ):
        assert said(response) == refusal("not_a_member", status=403)


@pytest.mark.parametrize("method", ["get", "patch"])
@pytest.mark.parametrize("name", [UNKNOWN, "abc", "9" * 25])
def test_it_is_missing(cast: Cast, method: str, name: object) -> None:
    response = getattr(cast.client("staff"), method)(f"/api/subscriptions/{name}")

    assert said(response) == refusal("not_found", status=404)
