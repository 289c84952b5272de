"""GET /api/assetgroups/{id}/history: who changed what of an asset or a group."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from assets.ephemerality import Ephemerality
from assets.models import AssetGroup, FieldType
from organisations.models import Change, FleetShare
from tests.assets.api.fleet.calls import refusal, said
from tests.assets.api.fleet.shapes import moment
from tests.cast import Cast
from tests.counting import queries_of_list
from tests.factories.assets import (
    AssetFieldFactory,
    AssetTypeFactory,
    make_asset,
)
from tests.factories.organisations import FleetFactory, LocationFactory


@pytest.fixture
def asset(cast: Cast) -> AssetGroup:
    """Return an asset."""
    return make_asset(cast.organisation, name="Sr2 3236")


def history_of(client: APIClient, asset: AssetGroup, query: str = "") -> Any:
    """Return the history as the answer shows it."""
    return client.get(f"/api/assetgroups/{asset.pk}/history{query}").json()


def test_it_shows_the_newest_change_first(
    cast: Cast, manager: APIClient, member: APIClient, asset: AssetGroup
) -> None:
    headers = {"X-Request-Id": "renaming"}
    manager.patch(f"/api/assets/{asset.pk}", {"name": "3236"}, headers=headers)

    renamed, created = history_of(member, asset)

    change = Change.objects.get(model="assetgroup", action="changed")
    assert renamed == {
        "id": str(change.pk),
        "organisation_id": str(cast.organisation.pk),
        "model": "assetgroup",
        "object_id": str(asset.pk),
        "action": "changed",
        "field": "name",
        "old": "Sr2 3236",
        "new": "3236",
        "user": {
            "id": str(cast.manager.pk),
            "firstname": cast.manager.first_name,
            "lastname": cast.manager.last_name,
        },
        "who": "manager",
        "at": moment(change.at),
        "request_id": "renaming",
    }
    assert (created["action"], created["field"], created["old"]) == (
        "created",
        "",
        None,
    )
    assert created["new"]["name"] == "Sr2 3236"


def test_it_shows_every_kind_of_change_of_an_asset(
    cast: Cast, manager: APIClient, member: APIClient
) -> None:
    power = AssetFieldFactory(
        organisation=cast.organisation, name="power", type=FieldType.DECIMAL
    )
    kind = AssetTypeFactory(organisation=cast.organisation, with_fields=[power])
    asset = make_asset(cast.organisation, type_id=kind.pk)
    yard = LocationFactory(organisation=cast.organisation)
    path = f"/api/assets/{asset.pk}"

    manager.patch(path, {"location_id": str(yard.pk), "active": False})
    manager.patch(f"{path}/fields", {"power": 6000.5})
    manager.patch(path, {"fields": {"power": None}, "location_id": 0})
    manager.patch(path, {"name": asset.name})

    changes = [
        (one["field"], one["old"], one["new"]) for one in history_of(member, asset)[:-1]
    ]
    assert sorted(changes, key=str) == sorted(
        [
            ("location_id", None, str(yard.pk)),
            ("active", True, False),
            (f"fields/{power.pk}", None, 6000.5),
            (f"fields/{power.pk}", 6000.5, None),
            ("location_id", str(yard.pk), None),
        ],
        key=str,
    )


@pytest.mark.parametrize("kind", Ephemerality)
def test_it_answers_for_every_kind_of_row(
    member: APIClient, asset: AssetGroup, kind: Ephemerality
) -> None:
    AssetGroup.objects.filter(pk=asset.pk).update(ephemerality=kind)

    assert len(history_of(member, asset)) == 1


def test_it_shows_nothing_of_other_rows(
    cast: Cast, member: APIClient, asset: AssetGroup
) -> None:
    other = make_asset(cast.organisation)
    # A row of another table may well have the same id.
    Change.objects.filter(model="assettype").update(object_id=asset.pk)

    assert [one["object_id"] for one in history_of(member, asset)] == [str(asset.pk)]
    assert [one["object_id"] for one in history_of(member, other)] == [str(other.pk)]


def test_it_answers_at_both_forms_of_the_path(
    member: APIClient, asset: AssetGroup
) -> None:
    for form in ("/api/assetgroups", "/assetgroups"):
        path = f"{form}/{asset.pk}/history"
        assert member.get(path).json() == history_of(member, asset)
        assert member.get(f"{path}/").json() == history_of(member, asset)


def test_it_pages(manager: APIClient, asset: AssetGroup) -> None:
    for number in range(51):
        manager.patch(f"/api/assets/{asset.pk}", {"name": f"name {number}"})

    first = history_of(manager, asset)
    counted = history_of(manager, asset, "?$count=true&$top=2&$skip=50")

    assert len(first) == 50
    assert [one["new"] for one in first[:2]] == ["name 50", "name 49"]
    assert counted["@odata.count"] == 52
    assert [one["action"] for one in counted["value"]] == ["changed", "created"]


def test_it_keeps_the_name_of_somebody_who_is_gone(
    cast: Cast, manager: APIClient, member: APIClient, asset: AssetGroup
) -> None:
    manager.patch(f"/api/assets/{asset.pk}", {"name": "3236"})
    cast.manager.delete()

    renamed = history_of(member, asset)[0]

    assert (renamed["user"], renamed["who"]) == (None, "manager")


def test_it_shows_nothing_to_somebody_with_a_share(
    cast: Cast, outsider: APIClient
) -> None:
    fleet = FleetFactory(organisation=cast.organisation)
    asset = make_asset(cast.organisation, fleet_id=fleet.pk)
    FleetShare.objects.create(fleet=fleet, user=cast.outsider, status="accepted")

    response = outsider.get(f"/api/assetgroups/{asset.pk}/history")

    assert said(response) == refusal("not_a_member", status=403)


@pytest.mark.parametrize("spelling", ["0", "x", "-1", "9" * 19, "9" * 30])
def test_it_does_not_find_malformed_ids(member: APIClient, spelling: str) -> None:
    response = member.get(f"/api/assetgroups/{spelling}/history")

    assert said(response) == refusal("not_found", status=404)


def test_it_costs_the_same_at_two_and_at_fifty_rows(
    cast: Cast, manager: APIClient, asset: AssetGroup
) -> None:
    path, history = f"/api/assets/{asset.pk}", f"/api/assetgroups/{asset.pk}/history"
    manager.patch(path, {"name": "another"})
    at_two = queries_of_list(manager, history, 2)
    for number in range(48):
        manager.patch(path, {"name": f"name {number}"})

    assert queries_of_list(manager, history, 50) == at_two <= 5
