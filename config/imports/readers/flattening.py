"""Objects made rows: members of members become columns with a dot in their name."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from config.imports.failures import failure
from config.imports.readers.json_items import Fault, Item, Literal
from config.imports.readers.tables import LONGEST_CELL, MOST_COLUMNS
from organisations.imports import Note, Record, Refused

MOST_DEPTH = 20
LONGEST_KEY = 1_000
MOST_ZEROS = 30


class Unfit(Exception):
    """An item that cannot be a row."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.fault = Fault(code, reason)


class Flattener:
    """Gives every path of the objects it is shown a column, in order of appearance."""

    def __init__(self) -> None:
        self.names: dict[str, int] = {}
        self.absent: dict[str, None] = {}
        self.nested: set[str] = set()
        self.too_long: dict[str, int] = {}

    @property
    def header(self) -> list[str]:
        """The columns, at the end those that never held anything."""
        empty = (name for name in self.absent if not self._is_known(name))
        return [*self.names, *empty][:MOST_COLUMNS]

    @property
    def notes(self) -> list[Note]:
        """Which lists did not fit into a cell."""
        return [
            Note(
                "list_left_out",
                f"Lists in '{name}' are too long for a cell and were left out; to load "
                f"them instead, say --sheet {name}.",
                count,
            )
            for name, count in self.too_long.items()
        ]

    def row(self, item: Item) -> Record | Refused:
        """Make an item a row; refuse it when it is no object, or not sound."""
        fault = item.fault
        if fault is None and not isinstance(item.value, dict):
            fault = Fault("item_not_object", "The item is not an object.")
        if fault is None:
            try:
                return Record(item.number, self._cells(item))
            except Unfit as unfit:
                fault = unfit.fault
        return Refused(item.number, "", "", fault.code, fault.reason)

    def _cells(self, item: Item) -> list[str]:
        found: dict[str, str] = {}
        for name, value in _leaves(item.value, "", 1):
            text = self._text(name, value)
            if not text:
                self._note_absent(name)
            elif found.setdefault(name, text) is not text:
                raise Unfit("key_duplicate", f"'{name}' stands twice.")
        _refuse_surrogates(found)
        for name in found:
            self.names.setdefault(name, len(self.names))
        if len(self.names) > MOST_COLUMNS:
            message = f"Item {item.number:,}: more than {MOST_COLUMNS} columns."
            raise failure("too_many_columns", message, line=item.number)
        cells = [found.get(name, "") for name in self.names]
        while cells and not cells[-1]:
            cells.pop()
        return cells

    def _text(self, name: str, value: Any) -> str:
        if not isinstance(value, list) or all(map(_is_scalar, value)):
            return _text(value)
        text = _dumped(value, 1)
        self.nested.add(name)
        if len(text) <= LONGEST_CELL:
            return text
        self.too_long[name] = self.too_long.get(name, 0) + 1
        return ""

    def _note_absent(self, name: str) -> None:
        if len(self.absent) < MOST_COLUMNS:
            self.absent[name] = None

    def _is_known(self, name: str) -> bool:
        return name in self.names or any(
            other.startswith(f"{name}.") for other in self.names
        )


def _leaves(
    members: Mapping[str, Any], path: str, depth: int
) -> Iterator[tuple[str, Any]]:
    _refuse_depth(depth)
    for key, value in members.items():
        if len(key) > LONGEST_KEY:
            message = f"A key is longer than {LONGEST_KEY:,} characters."
            raise Unfit("cell_too_long", message)
        name = f"{path}{key.strip()}"
        if isinstance(value, dict) and value:
            yield from _leaves(value, f"{name}.", depth + 1)
        else:
            yield name, value


def _is_scalar(value: Any) -> bool:
    return not isinstance(value, (dict, list))


def _text(value: Any) -> str:
    match value:
        case Literal():
            return _number(value)
        case str():
            return value.strip()
        case bool():
            return "true" if value else "false"
        case list():
            return ", ".join(filter(None, map(_text, value)))
    return ""


def _number(text: Literal) -> str:
    if "e" not in text.lower():
        return str(text)
    number = Decimal(text)
    # Written out, 1e999999999 would fill the memory.
    is_short = number.is_finite() and abs(number.adjusted()) <= MOST_ZEROS
    return format(number, "f") if is_short else str(text)


def _dumped(value: Any, depth: int) -> str:
    _refuse_depth(depth)
    match value:
        case Literal():
            return str(value)
        case list():
            return f"[{', '.join(_dumped(one, depth + 1) for one in value)}]"
        case dict():
            members = (
                f"{json.dumps(key, ensure_ascii=False)}: {_dumped(one, depth + 1)}"
                for key, one in value.items()
            )
            return f"{{{', '.join(members)}}}"
    return json.dumps(value, ensure_ascii=False)


def _refuse_depth(depth: int) -> None:
    if depth > MOST_DEPTH:
        message = f"The item is nested more than {MOST_DEPTH} deep."
        raise Unfit("nesting_too_deep", message)


def _refuse_surrogates(cells: Mapping[str, str]) -> None:
    try:
        "".join((*cells, *cells.values())).encode()
    except UnicodeEncodeError as error:
        message = "The item holds half of a character (a lone surrogate)."
        raise Unfit("invalid_characters", message) from error
