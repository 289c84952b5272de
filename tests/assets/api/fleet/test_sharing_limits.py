"""What a share of a fleet never shows and never allows: resolutions 16 to 18."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from assets.models import AssetGroup
from tests.assets.api.fleet.calls import refusal, said, send
from tests.assets.api.fleet.shared_fleet import (
    NO_MEMBER,
    NO_PERMISSION,
    Shared,
    furnish,
)
from tests.cast import Cast
from tests.factories.organisations import OrganisationFactory


@pytest.fixture
def shared(cast: Cast) -> Shared:
    """Return a fleet that nobody shares yet."""
    return furnish(cast)


NEVER = [
    "{O}/asset-groups",
    "{O}/equipment",
    "{O}/asset-statuses",
    "{O}/asset-types",
    "{O}/asset-zones",
    "{O}/asset-fields",
    "{O}/changes",
    "{O}/members",
    "{O}/prefixes",
    "{O}/fleets",
    "{O}/locations",
    "{O}/subscriptions",
    "{O}/workitems",
    "/api/equipment/{equipment}",
    "/api/assetgroups/{asset}/logs",
    "/api/assetgroups/{train}/logs",
    "/api/assetgroups/{asset}/history",
    "/api/assetgroups/{train}/history",
    "/api/assetstatuses/{status}",
    "/api/assettype/{type}",
    "/api/assetzones/{zone}",
    "/api/assetfield/{field}",
    "/api/fleets/{fleet}",
    "/api/locations/{location}",
]


@pytest.mark.parametrize("path", NEVER)
def test_it_never_shows(shared: Shared, outsider: APIClient, path: str) -> None:
    shared.offer(user=shared.cast.outsider)
    shared.offer(organisation=shared.cast.other)

    answer = outsider.get(_filled(path, shared))

    assert said(answer) in {NO_MEMBER, NO_PERMISSION}


def _filled(path: str, shared: Shared) -> str:
    ids = {key: row.pk for key, row in shared.inside.items()}
    return path.format(O=shared.cast.path, **ids, **shared.words)


WRITES: list[tuple[str, str, Any]] = [
    ("POST", "{O}/assets", {}),
    ("PATCH", "{O}/assets", []),
    ("POST", "{O}/asset-groups", {"ephemerality": 1}),
    ("POST", "{O}/equipment", {}),
    ("PATCH", "/api/assets/{asset}", {"name": "mine"}),
    ("PATCH", "/api/assets/{asset}/fields", {"Name": "mine"}),
    ("DELETE", "/api/assets/{asset}", None),
    ("PATCH", "/api/assetgroups/{train}", {"name": "mine"}),
    ("PATCH", "/api/assetgroups/{train}/fields", {"Name": "mine"}),
    ("DELETE", "/api/assetgroups/{train}", None),
    ("PUT", "/api/assetgroups/{train}/assets/{asset}", None),
    ("PATCH", "/api/assetgroups/{train}/assets/{asset}", {"order": 0}),
    ("DELETE", "/api/assetgroups/{train}/assets/{asset}", None),
    ("PATCH", "/api/equipment/{equipment}", {"name": "mine"}),
    ("PATCH", "/api/equipment/{equipment}/fields", {"Name": "mine"}),
    ("DELETE", "/api/equipment/{equipment}", None),
    ("POST", "/api/assetgroups/{asset}/logs", {"log": "mine"}),
]


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_it_never_lets_write(
    shared: Shared, outsider: APIClient, method: str, path: str, body: Any
) -> None:
    shared.offer(user=shared.cast.outsider)
    shared.offer(organisation=shared.cast.other)

    answer = send(outsider, method, _filled(path, shared), body)

    assert said(answer) in {NO_MEMBER, NO_PERMISSION}


def test_it_never_puts_what_is_shared_into_the_recipient_s_register(
    shared: Shared, outsider: APIClient
) -> None:
    shared.offer(organisation=shared.cast.other)
    asset, unit = shared.inside["asset"], shared.inside["unit"]
    own = AssetGroup.objects.get(name="own train")
    mine = AssetGroup.objects.get(name="own asset")
    consist = {"ephemerality": 1, "consist_asset_group_ids": [asset.pk]}

    joined = outsider.put(f"/api/assetgroups/{own.pk}/assets/{asset.pk}")
    made = outsider.post(f"{shared.theirs}/asset-groups", consist)
    moved = outsider.patch(f"/api/assets/{mine.pk}", {"group_id": unit.pk})
    fleet = outsider.patch(f"/api/assets/{mine.pk}", {"fleet_id": shared.fleet})
    bulk = outsider.patch(f"{shared.theirs}/assets", [{"id": asset.pk, "name": "mine"}])

    assert said(joined) == refusal("not_found", status=404)
    key = "consist_asset_group_ids"
    assert said(made) == refusal("consist_member_invalid", key)
    assert said(moved) == refusal("group_invalid", "group_id")
    assert said(fleet) == refusal("fleet_invalid", "fleet_id")
    assert said(bulk) == refusal("asset_not_found", "id")


@pytest.mark.django_db(transaction=True)
def test_it_tells_nothing_of_what_is_shared_in_the_recipient_s_feed(
    shared: Shared, outsider: APIClient
) -> None:
    shared.offer(organisation=shared.cast.other)
    manager = shared.cast.client("manager")
    manager.patch(f"/api/assets/{shared.inside['asset'].pk}", {"name": "renamed"})

    feed = outsider.get(f"{shared.theirs}/changes?limit=1000").json()["value"]

    owners = {change["organisation_id"] for change in feed}
    assert owners == {str(shared.cast.other.pk)}
    assert "renamed" not in str(feed)


def test_it_is_not_handed_on(shared: Shared, outsider: APIClient) -> None:
    third = OrganisationFactory()
    shared.offer(organisation=shared.cast.other)
    path = f"/api/fleets/{shared.fleet}/shares"

    answer = outsider.post(path, {"organisation": {"id": str(third.pk)}})

    assert said(answer) in {NO_MEMBER, NO_PERMISSION}
