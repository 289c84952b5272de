"""JSON read an item at a time, so that a file of any length fits into memory.

The libraries at hand either want the whole text, or take what is not JSON for it: keys
that stand twice, half characters, numbers of a million digits.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from json import JSONDecodeError, JSONDecoder
from typing import Any, TextIO

from config.imports.failures import ImportFailure, failure

CHUNK = 1 << 16
LONGEST_ITEM = 3 << 20
MOST_MEMBERS = 10_000
WHITE_SPACE = re.compile(r"[ \t\r\n]*")


class Literal(str):
    """A number as the file writes it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an item cannot be a row: a code and a sentence."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Item:
    """A value of the file: its number from 1, and what is wrong with it, if anything.

    Its objects are dicts, its numbers literals.
    """

    number: int
    value: Any
    fault: Fault | None = None


class Decoder:
    """Reads JSON as RFC 8259 has it, and finds fault with what is not."""

    def __init__(self) -> None:
        self.fault: Fault | None = None
        self.json = JSONDecoder(
            object_pairs_hook=self._object,
            parse_int=Literal,
            parse_float=Literal,
            parse_constant=self._constant,
        )

    def read(self, text: str, place: int = 0) -> tuple[Any, int]:
        """Read the value at a place; return it, and where it ends.

        Raise JSONDecodeError for what is not JSON.
        """
        self.fault = None
        try:
            return self.json.raw_decode(text, place)
        except RecursionError as error:
            raise JSONDecodeError("nested too deep", text, place) from error

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) < len(pairs):
            ((name, _),) = Counter(key for key, _ in pairs).most_common(1)
            self.fault = Fault("key_duplicate", f"The key '{name[:80]}' stands twice.")
        return members

    def _constant(self, name: str) -> None:
        self.fault = Fault("json_invalid", f"{name} is not a number in JSON.")


class Cursor:
    """A place in a JSON text of which only a part is in memory."""

    def __init__(self, file: TextIO) -> None:
        self.file = file
        self.text = ""
        self.place = 0
        self.line = 1
        self.decoder = Decoder()

    def peek(self) -> str:
        """Return the next character that is not white space, nothing at the end."""
        while True:
            found = WHITE_SPACE.match(self.text, self.place)
            self.place = found.end() if found else self.place
            if self.place < len(self.text):
                return self.text[self.place]
            if not self._read_on():
                return ""

    def value(self) -> Any:
        """Read the value that stands here; raise ImportFailure if it is not JSON."""
        self.peek()
        while True:
            try:
                value, end = self.decoder.read(self.text, self.place)
            except JSONDecodeError as error:
                refusal = self._refusal(_reason(error), error.pos)
                if not self._read_on():
                    raise refusal from error
                continue
            length = end - self.place
            # What ends with the text in memory may go on behind it.
            if end < len(self.text) or not self._read_on():
                self.place += length
                return value

    def item(self, number: int) -> Item:
        """Read the value that stands here as an item."""
        value = self.value()
        return Item(number, value, self.decoder.fault)

    def items(self) -> Iterator[int]:
        """Stop before each item of the array that starts here; it must be read."""
        self._take("[")
        if self.peek() == "]":
            self.place += 1
            return
        number = 0
        while True:
            number += 1
            yield number
            if self._take(",]") == "]":
                return

    def members(self) -> Iterator[str]:
        """Stop before each value of the object that starts here; it must be read."""
        self._take("{")
        names: set[str] = set()
        if self.peek() == "}":
            self.place += 1
            return
        while len(names) < MOST_MEMBERS:
            name = self._name()
            if name in names:
                raise self._refusal(f"the key '{name[:80]}' stands twice", self.place)
            names.add(name)
            yield name
            if self._take(",}") == "}":
                return
        raise self._refusal("the object has too many members", self.place)

    def skip(self) -> None:
        """Pass over the value that stands here; an array may be of any length."""
        if self.peek() == "[":
            for _ in self.items():
                self.value()
        else:
            self.value()

    def end(self) -> None:
        """Raise ImportFailure unless nothing follows."""
        if self.peek():
            raise self._refusal("something follows after its end", self.place)

    def _name(self) -> str:
        if self.peek() != '"':
            raise self._refusal("a key is expected", self.place)
        name = str(self.value())
        self._take(":")
        return name

    def _take(self, signs: str) -> str:
        sign = self.peek()
        if not sign or sign not in signs:
            wanted = " or ".join(f"'{one}'" for one in signs)
            raise self._refusal(f"{wanted} is expected", self.place)
        self.place += 1
        return sign

    def _read_on(self) -> bool:
        """Bring more of the text into memory, as much again as is there."""
        kept = len(self.text) - self.place
        if kept >= LONGEST_ITEM:
            message = f"An item is longer than {LONGEST_ITEM:,} characters."
            raise failure("item_too_long", message, line=self._line_at(self.place))
        more = self.file.read(min(max(CHUNK, kept), LONGEST_ITEM - kept))
        self.line = self._line_at(self.place)
        self.text = self.text[self.place :] + more
        self.place = 0
        return bool(more)

    def _line_at(self, place: int) -> int:
        return self.line + self.text.count("\n", 0, place)

    def _refusal(self, reason: str, place: int) -> ImportFailure:
        message = f"The file is not valid JSON: {reason}."
        return failure("json_invalid", message, line=self._line_at(place))


def _reason(error: JSONDecodeError) -> str:
    return error.msg[:1].lower() + error.msg[1:]
