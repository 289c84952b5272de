import tarfile
from contextlib import closing
from pathlib import Path
from zipfile import ZipFile

import pytest

from config.imports.failures import ImportFailure, Problem
from config.imports.readers.files import open_table
from config.imports.readers.tables import Layout
from tests.config.imports.files import DATA

BEGIN = "-----BEGIN CERTIFICATE-----"
PEM = f"{BEGIN}\nMAMCAQU=\n-----END CERTIFICATE-----\n"
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
    tar = tmp_path / "fleet"
    with tarfile.open(tar, "w") as bundle:
        bundle.add(path, "fleet.xlsx")

    assert (
        refusal(path).message == "'fleet.xlsx' is a ZIP archive, not an Excel workbook."
    )
    assert refusal(tar).message == "'fleet' is a tar archive; unpack it first."


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("key.p12", b"\x30\x82\x0a\x41\x02\x01\x03\x30\x82"),
        ("key.pfx", b"anything"),
        ("key.pem", b"\x30\x82\x0a\x41\x02\x01\x03\x30\x82"),
        ("key", b"\x30\x80\x02\x01\x03\x30\x80"),
    ],
)
def test_it_sends_files_with_a_password_to_the_api(
    tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    found = refusal(path)

    assert found.code == "file_type_mismatch"
    assert "load it through the API of certificates, which takes the password" in (
        found.message
    )


def test_it_names_a_certificate_in_der(tmp_path: Path) -> None:
    path = tmp_path / "depot.cer"
    path.write_bytes(b"\x30\x82\x01\x8f\x30\x82\x01\x35\xa0")

    assert "a certificate in DER; turn it into PEM first" in refusal(path).message


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", '[{"a": 1}]', "'a.csv' is a JSON file, not a text file."),
        ("a.json", "Name\nA\n", "'a.json' is a text file, not a JSON file."),
        ("a.json", '"text"', "'a.json' is a text file, not a JSON file."),
        ("a.pem", "Name\nA\n", "'a.pem' is a text file, not a PEM file."),
        ("a.csv", f"{BEGIN}\n", "'a.csv' is a PEM file, not a text file."),
        ("a.gz", "Name\nA\n", "'a.gz' is a text file, not a gzip archive."),
    ],
)
def test_it_refuses_text_that_its_name_belies(
    tmp_path: Path, name: str, content: str, message: str
) -> None:
    path = tmp_path / name
    path.write_text(content)

    assert refusal(path) == Problem("file_type_mismatch", message)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.txt", ' \n [{"a": 1}]', "json"),
        ("a", '{"a": 1}\n{"a": 2}', "jsonl"),
        ("a.txt", "# one\n\n# two\n" + PEM, "pem"),
        ("a.crt", "Certificate:\n  Data:\n" + PEM, "pem"),
        ("a.txt", "Name,Key\nA,x\n", "csv"),
        ("a.csv", f'Name,Key\nA,"{PEM}"\n', "csv"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_it_knows_text_by_its_content(
    tmp_path: Path, name: str, content: str, kind: str, encoding: str
) -> None:
    path = tmp_path / name
    path.write_text(content, encoding=encoding)

    with closing(open_table(path)) as table:
        assert table.kind == kind


def test_it_refuses_a_sheet_of_a_file_without_sheets() -> None:
    for name in ("city-fleet.csv", "bundle.pem"):
        with pytest.raises(ImportFailure) as failure:
            open_table(DATA / name, sheet="Buses")
        assert failure.value.problems[0].code == "sheet_not_found"


def test_it_refuses_a_header_row_of_a_file_without_one() -> None:
    for name in ("network-devices.json", "bundle.pem"):
        with pytest.raises(ImportFailure) as failure:
            open_table(DATA / name, layout=Layout(header_row=2))
        assert failure.value.problems[0].code == "row_not_found"


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
