"""`advanced_search` by custom fields: `field_<id>` (device contract, section 1)."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, Value
from django.db.models.lookups import Exact, GreaterThan, IsNull, LessThan

from assets.models import FieldType
from config.api.device.searching import (
    CONTAINS,
    EMPTY,
    EQUALS,
    GREATER,
    LESS,
    OPPOSITES,
    STARTS,
    read_number,
    text_condition,
)
from config.api.device.values import read_day, read_flag, read_moment
from config.api.odata.expressions import (
    CodePoints,
    Stored,
    StoredChoice,
    StoredFlag,
    StoredNumber,
    WithoutZ,
)
from devices.api.device.custom_fields import CustomField

COMPARISONS: dict[int, Any] = {EQUALS: Exact, GREATER: GreaterThan, LESS: LessThan}
NUMBERS = {FieldType.INTEGER, FieldType.DECIMAL, FieldType.DURATION}


def field_condition(field: CustomField, operator: int, value: str) -> Q:
    """Compare a custom field with a value, or raise Malformed.

    What is not set equals nothing but the empty text, and is neither more nor less.
    """
    if operator in OPPOSITES:
        return ~field_condition(field, OPPOSITES[operator], value)
    said = text_of(field)
    if operator == EMPTY or (operator == EQUALS and not value):
        return Q(IsNull(said, True)) | Q(Exact(said, Value("")))
    if operator in {CONTAINS, STARTS}:
        return given(said, text_condition(said, operator, value))
    if operator == EQUALS and field.type in EXACT:
        return EXACT[field.type](field, value)
    if operator == EQUALS and field.type not in COMPARED:
        return given(said, text_condition(said, operator, value))
    stored, wanted = compared(field, value)
    return given(stored, Q(COMPARISONS[operator](stored, wanted)))


def given(stored: Any, condition: Q) -> Q:
    """Hold where there is a value and the condition holds: false, not null, else."""
    return Q(IsNull(stored, False)) & condition


def text_of(field: CustomField) -> Any:
    """Return the value as the API shows it."""
    if field.texts:
        return StoredChoice("fields", field.key, field.texts)
    stored = StoredFlag if field.type is FieldType.BOOLEAN else Stored
    return stored("fields", field.key)


def compared(field: CustomField, value: str) -> tuple[Any, Value]:
    """Return what is stored and what it is compared with, in their order."""
    if field.type in NUMBERS:
        return StoredNumber("fields", field.key), Value(read_number(value))
    if field.type is FieldType.DATE:
        return text_of(field), Value(read_day(value).isoformat())
    if field.type is FieldType.DATETIME:
        told = read_moment(value).isoformat().replace("+00:00", "")
        return WithoutZ(text_of(field)), Value(told)
    return CodePoints(text_of(field)), Value(value)


def equal_number(field: CustomField, value: str) -> Q:
    """Find a number through the index of values."""
    number = read_number(value)
    plain = int(number) if number.is_integer() else number
    return Q(fields__holds={field.key: plain})


def equal_flag(field: CustomField, value: str) -> Q:
    """Find a flag through the index of values."""
    return Q(fields__holds={field.key: read_flag(value)})


def equal_choice(field: CustomField, value: str) -> Q:
    """Find the values of that text, in any case, through the index of values."""
    found = Q(pk__in=())
    for key, text in field.texts.items():
        if text.upper() == value.upper():
            found |= Q(fields__holds={field.key: key})
    return found


EXACT: dict[FieldType, Callable[[CustomField, str], Q]] = {
    **dict.fromkeys(NUMBERS, equal_number),
    FieldType.BOOLEAN: equal_flag,
    FieldType.ENUM: equal_choice,
}
COMPARED = {FieldType.DATE, FieldType.DATETIME}
