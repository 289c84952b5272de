"""Many rows changed at once in the back office."""

from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client

from assets.models import Asset, AssetGroup, AssetStatus, Equipment, WorkItem
from assets.services.changing import update_asset
from organisations.admin.bulk_actions import BulkAction
from tests.assets.admin.bulk_pages import begin, carried, go_on
from tests.back_office import CASES, as_staff, changes_of, page
from tests.cast import Cast
from tests.factories.assets import AssetStatusFactory, make_asset, make_assets
from tests.factories.organisations import (
    FleetFactory,
    LocationFactory,
    SubLocationFactory,
)

ABSENT = 1_234_567


@pytest.fixture
def client(cast: Cast) -> Client:
    return as_staff(cast.owner)


@pytest.fixture
def status(cast: Cast) -> AssetStatus:
    found: AssetStatus = AssetStatusFactory(
        organisation=cast.organisation, name="Scrapped"
    )
    return found


def done(
    client: Client, model: Any, action: str, rows: list[Any], **values: Any
) -> str:
    """Go through all pages; return the last one."""
    asked = begin(client, model, action, *(row.pk for row in rows))
    shown = go_on(client, model, action, asked, "preview", **values)
    answer = go_on(client, model, action, shown, "confirm")
    return str(answer.content.decode())


def test_it_shows_what_changes_then_writes_it(
    cast: Cast, client: Client, status: AssetStatus
) -> None:
    rows = make_assets(cast.organisation, 3)
    update_asset(rows[0], {"status_id": str(status.pk)}, actor=cast.owner)
    asked = begin(client, Asset, "set_status", *(row.pk for row in rows))
    assert "Set status: 3 assets" in asked.content.decode()
    shown = go_on(client, Asset, "set_status", asked, "preview", row=status.pk)
    assert "2 to change, 1 unchanged, none refused." in shown.content.decode()
    assert not Asset.objects.filter(pk=rows[1].pk, status=status).exists()
    answer = go_on(client, Asset, "set_status", shown, "confirm")
    assert "Set status: done for 3 assets." in answer.content.decode()
    assert Asset.objects.filter(status=status).count() == 3
    lines = [("created", "", "owner"), ("changed", "status_id", "owner")]
    assert [changes_of(row) for row in rows] == [lines, lines, lines]


def test_it_moves_rows_out_of_where_they_stood(cast: Cast, client: Client) -> None:
    part = SubLocationFactory(location=LocationFactory(organisation=cast.organisation))
    depot = LocationFactory(organisation=cast.organisation)
    place = {"location_id": part.location.pk, "sub_location_id": part.pk}
    rows = make_assets(cast.organisation, 2, **place)
    done(client, Asset, "set_location", rows, row=depot.pk)
    stored = Asset.objects.values_list("location", "sub_location")
    assert list(stored) == [(depot.pk, None)] * 2


def test_it_takes_away_what_there_is(
    cast: Cast, client: Client, status: AssetStatus
) -> None:
    row = make_asset(cast.organisation, status_id=status.pk)
    asked = begin(client, Asset, "set_status", row.pk)
    for wrong in ({}, {"row": status.pk, "none": "on"}):
        shown = go_on(client, Asset, "set_status", asked, "preview", **wrong)
        assert "Choose one, or say that there is to be none." in shown.content.decode()
    done(client, Asset, "set_status", [row], none="on")
    row.refresh_from_db()
    assert row.status is None


def test_it_switches_rows_off_and_equipment_and_groups_too(
    cast: Cast, client: Client
) -> None:
    for model in (Asset, Equipment, AssetGroup):
        row = CASES[model].make(cast.organisation)
        done(client, model, "set_active", [row], active="no")
        row.refresh_from_db()
        assert not getattr(row, "active")  # noqa: B009
        assert changes_of(row)[-1] == ("changed", "active", "owner")


