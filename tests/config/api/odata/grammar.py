"""Makes filters together with what they mean, in plain Python.

Each strategy draws pairs: a text, and a function from a row (a dictionary of property
values) to what the text stands for. Nothing here knows the code under test.
"""

import operator
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

Row = dict[str, Any]


class Pair(NamedTuple):
    """A piece of a filter, and its value for a row."""

    text: str
    of: Callable[[Row], Any]

    def __repr__(self) -> str:
        return self.text


TEXTS = ("name", "description", "formatted_number", "status/name", "fleet/code")
CUSTOM_TEXTS = ("fields/Text", "fields/Colour", "fields/Page")
WHOLE = ("number", "fields/Int", "fields/'Run time'")
DATES = ("created_at", "fields/Moment", "fields/Day")
FLAGS = ("active", "status/active", "fields/Flag")
IDS = ("id", "status_id", "fleet_id", "location_id", "location/id")

WORDS = ("", "a", "A", "ä", "Ä", "öl", "ÖL", "ß", "ς", "ä9", "50%", "_", "\\", "'", " ")
NAMES = ("Alfa", "alfa", "Äland", "ÄLAND", "ΟΔΟΣ", "straße", "a'b", "50%_a", "zz 9")
NUMBERS = ("-6", "-5", "0", "1", "2", "5", "7", "5.5", "0.1", "0.1000000001", "1e-7")
BIG_NUMBERS = ("999999999999999", "999999999999999.5", "123456789.123456", "9e15")
MOMENTS = (
    "2024-02-29",
    "2025-12-31",
    "2026-01-01",
    "2025-12-31T23:59:59.999999Z",
    "2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00.5Z",
    "2026-01-01T02:00:00+02:00",
    "2026-01-31T22:30:00Z",
)

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}


def compare(name: str, left: Any, right: Any) -> bool:
    """Compare as OData does: null equals null, and has no order."""
    if name in {"eq", "ne"}:
        return (left == right) is (name == "eq")
    return left is not None and right is not None and COMPARE[name](left, right)


def quoted(text: str) -> str:
    """Write a text."""
    return "'" + text.replace("'", "''") + "'"


def moment(value: Any) -> Any:
    """Bring dates and moments to one scale."""
    if isinstance(value, datetime) or value is None:
        return value
    return datetime.combine(value, time(), UTC)


def named(name: str) -> Pair:
    """Name a property."""
    key = name.replace("'", "")
    return Pair(name, lambda row: row[key])


def mapped(function: str, inner: Pair, map_value: Callable[[Any], Any]) -> Pair:
    """Call a function of a property; of null it is null."""

    def of(row: Row) -> Any:
        value = inner.of(row)
        return None if value is None else map_value(value)

    return Pair(f"{function}({inner.text})", of)


@st.composite
def texts(draw: st.DrawFn) -> Pair:
    """Draw a text, changed by up to two functions."""
    pair = named(draw(st.sampled_from(TEXTS + CUSTOM_TEXTS)))
    changes: list[tuple[str, Callable[[str], str]]] = [
        ("tolower", str.lower),
        ("toupper", str.upper),
        ("trim", lambda value: value.strip(" ")),
    ]
    for function, change in draw(st.lists(st.sampled_from(changes), max_size=2)):
        pair = mapped(function, pair, change)
    return pair


@st.composite
def whole_numbers(draw: st.DrawFn) -> Pair:
    """Draw a number, or a number that a function makes."""
    kind = draw(st.sampled_from(["property", "length", "indexof", "part"]))
    if kind == "property":
        return named(draw(st.sampled_from(WHOLE)))
    if kind == "length":
        return mapped("length", draw(texts()), len)
    if kind == "indexof":
        inner, word = draw(texts()), draw(st.sampled_from(WORDS))
        found = mapped("", inner, lambda value: value.find(word))
        return Pair(f"indexof({inner.text},{quoted(word)})", found.of)
    part = draw(st.sampled_from(["year", "month", "day"]))
    return mapped(part, named(draw(st.sampled_from(DATES))), operator.attrgetter(part))


def number_literals() -> SearchStrategy[str]:
    """Draw numbers near the rows' own and far from them."""
    drawn = st.decimals(-20, 20, places=7).map(str)
    return st.sampled_from(NUMBERS + BIG_NUMBERS) | drawn


class Sides(NamedTuple):
    """What is compared, and a literal with its value."""

    left: Pair
    literal: str
    value: Any


def dated(name: str) -> Pair:
    """Name a date or a moment."""
    return Pair(name, lambda row: moment(row[name]))


def read_moment(literal: str) -> Any:
    """Read a literal date or moment."""
    kind = date if len(literal) == len("2026-01-01") else datetime
    return moment(kind.fromisoformat(literal))


