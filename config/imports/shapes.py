"""The ways in which files write numbers, dates and truth values.

A shape is one such way. A column keeps the shapes that fit every one of its cells, so
that `3/4/21` is understood when another cell of the column says `25/4/21`.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

LARGEST_INTEGER = 2**53
MOST_DIGITS = 15
# A year of two digits lies at most so far ahead; `46` is 1946 and `28` is 2028.
YEARS_AHEAD = 10
LONGEST_URL = 2_000

TRUE = frozenset({"true", "yes"})
FALSE = frozenset({"false", "no"})
LOOSELY_TRUE = TRUE | {"y", "t", "1", "on"}
LOOSELY_FALSE = FALSE | {"n", "f", "0", "off"}

MONTH_NAMES = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
MONTHS = {name: number for number, name in enumerate(MONTH_NAMES, start=1)}
CURRENCIES = "$€£¥"

INTEGER = re.compile(r"[+-]?(?:0|[1-9]\d{0,15})\Z", re.ASCII)
POINTED_INTEGER = re.compile(r"[+-]?(?:0|[1-9]\d{0,15})\.0+\Z", re.ASCII)
DECIMAL = re.compile(r"[+-]?(?:0|[1-9]\d*)(?:\.\d{1,6})?\Z", re.ASCII)
GROUPED = re.compile(
    r"[+-]?(?:0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d*)(?:\.\d{1,6})?\Z", re.ASCII
)
COMMA = re.compile(
    r"[+-]?(?:0|[1-9]\d{0,2}(?:\.\d{3})+|[1-9]\d*)(?:,\d{1,6})?\Z", re.ASCII
)
ISO_DATE = re.compile(r"(\d{4})[-/](\d{2})[-/](\d{2})\Z", re.ASCII)
NAMED_MONTH = re.compile(r"(\d{1,2})[- /.]([A-Za-z]{3})[- /.](\d{4}|\d{2})\Z", re.ASCII)
SLASHED = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4}|\d{2})\Z", re.ASCII)
DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})\Z", re.ASCII)
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}", re.ASCII)
CLOCK = re.compile(r"[ T](\d{1,2}:\d{2}(?::\d{2})?)\Z", re.ASCII)
check_url = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True, slots=True)
class Shape:
    """One way of writing values of a field type.

    `read` gives the value, or None for a text of another shape. Only `is_plain` shapes
    decide what an unknown column holds; the others help to read a known one.
    """

    name: str
    type: str
    read: Callable[[str], object | None]
    is_plain: bool = True


def full_year(text: str) -> int:
    """Read a year; one of two digits is the latest that is not too far ahead."""
    if len(text) == 4:
        return int(text)
    latest = datetime.now(UTC).year + YEARS_AHEAD
    return latest - (latest - int(text)) % 100


def _truth(true: frozenset[str], false: frozenset[str]) -> Callable[[str], bool | None]:
    def read(text: str) -> bool | None:
        word = text.lower()
        if word in true:
            return True
        return False if word in false else None

    return read


def _integer(pattern: re.Pattern[str]) -> Callable[[str], int | None]:
    def read(text: str) -> int | None:
        if not pattern.match(text):
            return None
        number = int(text.partition(".")[0])
        return number if abs(number) < LARGEST_INTEGER else None

    return read


def _decimal(
    pattern: re.Pattern[str], group: str = "", point: str = "."
) -> Callable[[str], str | None]:
    def read(text: str) -> str | None:
        if not pattern.match(text):
            return None
        if group:
            text = text.replace(group, "")
        text = text.replace(point, ".").removeprefix("+")
        digits = text.lstrip("-").replace(".", "").lstrip("0")
        return text if len(digits) <= MOST_DIGITS else None

    return read


def _money(read_number: Callable[[str], str | None]) -> Callable[[str], str | None]:
    def read(text: str) -> str | None:
        if not currency_of(text):
            return None
        number = text.strip(CURRENCIES + " ")
        if number.startswith("-"):
            number = "-" + number[1:].lstrip(CURRENCIES + " ")
        return read_number(number)

    return read


def currency_of(text: str) -> str:
    """Return the currency sign of an amount, empty when it has none."""
    for place in (text[:1], text[1:2] if text.startswith("-") else "", text[-1:]):
        if place and place in CURRENCIES:
            return place
    return ""


def _signs(texts: Iterable[str], together: str) -> set[str]:
    """Return the currency signs of texts, which most columns have none of."""
    if not any(sign in together for sign in CURRENCIES):
        return {""}
    return {currency_of(text) for text in texts}


def _date(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _iso_date(text: str) -> str | None:
    found = ISO_DATE.match(text)
    return _date(int(found[1]), int(found[2]), int(found[3])) if found else None


def _named_month(text: str) -> str | None:
    found = NAMED_MONTH.match(text)
    month = MONTHS.get(found[2].lower()) if found else None
    return _date(full_year(found[3]), month, int(found[1])) if found and month else None


def _month_first(text: str) -> str | None:
    found = SLASHED.match(text)
    return _date(full_year(found[4]), int(found[1]), int(found[3])) if found else None


def _day_first(text: str) -> str | None:
    found = SLASHED.match(text)
    return _date(full_year(found[4]), int(found[3]), int(found[1])) if found else None


def _dotted(text: str) -> str | None:
    found = DOTTED.match(text)
    return _date(full_year(found[3]), int(found[2]), int(found[1])) if found else None


def _moment(text: str) -> str | None:
    if not MOMENT.match(text):
        return None
    try:
        return datetime.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _clocked(
    read_day: Callable[[str], str | None],
) -> Callable[[str], str | None]:
    """Read moments of which the day is written so, the time behind it."""

    def read(text: str) -> str | None:
        found = CLOCK.search(text)
        day = read_day(text[: found.start()]) if found else None
        return _moment(f"{day} {found[1]:0>5}") if found and day else None

    return read


def _url(text: str) -> str | None:
    if len(text) > LONGEST_URL or not text.lower().startswith(("http://", "https://")):
        return None
    try:
        check_url(text)
    except ValidationError:
        return None
    return text


_plain = _decimal(DECIMAL)
_grouped = _decimal(GROUPED, group=",")
_comma = _decimal(COMMA, group=".", point=",")

# In the order in which a column that several fit is understood.
SHAPES = (
    Shape("boolean", "boolean", _truth(TRUE, FALSE)),
    Shape("integer", "integer", _integer(INTEGER)),
    Shape("decimal", "decimal", _plain),
    Shape("grouped", "decimal", _grouped),
    Shape("comma", "decimal", _comma),
    Shape("money", "decimal", _money(_plain)),
    Shape("grouped money", "decimal", _money(_grouped)),
    Shape("comma money", "decimal", _money(_comma)),
    Shape("ISO date", "date", _iso_date),
    Shape("named month", "date", _named_month),
    Shape("month first", "date", _month_first),
    Shape("day first", "date", _day_first),
    Shape("dotted", "date", _dotted),
    Shape("moment", "datetime", _moment),
    Shape("month first moment", "datetime", _clocked(_month_first)),
    Shape("day first moment", "datetime", _clocked(_day_first)),
    Shape("dotted moment", "datetime", _clocked(_dotted)),
    Shape("address", "url", _url),
    Shape("loose boolean", "boolean", _truth(LOOSELY_TRUE, LOOSELY_FALSE), False),
    Shape("pointed integer", "integer", _integer(POINTED_INTEGER), False),
)
# Shapes of which a column can fit both and mean either.
RIVALS = (
    {"grouped", "comma"},
    {"grouped money", "comma money"},
    {"month first", "day first"},
    {"month first moment", "day first moment"},
)
# So many values, or as many characters, are kept to count those that come again.
SEEN_MOST, KEPT_MOST = 10_000, 500_000


def _fits(shape: Shape, texts: Iterable[str]) -> bool:
    return all(shape.read(text) is not None for text in texts)


class ColumnShape:
    """What the cells of a column have in common, learned some cells at a time."""

    def __init__(self, dates: str = "") -> None:
        other = {"dmy": "month first", "mdy": "day first"}.get(dates, "-")
        known = (shape for shape in SHAPES if not shape.name.startswith(other))
        self.known = tuple(known)
        self.fitting = list(self.known)
        self.filled = 0
        self.longest = 0
        self.multi_line = False
        self.units: str | None = None
        self.repeated = 0
        self.seen: set[str] = set()
        self.kept = 0

    def learn(self, cells: Iterable[str]) -> None:
        """Take cells into account, those that hold nothing aside."""
        filled = [text for text in cells if text]
        new = set(filled) - self.seen
        self.filled += len(filled)
        self.repeated += len(filled) - len(new)
        if not new:
            return
        self.longest = max(self.longest, *map(len, new))
        together = "".join(new)
        if len(self.seen) < SEEN_MOST and self.kept < KEPT_MOST:
            self.seen |= new
            self.kept += len(together)
        self.multi_line = self.multi_line or "\n" in together or "\r" in together
        self.fitting = [shape for shape in self.fitting if _fits(shape, new)]
        if self.fitting:
            self.units = self._common_sign(_signs(new, together))

    def _common_sign(self, signs: set[str]) -> str:
        known = signs if self.units is None else {self.units, *signs}
        return known.pop() if len(known) == 1 else ""

    @cached_property
    def shape(self) -> Shape | None:
        """The one shape that an unknown column has, None when it is text.

        Asked for when every cell has been learned.
        """
        fitting = [shape for shape in self.fitting if shape.is_plain]
        if not self.filled or not fitting:
            return None
        names = {shape.name for shape in fitting}
        first = fitting[0]
        is_torn = any(first.name in pair and pair <= names for pair in RIVALS)
        has_one_currency = "money" not in first.name or self.units
        return first if has_one_currency and not is_torn else None

    def read(self, type_: str, text: str) -> object:
        """Read a cell as a field type; the text itself when it cannot be read so.

        Shapes that fit the whole column come first; then any shape, so long as the
        cell can mean one value only.
        """
        wanted = "integer" if type_ == "duration" else type_
        if self.shape and self.shape.type == wanted:
            return self.shape.read(text)
        for shapes in (self.fitting, self.known):
            readings = {
                reading
                for shape in shapes
                if shape.type == wanted and (reading := shape.read(text)) is not None
            }
            if len(readings) == 1:
                return readings.pop()
            if readings:
                return text
        return text
