"""The page of an asset: what stands around its form."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assets.models import (
    Asset,
    AssetGroup,
    AssetLog,
    Equipment,
    FieldType,
    WorkItem,
)
from assets.services.changing import update_asset
from assets.services.groups import create_group
from tests.assets.admin.sections import seen, texts
from tests.back_office import CASES, as_staff, page
from tests.cast import Cast
from tests.counting import require_as_many_queries
from tests.factories.assets import AssetFieldFactory, AssetTypeFactory, make_asset
from tests.factories.logs import make_log, make_work_item
from tests.factories.organisations import LocationFactory

SHOWN = 20


@pytest.fixture
def client(cast: Cast) -> Client:
    return as_staff(cast.owner)


@pytest.fixture
def asset(cast: Cast) -> Asset:
    found: Asset = Asset.objects.get(pk=make_asset(cast.organisation).pk)
    return found


def coupled(asset: AssetGroup, **values: Any) -> AssetGroup:
    """Put the asset into an active group of its own."""
    body = {"ephemerality": 1, "name": "IC 12", **values}
    return create_group(
        organisation=asset.organisation,
        body={**body, "consist_asset_group_ids": [str(asset.pk)]},
        actor=asset.organisation.owner,
    )


def test_it_says_whose_place_an_asset_has(
    cast: Cast, asset: Asset, client: Client
) -> None:
    own, its = (LocationFactory(organisation=cast.organisation) for _ in range(2))
    update_asset(asset, {"location_id": str(own.pk)}, actor=cast.owner)
    address = page(Asset, "change", asset.pk)
    summary = client.get(address).context["summary"]
    assert summary["Location"].text == str(own)
    assert summary["Location from"].text == "the asset itself"
    group = coupled(asset, location_id=str(its.pk))
    update_asset(group, {"active": True}, actor=cast.owner)
    summary = client.get(address).context["summary"]
    assert summary["Location"].text == str(its)
    assert summary["Location from"].text == "the group IC 12, which governs it"
    assert summary["Location from"].url == page(AssetGroup, "change", group.pk)
    assert summary["Its own place"].text == str(own)


def test_it_shows_groups_logs_work_and_history(
    cast: Cast, asset: Asset, client: Client
) -> None:
    coupled(asset)
    make_log(asset, log="The door sticks.")
    make_work_item(cast.organisation, summary="Grease it", asset_group_id=asset.pk)
    closed = {"asset_group_id": asset.pk, "state": "closed"}
    make_work_item(cast.organisation, summary="Wash it", **closed)
    found = seen(client, asset)
    assert texts(found["groups"])[0][:3] == ["IC 12", "temporary", "1"]
    assert [row["log"].log for row in found["logs"].rows] == ["The door sticks."]
    work = texts(found["work"])
    assert [line[0].split(" ", 1)[1] for line in work] == ["Grease it", "Wash it"]
    assert [line[2] for line in work] == ["open", "closed"]
    assert found["history"].rows[-1].change.action == "created"


def test_it_takes_changes_back_from_the_page(
    cast: Cast, asset: Asset, client: Client
) -> None:
    name = asset.name
    update_asset(asset, {"name": "Other name"}, actor=cast.owner)
    [entry, _] = seen(client, asset)["history"].rows
    client.post(entry.offer.url)
    asset.refresh_from_db()
    assert asset.name == name


@pytest.mark.parametrize(
    ("value_type", "units", "beside"),
    [
        (FieldType.INTEGER, "kg", "kg"),
        (FieldType.DECIMAL, "t", "t"),
        (FieldType.TEXT, "mm", "mm"),
        (FieldType.DURATION, "", "s"),
    ],
)
def test_it_shows_units_in_the_input(
    value_type: FieldType, units: str, beside: str, cast: Cast, client: Client
) -> None:
    kind = AssetTypeFactory(organisation=cast.organisation)
    field = AssetFieldFactory(
        organisation=cast.organisation, type=value_type, units=units, name="Measure"
    )
    kind.fields.add(field)
    row = make_asset(cast.organisation, type_id=kind.pk)
    bound = (
        client.get(page(Asset, "change", row.pk))
        .context["adminform"]
        .form[f"field_{field.pk}"]
    )
    assert bound.label == "Measure"
    for _ in range(2):
        shown = str(bound)
        assert f'aria-label="Measure in {beside}"' in shown
        assert beside in shown.split("<span")[1]


def test_it_shows_some_rows_and_leads_to_the_others(
    cast: Cast, asset: Asset, client: Client
) -> None:
    other = make_asset(cast.organisation)
    make_log(other, log="Of another")
    for number in range(SHOWN + 2):
        make_log(asset, log=f"Log {number}")
    logs = seen(client, asset)["logs"]
    assert (len(logs.rows), logs.is_cut, logs.count) == (SHOWN, True, f"{SHOWN}+")
    assert logs.rows[0]["log"].log == f"Log {SHOWN + 1}"
    listed = client.get(logs.url).context["cl"]
    assert listed.result_count == SHOWN + 2


@pytest.mark.parametrize("key", ["1", "x", "9" * 40])
def test_it_lists_nothing_of_what_is_no_row(key: str, client: Client) -> None:
    asked = {"asset_group__id__exact": key}
    listed = client.get(page(AssetLog, "changelist"), asked).context["cl"]
    assert listed.result_count == 0


def test_it_lists_nothing_of_a_foreign_row(cast: Cast, client: Client) -> None:
    foreign = make_asset(cast.other)
    make_work_item(cast.other, asset_group_id=foreign.pk)
    asked = {"asset_group__id__exact": str(foreign.pk)}
    answer = client.get(page(WorkItem, "changelist"), asked)
    assert answer.context["cl"].result_count == 0
    assert foreign.name not in answer.content.decode()


def test_it_names_no_row_of_another_organisation(
    cast: Cast, asset: Asset, client: Client
) -> None:
    theirs = coupled(make_asset(cast.other), name="Their train")
    AssetGroup.objects.filter(pk=asset.pk).update(governed_by=theirs)
    theirs.members.create(asset=asset, position=7)
    log = make_log(asset)
    AssetLog.objects.filter(pk=log.pk).update(organisation=cast.other)
    found = seen(client, asset)
    assert texts(found["groups"]) == []
    assert found["logs"].rows == []
    shown = client.get(page(Asset, "change", asset.pk)).content.decode()
    assert "Their train" not in shown


def test_it_shows_pieces_of_equipment_alike(cast: Cast, client: Client) -> None:
    row = CASES[Equipment].make(cast.organisation)
    assert isinstance(row, Equipment)
    assert {"logs", "work", "groups", "history"} <= seen(client, row).keys()


def test_it_lets_who_may_only_look_see_it_all(cast: Cast, asset: Asset) -> None:
    coupled(asset)
    found = seen(as_staff(cast.member), asset)
    assert texts(found["groups"]) != []
    assert all(entry.offer is None for entry in found["history"].rows)


def test_it_leaves_windows_that_choose_a_row_alone(
    asset: Asset, client: Client
) -> None:
    answer = client.get(page(Asset, "change", asset.pk), {"_popup": "1"})
    assert "sections" not in answer.context


def _log(asset: AssetGroup, number: int) -> None:
    make_log(asset, log=f"Log {number}")


def _work(asset: AssetGroup, number: int) -> None:
    make_work_item(asset.organisation, asset_group_id=asset.pk)


def _group(asset: AssetGroup, number: int) -> None:
    coupled(asset, name=f"Train {number}")


def _rename(asset: AssetGroup, number: int) -> None:
    body = {"name": f"Name {number}"}
    update_asset(asset, body, actor=asset.organisation.owner)


@pytest.mark.parametrize("add", [_log, _work, _group, _rename])
def test_it_reads_as_often_for_many_rows_as_for_few(
    add: Callable[[AssetGroup, int], None], asset: Asset, client: Client
) -> None:
    require_as_many_queries(
        client, page(Asset, "change", asset.pk), partial(add, asset), many=SHOWN + 3
    )


def test_it_opens_work_about_the_asset(
    cast: Cast, asset: Asset, client: Client
) -> None:
    [link] = seen(client, asset)["work"].links
    form = client.get(link.url).context["adminform"].form
    assert str(form["asset_group"].value()) == str(asset.pk)
    asked: dict[str, Any] = {
        "type": "defect",
        "summary": "Flat spot",
        "details": "",
        "state": "open",
    }
    asked |= {"occurred_at_0": "", "occurred_at_1": "", "asset_group": asset.pk}
    assert client.post(link.url, asked).status_code == HTTPStatus.FOUND
    item = WorkItem.objects.get()
    assert (item.asset_group_id, item.type) == (asset.pk, "defect")
    asset.refresh_from_db()
    assert asset.open_work_item_count == 1
    assert asset.organisation_id == item.organisation_id


def test_it_closes_work(cast: Cast, asset: Asset, client: Client) -> None:
    item = make_work_item(cast.organisation, asset_group_id=asset.pk)
    address = page(WorkItem, "change", item.pk)
    asked: dict[str, Any] = {
        "type": "task",
        "summary": item.summary,
        "details": "",
        "state": "closed",
    }
    asked |= {"asset_group": asset.pk}
    asked |= {"occurred_at_0": f"{item.occurred_at:%Y-%m-%d}"}
    asked |= {"occurred_at_1": f"{item.occurred_at:%H:%M:%S}"}
    assert client.post(address, asked).status_code == HTTPStatus.FOUND
    item.refresh_from_db()
    assert (item.state, item.updated_by) == ("closed", cast.owner)
    assert item.closed_at is not None
    asset.refresh_from_db()
    assert (asset.open_work_item_count, asset.closed_work_item_count) == (0, 1)
    delete = reverse("admin:assets_workitem_delete", args=[item.pk])
    assert client.post(delete, {"post": "yes"}).status_code == HTTPStatus.FORBIDDEN
