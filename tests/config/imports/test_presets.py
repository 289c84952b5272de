"""Presets found by headers or called by name, and what they make of a job."""

from collections.abc import Callable
from pathlib import Path

import pytest

from assets.models import AssetGroup
from config.imports.failures import ImportFailure
from config.imports.jobs import Job
from config.imports.presets.choosing import listing, named, prepared, shipped
from config.imports.report import Lost, Report
from config.imports.runs import run_all
from licensing.models import Licence
from organisations.models import Location, Membership
from tests.cast import Cast
from tests.config.imports.conftest import MakeJob
from tests.config.imports.files import DATA

TWINS = DATA / "presets"
EVERYTHING = frozenset({"types", "statuses", "locations", "fleets", "fields"})

CsvFile = Callable[[str], Path]


def load(job: Job, preset: str = "", type_said: str = "") -> Report:
    (report,) = run_all(prepared(job, preset, type_said))
    return report


def counts(report: Report) -> tuple[int, int, int]:
    return report.rows, report.created, report.refused


def places(report: Report) -> dict[str, str]:
    return {one.column: one.target for one in report.columns}


def lost(report: Report) -> dict[str, int]:
    return {one.column: one.filled for one in report.lost}


def test_it_finds_a_preset_by_the_headers(cast: Cast, make_job: MakeJob) -> None:
    report = load(make_job(TWINS / "snipe-it-assets.csv"))

    assert (report.preset, report.type) == ("snipe-it-assets", "assets")
    assert counts(report) == (2, 2, 0)
    assert report.notes[0].code == "preset_applied"
    assert "Snipe-IT, assets, because of its headers" in report.notes[0].message
    assert places(report)["Category"] == "type"
    assert places(report)["Asset EOL Date"] == "field End of life"
    truck, _ = AssetGroup.objects.of(cast.organisation)
    assert "2021-03-04" in truck.fields.values()


def test_it_tells_what_is_not_kept_in_dry_runs_too(make_job: MakeJob) -> None:
    report = load(make_job(TWINS / "snipe-it-assets.csv", dry_run=True))

    reason = "The username says who it is; people are loaded as users."
    assert report.lost == [
        Lost("Model Notes", 1, "They are about the model, not about the asset."),
        Lost(
            "Checkout Type",
            2,
            "The column that is filled says to whom or where the asset is.",
        ),
        Lost("Checked Out To: First Name", 1, reason),
        Lost("Checked Out To: Last Name", 1, reason),
        Lost("Checked Out To: Email", 1, reason),
    ]


def test_it_changes_nothing_the_second_time(make_job: MakeJob) -> None:
    load(make_job(TWINS / "snipe-it-assets.csv"))

    report = load(make_job(TWINS / "snipe-it-assets.csv"))

    assert (report.created, report.updated, report.skipped) == (0, 0, 2)


def test_what_is_asked_for_wins(make_job: MakeJob) -> None:
    job = make_job(
        TWINS / "snipe-it-assets.csv",
        asked={"company": "-", "Model Notes": "Remarks", "Supplier": "description"},
        dates="dmy",
        unique="-",
        match="name",
    )

    (fitted,) = prepared(job)
    report = load(job)

    assert (fitted.dates, fitted.unique, fitted.terms.match) == ("dmy", "-", "name")
    assert places(report)["Model Notes"] == "field Remarks"
    assert places(report)["Asset Notes"] == "field Asset Notes"
    assert lost(report)["Company"] == 2


def test_it_leaves_fields_out_where_none_may_be_made(make_job: MakeJob) -> None:
    missing = EVERYTHING - {"fields"}
    job = make_job(TWINS / "snipe-it-assets.csv", missing=missing)

    strict = load(job)
    path = TWINS / "snipe-it-assets.csv"
    lenient = load(make_job(path, missing=missing, ignore_unknown=True))

    assert {one.code for one in strict.problems} == {"column_unknown"}
    assert counts(lenient) == (2, 2, 0)
    assert lost(lenient)["Supplier"] == 1


def test_it_reads_a_file_as_any_other_when_told_so(make_job: MakeJob) -> None:
    report = load(make_job(TWINS / "snipe-it-assets.csv"), "-")

    assert (report.preset, report.lost) == ("", [])
    assert places(report)["Model Notes"] == "field Model Notes"


def test_it_finds_nothing_for_other_files(csv_file: CsvFile, make_job: MakeJob) -> None:
    report = load(make_job(csv_file("Name,Type\nA1,Bus\n")))

    assert (report.preset, counts(report)) == ("", (1, 1, 0))


def test_it_tells_why_a_file_cannot_be_read(tmp_path: Path, make_job: MakeJob) -> None:
    for preset in ("", "snipe-it-assets"):
        report = load(make_job(tmp_path / "none.csv"), preset)
        assert [one.code for one in report.problems] == ["file_not_found"]


def test_it_loads_licences(cast: Cast, make_job: MakeJob) -> None:
    path = TWINS / "snipe-it-licences.csv"

    report = load(make_job(path, missing=frozenset(), skip_invalid=True))

    assert (report.type, counts(report)) == ("licences", (2, 1, 1))
    assert [(one.line, one.column, one.code) for one in report.refusals] == [
        (4, "expiration date", "invalid_body")
    ]
    (licence,) = Licence.objects.of(cast.organisation)
    assert (licence.count, str(licence.purchase_price)) == (5, "12.58")
    assert licence.notes == "first line\nsecond line"
    assert lost(report)["reassignable"] == 2


def test_it_loads_members(cast: Cast, make_job: MakeJob) -> None:
    missing = frozenset({"locations"})
    path = TWINS / "snipe-it-users.csv"

    report = load(make_job(path, missing=missing, skip_invalid=True))

    assert (report.type, counts(report)) == ("users", (2, 1, 1))
    member = Membership.objects.of(cast.organisation).get(user__username="anni")
    assert str(member.location) == "Hamina"
    assert lost(report) == {"Activated": 2, "Address": 2, "Manager": 1}


def test_it_loads_locations(cast: Cast, make_job: MakeJob) -> None:
    report = load(make_job(TWINS / "snipe-it-locations.csv", missing=frozenset()))

    assert (report.type, counts(report)) == ("locations", (2, 2, 0))
    found = Location.objects.of(cast.organisation).get(name="Hamina")
    assert "Laituri 1" in found.address
    assert lost(report) == {"manager": 1, "manager username": 1, "currency": 1}


def test_it_lets_a_type_choose_among_presets(make_job: MakeJob) -> None:
    job = make_job(TWINS / "snipe-it-locations.csv", missing=frozenset())

    (found,) = prepared(job, type_said="fleets")
    with pytest.raises(ImportFailure) as failure:
        prepared(job, "snipe-it-locations", "fleets")

    assert (found.type, found.preset) == ("fleets", "")
    assert failure.value.problems[0].code == "preset_type"


@pytest.mark.parametrize("name", ["snipe", "../preset", "", "none.toml"])
def test_it_refuses_presets_that_there_are_not(name: str) -> None:
    with pytest.raises(ImportFailure) as failure:
        named(name)

    assert failure.value.problems[0].code == "preset_unknown"


def test_every_preset_is_in_order_and_named_after_its_file() -> None:
    presets = shipped()

    assert {preset.name for preset in presets} >= {"snipe-it-assets", "snipe-it-users"}
    assert all(named(preset.name) == preset for preset in presets)
    assert len(listing(presets).splitlines()) == len(presets)
