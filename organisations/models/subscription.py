"""What the operator of the register sells to an organisation."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models

from organisations.models.base import NamedRow


class Subscription(NamedRow):
    """A number of seats for assets, for a time (resolution 24)."""

    capacity = models.PositiveIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(2_147_483_647)]
    )
    allocated = models.PositiveIntegerField(default=0, editable=False)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    enabled = models.BooleanField(default=True)

    class Meta(NamedRow.Meta):
        ordering: ClassVar = ["id"]

    def clean(self) -> None:
        """Refuse an end before the start, and a capacity below what is allocated."""
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": "The end lies after the start."})
        if self.capacity is not None and self.capacity < self.allocated:
            raise ValidationError(
                {"capacity": f"{self.allocated} seats are allocated already."}
            )
