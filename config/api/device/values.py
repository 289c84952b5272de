"""What the texts of a query string mean (device contract, section 1, query values)."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.dateparse import parse_date, parse_datetime

from config.api.snowflake import SERIAL_MASK

MOST_VALUES = 1_000
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,10}")
LARGEST_INT = SERIAL_MASK
# A time whose offset has lost its `+` to the query string.
LOST_PLUS = re.compile(r"(.*\d:\d.*) (\d\d:?\d\d)")
# Longer than any moment; a text of megabytes would take that pattern minutes.
LONGEST_MOMENT = 64

Errors = dict[str, list[str]]


class Malformed(ValueError):
    """A value that is not what its name asks for; the text is what is wrong."""


class Query:
    """The parameters of a request, their names in any case, empty ones absent."""

    def __init__(self, parameters: QueryDict | Mapping[str, str]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, values in _lists(parameters):
            known = self._values.setdefault(name.removesuffix("[]").lower(), [])
            known += [value.strip() for value in values if value.strip()]

    def text(self, name: str) -> str:
        """Return the last value of a parameter, empty when it is absent."""
        values = self._values.get(name.lower())
        return values[-1] if values else ""

    def texts(self, name: str) -> list[str]:
        """Return all values: `1,2`, repeated, or `name[]`."""
        joined = ",".join(self._values.get(name.lower(), ()))
        found = [part.strip() for part in joined.split(",") if part.strip()]
        if len(found) > MOST_VALUES:
            raise Malformed(f"At most {MOST_VALUES} values are taken.")
        return found

    def is_sent(self, name: str) -> bool:
        """Tell whether the parameter has a value."""
        return bool(self._values.get(name.lower()))

    def items(self) -> Iterable[tuple[str, tuple[str, ...]]]:
        """Return each name in lower case with its values, in the order of names."""
        return sorted((name, tuple(values)) for name, values in self._values.items())


def _lists(parameters: QueryDict | Mapping[str, str]) -> Iterable[Any]:
    if isinstance(parameters, QueryDict):
        return parameters.lists()
    return ((name, [value]) for name, value in parameters.items())


def malformed(text: object) -> Malformed:
    """Return the error of a value that cannot be read."""
    return Malformed(f"The value '{str(text)[:100]}' is not valid.")


def read_flag(text: str) -> bool:
    """Read `true` or `false`, in any case."""
    word = text.lower()
    if word not in {"true", "false"}:
        raise malformed(text)
    return word == "true"


def read_integer(text: str, least: int = -LARGEST_INT, most: int = LARGEST_INT) -> int:
    """Read a whole number of 32 bits."""
    if not WHOLE_NUMBER.fullmatch(text) or not least <= int(text) <= most:
        raise malformed(text)
    return int(text)


def read_id(text: str) -> int | None:
    """Read an id; 0, -1 and null stand for none."""
    if text.lower() == "null":
        return None
    number = read_integer(text, least=-1)
    return number if number > 0 else None


def read_ids(texts: Iterable[str]) -> list[int] | None:
    """Read several ids; None when there is none among them."""
    found = [read_id(text) for text in texts]
    return [one for one in found if one is not None] or None


def read_uuid(text: str) -> UUID:
    """Read an id that is no serial."""
    try:
        return UUID(text)
    except ValueError as error:
        raise malformed(text) from error


def read_day(text: str) -> date:
    """Read a day, or the day of a moment, in UTC."""
    try:
        day = parse_date(text)
    except ValueError as error:
        raise malformed(text) from error
    return read_moment(text).date() if day is None else day


def read_moment(text: str) -> datetime:
    """Read a moment of ISO 8601, without an offset in UTC; a day is its midnight."""
    if len(text) > LONGEST_MOMENT:
        raise malformed(text)
    try:
        # It takes a day, too, for its midnight.
        found = parse_datetime(LOST_PLUS.sub(r"\1+\2", text))
        if found is None:
            raise malformed(text)
        moment = found if found.tzinfo else found.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise malformed(text) from error
