"""Excel workbooks."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, ClassVar
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.utils import column_index_from_string
from openpyxl.utils.escape import unescape
from openpyxl.utils.exceptions import InvalidFileException

from config.imports.failures import ImportFailure, failure
from config.imports.formulas import restored
from config.imports.readers.packages import DAMAGED_ARCHIVE, Package, inspected
from config.imports.readers.spools import Spool
from config.imports.readers.tables import (
    FIRST_ROW,
    LONGEST_CELL,
    MOST_COLUMNS,
    Layout,
    take_header,
)
from organisations.imports import Note, Record, Refused

MOST_SHEETS = 200
MOST_BLANK_ROWS = 100_000
MOST_WIDE_ROWS = 1_000
CHUNK = 200
UNCALCULATED = (
    "The cell holds a formula whose value was never saved. Open the file in Excel or "
    "LibreOffice and save it."
)
# What openpyxl lets through when the XML or the archive of a workbook is damaged.
DAMAGED = (
    *DAMAGED_ARCHIVE,
    AttributeError,
    IndexError,
    InvalidFileException,
    KeyError,
    OverflowError,
    ParseError,
    TypeError,
)


@dataclass
class WorkbookTable:
    """One sheet of a workbook, its values as text.

    The sheet is unpacked once, into a temporary file that is read at every pass:
    reading a workbook costs ten times what reading text does.
    """

    kind: ClassVar[str] = "xlsx"
    nested: ClassVar[frozenset[str]] = frozenset()
    sheet: str
    spool: Spool
    layout: Layout = FIRST_ROW
    uncalculated: Mapping[int, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    @classmethod
    def open(
        cls, path: Path, *, sheet: str = "", layout: Layout = FIRST_ROW
    ) -> "WorkbookTable":
        """Choose the sheet: the one named, else the first that holds anything."""
        package = _inspected(path)
        # Opened here, because openpyxl leaves damaged files open.
        with path.open("rb") as file, closing(_load(file)) as book:
            return cls._chosen(book, package, sheet, layout)

    @classmethod
    def _chosen(
        cls, book: Workbook, package: Package, sheet: str, layout: Layout
    ) -> "WorkbookTable":
        names = [worksheet.title for worksheet in book.worksheets]
        if len(names) > MOST_SHEETS:
            message = f"The workbook has more than {MOST_SHEETS} sheets."
            raise failure("file_too_large", message)
        filled = [_named(sheet, names)] if sheet else _filled(book, names)
        if not filled:
            raise failure("file_empty", "No sheet of the workbook holds any rows.")
        worksheet: Any = book[filled[0]]
        uncalculated = package.uncalculated.get(worksheet._worksheet_path, {})
        spool = Spool.of(_records(book, filled[0]))
        table = cls(filled[0], spool, layout, uncalculated, layout.notes)
        if len(filled) > 1:
            others = ", ".join(filled[1:])
            message = f"Sheet '{filled[0]}' was read; left out: {others} (--sheet)."
            table.notes.append(Note("sheets_left_out", message, len(filled) - 1))
        return table

    @property
    def header(self) -> Record:
        """The first row that is not blank, or the one asked for."""
        header = take_header(self._spooled(), self.layout)
        if header.line in self.uncalculated:
            raise failure("formula_without_value", UNCALCULATED, line=header.line)
        return header

    def rows(self) -> Iterator[Record | Refused]:
        """Read the rows below the header, from the top at every call."""
        records = self._spooled()
        header = take_header(records, self.layout)
        for record in records:
            letters = self.uncalculated.get(record.line)
            yield _uncalculated(record, header, letters) if letters else record

    def close(self) -> None:
        """Remove the temporary file."""
        self.spool.close()

    def _spooled(self) -> Iterator[Record]:
        return (row for row in self.spool if isinstance(row, Record))


def cell_text(value: object) -> str:
    """Write a cell's value as a CSV file would hold it, dates as ISO 8601."""
    match value:
        case None:
            return ""
        case str():
            text = (unescape(value) if "_x" in value else value).strip()
            return restored(text)
        case bool():
            return "true" if value else "false"
        case float():
            return _number_text(value)
        case datetime():
            return (value.date() if value.time() == time() else value).isoformat()
        case date() | time():
            return value.isoformat()
    return str(value)


def _number_text(value: float) -> str:
    # Excel keeps 15 significant digits; the rest is noise of binary fractions.
    text = format(Decimal(f"{value:.15g}"), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _records(book: Workbook, sheet: str) -> Iterator[Record]:
    worksheet: Any = book[sheet]
    # The size that a sheet declares is often wrong, in both directions.
    worksheet.reset_dimensions()
    rows = worksheet.iter_rows(values_only=True)
    chunks = iter(lambda: _next_rows(rows), [])
    blank = wide = 0
    for line, values in enumerate(chain.from_iterable(chunks), start=1):
        record = Record(line, _texts(values))
        blank = blank + 1 if record.is_blank else 0
        if blank > MOST_BLANK_ROWS:
            return
        wide += len(values) > MOST_COLUMNS
        if wide > MOST_WIDE_ROWS:
            message = f"Too many rows have more than {MOST_COLUMNS} columns."
            raise failure("too_many_columns", message, line=line)
        yield record


def _texts(values: Sequence[Any]) -> list[str]:
    """Write the cells of a row, of those that are too many only one that is filled."""
    # Cells that are too long are refused by the engine; they need not be kept whole.
    texts = [cell_text(value)[: LONGEST_CELL + 1] for value in values[:MOST_COLUMNS]]
    surplus = filter(None, map(cell_text, values[MOST_COLUMNS:]))
    texts.extend(text[:LONGEST_CELL] for text in islice(surplus, 1))
    return texts


def _uncalculated(record: Record, header: Record, letters: str) -> Refused:
    index = column_index_from_string(letters) - 1
    column = header.cells[index] if index < len(header.cells) else ""
    code = "formula_without_value"
    return Refused(record.line, column, f"{letters}{record.line}", code, UNCALCULATED)


def _next_rows(rows: Iterator[Sequence[Any]]) -> list[Sequence[Any]]:
    try:
        with warnings.catch_warnings(action="ignore"):
            return list(islice(rows, CHUNK))
    except DAMAGED as error:
        raise _damaged(error) from error


def _inspected(path: Path) -> Package:
    try:
        return inspected(path)
    except DAMAGED as error:
        raise _damaged(error) from error


def _load(file: IO[bytes]) -> Workbook:
    try:
        with warnings.catch_warnings(action="ignore"):
            return load_workbook(file, read_only=True, data_only=True)
    except DAMAGED as error:
        raise _damaged(error) from error


def _named(sheet: str, names: list[str]) -> str:
    for name in names:
        if name.casefold() == sheet.casefold():
            return name
    listed = ", ".join(names)
    raise failure("sheet_not_found", f"There is no sheet '{sheet}', only: {listed}.")


def _filled(book: Workbook, names: list[str]) -> list[str]:
    return [
        name
        for name in names
        if any(not record.is_blank for record in _records(book, name))
    ]


def _damaged(error: BaseException) -> ImportFailure:
    reason = type(error).__name__
    return failure("file_unreadable", f"The workbook is damaged ({reason}).")
