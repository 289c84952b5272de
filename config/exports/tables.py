"""Rows of text as CSV and as JSON Lines."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

import orjson

from config.imports.formulas import guarded
from config.imports.records import batches
from organisations.imports import Export

BATCH = 500


def as_csv(export: Export) -> Iterator[bytes]:
    """Write RFC 4180: commas, CRLF, UTF-8, quotes where they are needed.

    Cells that a spreadsheet would calculate are guarded by an apostrophe.
    """
    yield _delimited([export.header])
    for batch in batches(export.rows, BATCH):
        yield _delimited(batch)


def as_json_lines(export: Export) -> Iterator[bytes]:
    """Write an object a row, its texts by header; empty cells are left out."""
    header = list(export.header)
    for batch in batches(export.rows, BATCH):
        yield b"".join(_object(header, row) for row in batch)


def _delimited(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([guarded(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def _object(header: Sequence[str], row: Sequence[str]) -> bytes:
    cells = zip(header, row, strict=True)
    filled = {name: text for name, text in cells if text}
    return orjson.dumps(filled, option=orjson.OPT_APPEND_NEWLINE)
