"""`search` and `advanced_search`: words and conditions over the list row's members."""

from collections.abc import Callable, Iterable
from typing import Any

import orjson
from django.db.models import F, Q, Value
from django.db.models.lookups import Contains, Exact, IsNull, StartsWith

from config.api.device.fields import Kind
from config.api.device.members import Member, Members
from config.api.device.values import (
    Malformed,
    malformed,
    read_flag,
    read_id,
    read_integer,
    read_moment,
    read_uuid,
)
from config.api.odata.expressions import UnicodeUpper

MOST_WORDS = 20
MOST_CONDITIONS = 50
FIELD = "field_"

# What makes a condition of a custom field: its serial, the operator, the value.
CustomCondition = Callable[[int, int, str], Q | None]

EQUALS, NOT_EQUALS, GREATER, LESS, CONTAINS = 0, 1, 2, 3, 4
CONTAINS_NOT, STARTS, EMPTY, NOT_EMPTY = 5, 6, 7, 8
OPPOSITES = {NOT_EQUALS: EQUALS, CONTAINS_NOT: CONTAINS, NOT_EMPTY: EMPTY}
OF_TEXTS = {EQUALS: Exact, CONTAINS: Contains, STARTS: StartsWith}
SUFFIXES = {EQUALS: "", GREATER: "__gt", LESS: "__lt"}


def text_condition(value: Any, operator: int, text: str) -> Q:
    """Compare a text without regard to case, alike on both databases."""
    upper = Value(text.upper())
    return Q(OF_TEXTS[operator](UnicodeUpper(value), upper))


def words_condition(text: str, columns: Iterable[str]) -> Q:
    """Hold where every word stands somewhere in the columns, in any case."""
    words = text.split()
    if len(words) > MOST_WORDS:
        raise Malformed(f"At most {MOST_WORDS} words are taken.")
    found = Q()
    for word in words:
        anywhere = Q()
        for column in columns:
            anywhere |= text_condition(F(column), CONTAINS, word)
        found &= anywhere
    return found


def read_conditions(text: str) -> list[tuple[str, int, str]]:
    """Read the array of conditions: name in any case, operator, value of each."""
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Malformed("A JSON array of conditions is expected.") from error
    if not isinstance(document, list) or len(document) > MOST_CONDITIONS:
        raise Malformed(f"An array of up to {MOST_CONDITIONS} conditions is expected.")
    return [_condition(place, one) for place, one in enumerate(document)]


def _condition(place: int, one: object) -> tuple[str, int, str]:
    if not isinstance(one, dict) or not isinstance(one.get("filter_name"), str):
        raise Malformed(f"[{place}] has no filter_name.")
    operator, value = one.get("filter_type"), one.get("filter_value")
    if str(operator) not in {str(known) for known in range(NOT_EMPTY + 1)}:
        raise Malformed(f"[{place}].filter_type is none of 0 to 8.")
    if isinstance(value, list | dict) or "\0" in str(value):
        raise Malformed(f"[{place}].filter_value is not valid.")
    is_word = isinstance(value, bool)
    told = "" if value is None else str(value).lower() if is_word else str(value)
    return one["filter_name"].strip().lower(), int(str(operator)), told


def advanced_condition(
    text: str, model: Any, members: Members, custom: CustomCondition
) -> Q:
    """Turn `advanced_search` into one condition, or raise Malformed."""
    found = Q()
    for place, (name, operator, value) in enumerate(read_conditions(text)):
        condition = _custom(name, operator, value, custom)
        if condition is None and name in members:
            try:
                condition = member_condition(model, members[name], operator, value)
            except Malformed as error:
                raise Malformed(f"[{place}].filter_value: {error}") from error
        if condition is None:
            raise Malformed(f"[{place}].filter_name names no member of the list.")
        found &= condition
    return found


def _custom(name: str, operator: int, value: str, custom: CustomCondition) -> Q | None:
    serial = name.removeprefix(FIELD)
    if serial == name or not serial.isdecimal():
        return None
    try:
        key = read_id(serial)
    except Malformed:
        return None
    return None if key is None else custom(key, operator, value)


def member_condition(model: Any, member: Member, operator: int, value: str) -> Q:
    """Compare one member of the list row with a value."""
    if operator in OPPOSITES:
        return ~member_condition(model, member, OPPOSITES[operator], value)
    if operator == EMPTY:
        return is_empty(member)
    match member.kind:
        case Kind.TEXT:
            return _text(member, operator, value)
        case Kind.ID:
            return _id(model, member, operator, value)
        case Kind.UUID if operator == EQUALS:
            return Q(**{member.column: read_uuid(value)})
        case Kind.FLAG if operator == EQUALS:
            return _flag(member, is_set=read_flag(value))
        case Kind.INTEGER | Kind.NUMBER if operator in SUFFIXES:
            return _number(member, operator, value)
        case Kind.DAY | Kind.MOMENT if operator in SUFFIXES:
            moment = read_moment(value)
            told = moment.date() if member.kind is Kind.DAY else moment
            return Q(**{member.column + SUFFIXES[operator]: told})
    raise malformed(value)


def is_empty(member: Member) -> Q:
    """Hold where the member is unset: null, no text, 0."""
    unset = Q(IsNull(F(member.column), True)) if member.nullable else Q()
    match member.kind:
        case Kind.TEXT:
            return unset | Q(**{member.column: ""})
        case Kind.INTEGER | Kind.NUMBER:
            return unset | Q(**{member.column: 0})
        case Kind.FLAG:
            return unset | Q(**{member.column: member.inverted})
    # A key or a moment that is never null is never unset.
    return unset or Q(pk__in=())


def _flag(member: Member, *, is_set: bool) -> Q:
    condition = Q(**{member.column: is_set ^ member.inverted})
    # Null is shown as false, or as the opposite of false.
    if member.nullable and is_set == member.inverted:
        condition |= Q(**{f"{member.column}__isnull": True})
    return condition


def _text(member: Member, operator: int, value: str) -> Q:
    if operator == EQUALS and not value:
        return is_empty(member)
    if operator in OF_TEXTS:
        condition = text_condition(F(member.column), operator, value)
    else:
        condition = Q(**{member.column + SUFFIXES[operator]: value})
    # False, not null, where there is no text: the opposite holds there.
    return (
        Q(IsNull(F(member.column), False)) & condition if member.nullable else condition
    )


def _id(model: Any, member: Member, operator: int, value: str) -> Q:
    serial = read_id(value)
    if operator == EQUALS:
        if serial is None:
            return is_empty(member)
        return member.with_serial(model, serial)
    if operator in SUFFIXES and member.column in {"id", "pk"}:
        return Q(**{f"id__serial{SUFFIXES[operator]}": serial or 0})
    raise malformed(value)


def _number(member: Member, operator: int, value: str) -> Q:
    if member.kind is Kind.INTEGER:
        told: float = read_integer(value)
    else:
        told = read_number(value)
    condition = Q(**{member.column + SUFFIXES[operator]: told})
    # Null is shown as 0, and is found as 0.
    holds_for_0 = {EQUALS: told == 0, GREATER: told < 0, LESS: told > 0}[operator]
    if member.nullable and holds_for_0:
        condition |= Q(**{f"{member.column}__isnull": True})
    return condition


def read_number(text: str) -> float:
    """Read a finite number."""
    try:
        number = float(text)
    except ValueError as error:
        raise malformed(text) from error
    if number - number != 0:
        raise malformed(text)
    return number
