"""An asset as an IT device."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from assets.models import Asset, AssetStatus, AssetType
from assets.models.group import AssetManager
from devices.querysets import DeviceAssetQuerySet, DeviceQuerySet, OfType
from licensing.fields import (
    AmountField,
    MomentField,
    NotesField,
    NumberField,
    PlainField,
)
from organisations.fields import (
    CodePointCharField,
    NormalisedNameField,
    refuse_control_characters,
    validate_colour,
)
from organisations.models import User
from organisations.models.base import Recorded, Row


class Device(Recorded):
    """What the register keeps of an asset that is an IT device (contract section 3).

    It has the asset's id, and its changes stand in the asset's history. Made by the
    first write of the device family; written through the device services only.
    """

    unrecorded: ClassVar[frozenset[str]] = frozenset(
        {"asset", "normalised_inventory_number", "normalised_serial_number"}
    )

    asset = models.OneToOneField(
        Asset, models.CASCADE, primary_key=True, related_name="device"
    )
    inventory_number = CodePointCharField(
        max_length=100,
        blank=True,
        default="",
        validators=[refuse_control_characters],
    )
    normalised_inventory_number = NormalisedNameField(source="inventory_number")
    user = models.ForeignKey(
        User, models.SET_NULL, related_name="devices", null=True, blank=True
    )
    parent = models.ForeignKey(
        Asset, models.SET_NULL, related_name="child_devices", null=True, blank=True
    )
    is_primary_asset = models.BooleanField(default=False)
    colour = models.CharField(
        max_length=7, blank=True, default="", validators=[validate_colour]
    )
    icon = PlainField()
    notes = NotesField()
    serial_number = PlainField()
    normalised_serial_number = NormalisedNameField(source="serial_number")
    warranty_start = MomentField()
    warranty_end = MomentField()
    warranty_note = PlainField(max_length=1_000)
    labour_warranty_start = MomentField()
    labour_warranty_end = MomentField()
    commissiondate = MomentField()
    stock_date = MomentField()
    item_cost = AmountField()
    non_consignable = models.BooleanField(default=False)
    criticality = NumberField()
    sla_id = NumberField(help_text="Its number in the service desk.")
    priority_id = NumberField(help_text="Its number in the service desk.")
    supplier_purchasedate = MomentField()
    supplier_expirydate = MomentField()
    supplier_reference = PlainField()
    third_party_id = NumberField()
    third_party_id_string = PlainField()
    guid = PlainField()
    device_number = NumberField()

    objects = DeviceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["asset"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("asset")),
                name="devices_not_own_parent",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["inventory_number"], name="devices_inventory_number"),
            models.Index(fields=["serial_number"], name="devices_serial_number"),
            models.Index(fields=["warranty_end"], name="devices_warranty_end"),
        ]

    def __str__(self) -> str:
        return self.inventory_number or str(self.pk)

    @property
    def history_organisation_id(self) -> int:
        """The organisation that owns the asset."""
        return self.asset.organisation_id

    def clean(self) -> None:
        """Refuse a parent of another organisation."""
        if self.parent and self.parent.organisation_id != self.asset.organisation_id:
            raise ValidationError({"parent": "The asset does not exist."})


class DeviceAssetManager(AssetManager.from_queryset(DeviceAssetQuerySet)):  # type: ignore[misc]
    """Single assets, as the device API lists them."""


class DeviceAsset(Asset):
    """A single asset as the device family shows it, whether it has a device or not."""

    objects: ClassVar[Any] = DeviceAssetManager()

    class Meta:
        proxy = True
        verbose_name = "device"


class AllowedStatus(Row):
    """A status that assets of a type may have; a type without any allows them all."""

    type = models.ForeignKey(
        AssetType, models.CASCADE, related_name="allowed_statuses", db_index=False
    )
    status = models.ForeignKey(AssetStatus, models.CASCADE, related_name="+")

    objects = OfType.as_manager()  # type: ignore[misc]

    class Meta(Row.Meta):
        ordering: ClassVar = ["id"]
        verbose_name_plural = "allowed statuses"
        constraints: ClassVar = [
            *Row.Meta.constraints,
            models.UniqueConstraint(
                fields=["type", "status"], name="devices_allowed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.status}"

    @property
    def history_organisation_id(self) -> int:
        """The organisation that owns the type."""
        return self.type.organisation_id

    def clean(self) -> None:
        """Refuse a status of another organisation than the type's."""
        if self.type.organisation_id != self.status.organisation_id:
            raise ValidationError({"status": "The status does not exist."})
