"""Who has an asset in their keeping."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from assets.models import Asset
from devices.querysets import CheckoutQuerySet
from licensing.fields import MomentField, PlainField
from organisations.models import Location, User
from organisations.models.base import TenantRow

OPEN = Q(returned_at=None)


class Checkout(TenantRow):
    """An asset in the keeping of a person or a place, until it is returned.

    Written through the custody services only; an asset has one open checkout.
    """

    asset = models.ForeignKey(
        Asset, models.CASCADE, related_name="checkouts", db_index=False
    )
    user = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True
    )
    location = models.ForeignKey(
        Location, models.PROTECT, related_name="+", null=True, blank=True
    )
    due_at = MomentField()
    note = PlainField(max_length=1_000)
    checked_out_at = models.DateTimeField()
    checked_out_by = models.ForeignKey(
        User, models.SET_NULL, related_name="+", null=True, blank=True
    )
    returned_at = MomentField(editable=False)
    returned_by = models.ForeignKey(
        User,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )

    objects = CheckoutQuerySet.as_manager()  # type: ignore[misc]

    class Meta(TenantRow.Meta):
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            *TenantRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["asset"], condition=OPEN, name="devices_checkout_open"
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, location__isnull=True)
                | Q(user__isnull=True, location__isnull=False),
                name="devices_checkout_to_one",
                violation_error_message="It goes to a person or to a location.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "id"], name="devices_checkout_list"),
            models.Index(fields=["asset", "id"], name="devices_checkout_asset"),
            models.Index(
                fields=["organisation", "due_at"],
                condition=OPEN,
                name="devices_checkout_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asset} to {self.user or self.location}"

    @property
    def is_open(self) -> bool:
        """Whether the asset has not been returned."""
        return self.returned_at is None
