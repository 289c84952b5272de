from pathlib import Path
from zipfile import ZipFile

import pytest

from config.imports.failures import ImportFailure, Problem
from config.imports.files import open_table
from tests.config.imports.files import DATA

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


def refusal(path: Path) -> Problem:
    with pytest.raises(ImportFailure) as failure:
        open_table(path)
    return failure.value.problems[0]


def test_it_refuses_a_workbook_named_csv(tmp_path: Path) -> None:
    path = tmp_path / "fleet.csv"
    path.write_bytes((DATA / "trams-and-buses.xlsx").read_bytes())

    assert refusal(path) == Problem(
        "file_type_mismatch", "'fleet.csv' is an Excel workbook, not a text file."
    )


def test_it_refuses_text_named_xlsx(tmp_path: Path) -> None:
    path = tmp_path / "fleet.xlsx"
    path.write_bytes((DATA / "city-fleet.csv").read_bytes())

    assert refusal(path) == Problem(
        "file_type_mismatch", "'fleet.xlsx' is a text file, not an Excel workbook."
    )


@pytest.mark.parametrize("name", ["fleet.xlsx", "fleet.csv"])
def test_it_names_a_picture(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(PNG)

    found = refusal(path)

    assert found.code == "file_type_mismatch"
    assert "is a PNG image" in found.message


def test_it_names_an_old_workbook(tmp_path: Path) -> None:
    path = tmp_path / "fleet.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100)

    assert "save it as .xlsx" in refusal(path).message


def test_it_names_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "fleet.xlsx"
    with ZipFile(path, "w") as archive:
        archive.writestr("fleet.csv", "Name\n")

    assert "a ZIP archive" in refusal(path).message


def test_it_refuses_random_bytes(tmp_path: Path) -> None:
    path = tmp_path / "fleet.csv"
    path.write_bytes(bytes(range(256)) * 10)

    assert refusal(path).code == "file_type_mismatch"


def test_it_tells_what_it_cannot_open(tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.touch()

    assert refusal(tmp_path / "none.csv").code == "file_not_found"
    assert refusal(tmp_path).code == "file_unreadable"
    assert refusal(empty).code == "file_empty"


def test_it_goes_by_content_where_the_name_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "fleet"
    path.write_text("Name;Type\nA;B\n")

    assert open_table(path).header.cells == ["Name", "Type"]
