"""Comma-separated values and their relatives."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import ClassVar, TextIO

from config.imports.failures import failure
from config.imports.formulas import APOSTROPHE, restored
from config.imports.readers.decoding import detect, looks_binary
from config.imports.readers.tables import FIRST_ROW, Layout, take_header
from organisations.imports import Note, Record

LONGEST_LINE = 1 << 20
LONGEST_RECORD = 4 << 20
SAMPLE = 1 << 16
SAMPLE_RECORDS = 50
# The rarer a character is in ordinary text, the earlier it stands: ties go to it.
DELIMITERS = ("\t", ";", "|", ",")
NAMED_DELIMITER = re.compile(r"sep=(.)\s*\Z")


@dataclass
class DelimitedTable:
    """A text file with one record a line, unless quoted cells hold line breaks."""

    kind: ClassVar[str] = "csv"
    nested: ClassVar[frozenset[str]] = frozenset()
    path: Path
    encoding: str
    delimiter: str
    layout: Layout = FIRST_ROW
    notes: list[Note] = field(default_factory=list)

    @classmethod
    def open(
        cls, path: Path, *, encoding: str = "", layout: Layout = FIRST_ROW
    ) -> "DelimitedTable":
        """Find encoding and delimiter; raise ImportFailure for what is not text."""
        decoding = detect(path, wanted=encoding)
        with path.open(encoding=decoding.encoding, newline="") as file:
            sample = file.read(SAMPLE)
        _refuse_other_text(sample)
        notes = decoding.notes + layout.notes
        return cls(path, decoding.encoding, delimiter_of(sample), layout, notes)

    @property
    def header(self) -> Record:
        """The first row that is not blank, or the one asked for."""
        return take_header(self._records(), self.layout)

    def rows(self) -> Iterator[Record]:
        """Read the rows below the header, from the top at every call."""
        records = self._records()
        take_header(records, self.layout)
        yield from records

    def close(self) -> None:
        """Nothing is held between two readings."""

    def _records(self) -> Iterator[Record]:
        with self.path.open(encoding=self.encoding, newline="") as file:
            lines = _Lines(file)
            reader = csv.reader(
                lines, delimiter=self.delimiter, skipinitialspace=self.delimiter != "\t"
            )
            line = 1
            for cells in _readable(reader):
                if lines.ended:
                    raise failure(
                        "quote_unclosed", "A quoted cell is never closed.", line=line
                    )
                if line > 1 or not _names_delimiter(cells, self.delimiter):
                    yield Record(line, _trimmed(cells))
                line = reader.line_num + 1
                lines.length = 0


class _Lines:
    """The lines of a file, none of them too long, and whether the last was passed.

    `length` is that of the record so far; whoever reads records sets it back.
    """

    def __init__(self, file: TextIO) -> None:
        self.file = file
        self.number = 0
        self.ended = False
        self.length = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        text = self.file.readline(LONGEST_LINE)
        self.number += 1
        if len(text) == LONGEST_LINE:
            message = f"The line is longer than {LONGEST_LINE:,} characters."
            raise failure("line_too_long", message, line=self.number)
        self.length += len(text)
        if self.length > LONGEST_RECORD:
            message = f"The row is longer than {LONGEST_RECORD:,} characters."
            raise failure("line_too_long", message, line=self.number)
        if not text:
            self.ended = True
            raise StopIteration
        return text


def _readable(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error as error:
        line = getattr(reader, "line_num", None)
        message = f"The file stops being readable: {error}."
        raise failure("file_unreadable", message, line=line) from error


def _trimmed(cells: list[str]) -> list[str]:
    cells = list(map(str.strip, cells))
    # Most rows hold nothing that there is anything to restore of.
    return list(map(restored, cells)) if APOSTROPHE in "".join(cells) else cells


def _names_delimiter(cells: list[str], delimiter: str) -> bool:
    return delimiter.join(cells).lower() in {"sep=", f"sep={delimiter}"}


def _refuse_other_text(sample: str) -> None:
    start = sample.lstrip("\ufeff \t\r\n")[:15].lower()
    kind = ""
    if looks_binary(sample):
        kind = "binary data"
    elif start.startswith(("<!doctype", "<html", "<?xml", "<")):
        kind = "a web page or XML"
    elif re.match(r"\{\s*[\"}]|\[\s*[\[{\]]", start):
        kind = "JSON"
    if kind:
        message = f"The file holds {kind}, not a table of separated values."
        raise failure("file_type_mismatch", message)


def delimiter_of(sample: str) -> str:
    """Choose the delimiter with which most records are as wide as the header."""
    first_line = sample.lstrip("\ufeff").splitlines()[:1]
    named = NAMED_DELIMITER.match(first_line[0].lower()) if first_line else None
    if named:
        return named[1]
    best = max(DELIMITERS, key=lambda delimiter: _fit(sample, delimiter))
    return best if any(_fit(sample, best)) else ","


def _fit(sample: str, delimiter: str) -> tuple[float, int]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        records = [cells for cells in islice(reader, SAMPLE_RECORDS) if cells]
    except csv.Error:
        return 0.0, 0
    if len(sample) == SAMPLE and len(records) < SAMPLE_RECORDS:
        records = records[:-1]
    width = len(records[0]) if records else 0
    if width < 2:
        return 0.0, 0
    share = sum(len(cells) == width for cells in records) / len(records)
    return share, width
