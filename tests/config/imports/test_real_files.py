"""Files that nobody here wrote, loaded as they are."""

from collections import Counter

import pytest

from config.imports.report import Report
from tests.cast import Cast
from tests.config.imports.conftest import Load
from tests.config.imports.files import REAL

pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not here")


def counts(report: Report) -> tuple[int, int, int]:
    return report.rows, report.created, report.refused


def codes(report: Report) -> Counter[str]:
    return Counter(one.code for one in report.refusals)


def notes(report: Report) -> dict[str, int]:
    return {note.code: note.count for note in report.notes}


def test_it_loads_the_vehicles_of_tallinn(cast: Cast, load: Load) -> None:
    path = REAL / "tallinn-fleet" / "fleet.xlsx"

    report = load(path, asked={"LocalAreaManagement": "location"}, skip_invalid=True)

    assert counts(report) == (1_148, 1_144, 4)
    assert codes(report) == {"duplicate_row": 3, "asset_type_required": 1}
    assert [(one.line, one.column, one.value) for one in report.refusals] == [
        (149, "VehicleId", "1009"),
        (150, "Type", ""),
        (385, "VehicleId", "2231"),
        (452, "VehicleId", "2325"),
    ]
    assert notes(report) == {
        "fields_made": 13,
        "types_made": 3,
        "locations_made": 4,
        "names_given": 1_144,
    }


def test_it_loads_the_vehicles_of_seattle(cast: Cast, load: Load) -> None:
    path = REAL / "seattle-fleet" / "Active_Fleet_Complement.csv"

    report = load(path, skip_invalid=True)

    assert counts(report) == (4_109, 4_004, 105)
    assert codes(report) == {"duplicate_row": 105}
    assert {one.column for one in report.refusals} == {"EquipID"}
    assert {place.column: place.type for place in report.columns} == {
        "EquipID": "text, identifier",
        "License#": "text",
        "Year": "integer",
        "Make": "text",
        "Model": "text",
        "Description": "",
        "Dept": "text",
        "InServiceDate": "date",
        "InServiceCost": "decimal",
        "Estimated Replacement Year": "integer",
        "type": "",
    }


def test_it_loads_the_assets_of_snipe_it(cast: Cast, load: Load) -> None:
    report = load(REAL / "snipeit" / "assets-sample.csv")

    assert counts(report) == (22, 22, 0)
    assert notes(report) == {
        "fields_made": 18,
        "fields_renamed": 5,
        "types_made": 16,
        "locations_made": 15,
    }


def test_it_reports_what_is_wrong_with_the_bad_assets_of_snipe_it(
    cast: Cast, load: Load
) -> None:
    report = load(REAL / "snipeit" / "assets-sample-BAD.csv")

    assert [(one.code, one.column) for one in report.problems] == [
        ("header_duplicate", "Company#2"),
        ("header_duplicate", "Category#2"),
    ]
    assert notes(report) == {"encoding_guessed": 1}
    assert counts(report) == (0, 0, 0)


def test_it_loads_the_bad_assets_once_told_about_their_headers(
    cast: Cast, load: Load
) -> None:
    path = REAL / "snipeit" / "assets-sample-BAD.csv"
    asked = {"Company#2": "-", "Category#2": "-"}

    strict = load(path, asked=asked, cut_names=False, dry_run=True)
    report = load(path, asked=asked)

    assert counts(report) == (200, 200, 0)
    assert notes(report)["names_cut"] == 72
    assert counts(strict)[1:] == (0, strict.codes["invalid_body"])


def test_it_loads_the_devices_of_netbox(cast: Cast, load: Load) -> None:
    report = load(REAL / "netbox" / "devices-branches.csv")

    assert counts(report) == (52, 52, 0)


def test_it_loads_the_assets_of_atlas(cast: Cast, load: Load) -> None:
    report = load(REAL / "atlas-cmms" / "Assets.csv")

    assert (counts(report), report.blank) == ((10, 10, 0), 1)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("rail-de/HALF_2016-06-09_11-12-24.xml", "file_type_mismatch"),
    ],
)
def test_it_refuses_what_is_no_table(
    cast: Cast, load: Load, name: str, code: str
) -> None:
    assert [one.code for one in load(REAL / name).problems] == [code]


def test_it_overlooks_a_surplus_cell_that_is_empty(cast: Cast, load: Load) -> None:
    report = load(REAL / "atlas-cmms" / "Locations.csv")

    assert counts(report) == (12, 12, 0)
