"""Readings of meters."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from assets.models import Asset, WorkItem
from licensing.fields import NotesField, NumberField, PlainField
from organisations.models import User
from organisations.models.base import TenantRow

LARGEST_READING = 2**53


class MeterReading(TenantRow):
    """What a meter of a device showed at a moment.

    Written through the reading services only, which fill in the reading before.
    """

    asset = models.ForeignKey(
        Asset, models.CASCADE, related_name="readings", db_index=False
    )
    asset_meter_id = NumberField()
    meter_name = PlainField()
    timestamp = models.DateTimeField()
    reading = models.BigIntegerField(
        validators=[MinValueValidator(0), MaxValueValidator(LARGEST_READING)]
    )
    previous_reading = models.BigIntegerField(default=0, editable=False)
    who = PlainField()
    created_by = models.ForeignKey(
        User, models.SET_NULL, related_name="+", null=True, blank=True
    )
    ticket = models.ForeignKey(
        WorkItem, models.SET_NULL, related_name="+", null=True, blank=True
    )
    invoice_id = NumberField()
    recurringinvoice_line_id = NumberField()
    reading_type = NumberField()
    pack_id = NumberField()
    reason = NotesField()
    reviewed = models.BooleanField(default=False)

    class Meta(TenantRow.Meta):
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "id"], name="devices_reading_list"),
            models.Index(
                fields=["asset", "asset_meter_id", "timestamp", "id"],
                name="devices_reading_meter",
            ),
            models.Index(
                fields=["recurringinvoice_line_id", "id"], name="devices_reading_line"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meter_name} {self.reading}".lstrip()
