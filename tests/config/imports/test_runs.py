from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assets.models import AssetField, AssetGroup, AssetStatus, AssetType
from config.imports import runs
from organisations.models import Change, Fleet, Location, Prefix
from tests.cast import Cast
from tests.config.imports.conftest import Load
from tests.factories.assets import AssetFieldFactory, AssetTypeFactory

Write = Callable[[str], Path]

TWO_OF_THREE = "Name,Type,Active\nA1,Bus,true\nA2,Bus,maybe\nA3,Bus,false\n"


def names(cast: Cast) -> list[str]:
    found = AssetGroup.objects.of(cast.organisation)
    return [*found.values_list("name", flat=True)]


def test_it_writes_nothing_when_a_row_is_refused(
    cast: Cast, load: Load, csv_file: Write
) -> None:
    asked = {"Active": "active"}
    before = Change.objects.count()

    report = load(csv_file(TWO_OF_THREE), asked=asked)

    assert (report.rows, report.created, report.refused, report.skipped) == (3, 0, 1, 2)
    assert (names(cast), Change.objects.count()) == ([], before)
    assert not AssetType.objects.exists()


def test_it_loads_the_other_rows_when_told_to_skip(
    cast: Cast, load: Load, csv_file: Write
) -> None:
    asked = {"Active": "active"}

    report = load(csv_file(TWO_OF_THREE), asked=asked, skip_invalid=True)

    assert (report.rows, report.created, report.refused, report.skipped) == (3, 2, 1, 0)
    assert names(cast) == ["A1", "A3"]
    assert [
        (one.line, one.column, one.value, one.code, one.reason)
        for one in report.refusals
    ] == [(3, "Active", "maybe", "invalid_body", "'maybe' is not true or false.")]


@pytest.mark.parametrize("skip_invalid", [True, False])
def test_it_finds_the_same_in_a_dry_run(
    cast: Cast, load: Load, csv_file: Write, skip_invalid: bool
) -> None:
    path, asked = csv_file(TWO_OF_THREE), {"Active": "active"}
    before = Change.objects.count()

    dry = load(path, asked=asked, skip_invalid=skip_invalid, dry_run=True)
    after = names(cast), Change.objects.count()
    wet = load(path, asked=asked, skip_invalid=skip_invalid)

    assert after == ([], before)
    told = {**wet.as_dict(), "is_dry_run": True, "run": ""}
    assert dry.as_dict() == told


@pytest.mark.parametrize("dry", [True, False])
def test_it_writes_no_history_that_it_takes_back(
    cast: Cast, load: Load, csv_file: Write, dry: bool
) -> None:
    path = csv_file("Name,Type\nA1,Bus\nA2,Bus\n")

    with CaptureQueriesContext(connection) as captured:
        load(path, dry_run=dry)

    insert = f'INSERT INTO "{Change._meta.db_table}"'
    lines = [one for one in captured if one["sql"].startswith(insert)]
    assert bool(lines) is not dry


def test_it_leaves_one_history_row_for_each_asset(
    cast: Cast, load: Load, csv_file: Write
) -> None:
    load(csv_file("Name,Type\nA1,Bus\nA2,Bus\n"))

    created = Change.objects.filter(model="assetgroup", action="created")
    assert [*created.values_list("who", flat=True)] == ["owner", "owner"]


def test_it_fills_every_key(cast: Cast, load: Load, csv_file: Write) -> None:
    Prefix.objects.create(
        organisation=cast.organisation, number_format="LOC-{n}", number_digits=4
    )

    report = load(
        csv_file(
            "Name,Description,Type,Status,Location,Sub-location,Fleet,Prefix,Number,"
            "Active\n"
            "Saara,Shunter,Locomotive,In service,Pasila,Track 4,Yard,LOC,42,no\n"
        )
    )

    assert report.is_clean
    asset = AssetGroup.objects.get()
    assert [str(one) for one in (asset.type, asset.status, asset.location)] == [
        *("Locomotive", "In service", "Pasila"),
    ]
    assert (str(asset.sub_location), str(asset.fleet)) == ("Track 4", "Yard")
    assert (asset.formatted_number, asset.active) == ("LOC-0042", False)
    assert (asset.name, asset.description) == ("Saara", "Shunter")


