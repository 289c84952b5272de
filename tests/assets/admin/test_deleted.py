"""Deleted rows in the back office: listed apart, and restored from there."""

from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client

from assets.admin.deleted import RestoringAdmin
from assets.models import Asset, AssetGroup, AssetLog, Equipment
from assets.services.removal import delete_asset
from tests.back_office import CASES, as_staff, changes_of, page
from tests.cast import Cast
from tests.factories.assets import make_asset
from tests.factories.organisations import LocationFactory, SubLocationFactory

MODELS = [Asset, Equipment, AssetGroup]


@pytest.fixture
def client(cast: Cast) -> Client:
    return as_staff(cast.owner)


def bin_of(model: type[AssetGroup]) -> str:
    """Return the address of the list of a model's deleted rows."""
    return f"{page(model, 'changelist')}?deleted=yes"


def listed(client: Client, address: str) -> list[AssetGroup]:
    """Return the rows that a list shows."""
    answer = client.get(address)
    assert answer.status_code == HTTPStatus.OK
    return list(answer.context["cl"].result_list)


def restore(client: Client, address: str, *rows: AssetGroup) -> str:
    """Choose rows of a list to be restored; return the page that follows."""
    chosen = [row.pk for row in rows]
    asked: Any = {"action": "restore", "index": "0", "_selected_action": chosen}
    return client.post(address, asked, follow=True).content.decode()


def gone(model: type[AssetGroup], cast: Cast, *, foreign: bool = False) -> AssetGroup:
    """Return a row that somebody has deleted."""
    organisation = cast.other if foreign else cast.organisation
    row = CASES[model].make(organisation)
    assert isinstance(row, AssetGroup)
    delete_asset(row, actor=organisation.owner)
    return row


@pytest.mark.parametrize("model", MODELS)
def test_it_lists_deleted_rows_apart_and_restores_them(
    model: type[AssetGroup], cast: Cast, client: Client
) -> None:
    row, there = gone(model, cast), CASES[model].make(cast.organisation)
    assert listed(client, page(model, "changelist")) == [there]
    assert listed(client, bin_of(model)) == [row]
    assert "Restored 1 rows." in restore(client, bin_of(model), row)
    row.refresh_from_db()
    assert row.deleted_at is None
    assert changes_of(row)[-1] == ("restored", "", "owner")
    assert listed(client, page(model, "changelist")) == [row, there]
    assert client.get(page(model, "change", row.pk)).status_code == HTTPStatus.OK
    assert cast.client("owner").get(f"/api/assetgroups/{row.pk}").status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_it_neither_shows_nor_restores_foreign_rows(
    model: type[AssetGroup], cast: Cast, client: Client
) -> None:
    foreign = gone(model, cast, foreign=True)
    assert listed(client, bin_of(model)) == []
    assert "Restored" not in restore(client, bin_of(model), foreign)
    foreign.refresh_from_db()
    assert foreign.deleted_at is not None
    operator = as_staff(cast.outsider, is_superuser=True)
    assert listed(operator, bin_of(model)) == [foreign]


def test_it_brings_a_group_back_empty_and_switched_off(
    cast: Cast, client: Client
) -> None:
    group = gone(AssetGroup, cast)
    restore(client, bin_of(AssetGroup), group)
    group.refresh_from_db()
    assert (group.active, group.members.exists()) == (False, False)


def test_it_says_why_a_row_is_not_restored(cast: Cast, client: Client) -> None:
    part = SubLocationFactory(
        location=LocationFactory(organisation=cast.organisation), asset_capacity=1
    )
    place = {"location_id": part.location.pk, "sub_location_id": part.pk}
    first = make_asset(cast.organisation, name="Late wagon", **place)
    delete_asset(first, actor=cast.owner)
    make_asset(cast.organisation, **place)
    free = gone(Asset, cast)
    shown = restore(client, bin_of(Asset), first, free)
    assert "Late wagon: The sub-location is full." in shown
    assert "Restored 1 rows." in shown
    first.refresh_from_db()
    assert first.deleted_at is not None
    assert changes_of(first)[-1] == ("deleted", "", "owner")


def test_it_restores_for_whom_the_api_would_let_delete(cast: Cast) -> None:
    asset, tool = gone(Asset, cast), gone(Equipment, cast)
    role = cast.organisation.memberships.get(user=cast.staff).roles.get()
    role.permissions = ["MANAGE_FLEETS"]
    role.save()
    staff = as_staff(cast.staff)
    assert listed(staff, bin_of(Equipment)) == [tool]
    restore(staff, bin_of(Equipment), tool)
    assert "Restored 1 rows." in restore(staff, bin_of(Asset), asset)
    tool.refresh_from_db()
    assert tool.deleted_at is not None


def test_it_asks_the_organisation_of_each_row_for_the_permission(cast: Cast) -> None:
    asset, theirs = gone(Asset, cast), gone(Asset, cast, foreign=True)
    cast.other.memberships.create(user=cast.staff)
    shown = restore(as_staff(cast.staff), bin_of(Asset), asset, theirs)
    assert f"{theirs}: you may not restore it." in shown
    assert list(Asset.objects.deleted()) == [theirs]


def test_it_restores_nothing_from_the_list_of_what_is_there(
    cast: Cast, client: Client
) -> None:
    asset = gone(Asset, cast)
    for address in (page(Asset, "changelist"), f"{page(Asset, 'changelist')}?q=x"):
        restore(client, address, asset)
    assert list(Asset.objects.deleted()) == [asset]


def test_it_leads_nowhere_from_deleted_rows(cast: Cast, client: Client) -> None:
    asset = gone(Asset, cast)
    shown = client.get(bin_of(Asset)).content.decode()
    assert asset.formatted_number in shown
    assert page(Asset, "change", asset.pk) not in shown


def test_it_restores_a_bounded_number_at_once(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{RestoringAdmin.__module__}.MOST_RESTORED", 1)
    rows = [gone(Asset, cast), gone(Asset, cast)]
    shown = restore(client, bin_of(Asset), *rows)
    assert "At most 1 rows are restored at once." in shown
    assert list(Asset.objects.deleted()) == rows


def test_it_brings_back_what_was_written_about_an_asset(
    cast: Cast, client: Client
) -> None:
    log = CASES[AssetLog].make(cast.organisation)
    assert isinstance(log, AssetLog)
    delete_asset(log.asset_group, actor=cast.owner)
    member, address = cast.client("member"), f"/api/assetlogs/{log.pk}"
    assert member.get(address).status_code == HTTPStatus.NOT_FOUND
    restore(client, bin_of(Asset), log.asset_group)
    assert member.get(address).json()["log"] == "The door sticks."
    history = member.get(f"/api/assetgroups/{log.asset_group_id}/history").json()
    assert [one["action"] for one in history] == ["restored", "deleted", "created"]
