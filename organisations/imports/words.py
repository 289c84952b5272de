"""The words in which an app tells the import engine what can be loaded.

An app's `imports` module names the keys of a row and turns rows of text into calls of
its services; the engine (config.imports) reads files, maps headers to keys, guesses
what a column holds and reports.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from organisations.models import Organisation, User
from organisations.names import clean_name

LONGEST_NAME = 20
LONGEST_VALUE_SHOWN = 80
PUNCTUATION = " \t,;:.-\u2013\u2014_/\\|(&+"


def squashed(text: str) -> str:
    """Return letters and digits only, without case: how headers are compared."""
    return re.sub(r"[\W_]", "", clean_name(text).casefold())


@dataclass(frozen=True, slots=True)
class Note:
    """Something that the report tells beside the refusals."""

    code: str
    message: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Key:
    """A property that a column can fill: its name, and the headers that mean it.

    Synonyms are squashed, the likeliest first. `type` is the field type that all cells
    must have for a synonym to count; `needs` another key without which it does not.
    """

    name: str
    synonyms: tuple[str, ...]
    type: str = "text"
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Guess:
    """What a whole column seems to hold: a field type (contract 3.2), its traits."""

    type: str = "text"
    units: str = ""
    multi_line: bool = False
    longest: int = 0


def as_written(type_: str, text: str) -> object:
    """Take a cell as the text that it is."""
    return text


@dataclass(slots=True)
class Column:
    """A column of the file and where its cells go.

    `key` is the key it fills; a column without one fills the custom field
    `field_name`. `label` is the header as reports show it; `is_certain` says that
    someone, not a synonym, gave the column its place, `is_added` that the file does not
    have it: its one value is for new rows. `read(field type, text)` gives the typed
    value of a cell, or the text itself when it is not of that type.
    """

    index: int
    header: str
    label: str
    key: str = ""
    field_name: str = ""
    is_certain: bool = False
    is_added: bool = False
    filled: int = 0
    distinct: int = 0
    guess: Guess = field(default_factory=Guess)
    read: Callable[[str, str], object] = as_written


@dataclass(frozen=True, slots=True)
class Terms:
    """Where rows go, on whose behalf, and what may be done to make them fit.

    `missing` are the kinds of rows that may be created when a cell names one that the
    organisation does not have; `cut_names` allows names to be shortened. `match` says
    by what a row of the file is found in the register: a word of the resource's
    `matches`, empty for the likeliest, `-` for nothing; `on_conflict` what becomes of
    one that is found: update, skip or fail.
    """

    organisation: Organisation
    actor: User
    missing: frozenset[str] = frozenset()
    cut_names: bool = True
    match: str = ""
    on_conflict: str = "update"


@dataclass(frozen=True, slots=True)
class Record:
    """A row of the file: the line on which it starts, and its trimmed cells."""

    line: int
    cells: list[str]

    @property
    def is_blank(self) -> bool:
        """Tell whether no cell holds anything."""
        return not any(self.cells)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a row was not loaded: the cell at fault, a code of contract C19, a reason."""

    line: int
    column: str
    value: str
    code: str
    reason: str


class Action(StrEnum):
    """What became of a row of the file."""

    CREATED = "created"
    UPDATED = "updated"
    # Left as it was: unchanged, or there already and not to be touched.
    SKIPPED = "skipped"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that an update changes: of which line and row, from what to what."""

    line: int
    row: str
    key: str
    old: object
    new: object


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row, why it was refused, or what it changed."""

    action: Action
    reasons: Sequence[Refused] = ()
    differences: Sequence[Difference] = ()


@dataclass(frozen=True, slots=True)
class Export:
    """Rows of the register as a file that can be loaded again.

    `header` names the keys and custom fields, `rows` are read while they are written.
    """

    header: Sequence[str]
    rows: Iterator[Sequence[str]]


CREATED = Outcome(Action.CREATED)
SKIPPED = Outcome(Action.SKIPPED)


def refusal_of(reasons: Sequence[Refused]) -> Outcome:
    """Return the outcome of a row that is not loaded."""
    return Outcome(Action.REFUSED, reasons)


def changed(
    line: int, row: str, before: Mapping[str, object], after: Mapping[str, object]
) -> Outcome:
    """Return the outcome of a row that was found: skipped where nothing differs."""
    differences = [
        Difference(line, row, key, before.get(key), after.get(key))
        for key in [*after, *(key for key in before if key not in after)]
        if before.get(key) != after.get(key)
    ]
    return Outcome(Action.UPDATED, (), differences) if differences else SKIPPED


def refused(record: Record, column: Column | None, code: str, reason: str) -> Refused:
    """Refuse a row for one of its cells, or as a whole."""
    value = record.cells[column.index] if column else ""
    label = column.label if column else ""
    return Refused(record.line, label, value[:LONGEST_VALUE_SHOWN], code, reason)


def listed(texts: Sequence[str], most: int = 20) -> str:
    """Join texts with commas, the first few of many."""
    shown = ", ".join(texts[:most])
    hidden = len(texts) - most
    return f"{shown} and {hidden:,} more" if hidden > 0 else shown


def cut_at_word(text: str, longest: int = LONGEST_NAME) -> str:
    """Shorten a name to so many characters, at the end of a word where there is one."""
    if len(text) <= longest:
        return text
    head = text[:longest]
    is_between_words = text[longest].isspace() or head[-1].isspace()
    if not is_between_words and len(head.split()) > 1:
        head = head.rsplit(maxsplit=1)[0]
    short = head.rstrip(PUNCTUATION)
    return short if len(short) > 1 else text[:longest]


def numbered(text: str, longest: int = LONGEST_NAME) -> Iterator[str]:
    """Offer the name cut to its length, then the same with 2, 3 and so on behind it."""
    yield cut_at_word(text, longest)
    number = 2
    while True:
        tail = f" {number}"
        yield cut_at_word(text, longest - len(tail)) + tail
        number += 1


class ShortNames:
    """Names made short enough for the register, no two of those cut being equal."""

    def __init__(self, longest: int = LONGEST_NAME) -> None:
        self.longest = longest
        self.taken: set[str] = set()
        self.cut = 0
        self.numbers: dict[str, Iterator[str]] = {}

    def keep(self, name: str) -> None:
        """Set a name aside, so that no longer one is cut to it."""
        if len(name) <= self.longest:
            self.taken.add(name.casefold())

    def shorten(self, name: str) -> str:
        """Return the name, cut at a word and numbered when it is too long."""
        if len(name) <= self.longest:
            return name
        self.cut += 1
        # Each cut form counts on from where it stopped, so that a million alike
        # do not start at 2 again.
        offers = self.numbers.setdefault(
            cut_at_word(name, self.longest).casefold(), numbered(name, self.longest)
        )
        short = next(offer for offer in offers if offer.casefold() not in self.taken)
        self.taken.add(short.casefold())
        return short


def squeezed(text: str) -> str:
    """Return the text without case and with single spaces."""
    return " ".join(clean_name(text).casefold().split())
