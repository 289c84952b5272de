from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime, time
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from config.imports.failures import ImportFailure
from config.imports.readers import packages, workbooks
from config.imports.readers.tables import MOST_COLUMNS, Layout
from config.imports.readers.workbooks import WorkbookTable, cell_text
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


def records(table: WorkbookTable) -> list[Record]:
    return [row for row in table.rows() if isinstance(row, Record)]


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

    assert [record.cells[0] for record in records(table)] == ["Crane 1", "Crane 2"]
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
    monkeypatch.setattr(packages, "LARGEST_WORKBOOK", 1 << 20)
    path = tmp_path / "bomb.xlsx"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "")
        archive.writestr("xl/worksheets/sheet1.xml", " " * (2 << 20))

    assert code(path) == "file_too_large"


def test_it_refuses_shared_strings_that_would_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "LARGEST_PART", 1 << 20)
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
        assert [len(record.cells[0]) for record in records(table)] == [11]


def test_it_takes_the_header_row_it_is_told() -> None:
    layout = Layout(header_row=3)

    with closing(WorkbookTable.open(DATA / "two-sheets.xlsx", layout=layout)) as table:
        assert table.header == Record(3, ["Wagon 1", "Wagon"])
        assert list(table.rows()) == []
        assert [note.code for note in table.notes] == ["rows_above", "sheets_left_out"]


@pytest.mark.parametrize(
    ("epoch", "texts"),
    [
        (WINDOWS_EPOCH, ["1900-01-01", "1900-02-28", "1900-03-01", "2021-12-05"]),
        (MAC_EPOCH, ["1904-01-02", "1904-02-29", "1904-03-02", "2025-12-06"]),
    ],
)
def test_it_reads_dates_of_both_systems(
    tmp_path: Path, opened: Open, epoch: datetime, texts: list[str]
) -> None:
    book = Workbook()
    book.epoch = epoch
    sheet = book.worksheets[0]
    sheet.append(["Date"])
    for serial in (1, 59, 61, 44535):
        sheet.append([serial])
        sheet.cell(sheet.max_row, 1).number_format = "yyyy-mm-dd"
    book.save(tmp_path / "dates.xlsx")

    table = opened(tmp_path / "dates.xlsx")

    assert [row.cells for row in records(table)] == [[text] for text in texts]


def test_it_shows_dates_that_are_out_of_range_as_errors(
    tmp_path: Path, opened: Open
) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Date"])
    sheet.append([10**9])
    sheet.cell(2, 1).number_format = "yyyy-mm-dd"
    book.save(tmp_path / "dates.xlsx")

    assert [row.cells for row in records(opened(tmp_path / "dates.xlsx"))] == [
        ["#VALUE!"]
    ]


def test_it_keeps_one_cell_beyond_the_columns_there_may_be(
    tmp_path: Path, opened: Open
) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Name"])
    sheet.append(["Wagon 1"])
    sheet.cell(2, 16_384, "far away")
    sheet.cell(3, MOST_COLUMNS + 9, " ")
    book.save(tmp_path / "wide.xlsx")

    first, second = records(opened(tmp_path / "wide.xlsx"))

    assert (len(first.cells), first.cells[-1]) == (MOST_COLUMNS + 1, "far away")
    assert second.is_blank


def test_it_refuses_a_sheet_of_wide_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "MOST_WIDE_ROWS", 2)
    book = Workbook()
    for line in range(1, 5):
        book.worksheets[0].cell(line, MOST_COLUMNS + 1, "x")
    book.save(tmp_path / "wide.xlsx")

    assert code(tmp_path / "wide.xlsx") == "too_many_columns"


def test_it_refuses_too_many_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_SHEETS", 1)

    assert code(DATA / "two-sheets.xlsx") == "file_too_large"