def test_it_says_of_each_row_why_it_is_refused(cast: Cast, client: Client) -> None:
    fleet, other = (FleetFactory(organisation=cast.organisation) for _ in range(2))
    group = CASES[AssetGroup].make(cast.organisation)
    assert isinstance(group, AssetGroup)
    bound = Asset.objects.get()
    AssetGroup.objects.filter(pk__in=[group.pk, bound.pk]).update(fleet=fleet)
    free = make_asset(cast.organisation, name="Free wagon")
    asked = begin(client, Asset, "set_fleet", bound.pk, free.pk)
    shown = go_on(client, Asset, "set_fleet", asked, "preview", row=other.pk)
    text = shown.content.decode()
    assert "Refused: The asset is in a group of another fleet." in text
    assert "1 to change, 0 unchanged, 1 refused." in text
    assert 'name="confirm"' not in text
    answer = go_on(client, Asset, "set_fleet", shown, "confirm")
    assert "Nothing was changed." in answer.content.decode()
    assert not Asset.objects.filter(fleet=other).exists()
    left = go_on(client, Asset, "set_fleet", shown, "without")
    assert "1 to change, 0 unchanged, none refused." in left.content.decode()
    go_on(client, Asset, "set_fleet", left, "confirm")
    assert list(Asset.objects.filter(fleet=other)) == [free]


def test_it_overwrites_nothing_that_was_changed_since(
    cast: Cast, client: Client, status: AssetStatus
) -> None:
    rows = make_assets(cast.organisation, 3)
    asked = begin(client, Asset, "set_status", *(row.pk for row in rows))
    shown = go_on(client, Asset, "set_status", asked, "preview", row=status.pk)
    update_asset(rows[0], {"name": "Renamed"}, actor=cast.manager)
    Asset.objects.filter(pk=rows[1].pk).update(deleted_at=rows[1].created_at)
    again = go_on(client, Asset, "set_status", shown, "confirm")
    text = again.content.decode()
    assert "Changed since you looked, so nothing was written: Renamed." in text
    assert "Not there any more: 1 of the chosen rows." in text
    assert not Asset.objects.filter(status=status).exists()
    go_on(client, Asset, "set_status", again, "confirm")
    assert Asset.objects.filter(status=status).count() == 2


def test_it_puts_assets_into_a_group_at_once(cast: Cast, client: Client) -> None:
    group = CASES[AssetGroup].make(cast.organisation)
    inside = Asset.objects.get()
    rows = make_assets(cast.organisation, 2)
    last = done(client, Asset, "add_to_group", [inside, *rows], row=group.pk)
    assert "Add to group: done for 3 assets." in last
    members = group.members.order_by("position")  # type: ignore[attr-defined]
    assert [one.asset_id for one in members] == [inside.pk, *(one.pk for one in rows)]
    assert [one[1] for one in changes_of(group)].count("assets") == 2


def test_it_opens_and_closes_work_items(cast: Cast, client: Client) -> None:
    items: list[Any] = [CASES[WorkItem].make(cast.organisation) for _ in range(3)]
    group = items[0].asset_group
    AssetGroup.objects.filter(pk=group.pk).update(open_work_item_count=3)
    done(client, WorkItem, "set_state", items, state="closed")
    assert WorkItem.objects.filter(state="closed", closed_at__isnull=False).count() == 3
    group.refresh_from_db()
    assert (group.open_work_item_count, group.closed_work_item_count) == (0, 3)
    assert ("changed", "state", "owner") in changes_of(items[0])


def test_it_takes_foreign_rows_for_missing_ones(
    cast: Cast, client: Client, status: AssetStatus
) -> None:
    own, foreign = make_asset(cast.organisation), make_asset(cast.other)
    theirs = AssetStatusFactory(organisation=cast.other)
    told = []
    for key, value in ((foreign.pk, theirs.pk), (ABSENT, ABSENT)):
        asked = begin(client, Asset, "set_status", own.pk, key)
        assert asked.context["title"] == "Set status: 1 asset"
        rows = f"{carried(asked)['rows']},{key}:1"
        shown = go_on(client, Asset, "set_status", asked, "preview", row=value)
        assert shown.context["form"].errors.keys() == {"row"}
        shown = go_on(
            client, Asset, "set_status", asked, "preview", row=status.pk, rows=rows
        )
        told.append([shown.context["warnings"], shown.context["summary"]])
        only = begin(client, Asset, "set_status", key)
        told[-1].append([str(one) for one in only.context["messages"]])
    assert told[0] == told[1]


