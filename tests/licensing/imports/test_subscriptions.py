from pathlib import Path

import pytest

from assets.models import AssetGroup
from assets.services.changing import update_asset
from config.imports.undoing import undo
from licensing.imports import subscriptions as module
from organisations.models import Change, ImportRun, Subscription
from organisations.permissions import Permission
from tests.cast import Cast
from tests.exchange import Exchange, codes, counts
from tests.factories.assets import make_asset, make_assets
from tests.factories.devices import asset_of, make_device
from tests.factories.organisations import SubscriptionFactory

FULL = (
    "Plan,Seats,Starts at,Ends at,Active,Assets\n"
    "Gold,2,2020-01-01,2099-12-31T12:00+02:00,,Anna;Bertta\n"
    "Past,1,,2021-01-01,no,Cecilia\n"
)


@pytest.fixture
def subscriptions(cast: Cast, tmp_path: Path) -> Exchange:
    return Exchange("subscriptions", cast.organisation, tmp_path)


@pytest.fixture
def three(cast: Cast) -> list[AssetGroup]:
    names = ("Anna", "Bertta", "Cecilia")
    return [make_asset(cast.organisation, name=name) for name in names]


def seats(cast: Cast) -> dict[str, str]:
    """Return the subscriptions of assets by their names."""
    found = AssetGroup.objects.of(cast.organisation).exclude(subscription=None)
    return dict(found.values_list("name", "subscription__name"))


def test_it_sells_subscriptions_with_their_seats_once(
    cast: Cast, subscriptions: Exchange, three: list[AssetGroup]
) -> None:
    first = subscriptions.load(FULL, actor=cast.staff)
    before = Change.objects.count()
    again = subscriptions.load(FULL, actor=cast.staff)

    assert (first.refusals, counts(first)) == ([], (2, 2, 0, 0, 0))
    assert (counts(again), Change.objects.count()) == ((2, 0, 0, 2, 0), before)
    assert seats(cast) == {"Anna": "Gold", "Bertta": "Gold", "Cecilia": "Past"}
    gold, past = Subscription.objects.order_by("id")
    assert (gold.capacity, gold.allocated, gold.enabled) == (2, 2, True)
    assert str(gold.ends_at) == "2099-12-31 10:00:00+00:00"
    assert (past.allocated, past.enabled) == (1, False)


def test_it_changes_first_and_seats_then(
    cast: Cast, subscriptions: Exchange, three: list[AssetGroup]
) -> None:
    subscriptions.load(FULL, actor=cast.staff)

    report = subscriptions.load(
        "name,seats,assets,active\ngold,3,Cecilia,\nPast,,,yes\n", actor=cast.staff
    )

    assert (report.refusals, counts(report)) == ([], (2, 0, 2, 0, 0))
    assert seats(cast) == dict.fromkeys(("Anna", "Bertta", "Cecilia"), "Gold")
    found = Subscription.objects.order_by("id").values_list("capacity", "allocated")
    assert [*found] == [(3, 3), (1, 0)]


def test_managers_give_seats_and_sell_none(
    cast: Cast, subscriptions: Exchange, three: list[AssetGroup]
) -> None:
    subscriptions.load("name,seats\nGold,2\n", actor=cast.staff)
    text = "name,seats,assets\nGold,2,Anna\nGold,3,\nSilver,,Bertta\n"

    report = subscriptions.load(text, actor=cast.manager, skip_invalid=True)

    assert codes(report) == [
        (3, "name", "duplicate_row"),
        (4, "", "missing_permission"),
    ]
    report = subscriptions.load("name,seats\nGold,3\n", actor=cast.manager)
    assert codes(report) == [(2, "", "missing_permission")]
    assert seats(cast) == {"Anna": "Gold"}


def test_it_refuses_subscriptions(
    cast: Cast, subscriptions: Exchange, three: list[AssetGroup]
) -> None:
    make_asset(cast.other, name="Foreign")
    SubscriptionFactory.create_batch(2, organisation=cast.organisation, name="Twice")
    SubscriptionFactory(organisation=cast.organisation, name="Off", enabled=False)
    text = (
        "name,seats,starts_at,ends_at,assets\n"
        ",1,,,Anna\nTwice,,,,Anna\nOff,,,,Anna\nOne,1,,,Anna;Bertta\n"
        "Two,,,,Nobody\nThree,,,,Foreign\nFour,-1,,,\nFive,,soon,,\n"
        "Six,,2026-01-02,2026-01-01,\nA name that is too long,,,,\n"
    )

    report = subscriptions.load(text, actor=cast.staff, skip_invalid=True)

    assert codes(report) == [
        (2, "name", "invalid_body"),
        (3, "name", "match_ambiguous"),
        (4, "assets", "subscription_allocation_failed"),
        (5, "assets", "subscription_allocation_failed"),
        (6, "assets", "asset_invalid"),
        (7, "assets", "asset_invalid"),
        (8, "seats", "invalid_body"),
        (9, "starts_at", "invalid_body"),
        (10, "ends_at", "invalid_body"),
        (11, "name", "invalid_body"),
    ]
    assert Subscription.objects.count() == 3
    assert seats(cast) == {}


def test_devices_have_seats_by_their_serial_numbers(
    cast: Cast, subscriptions: Exchange
) -> None:
    device = make_device(cast.organisation, serial_number="S-1")

    report = subscriptions.load("name,assets\nGold,S-1\n", actor=cast.staff)

    assert (report.refusals, seats(cast)) == ([], {asset_of(device).name: "Gold"})


def test_it_carries_them_to_another_organisation(
    cast: Cast, subscriptions: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_ASSETS", 2)
    assets = make_assets(cast.organisation, 5)
    make_assets(cast.other, 5)
    gold = SubscriptionFactory(organisation=cast.organisation, capacity=5, name="Gold")
    for asset in assets:
        update_asset(asset, {"subscription_id": gold.pk}, actor=cast.owner)
    Subscription.objects.update(ends_at="2021-01-01T00:00Z")
    SubscriptionFactory(organisation=cast.organisation, capacity=None, name="Silver")
    told = subscriptions.export()
    elsewhere = subscriptions.elsewhere(cast.other)

    report = elsewhere.load(told, actor=cast.staff)

    assert (report.refusals, counts(report)) == ([], (5, 2, 3, 0, 0))
    assert elsewhere.export() == told
    again = elsewhere.load(told, actor=cast.staff)
    assert counts(again) == (5, 0, 0, 5, 0)


def test_it_is_taken_back_with_its_seats(
    cast: Cast, subscriptions: Exchange, three: list[AssetGroup]
) -> None:
    subscriptions.load("name,assets\nOld,Anna\n", actor=cast.staff)
    subscriptions.load(FULL, actor=cast.staff)

    undone = undo(ImportRun.objects.latest("id"), actor=cast.owner)

    assert (undone.kept, undone.deleted, undone.reverted) == ([], 2, 3)
    assert seats(cast) == {"Anna": "Old"}
    assert [*Subscription.objects.values_list("name", "allocated")] == [("Old", 1)]


def test_it_asks_for_what_giving_seats_asks() -> None:
    assert module.SubscriptionResource().permissions(frozenset()) == {
        Permission.MANAGE_FLEETS.value
    }
