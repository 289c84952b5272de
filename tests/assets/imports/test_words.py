import pytest

from assets.models import AssetStatus, AssetZone
from config.imports.resources import RESOURCES
from organisations.permissions import Permission
from tests.cast import Cast
from tests.factories.assets import AssetStatusFactory, AssetZoneFactory
from tests.importing import Importer, outcome, refusals


@pytest.fixture
def statuses(tmp_path_factory: pytest.TempPathFactory, db: None) -> Importer:
    return Importer(tmp_path_factory.mktemp("statuses"), "statuses")


@pytest.fixture
def zones(tmp_path_factory: pytest.TempPathFactory, db: None) -> Importer:
    return Importer(tmp_path_factory.mktemp("zones"), "zones")


def test_it_makes_and_changes_statuses(cast: Cast, statuses: Importer) -> None:
    AssetStatusFactory(organisation=cast.organisation, name="In service")
    text = "Status,Notes,Active\nin service,Daily,\nScrapped,,no\n"

    first = statuses.load(cast.organisation, text)
    again = statuses.load(cast.organisation, text)

    assert (outcome(first), outcome(again)) == ((1, 1, 0, 0), (0, 0, 2, 0))
    found = AssetStatus.objects.order_by("id")
    assert [*found.values_list("name", "description", "active")] == [
        ("in service", "Daily", True),
        ("Scrapped", "", False),
    ]


def test_it_refuses_statuses(cast: Cast, statuses: Importer) -> None:
    text = (
        "Name,Active\nA name that is much too long,\nx,\n,yes\n"
        "Parked,perhaps\nNew,\nnew,\n"
    )

    report = statuses.load(cast.organisation, text, skip_invalid=True)

    assert refusals(report) == [
        (2, "Name", "invalid_body"),
        (3, "Name", "invalid_body"),
        (4, "Name", "invalid_body"),
        (5, "Active", "invalid_body"),
        (7, "Name", "duplicate_row"),
    ]


def test_it_makes_and_changes_zones(cast: Cast, zones: Importer) -> None:
    AssetZoneFactory(organisation=cast.organisation, name="Bogie", code="B1")
    text = "Zone,Code,Notes\nBogie 1,b1,\nCab,,Front\n"

    first = zones.load(cast.organisation, text)
    again = zones.load(cast.organisation, text)

    assert (outcome(first), outcome(again)) == ((1, 1, 0, 0), (0, 0, 2, 0))
    found = AssetZone.objects.order_by("id")
    assert [*found.values_list("name", "code", "description")] == [
        ("Bogie 1", "b1", ""),
        ("Cab", "", "Front"),
    ]


def test_it_refuses_zones(cast: Cast, zones: Importer) -> None:
    report = zones.load(cast.organisation, "Name,Code\nCab,1234567890123\n,C2\n")

    assert refusals(report) == [
        (2, "Code", "invalid_body"),
        (3, "Name", "invalid_body"),
    ]


def test_it_carries_words_to_another_organisation(
    cast: Cast, statuses: Importer, zones: Importer
) -> None:
    AssetStatusFactory(
        organisation=cast.organisation, name="Off", active=False, description="a\nb"
    )
    AssetZoneFactory(organisation=cast.organisation, name="Cab", code="C")

    statuses.carry(cast.organisation, cast.other)
    zones.carry(cast.organisation, cast.other)


@pytest.mark.parametrize("type_", ["statuses", "zones", "fields", "types"])
def test_they_ask_for_what_the_api_asks_for(type_: str) -> None:
    resource = RESOURCES[type_]

    needed = resource.permissions(frozenset(resource.missing))
    assert needed == {Permission.MANAGE_FLEETS}