def test_it_makes_nothing_that_it_was_not_allowed_to(
    cast: Cast, load: Load, csv_file: Write
) -> None:
    path = csv_file(
        "Name,Type,Status,Location,Room,Fleet,Prefix\nA1,Bus,New,Depot,R1,North,X\n"
    )

    report = load(path, missing=frozenset())

    assert [(one.column, one.code) for one in report.refusals] == [
        ("Type", "asset_type_required"),
        ("Status", "status_invalid"),
        ("Fleet", "fleet_invalid"),
        ("Location", "location_invalid"),
        ("Prefix", "prefix_invalid"),
    ]
    assert report.refused == 1
    for model in (AssetType, AssetStatus, Location, Fleet):
        assert not model.objects.exists()


def test_it_names_a_type_after_the_file_when_it_may(
    load: Load, csv_file: Write
) -> None:
    report = load(csv_file("Name\nA1\n"))

    assert AssetType.objects.get().name == "Yard list"
    assert report.notes[0].code == "type_assumed"


def test_it_sets_what_rows_do_not_say(cast: Cast, load: Load, csv_file: Write) -> None:
    path = csv_file("Name,Type,Colour\nA1,,red\nA2,Tram,\n")

    report = load(path, defaults={"TYPE": "Bus", "colour": "blue", "Owner": "City"})

    assert report.problems == []
    field = {one.name: one.key for one in AssetField.objects.all()}
    assert [
        (str(one.type), one.fields[field["Colour"]], one.fields[field["Owner"]])
        for one in AssetGroup.objects.of(cast.organisation)
    ] == [("Bus", "red", "City"), ("Tram", "blue", "City")]


def test_it_uses_a_custom_field_that_is_there(
    cast: Cast, load: Load, csv_file: Write
) -> None:
    mileage = AssetFieldFactory(organisation=cast.organisation, name="Mileage", type=1)
    AssetTypeFactory(organisation=cast.organisation, name="Bus", with_fields=[mileage])
    path = csv_file("Name,Type,MILEAGE\nA1,Bus,12.0\nA2,Bus,many\n")

    report = load(path, missing=frozenset(), skip_invalid=True)

    assert AssetGroup.objects.get().fields == {mileage.key: 12}
    assert [(one.column, one.value, one.code) for one in report.refusals] == [
        ("MILEAGE", "many", "invalid_field_value")
    ]


def test_it_refuses_a_field_that_the_type_has_not(
    cast: Cast, load: Load, csv_file: Write
) -> None:
    AssetFieldFactory(organisation=cast.organisation, name="Mileage", type=1)
    AssetTypeFactory(organisation=cast.organisation, name="Bus")
    path = csv_file("Name,Type,Mileage\nA1,Bus,12\nA2,Bus,\n")

    refused = load(path, missing=frozenset(), skip_invalid=True)
    loaded = load(path, missing=frozenset({"fields"}), again=True)

    assert [(one.line, one.column, one.code) for one in refused.refusals] == [
        (2, "Mileage", "field_unknown")
    ]
    assert (refused.created, loaded.created) == (1, 2)


def test_it_refuses_unknown_columns_unless_told_to_ignore_them(
    cast: Cast, load: Load, csv_file: Write
) -> None:
    path, missing = csv_file("Name,Type,Colour\nA1,Bus,red\n"), frozenset({"types"})

    refused = load(path, missing=missing)
    loaded = load(path, missing=missing, ignore_unknown=True)

    assert [(one.code, one.column) for one in refused.problems] == [
        ("column_unknown", "Colour")
    ]
    assert (refused.created, loaded.created) == (0, 1)
    assert "columns_ignored" in {note.code for note in loaded.notes}


