"""Fleets and what is shared of them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from organisations.fields import DescriptionField, NameField, validate_colour
from organisations.models.base import NamedRow, Row
from organisations.models.organisation import Organisation
from organisations.models.user import User
from organisations.querysets import FleetShareQuerySet


class Fleet(NamedRow):
    """A set of assets that is run, and may be shared, together."""

    code = NameField(max_length=12, min_length=0, blank=True, default="")
    name = NameField(max_length=200, min_length=1)
    description = DescriptionField()
    color = models.CharField(
        max_length=7, blank=True, default="", validators=[validate_colour]
    )
    root_system_id = models.CharField(max_length=64, blank=True, default="")

    class Meta(NamedRow.Meta):
        ordering: ClassVar = ["id"]


class FleetShare(Row):
    """The offer of a fleet to another organisation or person, and their answer."""

    class Status(models.TextChoices):
        """Where the offer stands; only an accepted one grants anything."""

        PENDING = "pending"
        ACCEPTED = "accepted"
        REJECTED = "rejected"
        REVOKED = "revoked"

    fleet = models.ForeignKey(Fleet, models.CASCADE, related_name="shares")
    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        related_name="received_shares",
        null=True,
        blank=True,
    )
    user = models.ForeignKey(
        User, models.CASCADE, related_name="received_shares", null=True, blank=True
    )
    share_to_users_organisation = models.BooleanField(default=False)
    scope = models.CharField(max_length=40, default="read")
    status = models.CharField(
        max_length=10, choices=Status.choices, default=Status.PENDING
    )
    shared_by = models.ForeignKey(
        User, models.SET_NULL, related_name="+", null=True, blank=True
    )
    shared_at = models.DateTimeField(auto_now_add=True)

    objects = FleetShareQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Row.Meta):
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            *Row.Meta.constraints,
            models.CheckConstraint(
                condition=Q(user__isnull=False) | Q(organisation__isnull=False),
                name="organisations_share_has_recipient",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fleet} to {self.organisation or self.user}"

    @property
    def history_organisation_id(self) -> int:
        """The organisation that owns the fleet."""
        return self.fleet.organisation_id
