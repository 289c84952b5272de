"""A file as the engine sees it: a header, and rows of text below it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from config.imports.failures import failure
from organisations.imports import Note, Record, Refused

MOST_COLUMNS = 500
LONGEST_CELL = 65_535
MOST_ROWS = 1 << 31


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the header of a file is, where that was said.

    `header_row` counts from 1 and takes blank rows along; 0 is the first that is not
    blank. `skip_rows` of the rows below the header are left out.
    """

    header_row: int = 0
    skip_rows: int = 0

    @property
    def notes(self) -> list[Note]:
        """What is left out because it was asked for."""
        notes = []
        if self.header_row > 1:
            message = f"The rows above row {self.header_row}, the header, were left out"
            notes.append(Note("rows_above", f"{message}.", self.header_row - 1))
        if self.skip_rows:
            message = f"{self.skip_rows} of the rows below the header were left out."
            notes.append(Note("rows_skipped", message, self.skip_rows))
        return notes


FIRST_ROW = Layout()


class Table(Protocol):
    """A file of rows that can be read more than once, a row at a time."""

    @property
    def kind(self) -> str:
        """What the file is: csv, xlsx, json, jsonl or pem."""

    @property
    def header(self) -> Record:
        """The names of the columns."""

    @property
    def nested(self) -> frozenset[str]:
        """The columns in which cells hold lists of objects, as JSON."""

    @property
    def notes(self) -> list[Note]:
        """What the reader had to assume, or left out."""

    def rows(self) -> Iterator[Record | Refused]:
        """Read the rows below the header, from the top at every call.

        Rows that could not be read are refused in their place.
        """

    def close(self) -> None:
        """Let go of what the table holds."""


def take_header(rows: Iterator[Record], layout: Layout = FIRST_ROW) -> Record:
    """Take the header off the rows, and what is to be left out below it.

    Raise ImportFailure when the rows end before.
    """
    if min(layout.header_row, layout.skip_rows) < 0:
        raise failure("row_not_found", "Rows are counted from 1.")
    header = _bounded(_numbered(rows, layout.header_row) or _first(rows))
    skip = min(layout.skip_rows, MOST_ROWS)
    if sum(1 for _ in islice(rows, skip)) < skip:
        message = f"Below the header are fewer than {layout.skip_rows:,} rows."
        raise failure("row_not_found", message)
    return header


def _first(rows: Iterator[Record]) -> Record:
    for row in rows:
        if not row.is_blank:
            return row
    raise failure("file_empty", "The file holds no rows.")


def _numbered(rows: Iterator[Record], number: int) -> Record | None:
    if not number:
        return None
    for row in islice(rows, min(number, MOST_ROWS) - 1, None):
        if not row.is_blank:
            return row
        message = f"Row {number:,}, which should be the header, is blank."
        raise failure("row_not_found", message, line=row.line)
    raise failure("row_not_found", f"The file has fewer than {number:,} rows.")


def _bounded(header: Record) -> Record:
    cells = list(header.cells)
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > MOST_COLUMNS:
        raise failure(
            "too_many_columns",
            f"The file has more than {MOST_COLUMNS} columns.",
            line=header.line,
        )
    return Record(header.line, cells)
