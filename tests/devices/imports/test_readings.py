from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assets.models import AssetGroup
from devices.imports import ReadingResource
from devices.models import MeterReading
from organisations.imports import squashed
from organisations.models import Change
from tests.cast import Cast
from tests.exchange import Exchange, counts, refusals
from tests.factories.devices import make_device, make_reading

FULL = (
    "Device,Meter,Read at,Reading,Who,Reviewed,Reason,confirmed\n"
    "P-1,Black pages,2026-01-01T00:00:00+02:00,100,meter man,yes,,\n"
    "P-1,Black pages,2026-02-01T00:00:00+02:00,150,,no,,\n"
    "P-1,Colour pages,2026-02-01T00:00:00+02:00,20,,no,,\n"
    "P-1,Black pages,2026-03-01T00:00:00+02:00,5,,no,new drum,yes\n"
)


@pytest.fixture
def readings(cast: Cast, tmp_path: Path) -> Exchange:
    return Exchange("readings", cast.organisation, tmp_path)


@pytest.fixture
def printer(cast: Cast) -> AssetGroup:
    asset: AssetGroup = make_device(cast.organisation, inventory_number="P-1").asset
    return asset


def shown(asset: AssetGroup) -> list[tuple[str, int, int, int]]:
    rows = MeterReading.objects.filter(asset=asset.pk).order_by("pk")
    columns = ("meter_name", "asset_meter_id", "reading", "previous_reading")
    return [*rows.values_list(*columns)]


def test_it_loads_readings_and_makes_meters_by_name(
    cast: Cast, readings: Exchange, printer: AssetGroup
) -> None:
    report = readings.load(FULL)

    assert (report.problems, report.refusals) == ([], [])
    assert counts(report) == (4, 4, 0, 0, 0)
    assert shown(printer) == [
        ("Black pages", 1, 100, 0),
        ("Black pages", 1, 150, 100),
        ("Colour pages", 2, 20, 0),
        ("Black pages", 1, 5, 150),
    ]
    first = MeterReading.objects.order_by("pk")[0]
    assert (first.who, first.reviewed, first.created_by) == (
        *("meter man", True, cast.owner),
    )
    assert str(first.timestamp) == "2025-12-31 22:00:00+00:00"
    assert Change.objects.filter(model="meterreading", action="created").count() == 4


def test_it_changes_nothing_the_second_time(
    readings: Exchange, printer: AssetGroup
) -> None:
    readings.load(FULL)
    before = Change.objects.count()

    report = readings.load(FULL)

    assert counts(report) == (4, 0, 0, 4, 0)
    assert Change.objects.count() == before


def test_it_finds_the_meter_and_updates_the_moment(
    readings: Exchange, printer: AssetGroup
) -> None:
    readings.load(FULL)

    report = readings.load(
        "device,meter,timestamp,reading\n"
        "P-1,colour PAGES,2026-01-31T22:00:00Z,25\n"
        "P-1,Colour pages,2026-03-31,30\nP-1,Scans,2026-03-31,1\n"
    )

    assert counts(report) == (3, 2, 1, 0, 0)
    assert {one.key: (one.old, one.new) for one in report.differences} == {
        "meter_name": ("Colour pages", "colour PAGES"),
        "reading": (20, 25),
    }
    assert shown(printer)[-2:] == [
        ("Colour pages", 2, 30, 25),
        ("Scans", 3, 1, 0),
    ]


def test_it_takes_a_file_in_the_order_of_time(
    readings: Exchange, printer: AssetGroup
) -> None:
    readings.load(
        "device,asset_meter_id,date,value\nP-1,4,2026-02-01,30\nP-1,4,2026-01-01,20\n"
    )

    found = MeterReading.objects.order_by("timestamp")
    assert [*found.values_list("reading", "previous_reading")] == [(20, 0), (30, 20)]


@pytest.mark.parametrize(
    ("header", "text", "code", "reason"),
    [
        ("device", "S-9", "asset_invalid", "There is no asset 'S-9'."),
        ("reading", "nan", "invalid_body", "'nan' is no reading."),
        ("reading", "1e99999", "invalid_body", "'1e99999' is no reading."),
        ("reading", "32.34", "invalid_body", "'32.34' is not a whole number: --set"),
        ("reading", "-1", "invalid_body", "Ensure this value is greater"),
        ("reading", "9007199254740993", "invalid_body", "Ensure this value is less"),
        ("reading", "many", "invalid_body", "'many' is not a number."),
        ("timestamp", "soon", "invalid_body", "'soon' is not a moment."),
        ("asset_meter_id", "x", "invalid_body", "'x' is not a whole number."),
        ("asset_meter_id", "-4", "invalid_body", "Ensure this value is greater"),
        ("who", "x" * 201, "invalid_body", "Ensure this value has at most 200"),
        ("confirmed", "perhaps", "invalid_body", "'perhaps' is not true or false."),
    ],
)
def test_it_refuses_a_row_for_its_cell(
    readings: Exchange,
    printer: AssetGroup,
    header: str,
    text: str,
    code: str,
    reason: str,
) -> None:
    row = {"device": "P-1", "timestamp": "2026-01-01", "reading": "1", header: text}

    report = readings.load(
        f"{','.join(row)}\n{','.join(row.values())}\n", asked={header: header}
    )

    ((line, column, found, said),) = refusals(report)
    assert (line, column, found) == (2, header, code)
    assert said.startswith(reason)
    assert shown(printer) == []


