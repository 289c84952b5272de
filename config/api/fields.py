"""Serializer fields that speak the fleet API's types."""

import math
import unicodedata
from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from config.api.snowflake import parse_snowflake

# What compares equal to 0 and 1 and is no id for all that.
NO_IDS = (bool, float)


class SnowflakeString(serializers.Field[int | None, Any, str, Any]):
    """An id: out as a decimal string, in as digits or an integer (contract C2).

    Where null is allowed, `0`, `"0"` and `""` mean null as well.
    """

    default_error_messages = {"invalid": "A valid id is expected."}

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Read the several spellings of none."""
        if self.allow_null and data in ("", "0", 0) and not isinstance(data, NO_IDS):
            data = None
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> int:
        """Parse the id, refusing booleans, floats, signs and more than 63 bits."""
        try:
            return parse_snowflake(data)
        except ValueError:
            self.fail("invalid")

    # A page holds hundreds of ids: the built-in writes one without a call of ours.
    to_representation = staticmethod(str)  # type: ignore[assignment]


class ObjectOrId(SnowflakeString):
    """An id, or the object that has it: in full, or `{"id": ...}` alone."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Take the id out of an object."""
        if isinstance(data, Mapping):
            # What is not there must not pass for none.
            data = data.get("id", "no id")
        return super().run_validation(data)


class StrictString(serializers.CharField):
    """A text; numbers and booleans are not taken for one."""

    def to_internal_value(self, data: Any) -> str:
        """Refuse what is not a string."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class NameString(StrictString):
    """A name, cleaned before its length is checked (contract C10)."""

    def to_internal_value(self, data: Any) -> str:
        """Return the name in NFC; the model's rules do the rest."""
        return unicodedata.normalize("NFC", super().to_internal_value(data))


class DescriptionString(StrictString):
    """A text that may be empty, and that null empties."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"allow_blank": True, **kwargs})

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Read null as the empty text."""
        return super().run_validation("" if data is None else data)


class OptionalString(StrictString):
    """A text that is null on the wire while it is empty in the register."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "allow_blank": True, **kwargs})
        self.allow_null = True

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Read null as the empty text."""
        return super().run_validation("" if data is None else data)

    def to_representation(self, value: Any) -> Any:
        """Show null for the empty text."""
        return value or None


class StrictBoolean(serializers.BooleanField):
    """True or false; words and numbers are not taken for them."""

    def to_internal_value(self, data: Any) -> bool:
        """Refuse what is not a JSON boolean."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class StrictInteger(serializers.IntegerField):
    """A whole number; booleans and fractions are not taken for one."""

    def to_internal_value(self, data: Any) -> int:
        """Refuse booleans and floats with a fraction."""
        if isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class StrictNumber(serializers.FloatField):
    """A number, also as a text; booleans, NaN and infinity are not taken for one."""

    def to_internal_value(self, data: Any) -> float:
        """Refuse what compares with no bound."""
        if isinstance(data, bool):
            self.fail("invalid")
        number = super().to_internal_value(data)
        if not math.isfinite(number):
            self.fail("invalid")
        return number
