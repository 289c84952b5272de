from pathlib import Path

import pytest

from assets.models import AssetStatus, AssetZone
from config.imports.resources import RESOURCES
from organisations.permissions import Permission
from tests.cast import Cast
from tests.exchange import Exchange, codes, outcome
from tests.factories.assets import AssetStatusFactory, AssetZoneFactory


@pytest.fixture
def statuses(cast: Cast, tmp_path: Path) -> Exchange:
    return Exchange("statuses", cast.organisation, tmp_path)


@pytest.fixture
def zones(cast: Cast, tmp_path: Path) -> Exchange:
    return Exchange("zones", cast.organisation, tmp_path)


def test_it_makes_and_changes_statuses(cast: Cast, statuses: Exchange) -> None:
    AssetStatusFactory(organisation=cast.organisation, name="In service")
    text = "Status,Notes,Active\nin service,Daily,\nScrapped,,no\n"

    first = statuses.load(text)
    again = statuses.load(text)

    assert (outcome(first), outcome(again)) == ((1, 1, 0, 0), (0, 0, 2, 0))
    found = AssetStatus.objects.order_by("id")
    assert [*found.values_list("name", "description", "active")] == [
        ("in service", "Daily", True),
        ("Scrapped", "", False),
    ]


def test_it_refuses_statuses(statuses: Exchange) -> None:
    text = (
        "Name,Active\nA name that is much too long,\nx,\n,yes\n"
        "Parked,perhaps\nNew,\nnew,\n"
    )

    report = statuses.load(text, skip_invalid=True)

    assert codes(report) == [
        (2, "Name", "invalid_body"),
        (3, "Name", "invalid_body"),
        (4, "Name", "invalid_body"),
        (5, "Active", "invalid_body"),
        (7, "Name", "duplicate_row"),
    ]


def test_it_makes_and_changes_zones(cast: Cast, zones: Exchange) -> None:
    AssetZoneFactory(organisation=cast.organisation, name="Bogie", code="B1")
    text = "Zone,Code,Notes\nBogie 1,b1,\nCab,,Front\n"

    first = zones.load(text)
    again = zones.load(text)

    assert (outcome(first), outcome(again)) == ((1, 1, 0, 0), (0, 0, 2, 0))
    found = AssetZone.objects.order_by("id")
    assert [*found.values_list("name", "code", "description")] == [
        ("Bogie 1", "b1", ""),
        ("Cab", "", "Front"),
    ]


def test_it_refuses_zones(zones: Exchange) -> None:
    report = zones.load("Name,Code\nCab,1234567890123\n,C2\n")

    assert codes(report) == [
        (2, "Code", "invalid_body"),
        (3, "Name", "invalid_body"),
    ]


def test_it_carries_words_to_another_organisation(
    cast: Cast, statuses: Exchange, zones: Exchange
) -> None:
    AssetStatusFactory(
        organisation=cast.organisation, name="Off", active=False, description="a\nb"
    )
    AssetZoneFactory(organisation=cast.organisation, name="Cab", code="C")

    statuses.carry(cast.other)
    zones.carry(cast.other)


@pytest.mark.parametrize("type_", ["statuses", "zones", "fields", "types"])
def test_they_ask_for_what_the_api_asks_for(type_: str) -> None:
    resource = RESOURCES[type_]

    needed = resource.permissions(frozenset(resource.missing))
    assert needed == {Permission.MANAGE_FLEETS}
