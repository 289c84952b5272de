"""Asset zones: contract rows 13 to 16."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from assets.models import AssetTypeZone, AssetZone
from tests.assets.api.fleet.calls import UNKNOWN, refusal, said
from tests.assets.api.fleet.shapes import zone_shape
from tests.cast import Cast
from tests.factories.assets import AssetTypeFactory, AssetZoneFactory

NO_CODES: tuple[Any, ...] = (None, 5, True, [], "x" * 13, "a\nb", "a\x07")


def test_it_creates_a_zone(cast: Cast, manager: APIClient) -> None:
    response = manager.post(f"{cast.path}/asset-zones")

    zone = AssetZone.objects.get()
    assert response.status_code == 201
    assert response.json() == zone_shape(zone)
    assert response.json() == {
        "id": str(zone.pk),
        "organisation_id": str(cast.organisation.pk),
        "name": "new asset zone",
        "code": "",
        "description": "",
    }


def test_it_creates_a_zone_as_told(cast: Cast, manager: APIClient) -> None:
    body = {"name": "bogie 1", "code": "x" * 12, "description": "the leading one"}

    made = manager.post(f"{cast.path}/asset-zones", body).json()

    assert body.items() <= made.items()
    assert zone_shape(AssetZone.objects.get()) == made


def test_it_changes_a_code(cast: Cast, manager: APIClient) -> None:
    path = f"/api/assetzones/{AssetZoneFactory(organisation=cast.organisation).pk}"

    codes = [
        manager.patch(path, {"code": code}).json()["code"] for code in (" B1 ", "")
    ]

    assert codes == ["B1", ""]


@pytest.mark.parametrize("code", NO_CODES)
def test_it_refuses_codes_that_are_none(
    cast: Cast, manager: APIClient, code: object
) -> None:
    zone = AssetZoneFactory(organisation=cast.organisation)
    expected = refusal("invalid_body", "code")

    assert said(manager.patch(f"/api/assetzones/{zone.pk}", {"code": code})) == expected
    assert said(manager.post(f"{cast.path}/asset-zones", {"code": code})) == expected


@pytest.fixture
def yard(cast: Cast) -> dict[str, str]:
    """Return two types and a foreign one, by name, after hanging zones on them."""
    own = {"organisation": cast.organisation}
    front, middle, rear = (
        AssetZoneFactory(**own, name=name)
        for name in ("Führerstand", "saloon", "rear driver's cab")
    )
    AssetZoneFactory(organisation=cast.other, name="foreign")
    types = [AssetTypeFactory(**own) for _ in range(2)]
    for kind, zones in zip(types, ([front, middle], [middle, rear]), strict=True):
        for zone in zones:
            AssetTypeZone.objects.create(type=kind, zone=zone)
    AssetZoneFactory(**own, name="spare")
    foreign = AssetTypeFactory(organisation=cast.other)
    return {"first": str(types[0].pk), "second": str(types[1].pk), "z": str(foreign.pk)}


ALL = ["Führerstand", "saloon", "rear driver's cab", "spare"]


FILTERS: dict[str, list[str]] = {
    "": ALL,
    "type={first}": ["Führerstand", "saloon"],
    "type={first},{second}": ["Führerstand", "saloon", "rear driver's cab"],
    "type={first},{first}": ["Führerstand", "saloon"],
    "type=0": ["spare"],
    "type=0,{first}": ["Führerstand", "saloon", "spare"],
    "type={z}": [],
    f"type={UNKNOWN}": [],
    "type=": ALL,
    "name=A": ["Führerstand", "saloon", "rear driver's cab", "spare"],
    "name=fuhrer": ["Führerstand"],
    "name=STAND": ["Führerstand"],
    "name=driver's%20%20CAB": ["rear driver's cab"],
    "name=%25": [],
    "name=_": [],
    "name=%5C": [],
    "name=": ALL,
    "name=sa&type={second}": ["saloon"],
}


def test_it_filters_zones(cast: Cast, member: APIClient, yard: dict[str, str]) -> None:
    def found(query: str) -> list[str]:
        path = f"{cast.path}/asset-zones?{query.format(**yard)}"
        rows = member.get(path).json()
        counted = member.get(f"{path}&$count=true&$top=1").json()
        assert counted["@odata.count"] == len(rows), query
        return [row["name"] for row in rows]

    assert {query: found(query) for query in FILTERS} == FILTERS


@pytest.mark.parametrize("spelling", ["x", "-1", "1.5", "9" * 19, "1,", ",", "true"])
def test_it_refuses_types_that_are_no_id(
    cast: Cast, member: APIClient, spelling: str
) -> None:
    response = member.get(f"{cast.path}/asset-zones?type={spelling}")

    assert said(response) == refusal("invalid_filter", "type")
