import io
import json
import os
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from organisations.models import Location
from tests.cast import Cast
from tests.factories.organisations import LocationFactory


@pytest.fixture
def depot(cast: Cast) -> Location:
    place: Location = LocationFactory(
        organisation=cast.organisation, name="=North, Å", code="007"
    )
    return place


def export(cast: Cast, *options: str) -> str:
    """Export locations unless told otherwise, and return what stderr says."""
    err = io.StringIO()
    call_command(
        "export_data",
        f"--organisation={cast.organisation.pk}",
        "--type=locations",
        *options,
        stderr=err,
    )
    return err.getvalue()


def refusal(cast: Cast, *options: str) -> str:
    with pytest.raises(CommandError) as failure:
        export(cast, *options)
    return str(failure.value)


@pytest.mark.usefixtures("depot")
def test_it_writes_to_standard_output(
    cast: Cast, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert export(cast) == "locations: 1 rows\n"

    assert b'\r\n"\'=North, \xc3\x85",007,' in capfdbinary.readouterr().out


@pytest.mark.usefixtures("depot")
def test_it_writes_what_the_name_of_the_file_says(cast: Cast, tmp_path: Path) -> None:
    for name in ("a.csv", "a.jsonl", "a.xlsx", "a.dat"):
        export(cast, f"--output={tmp_path / name}")

    (line,) = (tmp_path / "a.jsonl").read_text().splitlines()
    assert json.loads(line)["name"] == "=North, Å"
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["locations"]
    assert sheet["B2"].value == "007"
    assert (tmp_path / "a.dat").read_bytes() == (tmp_path / "a.csv").read_bytes()


@pytest.mark.usefixtures("depot")
def test_it_writes_a_file_for_each_type_into_a_folder_or_an_archive(
    cast: Cast, tmp_path: Path
) -> None:
    for output in (tmp_path / "new" / "folder", tmp_path / "all.ZIP"):
        said = export(cast, "--type=all", "--format=jsonl", f"--output={output}")
        assert "locations: 1 rows\n" in said

    files = {one.name: one.read_bytes() for one in (tmp_path / "new/folder").iterdir()}
    with ZipFile(tmp_path / "all.ZIP") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files
    assert b'"code":"007"' in files["02-locations.jsonl"]


def test_it_leaves_a_line_in_the_log(
    cast: Cast, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", "config.exports"):
        export(cast, f"--output={tmp_path / 'a.csv'}", "--user=member")

    (record,) = caplog.records
    assert record.message == "export"
    assert record.fields == {  # type: ignore[attr-defined] # set by `extra`
        "organisation_id": str(cast.organisation.pk),
        "user": "member",
        "type": "locations",
        "format": "csv",
        "filter": "",
        "chosen": None,
    }


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--organisation=None"], "There is no organisation 'None'."),
        (["--user=nobody"], "There is no active user 'nobody'."),
        (["--user=outsider"], "You are not a member of the organisation."),
        (["--type=prefixes", "--user=member"], "This needs MANAGE_ORGANISATION."),
        (["--type=all", "--user=member"], "This needs MANAGE_ROLES."),
        (["--type=all", "--filter=id eq 1"], "Only rows of one type can be filtered."),
        (["--filter=id eq 1"], "An export of locations cannot be narrowed."),
    ],
)
def test_it_refuses_in_a_sentence(
    cast: Cast, tmp_path: Path, options: list[str], said: str
) -> None:
    path = tmp_path / "a.zip"

    assert refusal(cast, *options, f"--output={path}") == said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("options", [["--type=trams"], ["--format=pdf"]])
def test_it_refuses_what_it_does_not_know(cast: Cast, options: list[str]) -> None:
    assert "invalid choice" in refusal(cast, *options)


def test_it_refuses_a_folder_that_takes_no_files(cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    for options in (["--type=all"], []):
        path = tmp_path / "file" / "a"
        said = refusal(cast, *options, f"--output={path}")
        assert said == f"'{path}': Not a directory."


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full disk")
def test_it_refuses_a_full_disk_behind_standard_output(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr("sys.stdout", full)
        assert refusal(cast) == "Standard output: No space left on device."


def test_it_shows_no_workbook_on_a_terminal(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, terminal = os.openpty()
    with os.fdopen(terminal, "w") as screen:
        monkeypatch.setattr("sys.stdout", screen)
        for options in (["--format=xlsx"], ["--type=all"]):
            said = "A terminal cannot show this: say --output FILE."
            assert refusal(cast, *options) == said
