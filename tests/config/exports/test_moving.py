"""Folders and archives of exports, loaded again."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from config.exports.selection import one_moment
from organisations.models import Fleet, Location
from tests.cast import Cast
from tests.factories.organisations import FleetFactory, LocationFactory


@pytest.fixture
def folder(cast: Cast, tmp_path: Path) -> Path:
    """The export of an organisation that has a place and a fleet."""
    LocationFactory(organisation=cast.organisation, name="=North, Å", code="007")
    FleetFactory(organisation=cast.organisation, name="Trams")
    path = tmp_path / "export"
    export(cast, path)
    return path


def export(cast: Cast, path: Path, form: str = "csv") -> None:
    call_command(
        "export_data",
        f"--organisation={cast.organisation.pk}",
        "--type=all",
        f"--format={form}",
        f"--output={path}",
        stderr=io.StringIO(),
    )


def load(cast: Cast, path: Path, *options: str) -> list[dict[str, Any]]:
    """Load everything into the other organisation; return a report for each file."""
    out = io.StringIO()
    call_command(
        "import_data",
        str(path),
        f"--organisation={cast.other.pk}",
        "--type=all",
        "--format=json",
        *options,
        stdout=out,
        stderr=io.StringIO(),
    )
    reports: list[dict[str, Any]] = json.loads(out.getvalue())
    return reports


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
def test_it_loads_an_archive_of_any_format(
    cast: Cast, folder: Path, tmp_path: Path, form: str
) -> None:
    export(cast, tmp_path / "export.zip", form)

    reports = load(cast, tmp_path / "export.zip")

    assert [one["type"] for one in reports][:3] == ["roles", "locations", "users"]
    place = Location.objects.get(organisation=cast.other)
    assert (place.name, place.code) == ("=North, Å", "007")
    assert Fleet.objects.get(organisation=cast.other).name == "Trams"


def test_it_changes_nothing_when_the_same_is_loaded_again(
    cast: Cast, folder: Path
) -> None:
    load(cast, folder)

    again = load(cast, folder)

    assert {(one["created"], one["updated"], one["refused"]) for one in again} == {
        (0, 0, 0)
    }


def test_it_writes_nothing_in_a_dry_run_that_finds_all(
    cast: Cast, folder: Path
) -> None:
    reports = load(cast, folder, "--dry-run")

    assert all(one["is_dry_run"] for one in reports)
    created = {one["type"]: one["created"] for one in reports}
    assert (created["locations"], created["fleets"]) == (1, 1)
    assert not Location.objects.filter(organisation=cast.other).exists()


def test_it_stops_at_the_first_file_that_is_refused(cast: Cast, folder: Path) -> None:
    path = folder / "02-locations.csv"
    path.write_text("name,latitude\nNorth,100\n")

    with pytest.raises(CommandError, match=r"^1 of 1 rows were refused\.$"):
        load(cast, folder)

    assert not Fleet.objects.filter(organisation=cast.other).exists()


def test_it_refuses_a_folder_with_files_of_no_type(cast: Cast, folder: Path) -> None:
    (folder / "notes.txt").write_text("x")

    with pytest.raises(CommandError, match=r"called as these files are: notes\.txt\."):
        load(cast, folder)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_it_reads_everything_as_it_is_at_one_moment() -> None:
    with one_moment(), connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        assert cursor.fetchone() == ("repeatable read",)
        cursor.execute("SHOW transaction_read_only")
        assert cursor.fetchone() == ("on",)
