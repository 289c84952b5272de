"""Serializer fields that speak the device API's types, lenient on the way in.

`unset` is what the answer shows for null; `kind` is how lists sort and compare it.
"""

import math
import re
from datetime import UTC, date, datetime, time
from enum import Enum
from typing import Any, ClassVar
from uuid import UUID

from rest_framework import serializers

from config.api.device.errors import not_valid
from config.api.device.values import (
    LARGEST_INT,
    Malformed,
    read_day,
    read_moment,
    read_uuid,
)
from config.api.snowflake import serial_of

NONE = ("", "0", "-1")
# Longer than any number of 32 bits.
WHOLE = re.compile(r"-?[0-9]{1,20}")


class Kind(Enum):
    """What a member of an object is."""

    ID = "id"
    UUID = "uuid"
    INTEGER = "integer"
    NUMBER = "number"
    TEXT = "text"
    FLAG = "flag"
    DAY = "day"
    MOMENT = "moment"


def refuse(value: object) -> serializers.ValidationError:
    """Return the error of a value that the field cannot read."""
    return serializers.ValidationError([not_valid(value)], "invalid")


class DeviceField(serializers.Field[Any, Any, Any, Any]):
    """What the fields of the family have in common: null is taken and means unset."""

    kind: ClassVar[Kind]
    unset: Any = None
    # Whether none is stored as null, or as the unset value.
    stores_null = True

    def __init__(self, *, stores_null: bool | None = None, **kwargs: Any) -> None:
        if not kwargs.get("read_only"):
            kwargs.setdefault("required", False)
        kwargs.setdefault("allow_null", True)
        super().__init__(**kwargs)
        if stores_null is not None:
            self.stores_null = stores_null

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Read the spellings of none; a member that is not sent stays away."""
        if data is serializers.empty or self.read_only or not self.is_none(data):
            return super().run_validation(data)
        if self.required:
            self.fail("required")
        return None if self.stores_null else self.unset

    def is_none(self, data: Any) -> bool:
        """Tell whether the value stands for none."""
        return data is None or data == ""

    def to_representation(self, value: Any) -> Any:
        """Show the value as it is stored."""
        return value


class DeviceId(DeviceField):
    """An id: the int32 serial of a row, out of its snowflake; in as a number or digits.

    0, -1, null and the empty text are none, and none is shown as 0.
    """

    kind = Kind.ID
    unset = 0

    def is_none(self, data: Any) -> bool:
        """Know the spellings of none."""
        if isinstance(data, bool | float):
            return False
        return data is None or str(data).strip() in NONE

    def to_internal_value(self, data: Any) -> int:
        """Return the serial, or refuse what no int32 is."""
        number = whole(data)
        if not 1 <= number <= LARGEST_INT:
            raise refuse(data)
        return number

    def to_representation(self, value: Any) -> int:
        """Return the serial."""
        return serial_of(value)


class DeviceUuid(DeviceField):
    """An id that is no serial; nothing but zeros is none."""

    kind = Kind.UUID
    unset = ""

    def is_none(self, data: Any) -> bool:
        """Know the spellings of none."""
        text = "" if data is None else str(data).strip()
        return text in NONE or not text.strip("0-")

    def to_internal_value(self, data: Any) -> UUID:
        """Return the id, or refuse what is none."""
        try:
            return read_uuid(str(data).strip())
        except Malformed as error:
            raise refuse(data) from error

    def to_representation(self, value: UUID) -> str:
        """Show it with hyphens."""
        return str(value)


class DeviceInteger(DeviceField):
    """A whole number of 32 bits, also written as a text; unset is 0."""

    kind = Kind.INTEGER
    unset = 0

    def __init__(self, *, least: int = -LARGEST_INT - 1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least = least

    def to_internal_value(self, data: Any) -> int:
        """Return the number, or refuse what is none."""
        number = whole(data)
        if not self.least <= number <= LARGEST_INT:
            raise refuse(data)
        return number


class DeviceNumber(DeviceField):
    """A number, also written as a text; unset is 0."""

    kind = Kind.NUMBER
    unset = 0

    def to_internal_value(self, data: Any) -> float:
        """Return the number, or refuse what is none, NaN and infinity."""
        if isinstance(data, bool) or not isinstance(data, int | float | str):
            raise refuse(data)
        try:
            # Python would pass over underscores.
            number = float(str(data).replace("_", "?"))
        except (ValueError, OverflowError) as error:
            raise refuse(data) from error
        if not math.isfinite(number):
            raise refuse(data)
        return number

    def to_representation(self, value: Any) -> float:
        """Show decimals as numbers, too."""
        return float(value)


class DeviceBoolean(DeviceField):
    """True or false, also as words or 1 and 0; unset is false."""

    kind = Kind.FLAG
    unset = False
    stores_null = False

    def to_internal_value(self, data: Any) -> bool:
        """Return the flag, or refuse what is none."""
        word = str(data).strip().lower()
        if isinstance(data, float) or word not in {"true", "false", "1", "0"}:
            raise refuse(data)
        return word in {"true", "1"}


class DeviceString(DeviceField):
    """A text; numbers are taken for theirs; unset is the empty text."""

    kind = Kind.TEXT
    unset = ""
    stores_null = False

    def __init__(self, *, max_length: int | None = None, **kwargs: Any) -> None:
        # What model fields bring along, and this field does not need.
        kwargs.pop("allow_blank", None)
        super().__init__(**kwargs)
        self.max_length = max_length

    def to_internal_value(self, data: Any) -> str:
        """Return the text, or refuse lists and objects and what is too long."""
        if isinstance(data, bool) or not isinstance(data, int | float | str):
            raise refuse(data)
        text = str(data).strip()
        if self.max_length is not None and len(text) > self.max_length:
            sentence = f"At most {self.max_length} characters are taken."
            raise serializers.ValidationError([sentence], "max_length")
        return text

    def to_representation(self, value: Any) -> str:
        """Show other columns as texts, too."""
        return str(value)


class DeviceSecret(DeviceString):
    """A text that no answer and no refusal repeats; an empty one is not sent."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(write_only=True, **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Leave what is empty as it was."""
        return super().run_validation(serializers.empty if data in ("", None) else data)

    def to_internal_value(self, data: Any) -> str:
        """Return the text with its spaces, or refuse what is none."""
        if isinstance(data, bool) or not isinstance(data, int | str):
            raise serializers.ValidationError(["A text is expected."], "invalid")
        return str(data)


