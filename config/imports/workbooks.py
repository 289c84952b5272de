"""Excel workbooks."""

import csv
import warnings
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.utils.escape import unescape
from openpyxl.utils.exceptions import InvalidFileException

from config.imports.failures import ImportFailure, failure
from config.imports.tables import FIRST_ROW, LONGEST_CELL, Layout, take_header
from organisations.imports import Note, Record

LARGEST_WORKBOOK = 2 << 30
LARGEST_PART = 128 << 20
MOST_PARTS = 5_000
MOST_BLANK_ROWS = 100_000
CHUNK = 1_000
# What openpyxl lets through when the XML or the archive of a workbook is damaged.
DAMAGED = (
    AttributeError,
    BadZipFile,
    EOFError,
    IndexError,
    InvalidFileException,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    ParseError,
    RuntimeError,
    TypeError,
    ValueError,
    zlib.error,
)


@dataclass
class WorkbookTable:
    """One sheet of a workbook, its values as text.

    The sheet is unpacked once, into a temporary file that is read at every pass:
    reading a workbook costs ten times what reading text does.
    """

    sheet: str
    spool: IO[str]
    layout: Layout = FIRST_ROW
    notes: list[Note] = field(default_factory=list)

    @classmethod
    def open(
        cls, path: Path, *, sheet: str = "", layout: Layout = FIRST_ROW
    ) -> "WorkbookTable":
        """Choose the sheet: the one named, else the first that holds anything."""
        refuse_bomb(path)
        # Opened here, because openpyxl leaves damaged files open.
        with path.open("rb") as file, closing(_load(file)) as book:
            return cls._chosen(book, sheet, layout)

    @classmethod
    def _chosen(cls, book: Workbook, sheet: str, layout: Layout) -> "WorkbookTable":
        names = [worksheet.title for worksheet in book.worksheets]
        filled = [_named(sheet, names)] if sheet else _filled(book, names)
        if not filled:
            raise failure("file_empty", "No sheet of the workbook holds any rows.")
        spool = _spooled(_records(book, filled[0]))
        table = cls(filled[0], spool, layout, layout.notes)
        if len(filled) > 1:
            others = ", ".join(filled[1:])
            message = f"Sheet '{filled[0]}' was read; left out: {others} (--sheet)."
            table.notes.append(Note("sheets_left_out", message, len(filled) - 1))
        return table

    @property
    def header(self) -> Record:
        """The first row that is not blank, or the one asked for."""
        return take_header(self._spooled(), self.layout)

    def rows(self) -> Iterator[Record]:
        """Read the rows below the header, from the top at every call."""
        records = self._spooled()
        take_header(records, self.layout)
        yield from records

    def close(self) -> None:
        """Remove the temporary file."""
        self.spool.close()

    def _spooled(self) -> Iterator[Record]:
        self.spool.seek(0)
        for line, *cells in csv.reader(self.spool):
            yield Record(int(line), cells)


def refuse_bomb(path: Path) -> None:
    """Refuse a workbook that unpacks to more than a machine should have to hold.

    The sizes that the archive declares are binding: reading stops at them.
    """
    try:
        with ZipFile(path) as archive:
            parts = archive.infolist()
    except DAMAGED as error:
        raise _damaged(error) from error
    if any(part.flag_bits & 1 for part in parts):
        raise failure("file_unreadable", "The workbook is protected by a password.")
    in_memory = [p for p in parts if not p.filename.startswith("xl/worksheets/")]
    too_large = (
        len(parts) > MOST_PARTS
        or sum(part.file_size for part in parts) > LARGEST_WORKBOOK
        or sum(part.file_size for part in in_memory) > LARGEST_PART
    )
    if too_large:
        raise failure("file_too_large", "The workbook unpacks to too much data.")


def cell_text(value: object) -> str:
    """Write a cell's value as a CSV file would hold it, dates as ISO 8601."""
    match value:
        case None:
            return ""
        case str():
            return (unescape(value) if "_x" in value else value).strip()
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
    blank = 0
    for line, values in enumerate(chain.from_iterable(chunks), start=1):
        record = Record(line, [_bounded(cell_text(value)) for value in values])
        blank = blank + 1 if record.is_blank else 0
        if blank > MOST_BLANK_ROWS:
            return
        yield record


def _spooled(records: Iterator[Record]) -> IO[str]:
    # Closed with the table that reads it.
    spool = TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115 (see above)
    writer = csv.writer(spool)
    writer.writerows([record.line, *record.cells] for record in records)
    return spool


def _bounded(text: str) -> str:
    # Longer cells are refused by the engine; the csv module could not read them back.
    return text[: LONGEST_CELL + 1]


def _next_rows(rows: Iterator[Sequence[Any]]) -> list[Sequence[Any]]:
    try:
        with warnings.catch_warnings(action="ignore"):
            return list(islice(rows, CHUNK))
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
