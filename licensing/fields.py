"""Columns for the many plain members of the device API."""

from collections.abc import Sequence
from typing import Any

from django.core.validators import (
    MaxLengthValidator,
    MaxValueValidator,
    MinValueValidator,
)
from django.db import models

from config.api.snowflake import SERIAL_MASK
from organisations.fields import NameField, refuse_infinite, refuse_unstorable

LONGEST_NOTES = 16_000
LARGEST_AMOUNT = 1e15


class PlainField(NameField):
    """A text of one line, at most 200 characters, empty unless given."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs = {
            "max_length": 200,
            "min_length": 0,
            "blank": True,
            "default": "",
            **kwargs,
        }
        super().__init__(*args, **kwargs)


class NotesField(models.TextField[str, str]):
    """A text of several lines, empty unless given."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs = {"blank": True, "default": "", **kwargs}
        super().__init__(*args, **kwargs)
        self.validators = [
            *self.validators,
            MaxLengthValidator(LONGEST_NOTES),
            refuse_unstorable,
        ]

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Leave the validators to the class."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("validators", None)
        return name, path, args, kwargs


class NumberField(models.PositiveIntegerField[int, int]):
    """A whole number of the device API, 0 unless given, never past its int32."""

    # Both databases are bounded alike.
    default_validators = [MinValueValidator(0), MaxValueValidator(SERIAL_MASK)]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs = {"blank": True, "default": 0, **kwargs}
        super().__init__(*args, **kwargs)

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        """Ask for a number: who may leave it out is the API, whose default is 0."""
        return super().formfield(*args, **{"required": True, **kwargs})


class AmountField(models.FloatField[float, float]):
    """A sum of money or another measure, none unless given."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs = {"blank": True, "null": True, **kwargs}
        super().__init__(*args, **kwargs)

    @property
    def validators(self) -> list[Any]:
        """Refuse what compares with no bound, and what no sum is."""
        return [
            refuse_infinite,
            MinValueValidator(-LARGEST_AMOUNT),
            MaxValueValidator(LARGEST_AMOUNT),
        ]


class MomentField(models.DateTimeField[Any, Any]):
    """A moment, none unless given."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs = {"blank": True, "null": True, **kwargs}
        super().__init__(*args, **kwargs)
