"""JSON arrays of objects, and JSON Lines."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from json import JSONDecodeError
from pathlib import Path
from typing import TextIO

from config.imports.failures import ImportFailure, failure
from config.imports.readers.decoding import detect
from config.imports.readers.flattening import Flattener
from config.imports.readers.json_items import (
    LONGEST_ITEM,
    Cursor,
    Decoder,
    Fault,
    Item,
)
from config.imports.readers.spools import Spool
from organisations.imports import Note, Record, Refused, listed

ARRAY, LINES = "json", "jsonl"
LINE_SUFFIXES = frozenset({".jsonl", ".ndjson"})


@dataclass
class JsonTable:
    """Objects as rows; `line` counts the items of an array, or the lines of the file.

    The file is read once, into a temporary file from which every pass reads: parsing
    costs more than reading, and the last object may bring the last column.
    """

    kind: str
    header: Record
    spool: Spool
    nested: frozenset[str] = frozenset()
    notes: list[Note] = field(default_factory=list)

    @classmethod
    def open(
        cls, path: Path, *, name: str = "", sheet: str = "", encoding: str = ""
    ) -> "JsonTable":
        """Read the objects; `sheet` names the array they stand in, with dots.

        Raise ImportFailure for what is not JSON, or holds no objects.
        """
        decoding = detect(path, wanted=encoding)
        notes = list(decoding.notes)

        def opened() -> TextIO:
            return path.open(encoding=decoding.encoding)

        if _holds_lines(opened, Path(name or path.name).suffix.lower()):
            kind, items = LINES, _lines(opened, sheet)
        else:
            kind, items = ARRAY, _chosen(opened, sheet, notes)
        return cls._of(kind, items, notes)

    @classmethod
    def _of(cls, kind: str, items: Iterator[Item], notes: list[Note]) -> "JsonTable":
        flattener = Flattener()
        first: list[Refused] = []
        spool = Spool.of(_rows(items, flattener, first))
        header = flattener.header
        if not flattener.names:
            spool.close()
            raise _without_objects(first)
        notes += flattener.notes
        nested = frozenset(flattener.nested)
        return cls(kind, Record(0, header), spool, nested, notes)

    def rows(self) -> Iterator[Record | Refused]:
        """Read the rows, from the top at every call."""
        yield from self.spool

    def close(self) -> None:
        """Remove the temporary file."""
        self.spool.close()


def _rows(
    items: Iterator[Item], flattener: Flattener, first: list[Refused]
) -> Iterator[Record | Refused]:
    for item in items:
        row = flattener.row(item)
        if isinstance(row, Refused) and not first:
            first.append(row)
        yield row


def _without_objects(refusals: Sequence[Refused]) -> ImportFailure:
    for refusal in refusals:
        return failure(refusal.code, refusal.reason, line=refusal.line)
    return failure("file_empty", "The file holds no objects.")


def _holds_lines(opened: Callable[[], TextIO], suffix: str) -> bool:
    """Tell whether every line is an object, as the name says or the first two do."""
    if suffix in LINE_SUFFIXES:
        return True
    with opened() as file:
        if Cursor(file).peek() != "{":
            return False
        file.seek(0)
        first = file.readline(LONGEST_ITEM).strip()
        second = file.readline(LONGEST_ITEM).strip()
    return bool(second) and isinstance(_object(first), dict)


def _object(text: str) -> object:
    try:
        value, end = Decoder().read(text)
    except JSONDecodeError:
        return None
    return value if end == len(text) else None


def _lines(opened: Callable[[], TextIO], sheet: str) -> Iterator[Item]:
    if sheet:
        raise failure("sheet_not_found", "JSON Lines hold one table, without a name.")
    decoder = Decoder()
    with opened() as file:
        number = 0
        while text := file.readline(LONGEST_ITEM):
            number += 1
            if len(text) == LONGEST_ITEM:
                message = f"The line is longer than {LONGEST_ITEM:,} characters."
                raise failure("line_too_long", message, line=number)
            yield _line(decoder, number, text.strip())


def _line(decoder: Decoder, number: int, text: str) -> Item:
    if not text:
        return Item(number, {})
    try:
        value, end = decoder.read(text)
    except JSONDecodeError as error:
        reason = f"The line is not valid JSON: {error.msg} (column {error.colno})."
        return Item(number, None, Fault("json_invalid", reason))
    if end < len(text):
        reason = f"Something follows after the object (column {end + 1})."
        return Item(number, None, Fault("json_invalid", reason))
    return Item(number, value, decoder.fault)


def _chosen(
    opened: Callable[[], TextIO], sheet: str, notes: list[Note]
) -> Iterator[Item]:
    """Read the array asked for, else the only one there is, else the object itself."""
    path = sheet.split(".") if sheet else []
    if not path:
        path = _only_array(opened, notes)
    is_found = False
    with opened() as file:
        cursor = Cursor(file)
        for item in _items(cursor, path):
            is_found = True
            # An array without items is there, though it has no first item.
            if item is not None:
                yield item
        cursor.end()
    if not is_found:
        raise failure("sheet_not_found", f"The file has no array '{sheet}'.")


def _items(cursor: Cursor, path: Sequence[str]) -> Iterator[Item | None]:
    if not path:
        yield None
        if cursor.peek() != "[":
            yield cursor.item(1)
            return
        for number in cursor.items():
            yield cursor.item(number)
    elif cursor.peek() != "{":
        cursor.skip()
    else:
        for name in cursor.members():
            if name == path[0]:
                yield from _items(cursor, path[1:])
            else:
                cursor.skip()


def _only_array(opened: Callable[[], TextIO], notes: list[Note]) -> list[str]:
    with opened() as file:
        cursor = Cursor(file)
        if cursor.peek() != "{":
            return []
        arrays, others = _arrays(cursor)
        cursor.end()
    if len(arrays) > 1:
        message = f"The file holds several arrays: {listed(arrays)}. Say --sheet NAME."
        raise failure("sheet_required", message)
    if not arrays:
        notes.append(Note("object_alone", "The file is one object, read as one row."))
        return []
    beside = f"; left out: {listed(others)}" if others else ""
    message = f"The objects of '{arrays[0]}' were read{beside}."
    notes.append(Note("array_chosen", message))
    return arrays


def _arrays(cursor: Cursor) -> tuple[list[str], list[str]]:
    """Name the members that are arrays of objects, and the others."""
    arrays: list[str] = []
    others: list[str] = []
    for name in cursor.members():
        is_array = False
        if cursor.peek() == "[":
            for number in cursor.items():
                is_array = is_array or (number == 1 and cursor.peek() == "{")
                cursor.value()
        else:
            cursor.value()
        (arrays if is_array else others).append(name)
    return arrays, others