class DeviceDay(DeviceField):
    """A day, shown as its midnight in UTC; in as a day or a moment."""

    kind = Kind.DAY

    def to_internal_value(self, data: Any) -> date:
        """Return the day, or refuse what is none."""
        if not isinstance(data, str):
            raise refuse(data)
        try:
            return read_day(data.strip())
        except Malformed as error:
            raise refuse(data) from error

    def to_representation(self, value: date) -> str:
        """Show `2026-01-29T00:00:00Z`."""
        return moment_text(datetime.combine(value, time(), UTC))


class DeviceMoment(DeviceField):
    """A moment, shown in whole seconds of UTC; in with or without an offset."""

    kind = Kind.MOMENT

    def to_internal_value(self, data: Any) -> datetime:
        """Return the moment, or refuse what is none."""
        if not isinstance(data, str):
            raise refuse(data)
        try:
            return read_moment(data.strip())
        except Malformed as error:
            raise refuse(data) from error

    def to_representation(self, value: datetime) -> str:
        """Show `2026-01-29T20:00:00Z`."""
        return moment_text(value)


def moment_text(moment: datetime) -> str:
    """Write a moment as the device API does."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z".rjust(20, "0")


def whole(data: Any) -> int:
    """Read a whole number, out of a text as well, or refuse the value."""
    if isinstance(data, float) and data.is_integer():
        return int(data)
    if isinstance(data, str) and WHOLE.fullmatch(data.strip()):
        return int(data)
    if isinstance(data, bool) or not isinstance(data, int):
        raise refuse(data)
    return data