def test_it_refuses_rows_without_what_they_need(
    readings: Exchange, printer: AssetGroup
) -> None:
    report = readings.load(
        "device,timestamp,reading\n,2026-01-01,1\nP-1,,1\nP-1,2026-01-01,\n"
        "P-1,2026-01-02,1\n",
        skip_invalid=True,
    )

    assert [(one.line, one.column) for one in report.refusals] == [
        (2, "device"),
        (3, "timestamp"),
        (4, "reading"),
    ]


def test_it_refuses_what_is_lower_than_the_last_unless_confirmed(
    readings: Exchange, printer: AssetGroup
) -> None:
    make_reading(printer, 50, timestamp="2026-01-01T00:00:00Z")
    text = "device,timestamp,reading\nP-1,2026-01-02,40\nP-1,2026-01-03,60\n"

    report = readings.load(text, skip_invalid=True)
    again = readings.load(text, defaults={"confirmed": "true"})

    assert counts(report) == (2, 1, 0, 0, 1)
    assert refusals(report) == [
        (2, "reading", "invalid_body", "The last reading was 50.")
    ]
    assert counts(again) == (2, 1, 0, 1, 0)


def test_it_refuses_to_lower_a_reading_that_is_there(
    readings: Exchange, printer: AssetGroup
) -> None:
    readings.load(FULL)

    report = readings.load(
        "device,meter,timestamp,reading\nP-1,Black pages,2026-01-31T22:00Z,99\n"
    )

    assert refusals(report) == [
        (2, "reading", "invalid_body", "The last reading was 100.")
    ]


def test_it_refuses_a_moment_twice(readings: Exchange, printer: AssetGroup) -> None:
    report = readings.load(
        "device,timestamp,reading\nP-1,2026-01-01,1\nP-1,2026-01-01T00:00Z,2\n",
        skip_invalid=True,
    )

    assert refusals(report) == [
        (3, "timestamp", "duplicate_row", "Line 2 is of the same meter and moment.")
    ]


def test_it_keeps_decimals_by_a_multiplier(
    readings: Exchange, printer: AssetGroup
) -> None:
    readings.load(
        "device,timestamp,value\nP-1,2026-01-01,32.34\nP-1,2026-01-02,33\n",
        defaults={"multiplier": "100"},
    )

    assert [one[2] for one in shown(printer)] == [3234, 3300]


@pytest.mark.parametrize(("word", "code"), [("skip", []), ("fail", ["row_exists"])])
def test_it_leaves_readings_alone_when_told_to(
    readings: Exchange, printer: AssetGroup, word: str, code: list[str]
) -> None:
    make_reading(printer, 50, timestamp="2026-01-01T00:00:00Z")

    report = readings.load(
        "device,timestamp,reading\nP-1,2026-01-01,60\n", on_conflict=word
    )

    assert [one.code for one in report.refusals] == code
    assert [one[2] for one in shown(printer)] == [50]


def test_it_loads_many_with_few_queries(
    readings: Exchange, printer: AssetGroup
) -> None:
    rows = "".join(
        f"P-1,2026-01-01T00:{n // 60:02}:{n % 60:02}Z,{n}\n" for n in range(300)
    )

    with CaptureQueriesContext(connection) as queries:
        report = readings.load("device,timestamp,reading\n" + rows)

    assert counts(report) == (300, 300, 0, 0, 0)
    assert len(queries) < 50


def test_it_exports_what_it_can_load(
    cast: Cast, readings: Exchange, printer: AssetGroup
) -> None:
    readings.load(FULL)
    make_device(cast.other, inventory_number="P-1")
    text, elsewhere = readings.export(), readings.elsewhere(cast.other)

    report = elsewhere.load(text)

    assert (report.problems, report.refusals) == ([], [])
    assert counts(report) == (4, 4, 0, 0, 0)
    assert elsewhere.export() == text
    assert counts(elsewhere.load(text)) == (4, 0, 0, 4, 0)


def test_it_exports_with_as_many_queries_for_many(
    readings: Exchange, printer: AssetGroup
) -> None:
    readings.load(FULL)

    with CaptureQueriesContext(connection) as queries:
        assert readings.export().count("\n") == 5

    assert len(queries) == 1


def test_it_knows_the_headers_that_it_writes() -> None:
    keys = ReadingResource.keys

    assert [key.name for key in keys if squashed(key.name) not in key.synonyms] == []
    assert {*ReadingResource.written} <= {key.name for key in keys}