def test_it_asks_for_rows_of_one_organisation(cast: Cast, client: Client) -> None:
    cast.other.memberships.create(user=cast.owner)
    own, theirs = make_asset(cast.organisation), make_asset(cast.other)
    answer = begin(client, Asset, "set_status", own.pk, theirs.pk).content.decode()
    assert "The chosen assets are of 2 organisations." in answer
    answer = begin(client, Asset, "set_status", theirs.pk).content.decode()
    assert f"You may not change assets of {cast.other}." in answer


def test_it_offers_actions_to_whom_the_organisation_lets(
    cast: Cast, status: AssetStatus
) -> None:
    row = make_asset(cast.organisation)
    member = as_staff(cast.member)
    shown = member.get(page(Asset, "changelist")).content.decode()
    assert "set_status" not in shown
    asked = {"rows": f"{row.pk}:0", "row": status.pk, "confirm": "1"}
    answer = member.post(page(Asset, "set_status"), asked, follow=True)
    assert "You may not change assets" in answer.content.decode()
    row.refresh_from_db()
    assert row.status is None
    assert "set_state" in member.get(page(WorkItem, "changelist")).content.decode()


def test_it_changes_all_that_match_up_to_a_bound(
    cast: Cast, client: Client, status: AssetStatus, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_assets(cast.organisation, 3)
    make_asset(cast.organisation, active=False)
    asked = begin(
        client, Asset, "set_status", 1, select_across="1", query="?active__exact=1"
    )
    assert "Set status: 3 assets" in asked.content.decode()
    assert carried(asked)["back"] == "active__exact=1"
    monkeypatch.setattr(BulkAction, "most", 2)
    asked = begin(client, Asset, "set_status", 1, select_across="1")
    assert "At most 2 assets are changed at once." in asked.content.decode()


@pytest.mark.parametrize(
    "rows", ["", "x", "1:x", f"{'9' * 30}:1", f"1:{'9' * 18}", "٣:٣"]
)
def test_it_takes_what_is_no_choice_for_rows_that_are_gone(
    rows: str, client: Client
) -> None:
    asked = {"rows": rows, "preview": "1"}
    answer = client.post(page(Asset, "set_status"), asked, follow=True)
    assert "None of the chosen assets is there any more." in answer.content.decode()
    answer = client.get(page(Asset, "set_status"), follow=True)
    assert answer.status_code == HTTPStatus.OK


@pytest.mark.parametrize("key", ["x", "9" * 30])
def test_it_takes_what_is_no_id_for_a_row_that_is_gone(
    key: str, client: Client
) -> None:
    answer = begin(client, Asset, "set_status", key)
    assert "None of the chosen assets is there any more." in answer.content.decode()


@pytest.mark.parametrize(
    ("action", "column"), [("set_fleet", "fleet"), ("add_to_group", "group")]
)
def test_it_costs_the_same_for_2_and_50_rows(
    action: str,
    column: str,
    cast: Cast,
    client: Client,
    django_assert_max_num_queries: Any,
) -> None:
    rows = make_assets(cast.organisation, 52)
    group = CASES[AssetGroup].make(cast.organisation)
    value = FleetFactory(organisation=cast.organisation) if column == "fleet" else group
    counts = []
    for some in (rows[:2], rows[2:]):
        with django_assert_max_num_queries(90) as captured:
            last = done(client, Asset, action, some, row=value.pk)
        assert f"done for {len(some)} assets" in last
        counts.append(len(captured))
    assert counts[0] == counts[1]
