"""Records that other systems keep."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from config.api.snowflake import SERIAL_MASK
from licensing.kinds import BillingPeriod, ReferenceKind
from organisations.fields import NameField, NormalisedNameField
from organisations.models.base import TenantRow


class Reference(TenantRow):
    """A record of another system, known by its number there and perhaps a label."""

    unrecorded: ClassVar[frozenset[str]] = TenantRow.unrecorded | {"normalised_label"}

    kind = models.CharField(max_length=20, choices=ReferenceKind.choices)
    number = models.PositiveIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(SERIAL_MASK)]
    )
    label = NameField(max_length=200, min_length=0, blank=True, default="")
    normalised_label = NormalisedNameField(source="label")
    billing_period = models.PositiveSmallIntegerField(
        choices=BillingPeriod.choices,
        default=BillingPeriod.NONE,
        help_text="How often a contract is billed.",
    )

    class Meta(TenantRow.Meta):
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            *TenantRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "kind", "number"],
                name="licensing_reference_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organisation", "kind", "normalised_label", "id"],
                name="licensing_reference_label",
            )
        ]

    def __str__(self) -> str:
        return self.label or f"{self.get_kind_display()} {self.number}"
