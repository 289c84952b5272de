"""Files that nobody here wrote: locations, people, consists, loaded as they are."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from assets.models import AssetGroup, GroupMember
from config.imports.report import Report
from organisations.models import Location, Membership
from tests.cast import Cast
from tests.config.imports.conftest import Load
from tests.config.imports.files import REAL

pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not here")

STATIONS = REAL / "rail-de" / "DBSuS-Uebersicht_Bahnhoefe-Stand2016-07.csv"
CONSISTS = REAL / "rail-fi" / "consist-vehicles-part1.csv"
NOTHING: frozenset[str] = frozenset()

Head = Callable[[Path, int], Path]


@pytest.fixture
def head(tmp_path: Path) -> Head:
    """Return the first lines of a file, its bytes as they are."""

    def cut(path: Path, lines: int) -> Path:
        part = tmp_path / path.name
        with path.open("rb") as file:
            part.write_bytes(b"".join(file.readline() for _ in range(lines)))
        return part

    return cut


def counts(report: Report) -> tuple[int, int, int, int]:
    assert not report.problems
    return report.created, report.updated, report.skipped, report.refused


def codes(report: Report) -> Counter[str]:
    return Counter(one.code for one in report.refusals)


def test_it_loads_the_stations_of_germany(cast: Cast, load: Load, head: Head) -> None:
    path = head(STATIONS, 201)

    report = load(path, type="locations", missing=NOTHING, ignore_unknown=True)

    assert counts(report) == (200, 0, 0, 0)
    first = Location.objects.order_by("id")[0]
    assert (first.name, first.code) == ("Aachen Hbf", "KA")
    assert first.address == "Bahnhofplatz 2a, 52064 Aachen, Nordrhein-Westfalen"
    again = load(path, type="locations", missing=NOTHING, ignore_unknown=True)
    assert counts(again) == (0, 0, 200, 0)


def test_it_loads_the_locations_of_snipe_it(cast: Cast, load: Load) -> None:
    path = REAL / "snipeit" / "locations-sample.csv"

    report = load(
        path, type="locations", missing=NOTHING, ignore_unknown=True, skip_invalid=True
    )

    assert counts(report) == (17, 0, 0, 2)
    assert [(one.line, one.value, one.code) for one in report.refusals] == [
        (16, "Rocky Mountain House", "duplicate_row"),
        (18, "Airdrie", "duplicate_row"),
    ]
    airdrie = Location.objects.get(name="Airdrie")
    assert airdrie.address.startswith("14 Summer Ridge Court, 306 Buhler Parkway, T4B")


def test_it_loads_the_people_of_snipe_it(cast: Cast, load: Load) -> None:
    path = REAL / "snipeit" / "users-sample.csv"
    options = {"type": "users", "ignore_unknown": True, "skip_invalid": True}

    report = load(path, missing=frozenset({"locations"}), **options)
    again = load(path, missing=NOTHING, **options)

    assert counts(report) == (95, 0, 0, 5)
    assert codes(report) == {"invalid_body": 5}
    assert {(one.column, one.value) for one in report.refusals} == {("Email", "")}
    assert counts(again) == (0, 0, 95, 5)
    first = Membership.objects.get(user__username="rtenant0")
    assert first.user.get_full_name() == "Reagen Tenant"
    assert first.location == Location.objects.get(name="Braun, Ullrich and O'Hara")


def test_it_loads_the_locations_of_atlas(cast: Cast, load: Load) -> None:
    path = REAL / "atlas-cmms" / "Locations.csv"

    report = load(path, type="locations", missing=NOTHING, ignore_unknown=True)

    assert counts(report) == (12, 0, 0, 0)
    lost = [one.message for one in report.notes if one.code == "columns_ignored"]
    assert len(lost) == 1
    assert "Parent Location" in lost[0]


def test_it_loads_the_consists_of_finland(cast: Cast, load: Load, head: Head) -> None:
    path = head(CONSISTS, 301)
    load(
        path,
        asked={"vehicle_number": "name", "kind": "type"},
        missing=frozenset({"types"}),
        unique="vehicle_number",
        preset="-",
        ignore_unknown=True,
        skip_invalid=True,
    )
    options = {
        "type": "groups",
        "asked": {"composition_id": "name", "train_type": "description"},
        "preset": "-",
        "ignore_unknown": True,
        "skip_invalid": True,
    }

    report = load(path, missing=NOTHING, **options)
    again = load(path, missing=NOTHING, **options)

    assert codes(report) == {"invalid_body": 1}
    assert [(one.line, one.column) for one in report.refusals] == [
        (195, "vehicle_number")
    ]
    assert counts(report) == (299, 0, 0, 1)
    assert counts(again) == (0, 0, 299, 1)
    train = AssetGroup.objects.get(name="1830554")
    members = GroupMember.objects.filter(group=train).order_by("position")
    assert [*members.values_list("asset__name", flat=True)][:2] == [
        "3236",
        "50102697009-2",
    ]
    assert GroupMember.objects.count() == 299
