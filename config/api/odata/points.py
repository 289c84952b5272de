"""Literals, brought to the scale of the property they are compared with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import ROUND_FLOOR, Decimal

from config.api.odata.errors import Misread
from config.api.odata.properties import Kind
from config.api.odata.syntax import Constant, Literal
from config.api.snowflake import parse_snowflake

MOST_DIGITS, MOST_PLACES = 15, 6


@dataclass(frozen=True, slots=True)
class Point:
    """A value on a property's scale.

    A literal between two values of the scale, 2.5 for a whole number, is not exact: it
    stands for the greatest value below it, and equals nothing.
    """

    value: int | float | str | bool | date
    exact: bool = True


class Unfit(ValueError):
    """A literal is of another kind than the property."""


def _id(value: Constant) -> Point:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Unfit("An id is expected.")
    try:
        return Point(parse_snowflake(value))
    except ValueError:
        raise Unfit("An id is expected.") from None


def _text(value: Constant) -> Point:
    if not isinstance(value, str):
        raise Unfit("A text in quotes is expected.")
    return Point(value)


def _number(value: Constant) -> int | Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Unfit("A number is expected.")
    return value


def _integer(value: Constant) -> Point:
    number = _number(value)
    floor = int(Decimal(number).to_integral_value(ROUND_FLOOR))
    return Point(floor, exact=floor == number)


def _double(value: Constant) -> Point:
    return Point(float(_number(value)))


def _decimal(value: Constant) -> Point:
    number = Decimal(_number(value))
    places = min(MOST_PLACES, MOST_DIGITS - 1 - number.adjusted())
    floor = number.quantize(Decimal(1).scaleb(-places), ROUND_FLOOR)
    exact = floor == number
    return Point(
        int(floor) if floor == floor.to_integral_value() else float(floor), exact
    )


def _boolean(value: Constant) -> Point:
    if not isinstance(value, bool):
        raise Unfit("true or false is expected.")
    return Point(value)


def _date(value: Constant) -> Point:
    if isinstance(value, datetime):
        return Point(value.date(), exact=value.timetz() == time(tzinfo=UTC))
    if not isinstance(value, date):
        raise Unfit("A date is expected.")
    return Point(value)


def _moment(value: Constant) -> Point:
    if isinstance(value, datetime):
        return Point(value)
    if not isinstance(value, date):
        raise Unfit("A moment is expected.")
    return Point(datetime.combine(value, time(), UTC))


READERS: dict[Kind, Callable[[Constant], Point]] = {
    Kind.ID: _id,
    Kind.TEXT: _text,
    Kind.INTEGER: _integer,
    Kind.NUMBER: _double,
    Kind.DECIMAL: _decimal,
    Kind.BOOLEAN: _boolean,
    Kind.DATE: _date,
    Kind.DATETIME: _moment,
}


def point_of(kind: Kind, literal: Literal) -> Point:
    """Bring a literal to the kind of a property, or raise Misread."""
    try:
        return READERS[kind](literal.value)
    except Unfit as error:
        raise Misread(str(error), literal.position) from None
