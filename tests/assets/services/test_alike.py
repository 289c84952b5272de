"""Many rows changed alike, by somebody who has looked at them."""

from datetime import timedelta
from typing import Any

import pytest

from assets.ephemerality import Ephemerality
from assets.models import AssetGroup, WorkItem
from assets.services.alike import change_alike, check_alike, close_alike
from assets.services.changing import Change
from config.api.errors import Refusal
from tests.back_office import CASES
from tests.cast import Cast
from tests.factories.assets import make_asset, make_assets
from tests.factories.organisations import FleetFactory

ABSENT = 1_234_567


def seen(*rows: Any) -> dict[int, Any]:
    """Return the moments of the rows' last changes."""
    return {row.pk: row.updated_at for row in rows}


def test_it_changes_all_or_nothing(cast: Cast) -> None:
    rows = make_assets(cast.organisation, 2)
    first, second = rows
    stale = {second.pk: second.updated_at - timedelta(microseconds=1)}
    foreign = seen(make_asset(cast.other))
    for wrong in (stale, {ABSENT: first.updated_at}, foreign):
        with pytest.raises(Refusal) as refused:
            change_alike(
                cast.organisation,
                seen(*rows) | wrong,
                {"active": False},
                actor=cast.owner,
            )
        assert refused.value.code == "precondition_failed"
    assert AssetGroup.objects.filter(active=True).count() == 3
    change_alike(cast.organisation, seen(*rows), {"active": False}, actor=cast.owner)
    assert not AssetGroup.objects.of(cast.organisation).filter(active=True).exists()


def test_it_refuses_what_is_of_another_kind(cast: Cast) -> None:
    row = make_asset(cast.organisation)
    with pytest.raises(Refusal) as refused:
        change_alike(
            cast.organisation,
            seen(row),
            {"active": False},
            actor=cast.owner,
            ephemerality=Ephemerality.EQUIPMENT,
        )
    assert refused.value.code == "asset_not_found"


def test_it_foresees_what_is_refused_and_writes_nothing(cast: Cast) -> None:
    group: Any = CASES[AssetGroup].make(cast.organisation)
    fleet, other = (FleetFactory(organisation=cast.organisation) for _ in range(2))
    bound = AssetGroup.objects.single().get()
    AssetGroup.objects.filter(pk__in=[group.pk, bound.pk]).update(fleet=fleet)
    free = make_asset(cast.organisation)
    body = {"fleet_id": str(other.pk)}
    found = check_alike(cast.organisation, [bound.pk, free.pk], body)
    refusal, change = found[bound.pk], found[free.pk]
    assert isinstance(refusal, Refusal)
    assert refusal.code == "group_not_in_fleet"
    assert isinstance(change, Change)
    assert change.values["fleet_id"] == other.pk
    assert not AssetGroup.objects.filter(fleet=other).exists()


def test_it_closes_and_opens_items_and_counts_them(cast: Cast) -> None:
    items: list[Any] = [CASES[WorkItem].make(cast.organisation) for _ in range(2)]
    group = items[0].asset_group
    AssetGroup.objects.filter(pk=group.pk).update(open_work_item_count=2)
    counts = []
    for state in ("closed", "closed", "open"):
        close_alike(cast.organisation, seen(*items), state, actor=cast.owner)
        for row in (group, *items):
            row.refresh_from_db()
        counts.append((group.open_work_item_count, group.closed_work_item_count))
        assert {item.state for item in items} == {state}
        assert all((item.closed_at is None) == item.is_open for item in items)
    assert counts == [(0, 2), (0, 2), (2, 0)]


def test_it_costs_the_same_for_2_and_50_rows(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    fleet = FleetFactory(organisation=cast.organisation)
    group: Any = CASES[AssetGroup].make(cast.organisation)
    for body in ({"fleet_id": str(fleet.pk)}, {"group_id": str(group.pk)}):
        rows = make_assets(cast.organisation, 52)
        counts = []
        for some in (rows[:2], rows[2:]):
            with django_assert_max_num_queries(60) as captured:
                change_alike(cast.organisation, seen(*some), body, actor=cast.owner)
            counts.append(len(captured))
        assert counts[0] == counts[1]
