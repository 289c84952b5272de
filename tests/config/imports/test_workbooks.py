from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime, time
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from config.imports import workbooks
from config.imports.failures import ImportFailure
from config.imports.tables import Layout
from config.imports.workbooks import WorkbookTable, cell_text
from organisations.imports import Record
from tests.config.imports.files import DATA

Open = Callable[..., WorkbookTable]


@pytest.fixture
def opened() -> Iterator[Open]:
    tables: list[WorkbookTable] = []

    def open_workbook(path: Path, sheet: str = "") -> WorkbookTable:
        tables.append(WorkbookTable.open(path, sheet=sheet))
        return tables[-1]

    yield open_workbook
    for table in tables:
        table.close()


def code(path: Path, sheet: str = "") -> str:
    with pytest.raises(ImportFailure) as failure:
        WorkbookTable.open(path, sheet=sheet)
    return failure.value.problems[0].code


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("  Wagon ", "Wagon"),
        ("one_x000D_\ntwo", "one\r\ntwo"),
        (True, "true"),
        (96, "96"),
        (18.0, "18"),
        (18.75, "18.75"),
        (0.1 + 0.2, "0.3"),
        (6.37702e15, "6377020000000000"),
        (1e-7, "0.0000001"),
        (datetime(2021, 12, 5), "2021-12-05"),
        (datetime(2021, 12, 5, 8, 30), "2021-12-05T08:30:00"),
        (date(2021, 12, 5), "2021-12-05"),
        (time(8, 30), "08:30:00"),
    ],
)
def test_it_writes_values_as_text(value: object, text: str) -> None:
    assert cell_text(value) == text


def test_it_reads_the_first_sheet_that_holds_anything(opened: Open) -> None:
    table = opened(DATA / "two-sheets.xlsx")

    assert table.header == Record(2, ["Name", "Type"])
    assert list(table.rows()) == [Record(3, ["Wagon 1", "Wagon"])]
    assert [(note.code, note.count) for note in table.notes] == [("sheets_left_out", 1)]


def test_it_reads_the_sheet_asked_for(opened: Open) -> None:
    table = opened(DATA / "two-sheets.xlsx", sheet="cranes")

    assert [record.cells[0] for record in table.rows()] == ["Crane 1", "Crane 2"]
    assert table.notes == []


def test_it_reads_the_same_rows_at_every_call(opened: Open) -> None:
    table = opened(DATA / "trams-and-buses.xlsx")

    assert list(table.rows()) == list(table.rows())


def test_it_refuses_a_sheet_that_is_not_there() -> None:
    assert code(DATA / "two-sheets.xlsx", "Ships") == "sheet_not_found"


def test_it_refuses_a_workbook_without_rows(tmp_path: Path) -> None:
    path = tmp_path / "empty.xlsx"
    Workbook().save(path)

    assert code(path) == "file_empty"


def test_it_refuses_a_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "LARGEST_WORKBOOK", 1 << 20)
    path = tmp_path / "bomb.xlsx"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "")
        archive.writestr("xl/worksheets/sheet1.xml", " " * (2 << 20))

    assert code(path) == "file_too_large"


def test_it_refuses_shared_strings_that_would_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "LARGEST_PART", 1 << 20)
    path = tmp_path / "bomb.xlsx"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", " " * (2 << 20))

    assert code(path) == "file_too_large"


def test_it_refuses_entities_that_multiply(tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    laughs = f'<!DOCTYPE x [<!ENTITY e0 "{"ha" * 50}">{entities}]><x>&e9;</x>'
    path = tmp_path / "laughs.xlsx"
    with (
        ZipFile(DATA / "two-sheets.xlsx") as good,
        ZipFile(path, "w", ZIP_DEFLATED) as bad,
    ):
        for name in good.namelist():
            is_sheet = name == "xl/worksheets/sheet2.xml"
            bad.writestr(name, laughs if is_sheet else good.read(name))

    assert code(path) == "file_unreadable"


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_it_refuses_a_workbook_cut_short(tmp_path: Path, share: float) -> None:
    whole = (DATA / "two-sheets.xlsx").read_bytes()
    path = tmp_path / "short.xlsx"
    path.write_bytes(whole[: int(len(whole) * share)])

    assert code(path) == "file_unreadable"


def test_it_refuses_a_workbook_without_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "odd.xlsx"
    with ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<nonsense>")

    assert code(path) == "file_unreadable"


def test_it_cuts_cells_that_would_fill_the_memory(
    tmp_path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "LONGEST_CELL", 10)
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Name"])
    sheet.append(["x" * 100])
    book.save(tmp_path / "long.xlsx")

    with closing(WorkbookTable.open(tmp_path / "long.xlsx")) as table:
        assert [len(record.cells[0]) for record in table.rows()] == [11]


def test_it_takes_the_header_row_it_is_told() -> None:
    layout = Layout(header_row=3)

    with closing(WorkbookTable.open(DATA / "two-sheets.xlsx", layout=layout)) as table:
        assert table.header == Record(3, ["Wagon 1", "Wagon"])
        assert list(table.rows()) == []
        assert [note.code for note in table.notes] == ["rows_above", "sheets_left_out"]
