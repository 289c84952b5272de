"""A file as the engine sees it: a header, and rows of text below it."""

from collections.abc import Iterator
from typing import Protocol

from config.imports.failures import failure
from organisations.imports import Note, Record

MOST_COLUMNS = 500
LONGEST_CELL = 65_535


class Table(Protocol):
    """A file of rows that can be read more than once, a row at a time."""

    @property
    def header(self) -> Record:
        """The first row that is not blank."""

    @property
    def notes(self) -> list[Note]:
        """What the reader had to assume, or left out."""

    def rows(self) -> Iterator[Record]:
        """Read the rows below the header, from the top at every call."""

    def close(self) -> None:
        """Let go of what the table holds."""


def first_row(rows: Iterator[Record]) -> Record:
    """Take the header off the rows; raise ImportFailure when there is none."""
    for row in rows:
        if not row.is_blank:
            return _bounded(row)
    raise failure("file_empty", "The file holds no rows.")


def _bounded(header: Record) -> Record:
    cells = list(header.cells)
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > MOST_COLUMNS:
        raise failure(
            "too_many_columns",
            f"The file has {len(cells):,} columns; at most {MOST_COLUMNS} are read.",
            line=header.line,
        )
    return Record(header.line, cells)
