from contextlib import closing
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from config.imports.failures import ImportFailure, Problem
from config.imports.readers import packages
from config.imports.readers.workbooks import UNCALCULATED, WorkbookTable
from organisations.imports import Record, Refused
from tests.config.imports.files import DATA

SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEADER = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c>'
    '<c r="B1" t="inlineStr"><is><t>Seats</t></is></c></row>'
)
NAME = '<c r="A2" t="inlineStr"><is><t>Coach 1</t></is></c>'


def workbook(tmp_path: Path, rows: str) -> Path:
    """Write a workbook whose only sheet has these rows."""
    book = Workbook()
    book.save(tmp_path / "plain.xlsx")
    path = tmp_path / "fleet.xlsx"
    sheet = f'<worksheet xmlns="{NAMESPACE}"><sheetData>{rows}</sheetData></worksheet>'
    with (
        ZipFile(tmp_path / "plain.xlsx") as plain,
        ZipFile(path, "w", ZIP_DEFLATED) as archive,
    ):
        for name in plain.namelist():
            archive.writestr(name, sheet if name == SHEET else plain.read(name))
    return path


def problem(path: Path) -> Problem:
    with (
        pytest.raises(ImportFailure) as failure,
        closing(WorkbookTable.open(path)) as table,
    ):
        assert table.header
    return failure.value.problems[0]


@pytest.mark.parametrize(
    ("cell", "seats"),
    [
        ('<c r="B2"><f>8*8</f><v>64</v></c>', "64"),
        ('<c r="B2"><f>8*8</f>\n<v>64</v></c>', "64"),
        ('<c r="B2" t="str"><f>""</f><v></v></c>', ""),
        ('<c r="B2" t="str"><f>""</f><v/></c>', ""),
        ('<c r="B2"/>', ""),
        ("", ""),
    ],
)
def test_it_reads_the_values_of_formulas(tmp_path: Path, cell: str, seats: str) -> None:
    path = workbook(tmp_path, f'{HEADER}<row r="2">{NAME}{cell}</row>')

    with closing(WorkbookTable.open(path)) as table:
        (row,) = table.rows()
        assert isinstance(row, Record)
        assert [*row.cells, ""][:2] == ["Coach 1", seats]


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="B2"><f>8*8</f></c>',
        '<c r="B2" s="1"><f>8*8</f><v></v></c>',
        '<c r="B2"><f>8*8</f><v /></c>',
        '<c r="B2"> <f t="shared" si="0"/> <v/> </c>',
    ],
)
def test_it_refuses_rows_with_formulas_without_a_value(
    tmp_path: Path, cell: str
) -> None:
    last = '<row r="3"><c r="A3"><v>7</v></c></row>'
    path = workbook(tmp_path, f'{HEADER}<row r="2">{NAME}{cell}</row>{last}')

    with closing(WorkbookTable.open(path)) as table:
        assert list(table.rows()) == [
            Refused(2, "Seats", "B2", "formula_without_value", UNCALCULATED),
            Record(3, ["7"]),
        ]


def test_it_refuses_the_formulas_of_a_program_that_does_not_calculate(
    tmp_path: Path,
) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (["Name", "Seats"], ["Coach 1", "=8*8"], ["Coach 2", 64]):
        sheet.append(row)
    book.save(tmp_path / "fleet.xlsx")

    with closing(WorkbookTable.open(tmp_path / "fleet.xlsx")) as table:
        assert [type(row) for row in table.rows()] == [Refused, Record]


def test_it_refuses_a_header_without_a_value(tmp_path: Path) -> None:
    path = workbook(
        tmp_path, '<row r="1"><c r="A1"><f>B1</f></c><c r="B1"><v>7</v></c></row>'
    )

    assert problem(path) == Problem("formula_without_value", UNCALCULATED, "", 1)


def test_it_finds_formulas_across_the_blocks_it_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = f'<row r="2">{NAME}<c r="B2"><f>8*8</f></c></row>'
    path = workbook(tmp_path, HEADER + row)

    for size in range(160, 200):
        monkeypatch.setattr(packages, "BLOCK", size)
        assert packages.inspected(path).uncalculated == {SHEET: {2: "B"}}


@pytest.mark.parametrize("rows", ["<c><f>1</f></c>", '<c r="A1"><f>1</f></c>' * 3])
def test_it_refuses_formulas_that_it_cannot_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: str
) -> None:
    monkeypatch.setattr(packages, "MOST_ROWS_UNCALCULATED", 1)

    assert problem(workbook(tmp_path, f"<row>{rows}</row>")).code == (
        "formula_without_value"
    )


def test_it_refuses_a_cell_that_never_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "BLOCK", 2_000)
    cell = f'<c t="inlineStr"><is><t>{"x" * 5_000}</t></is></c>'

    assert problem(workbook(tmp_path, f"<row>{cell}</row>")) == Problem(
        "file_too_large", "A cell of the workbook is too long."
    )


def test_it_refuses_a_row_that_never_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "BLOCK", 1_000)

    assert problem(workbook(tmp_path, f"<row>{'<c/>' * 2_000}</row>")) == Problem(
        "file_too_large", "A row of the workbook is too long."
    )


def test_it_refuses_parts_of_too_many_tags(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "MOST_TAGS", 10)

    assert problem(workbook(tmp_path, HEADER)).code == "file_too_large"


def test_it_refuses_sheets_that_are_bombs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "LEAST_BOMB", 100_000)

    path = workbook(tmp_path, "<row/>" * 100_000)

    assert problem(path).code == "file_too_large"


def test_it_refuses_too_many_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "LARGEST_DIRECTORY", 100)

    assert problem(DATA / "two-sheets.xlsx") == Problem(
        "file_too_large", "The archive holds too many files."
    )