def of_texts() -> SearchStrategy[Sides]:
    """Draw a text and another."""
    words = st.sampled_from(WORDS + NAMES)
    return st.builds(lambda left, one: Sides(left, quoted(one), one), texts(), words)


def of_numbers() -> SearchStrategy[Sides]:
    """Draw a number and another."""
    left = whole_numbers() | st.just(named("fields/Dec"))
    return st.builds(
        lambda left, one: Sides(left, one, Decimal(one)), left, number_literals()
    )


def of_moments() -> SearchStrategy[Sides]:
    """Draw a date or a moment, and one of either kind."""
    left, literals = st.sampled_from(DATES).map(dated), st.sampled_from(MOMENTS)
    return st.builds(
        lambda left, one: Sides(left, one, read_moment(one)), left, literals
    )


def of_flags() -> SearchStrategy[Sides]:
    """Draw a boolean and another."""
    left = st.sampled_from(FLAGS).map(named)
    return st.builds(
        lambda left, one: Sides(left, str(one).lower(), one), left, st.booleans()
    )


def of_ids() -> SearchStrategy[Sides]:
    """Draw an id and another in one of its spellings."""
    left, spelling = (
        st.sampled_from(IDS).map(named),
        st.sampled_from(["{0}", "{0}L", "'{0}'"]),
    )
    return st.builds(
        lambda left, form, one: Sides(left, form.format(one), one),
        left,
        spelling,
        st.sampled_from([0, 1, 2**62]),
    )


@st.composite
def comparisons(draw: st.DrawFn) -> Pair:
    """Draw a comparison of any kind of property with a literal or null."""
    is_flag = draw(st.integers(0, 5)) == 0
    of_others = of_texts() | of_numbers() | of_moments() | of_ids()
    left, literal, value = draw(of_flags() if is_flag else of_others)
    if draw(st.integers(0, 9)) == 0:
        value, literal = None, "null"
    name = draw(st.sampled_from(["eq", "ne", *([] if is_flag else COMPARE)]))
    return Pair(
        f"{left.text} {name} {literal}", lambda row: compare(name, left.of(row), value)
    )


@st.composite
def predicates(draw: st.DrawFn) -> Pair:
    """Draw a search in a text, bare or compared with true or false."""
    inner, word = draw(texts()), draw(st.sampled_from(WORDS + NAMES))
    searches: list[tuple[str, Callable[[str, str], bool]]] = [
        ("contains", operator.contains),
        ("substringof", operator.contains),
        ("startswith", str.startswith),
        ("endswith", str.endswith),
    ]
    name, test = draw(st.sampled_from(searches))
    arguments = [inner.text, quoted(word)]
    if name == "substringof":
        arguments.reverse()
    outcome = draw(st.sampled_from(["", " eq true", " eq false", " ne true"]))
    is_opposite = outcome in {" eq false", " ne true"}

    def of(row: Row) -> bool:
        value = inner.of(row)
        return (value is not None and test(value, word)) is not is_opposite

    return Pair(f"{name}({','.join(arguments)}){outcome}", of)


@st.composite
def memberships(draw: st.DrawFn) -> Pair:
    """Draw a list of texts or numbers, perhaps with null in it."""
    is_text = draw(st.booleans())
    left = draw(texts() if is_text else whole_numbers())
    pool = st.sampled_from(NAMES + WORDS).map(lambda one: (quoted(one), one))
    numbers = number_literals().map(lambda one: (one, Decimal(one)))
    drawn: Any = draw(st.lists(pool if is_text else numbers, min_size=1, max_size=4))
    if draw(st.booleans()):
        drawn.append(("null", None))
    values = [value for _, value in drawn]
    return Pair(
        f"{left.text} in ({','.join(text for text, _ in drawn)})",
        lambda row: left.of(row) in values,
    )


def flags() -> SearchStrategy[Pair]:
    """Draw a property that stands for itself; null is not true."""
    return st.sampled_from(FLAGS).map(
        lambda name: Pair(name, lambda row: row[name] is True)
    )


def _joined(parts: list[Pair], word: str) -> Pair:
    test = all if word == "and" else any
    return Pair(
        f" {word} ".join(f"({part.text})" for part in parts),
        lambda row: test(part.of(row) for part in parts),
    )


def _extended(inner: SearchStrategy[Pair]) -> SearchStrategy[Pair]:
    some = st.lists(inner, min_size=2, max_size=3)
    return (
        inner.map(lambda one: Pair(f"not ({one.text})", lambda row: not one.of(row)))
        | some.map(lambda parts: _joined(parts, "and"))
        | some.map(lambda parts: _joined(parts, "or"))
    )


def filters() -> SearchStrategy[Pair]:
    """Draw any filter."""
    leaves = comparisons() | predicates() | memberships() | flags()
    return st.recursive(leaves, _extended, max_leaves=6)
