"""Groups of assets in the back office."""

from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client

from assets.ephemerality import Ephemerality
from assets.models import Asset, AssetGroup, Equipment
from tests.back_office import CASES, as_staff, changes_of, errors_in, page
from tests.cast import Cast
from tests.factories.assets import make_asset
from tests.factories.organisations import LocationFactory

MOVED = HTTPStatus.FOUND


@pytest.fixture
def client(cast: Cast) -> Client:
    return as_staff(cast.owner)


def typed(**more: Any) -> dict[str, Any]:
    """Return what the form of a temporary group posts."""
    return {"ephemerality": "1", "name": "Train 7", "active": "on", **more}


def test_it_makes_a_consist_in_the_order_chosen(cast: Cast, client: Client) -> None:
    first, second = (make_asset(cast.organisation) for _ in range(2))
    place = LocationFactory(organisation=cast.organisation)
    asked = typed(members=[second.pk, first.pk], location=place.pk)
    assert client.post(page(AssetGroup, "add"), asked).status_code == MOVED
    group = AssetGroup.objects.groups().get()
    assert [one.asset_id for one in group.members.order_by("position")] == [
        second.pk,
        first.pk,
    ]
    first.refresh_from_db()
    assert first.governed_by == group
    shown = client.get(page(AssetGroup, "history", group.pk)).content.decode()
    assert str(first) in shown


def test_it_asks_for_members_of_a_consist(client: Client) -> None:
    said = errors_in(client.post(page(AssetGroup, "add"), typed()))
    assert said == {"members": ["At least one id is required."]}


def test_it_switches_a_group_off_and_releases_its_members(
    cast: Cast, client: Client
) -> None:
    group = CASES[AssetGroup].make(cast.organisation)
    assert isinstance(group, AssetGroup)
    asked = typed(name=group.name)
    del asked["active"]
    answer = client.post(page(AssetGroup, "change", group.pk), asked)
    assert answer.status_code == MOVED
    assert ("changed", "active", "owner") in changes_of(group)
    assert not Asset.objects.filter(governed_by=group).exists()


def test_it_deletes_a_group_and_keeps_its_members(cast: Cast, client: Client) -> None:
    group = CASES[AssetGroup].make(cast.organisation)
    client.post(page(AssetGroup, "delete", group.pk), {"post": "yes"})
    group.refresh_from_db()
    assert isinstance(group, AssetGroup)
    assert group.deleted_at is not None
    assert Asset.objects.present().count() == 1


@pytest.mark.parametrize("model", [Asset, Equipment])
def test_it_leads_to_the_page_of_what_is_no_group(
    model: type[AssetGroup], cast: Cast, client: Client
) -> None:
    row = CASES[model].make(cast.organisation)
    answer = client.get(page(AssetGroup, "change", row.pk))
    assert answer.headers["Location"] == page(model, "change", row.pk)
    foreign = CASES[model].make(cast.other)
    answer = client.get(page(AssetGroup, "change", foreign.pk))
    assert answer.headers["Location"] == "/admin/"


def test_it_narrows_the_group_of_an_asset_to_permanent_ones(
    cast: Cast, client: Client
) -> None:
    asset = make_asset(cast.organisation)
    shown = client.get(page(Asset, "change", asset.pk)).context["adminform"].form
    offered = shown.fields["group"].queryset.query
    assert f'"ephemerality" = {Ephemerality.PERMANENT}' in str(offered)
