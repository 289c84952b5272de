"""Asset statuses: contract rows 1 to 4."""

from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from assets.models import AssetStatus
from tests.assets.api.fleet.calls import refusal, said
from tests.assets.api.fleet.shapes import status_shape
from tests.cast import Cast
from tests.factories.assets import AssetStatusFactory

NO_FLAGS: tuple[Any, ...] = (None, "true", "", 1, 0, 1.0, [], {})


def test_it_creates_an_active_status(cast: Cast, manager: APIClient) -> None:
    response = manager.post(f"{cast.path}/asset-statuses")

    status = AssetStatus.objects.get()
    assert response.status_code == 201
    assert response.json() == status_shape(status)
    assert response.json() == {
        "id": str(status.pk),
        "organisation_id": str(cast.organisation.pk),
        "active": True,
        "name": "new asset status",
        "description": "",
    }


def test_it_creates_a_status_as_told(cast: Cast, manager: APIClient) -> None:
    body = {"name": "scrapped", "description": "Gone\nfor good", "active": False}

    made = manager.post(f"{cast.path}/asset-statuses", body).json()

    assert body.items() <= made.items()
    assert status_shape(AssetStatus.objects.get()) == made


@pytest.mark.parametrize("flag", NO_FLAGS)
def test_it_refuses_flags_that_are_none(
    cast: Cast, manager: APIClient, flag: object
) -> None:
    status = AssetStatusFactory(organisation=cast.organisation)
    expected = refusal("invalid_body", "active")

    path = f"/api/assetstatuses/{status.pk}"
    assert said(manager.patch(path, {"active": flag})) == expected
    collection = f"{cast.path}/asset-statuses"
    assert said(manager.post(collection, {"active": flag})) == expected
    assert AssetStatus.objects.get().active is True


def test_it_names_every_key_at_fault(cast: Cast, manager: APIClient) -> None:
    body = {"name": "x", "description": 5, "active": "no"}

    answer = said(manager.post(f"{cast.path}/asset-statuses", body))

    assert answer == refusal("invalid_body", "name", "description", "active")


def test_it_lets_any_member_change_a_status(cast: Cast, member: APIClient) -> None:
    status = AssetStatusFactory(organisation=cast.organisation)

    response = member.patch(f"/api/assetstatuses/{status.pk}", {"active": False})

    status.refresh_from_db()
    assert response.json() == status_shape(status)
    assert status.active is False


def test_it_asks_for_the_permission_when_strict(
    cast: Cast, member: APIClient, manager: APIClient, settings: Settings
) -> None:
    settings.FLEET_STRICT_PERMISSIONS = True
    status = AssetStatusFactory(organisation=cast.organisation)
    path = f"/api/assetstatuses/{status.pk}"

    refused = member.patch(path, {"active": False})

    assert said(refused) == refusal("missing_permission", status=403)
    assert manager.patch(path, {"active": False}).status_code == 200
    assert member.get(path).status_code == 200


def test_it_lists_statuses_by_id(cast: Cast, member: APIClient) -> None:
    for name in ("zulu", "alpha", "mike"):
        AssetStatusFactory(organisation=cast.organisation, name=name)
    AssetStatusFactory(organisation=cast.other, name="foreign")

    rows = member.get(f"{cast.path}/asset-statuses").json()

    own = AssetStatus.objects.filter(organisation=cast.organisation).order_by("id")
    assert rows == [status_shape(status) for status in own]
    assert [row["name"] for row in rows] == ["zulu", "alpha", "mike"]


FILTERS: dict[str, list[str]] = {
    "": ["In service", "in Störung", "scrapped"],
    "name=": ["In service", "in Störung", "scrapped"],
    "name=IN": ["In service", "in Störung"],
    "name=in%20stor": ["in Störung"],
    "name=service": [],
    "active=true": ["In service", "scrapped"],
    "active=1": ["In service", "scrapped"],
    "active=FALSE": ["in Störung"],
    "active=0": ["in Störung"],
    "active=": ["In service", "in Störung", "scrapped"],
    "active=true&name=s": ["scrapped"],
    "unheard_of=1": ["In service", "in Störung", "scrapped"],
}


def test_it_filters_statuses(cast: Cast, member: APIClient) -> None:
    for name in ("In service", "in Störung", "scrapped"):
        AssetStatusFactory(
            organisation=cast.organisation, name=name, active="St" not in name
        )

    def found(query: str) -> list[str]:
        rows = member.get(f"{cast.path}/asset-statuses?{query}").json()
        return [row["name"] for row in rows]

    assert {query: found(query) for query in FILTERS} == FILTERS


@pytest.mark.parametrize("flag", ["yes", "2", "null", "true,false"])
def test_it_refuses_filters_that_are_no_flag(
    cast: Cast, member: APIClient, flag: str
) -> None:
    response = member.get(f"{cast.path}/asset-statuses?active={flag}")

    assert said(response) == refusal("invalid_filter", "active")
