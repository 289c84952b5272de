"""Series of numbers for assets."""

import re
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from organisations.fields import DescriptionField, refuse_control_characters
from organisations.models.base import TenantRow

LARGEST_NUMBER = 9_223_372_036_854_775_807


def validate_number_format(value: str) -> None:
    """Refuse a template that does not hold `{n}` once, or holds other braces."""
    if value.count("{n}") != 1 or re.search(r"[{}]", value.replace("{n}", "")):
        raise ValidationError(
            "A number format holds {n} once and no other braces.", "invalid_format"
        )


class Prefix(TenantRow):
    """A series of numbers: how they look, and the last one given out."""

    description = DescriptionField()
    number_format = models.CharField(
        max_length=40,
        default="{n}",
        validators=[validate_number_format, refuse_control_characters],
    )
    number_digits = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(19)]
    )
    last_number = models.BigIntegerField(
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(LARGEST_NUMBER)],
    )
    unique_number = models.BooleanField(default=True)
    enabled = models.BooleanField(default=True)

    class Meta(TenantRow.Meta):
        ordering: ClassVar = ["id"]
        verbose_name_plural = "prefixes"

    def __str__(self) -> str:
        return self.number_format

    def formatted(self, number: int) -> str:
        """Write a number of this series, zero-padded (resolution 23)."""
        digits = str(number).zfill(self.number_digits or 0)
        return self.number_format.replace("{n}", digits)
