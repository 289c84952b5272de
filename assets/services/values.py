"""Values of custom fields: checked by the field's type, stored in one form (3.2)."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Context, Decimal

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from assets.models import FieldType
from assets.services.definitions import Definition
from config.api.errors import Refusal
from config.api.snowflake import parse_snowflake
from organisations.fields import refuse_unstorable

LARGEST_INTEGER = 2**53
MOST_DIGITS, MOST_PLACES = 15, 6
LONGEST_URL = 2000
LONGEST_NUMBER = 64
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
# Rounds no number that the pattern lets through.
EXACT = Context(prec=2 * LONGEST_NUMBER)

check_url = URLValidator(schemes=["http", "https"])


def _text(definition: Definition, value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("A text is expected.")
    try:
        refuse_unstorable(value)
    except ValidationError as error:
        raise ValueError(error.messages[0]) from error
    if not definition.multi_line and ("\n" in value or "\r" in value):
        raise ValueError("The text must stand on one line.")
    if len(value) > definition.longest:
        raise ValueError(f"At most {definition.longest} characters are allowed.")
    return value


def _integer(definition: Definition, value: object) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("A whole number is expected.")
    if abs(value) >= LARGEST_INTEGER:
        raise ValueError("The number is too large.")
    return value


def _decimal(definition: Definition, value: object) -> int | float:
    expected = "A decimal number is expected."
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise ValueError(expected)
    text = str(value).strip()
    if len(text) > LONGEST_NUMBER or not NUMBER.fullmatch(text):
        raise ValueError(expected)
    number = EXACT.create_decimal(text).normalize(EXACT)
    _, digits, exponent = number.as_tuple()
    places = int(exponent)
    if -places > MOST_PLACES:
        raise ValueError(f"At most {MOST_PLACES} decimal places are allowed.")
    if number and len(digits) + max(places, 0) > MOST_DIGITS:
        raise ValueError(f"At most {MOST_DIGITS} digits are allowed.")
    return float(number) if places < 0 else int(number)


def _boolean(definition: Definition, value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false is expected.")
    return value


def _date(definition: Definition, value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.A):
        raise ValueError("A date such as 2026-11-22 is expected.")
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise ValueError("The date does not exist.") from None


def _datetime(definition: Definition, value: object) -> str:
    expected = "A moment such as 2026-11-22T09:20:00Z is expected."
    if not isinstance(value, str) or not re.match(r"\d{4}-\d\d-\d\d[Tt ]", value, re.A):
        raise ValueError(expected)
    try:
        moment = datetime.fromisoformat(value.upper())
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(expected) from None
    return moment.isoformat().replace("+00:00", "Z")


def _enum(definition: Definition, value: object) -> str:
    if isinstance(value, str) and value in definition.enum_by_text:
        return definition.enum_by_text[value]
    try:
        key = str(parse_snowflake(value))
    except ValueError:
        key = ""
    if key not in definition.enum_ids:
        raise ValueError("The field has no such value.")
    return key


def _duration(definition: Definition, value: object) -> int:
    seconds = _integer(definition, value)
    if seconds < 0:
        raise ValueError("A duration is a number of seconds of 0 or more.")
    return seconds


def _url(definition: Definition, value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_URL:
        raise ValueError(f"An address of at most {LONGEST_URL} characters is expected.")
    try:
        refuse_unstorable(value)
        check_url(value)
    except ValidationError:
        raise ValueError("An absolute http or https address is expected.") from None
    return value


READERS: dict[FieldType, Callable[[Definition, object], object]] = {
    FieldType.TEXT: _text,
    FieldType.INTEGER: _integer,
    FieldType.DECIMAL: _decimal,
    FieldType.BOOLEAN: _boolean,
    FieldType.DATE: _date,
    FieldType.DATETIME: _datetime,
    FieldType.ENUM: _enum,
    FieldType.DURATION: _duration,
    FieldType.URL: _url,
}


def units_of(definition: Definition) -> str:
    """Return the units that values of the field are in, empty for none."""
    return "s" if definition.type is FieldType.DURATION else definition.units


def _value_in(given: Mapping[object, object]) -> object:
    if "value" not in given:
        raise ValueError("An object with a value is expected.")
    return given["value"]


def _refuse_units(definition: Definition, units: object, key: str) -> None:
    if units not in (None, "", units_of(definition)):
        sentence = f"The units are '{units_of(definition)}'."
        raise Refusal("units_mismatch", f"{key}: {sentence}", errors={key: [sentence]})


def is_null(value: object) -> bool:
    """Tell whether a value, bare or in an object, is the one that clears."""
    if isinstance(value, dict):
        return "value" in value and value["value"] is None
    return value is None


def canonical_value(definition: Definition, value: object, *, key: str) -> object:
    """Return the stored form of a value given bare or as `{"value", "units"}`.

    Null clears. Raise `invalid_field_value` or `units_mismatch`, naming `key`.
    """
    try:
        if isinstance(value, dict):
            _refuse_units(definition, value.get("units"), key)
            value = _value_in(value)
        return None if value is None else READERS[definition.type](definition, value)
    except ValueError as error:
        sentence = str(error)
        raise Refusal(
            "invalid_field_value", f"{key}: {sentence}", errors={key: [sentence]}
        ) from None