def test_it_refuses_a_field_name_that_nobody_knows(load: Load, csv_file: Write) -> None:
    path = csv_file("Name,Type,Colour\nA1,Bus,red\n")

    report = load(path, missing=frozenset({"types"}), asked={"Colour": "Tint"})

    assert [(one.code, one.column) for one in report.problems] == [
        ("target_unknown", "Colour")
    ]


def test_it_refuses_long_names_when_told_to(load: Load, csv_file: Write) -> None:
    path = csv_file("Name,Type\nA name that is far too long,Bus\n")

    report = load(path, cut_names=False)

    assert [(one.column, one.code) for one in report.refusals] == [
        ("Name", "invalid_body")
    ]


def test_it_cuts_long_names_around_those_that_stay(
    cast: Cast, load: Load, csv_file: Write
) -> None:
    path = csv_file(
        "Name,Type,Notes\n"
        "Track recording car Anna,Car,\n"
        "Track recording car Berta,Car,kept with the first\n"
        "Track recording car,Car,\n"
    )

    report = load(path)

    found = AssetGroup.objects.of(cast.organisation)
    assert [*found.values_list("name", "description")] == [
        ("Track recording 2", "Track recording car Anna"),
        ("Track recording 3", "Track recording car Berta\nkept with the first"),
        ("Track recording car", ""),
    ]
    cut = [note.count for note in report.notes if note.code == "names_cut"]
    assert cut == [2]


def test_it_refuses_repeats_of_the_identifier_it_is_told(
    load: Load, csv_file: Write
) -> None:
    path = csv_file("Name,Type,Plate\nA1,Bus,X 1\nA2,Bus,x  1\nA3,Bus,\nA4,Bus,\n")

    report = load(path, unique="plate", skip_invalid=True)

    assert [(one.line, one.code) for one in report.refusals] == [(3, "duplicate_row")]
    assert report.columns[2].type == "text, identifier"


def test_it_works_in_batches(
    cast: Cast, load: Load, csv_file: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "BATCH", 2)
    rows = "".join(f"A{number},Bus,{number % 4}\n" for number in range(5))
    path = csv_file(f"Name,Type,Tag\n{rows}")

    report = load(path, skip_invalid=True)

    assert (report.created, report.refused) == (4, 1)
    assert len(names(cast)) == 4


def test_it_asks_no_more_of_the_database_for_more_rows(
    load: Load, csv_file: Write
) -> None:
    head, row = "Name,Type,Status,Location,Colour\n", "A{},Bus,New,Depot,red\n"
    load(csv_file(head + row.format(0)))
    reads = []
    for count in (2, 200):
        path = csv_file(head + "".join(row.format(n) for n in range(count)))
        with CaptureQueriesContext(connection) as queries:
            load(path)
        reads.append([q["sql"] for q in queries if q["sql"].startswith("SELECT")])

    assert len(reads[0]) == len(reads[1]) < 30


def test_it_reports_what_keeps_a_file_from_being_read(
    load: Load, tmp_path: Path
) -> None:
    report = load(tmp_path / "none.csv")

    assert [one.code for one in report.problems] == ["file_not_found"]
    assert not report.is_clean


def test_it_refuses_headers_and_cells_full_of_nonsense(
    cast: Cast, load: Load, csv_file: Write
) -> None:
    header = "Name,Type,\x07,$,2024,true,🚋,null,a\u0301\n"
    path = csv_file(header + "A\x071,Bus,1,2,3,4,5,6,7\nA2,B\x07s,1,2,3,4,5,6,7\n")

    report = load(path, skip_invalid=True)

    assert report.problems == []
    assert [(one.line, one.column, one.code) for one in report.refusals] == [
        (2, "Name", "invalid_body"),
        (3, "Type", "invalid_body"),
    ]
    assert {field.name for field in AssetField.objects.all()} == {
        *("Column 3", "Column", "Column 2024", "true (file)", "Column 🚋"),
        *("null (file)", "Column \xe1"),
    }
