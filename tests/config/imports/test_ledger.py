"""Every import is noted; the same one never runs twice, and a stopped one goes on."""

from collections.abc import Callable
from pathlib import Path

import pytest

from assets.models import AssetGroup, AssetType
from config.imports import runs
from config.imports.runs import Job, job_of, run
from organisations.models import Change, ImportRun
from tests.cast import Cast
from tests.config.imports.conftest import Load, MakeJob

Write = Callable[[str], Path]
THREE = "Name,Type\nA1,Bus\nA2,Bus\nA3,Bus\n"
TAGGED = "Asset tag,Name,Type,Mileage\nT1,A1,Bus,10\nT2,A2,Bus,20\nT3,A3,Bus,30\n"


class Stopped(BaseException):
    """What a killed process does not survive."""


def names(cast: Cast) -> list[str]:
    found = AssetGroup.objects.of(cast.organisation).order_by("id")
    return [*found.values_list("name", flat=True)]


def counts(noted: ImportRun) -> tuple[int, ...]:
    return noted.rows, noted.created, noted.updated, noted.skipped, noted.refused


def test_it_notes_who_loaded_what_and_how_it_went(
    cast: Cast, load: Load, csv_file: Write
) -> None:
    report = load(csv_file(TAGGED))

    noted = ImportRun.objects.get()
    assert report.run == str(noted.pk)
    assert (noted.state, noted.who, noted.type) == ("done", "owner", "assets")
    assert (noted.file_name, noted.size) == ("Yard list.csv", len(TAGGED))
    assert counts(noted) == (3, 3, 0, 0, 0)
    assert noted.report["columns"] == [
        {"column": one.column, "target": one.target, "type": one.type}
        for one in report.columns
    ]
    assert noted.started_at
    assert noted.finished_at
    lines = Change.objects.filter(request_id=noted.request_id)
    assert lines.filter(model="assetgroup", action="created").count() == 3


def test_it_notes_no_dry_run(cast: Cast, load: Load, csv_file: Write) -> None:
    load(csv_file(TAGGED), dry_run=True)

    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("options", [{}, {"skip_invalid": True}])
def test_it_notes_what_was_refused(
    cast: Cast, load: Load, csv_file: Write, options: dict[str, bool]
) -> None:
    load(csv_file("Name,Type\nA1,Bus\nA2,\n"), **options)

    noted = ImportRun.objects.get()
    told = ("done", (2, 1, 0, 0, 1)) if options else ("failed", (2, 0, 0, 1, 1))
    assert (noted.state, counts(noted)) == told
    assert [one["code"] for one in noted.report["refusals"]] == ["asset_type_required"]


def test_it_changes_nothing_the_second_time(
    cast: Cast, load: Load, csv_file: Write
) -> None:
    path = csv_file(TAGGED)
    load(path)
    before = Change.objects.count()

    report = load(path)

    assert (report.created, report.updated, report.skipped) == (0, 0, 3)
    assert Change.objects.count() == before


def test_it_refuses_a_file_twice_whose_rows_nothing_tells_apart(
    cast: Cast, load: Load, csv_file: Write
) -> None:
    path = csv_file(THREE)
    load(path)

    refused, again = load(path), load(path, again=True)

    assert [one.code for one in refused.problems] == ["already_imported"]
    assert again.created == 3
    assert [one.state for one in ImportRun.objects.order_by("id")] == [
        *("done", "failed", "done"),
    ]


def test_it_updates_what_it_finds(cast: Cast, load: Load, csv_file: Write) -> None:
    load(csv_file(TAGGED))
    AssetGroup.objects.filter(name="A1").update(description="ours")

    changed = TAGGED.replace("20", "25").replace("A3,Bus,30", "A3,Bus,")
    report = load(csv_file(changed + "T4,A4,Bus,40\n"))

    assert (report.created, report.updated, report.skipped) == (1, 1, 2)
    (difference,) = report.differences
    assert (difference.line, difference.row) == (3, "A2")
    assert (difference.old, difference.new) == (20, 25)
    # An empty cell, and a key without a column, change nothing.
    assert 30 in AssetGroup.objects.get(name="A3").fields.values()
    assert AssetGroup.objects.get(name="A1").description == "ours"


def test_it_keeps_what_all_rows_were_given_for_new_ones(
    cast: Cast, load: Load, csv_file: Write
) -> None:
    load(csv_file("Asset tag,Name,Type,Status\nT1,A1,Bus,Old\n"))

    text = "Asset tag,Name\nT1,B1\nT2,B2\n"
    report = load(csv_file(text), defaults={"type": "Tram", "status": "New"})

    assert (report.created, report.updated) == (1, 1)
    found = AssetGroup.objects.order_by("id").values_list(
        "name", "type__name", "status__name"
    )
    assert [*found] == [("B1", "Bus", "Old"), ("B2", "Tram", "New")]


