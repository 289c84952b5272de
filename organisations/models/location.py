"""Where things are."""

import zoneinfo
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from organisations.fields import (
    NameField,
    refuse_infinite,
    refuse_unstorable,
    validate_colour,
)
from organisations.models.base import NamedRow, TenantRow


def validate_timezone(value: str) -> None:
    """Refuse what is not the name of a time zone."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError(f"'{value}' is not a time zone.", "invalid_timezone")


class Location(NamedRow):
    """A depot, an office, a yard: a place with an optional position and geofence."""

    code = NameField(max_length=12, min_length=0, blank=True, default="")
    name = NameField(max_length=200, min_length=0, blank=True, default="")
    colour = models.CharField(
        max_length=7, blank=True, default="", validators=[validate_colour]
    )
    latitude = models.FloatField(
        null=True,
        blank=True,
        validators=[refuse_infinite, MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.FloatField(
        null=True,
        blank=True,
        validators=[refuse_infinite, MinValueValidator(-180), MaxValueValidator(180)],
    )
    radius = models.FloatField(
        null=True,
        blank=True,
        validators=[
            refuse_infinite,
            MinValueValidator(0),
            MaxValueValidator(1_000_000),
        ],
        help_text="Geofence in metres.",
    )
    address = models.CharField(
        max_length=500, blank=True, default="", validators=[refuse_unstorable]
    )
    delivery = models.BooleanField(default=False)
    timezone_code = models.CharField(
        max_length=64, blank=True, default="", validators=[validate_timezone]
    )

    class Meta(NamedRow.Meta):
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            *NamedRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
                name="organisations_location_position",
                violation_error_code="latitude_longitude_together",
                violation_error_message="Latitude and longitude are given together.",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.code or str(self.pk)


class SubLocation(TenantRow):
    """A track, a bay or a room of a location, with room for so many assets."""

    location = models.ForeignKey(Location, models.CASCADE, related_name="sub_locations")
    code = NameField(max_length=12, min_length=0, blank=True, default="")
    name = NameField(max_length=200, min_length=0, blank=True, default="")
    asset_capacity = models.PositiveIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(2_147_483_647)]
    )
    enabled = models.BooleanField(default=True)

    class Meta(TenantRow.Meta):
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.name or self.code or str(self.pk)
