"""Trains and their vehicles, whatever file tells of them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from organisations.imports import Refused

LOCOMOTIVE, WAGON, UNIT = "locomotive", "wagon", "unit"
MASK = "*"
MOST_DIGITS = 20


@dataclass
class Consist:
    """A train on one leg of its way: its name, what it is, its vehicles in order."""

    name: str
    description: str
    vehicles: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Trains:
    """What a file tells: the consists, rows that cannot be read, what nobody uses."""

    consists: list[Consist] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    of_trains: Counter[str] = field(default_factory=Counter)
    of_vehicles: Counter[str] = field(default_factory=Counter)


def in_order(listed: Any, key: str) -> Iterator[Mapping[str, Any]]:
    """Return the objects of a list in the order of a member's numbers."""
    found = listed if isinstance(listed, list) else []
    rows = [one for one in found if isinstance(one, Mapping)]
    yield from sorted(rows, key=lambda one: integer(one.get(key)))


def name_of(number: str) -> str:
    """Return the name of a vehicle; it must not look like an asset's number."""
    return f"vehicle {number}" if number.isdecimal() else number


def integer(value: Any) -> int:
    """Return a position, 0 for what is none."""
    text = str(value)
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def number_of(vehicle: Mapping[str, Any]) -> str:
    """Return the number of a vehicle, nothing for one that is masked."""
    number = text_at(vehicle, "tunniste")
    return "" if MASK in number else number


def text_at(value: Any, *path: str) -> str:
    """Return the value at a path as text, nothing where there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return "" if value is None or isinstance(value, (Mapping, list)) else str(value)


def amenities(one: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    """Return what a coach has, in our words."""
    return {
        word: str(one[name]).lower()
        for name, word in names.items()
        if isinstance(one.get(name), bool)
    }


def scaled(value: Any, places: int) -> str:
    """Return a number of centimetres as metres, of grams as tonnes."""
    try:
        number = Decimal(str(value or ""))
    except InvalidOperation:
        return ""
    if not number.is_finite() or abs(number.adjusted()) > MOST_DIGITS:
        return ""
    return format(number.scaleb(-places).normalize(), "f")


def phrase(text: str, value: str) -> str:
    """Put a value into a text, nothing where there is no value."""
    return text.format(value) if value else ""


def sentence(parts: Sequence[str]) -> str:
    """Join what there is with commas."""
    return ", ".join(filter(None, parts)) + "."