@pytest.mark.parametrize(
    ("on_conflict", "created", "skipped", "codes"),
    [("skip", 1, 2, []), ("fail", 0, 1, ["row_exists", "row_exists"])],
)
def test_it_leaves_what_it_finds(
    cast: Cast,
    load: Load,
    csv_file: Write,
    on_conflict: str,
    created: int,
    skipped: int,
    codes: list[str],
) -> None:
    load(csv_file("Asset tag,Name,Type\nT1,A1,Bus\nT2,A2,Bus\n"))

    report = load(
        csv_file("Asset tag,Name,Type\nT1,B1,Bus\nT2,B2,Bus\nT3,B3,Bus\n"),
        on_conflict=on_conflict,
    )

    assert (report.created, report.updated, report.skipped) == (created, 0, skipped)
    assert [one.code for one in report.refusals] == codes
    assert names(cast)[:2] == ["A1", "A2"]


def test_it_finds_rows_by_number(cast: Cast, load: Load, csv_file: Write) -> None:
    load(csv_file("Number,Name,Type\n7,A1,Bus\n8,A2,Bus\n"))

    report = load(csv_file("Number,Name,Type\n7,B1,Bus\n8,A2,Bus\n9,A3,Bus\n"))

    assert (report.created, report.updated, report.skipped) == (1, 1, 1)
    assert names(cast) == ["B1", "A2", "A3"]


def test_it_finds_rows_by_name_when_asked_to(
    cast: Cast, load: Load, csv_file: Write
) -> None:
    load(csv_file(THREE))

    report = load(csv_file("Name,Type,Wheels\na1,Bus,4\nA9,Bus,6\n"), match="name")

    assert (report.created, report.updated) == (1, 1)
    # The name is the file's, as every other value.
    assert names(cast) == ["a1", "A2", "A3", "A9"]


def test_it_refuses_rows_that_mean_several_or_the_same(
    cast: Cast, load: Load, csv_file: Write
) -> None:
    load(csv_file("Name,Type\nA1,Bus\nA1,Bus\nA2,Bus\n"))

    report = load(
        csv_file("Name,Type\nA1,Tram\nA2,Tram\nA2,Tram\n"),
        match="name",
        skip_invalid=True,
    )

    assert [(one.line, one.column, one.code) for one in report.refusals] == [
        (2, "Name", "match_ambiguous"),
        (4, "Name", "duplicate_row"),
    ]
    assert (report.rows, report.updated, report.refused) == (3, 1, 2)


def test_it_names_every_update_that_a_rule_refuses(
    cast: Cast, load: Load, csv_file: Write
) -> None:
    load(csv_file(TAGGED))

    report = load(
        csv_file(TAGGED.replace("10", "far").replace("A2", "x").replace("30", "31")),
        skip_invalid=True,
        missing=frozenset(),
    )

    assert [(one.line, one.column, one.code) for one in report.refusals] == [
        (2, "Mileage", "invalid_field_value"),
    ]
    assert (report.updated, report.refused) == (2, 1)


def test_it_refuses_to_match_by_what_no_column_holds(
    cast: Cast, load: Load, csv_file: Write
) -> None:
    report = load(csv_file(THREE), match="number")

    assert [one.code for one in report.problems] == ["match_unknown"]


def stop_after(rows: int) -> Callable[[int, int], None]:
    def watch(done: int, total: int) -> None:
        if done >= rows:
            raise Stopped

    return watch


def stopped(job: Job) -> ImportRun:
    """Run an import whose process dies, and return its note."""
    with pytest.raises(Stopped):
        run(job, stop_after(2))
    noted = ImportRun.objects.get()
    assert noted.state == "running"
    return noted


def test_it_begins_again_where_a_stopped_import_left_nothing(
    cast: Cast,
    load: Load,
    make_job: MakeJob,
    csv_file: Write,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runs, "BATCH", 1)
    noted = stopped(make_job(csv_file(THREE)))
    assert not AssetType.objects.exists()

    refused = load(csv_file(THREE))
    report = run(job_of(noted), noted=noted)

    assert [one.code for one in refused.problems] == ["import_running"]
    assert str(noted.pk) in refused.problems[0].message
    assert (report.created, names(cast)) == (3, ["A1", "A2", "A3"])
    assert ImportRun.objects.get(pk=noted.pk).state == "done"


def test_it_goes_on_where_an_import_in_parts_was(
    cast: Cast, make_job: MakeJob, csv_file: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "BATCH", 1)
    job = make_job(csv_file(THREE), in_parts=True, skip_invalid=True)
    noted = stopped(job)
    assert (noted.loaded, names(cast)) == (2, ["A1", "A2"])

    report = run(job_of(noted), noted=noted)

    assert (report.rows, report.created, names(cast)) == (3, 3, ["A1", "A2", "A3"])
    again = ImportRun.objects.get()
    assert (again.state, again.loaded, counts(again)) == ("done", 3, (3, 3, 0, 0, 0))
