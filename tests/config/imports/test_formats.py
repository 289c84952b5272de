"""Whatever the format, the same engine and the same counts."""

import gzip
from pathlib import Path

from assets.models import AssetGroup
from config.imports.report import Report
from tests.cast import Cast
from tests.config.imports.conftest import Load
from tests.config.imports.files import DATA


def refusals(report: Report) -> list[tuple[int, str]]:
    return [(one.line, one.code) for one in report.refusals]


def names(cast: Cast) -> list[str]:
    found = AssetGroup.objects.of(cast.organisation).order_by("name")
    return [*found.values_list("name", flat=True)]


def test_it_loads_the_devices_of_a_json_array(cast: Cast, load: Load) -> None:
    path = DATA / "network-devices.json"
    asked = {"site.name": "location", "status.label": "status", "interfaces": "-"}

    report = load(path, asked=asked, ignore_unknown=True)

    assert (report.problems, refusals(report)) == ([], [])
    assert (report.rows, report.created) == (2, 2)
    router = AssetGroup.objects.of(cast.organisation).get(name="Router 1")
    assert router.location is not None
    assert router.location.name == "Äänekoski"


def test_it_counts_lines_that_are_no_objects_as_refused(cast: Cast, load: Load) -> None:
    report = load(DATA / "coaches.jsonl", skip_invalid=True)

    assert (report.rows, report.created, report.refused, report.blank) == (5, 2, 3, 1)
    assert refusals(report) == [
        (3, "json_invalid"),
        (4, "item_not_object"),
        (6, "json_invalid"),
    ]
    assert names(cast) == ["Coach 1", "Coach 2"]


def test_it_writes_nothing_when_an_item_is_refused(cast: Cast, load: Load) -> None:
    report = load(DATA / "coaches.jsonl")

    assert (report.created, report.refused, report.skipped) == (0, 3, 2)
    assert names(cast) == []


def test_it_loads_a_packed_file(cast: Cast, load: Load, tmp_path: Path) -> None:
    path = tmp_path / "city-fleet.csv.gz"
    path.write_bytes(gzip.compress((DATA / "city-fleet.csv").read_bytes()))

    report = load(path, skip_invalid=True)

    assert (report.rows, report.created, report.refused) == (8, 6, 2)
    assert "archive_unpacked" in {note.code for note in report.notes}


def test_it_reports_a_file_that_stops_being_json(
    cast: Cast, load: Load, tmp_path: Path
) -> None:
    path = tmp_path / "cut.json"
    path.write_text('[{"name": "A", "type": "Bus"},\n{"name": "B", "ty')

    report = load(path)

    assert [(one.code, one.line) for one in report.problems] == [("json_invalid", 2)]
    assert (report.rows, names(cast)) == (0, [])
