"""The words an organisation describes its assets with: statuses, zones and types."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from assets.ephemerality import Ephemerality
from assets.models.field import AssetField
from assets.querysets import OfType
from organisations.fields import DescriptionField, NameField
from organisations.models import Fleet, Prefix
from organisations.models.base import NamedRow, Row


class AssetStatus(NamedRow):
    """A state an asset is in, such as in service or scrapped."""

    description = DescriptionField()
    active = models.BooleanField(
        default=True, help_text="Assets in this status are in service."
    )

    class Meta(NamedRow.Meta):
        ordering: ClassVar = ["id"]
        verbose_name_plural = "asset statuses"


class AssetZone(NamedRow):
    """A part of an asset, such as a bogie or a cab."""

    code = NameField(max_length=12, min_length=0, blank=True, default="")
    description = DescriptionField()

    class Meta(NamedRow.Meta):
        ordering: ClassVar = ["id"]


class AssetType(NamedRow):
    """What an asset is, the fields it has, and the series its number comes from."""

    ephemerality = models.PositiveSmallIntegerField(choices=Ephemerality.choices)
    description = DescriptionField()
    fleet = models.ForeignKey(
        Fleet, models.PROTECT, related_name="+", null=True, blank=True
    )
    prefix = models.ForeignKey(
        Prefix, models.PROTECT, related_name="+", null=True, blank=True
    )
    active = models.BooleanField(default=True)
    fields: "models.ManyToManyField[AssetField, AssetTypeField]" = (
        models.ManyToManyField(
            AssetField, through="AssetTypeField", related_name="types"
        )
    )
    zones: "models.ManyToManyField[AssetZone, AssetTypeZone]" = models.ManyToManyField(
        AssetZone, through="AssetTypeZone", related_name="types"
    )

    class Meta(NamedRow.Meta):
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            *NamedRow.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(ephemerality=Ephemerality.TEMPORARY),
                name="assets_type_not_temporary",
                violation_error_code="invalid_ephemerality",
                violation_error_message="Temporary groups have no type.",
            ),
        ]

    def clean(self) -> None:
        """Refuse a fleet or prefix of another organisation (resolution 15)."""
        for name in ("fleet", "prefix"):
            other = getattr(self, name)
            if other and other.organisation_id != self.organisation_id:
                raise ValidationError({name: f"The {name} does not exist."})


class AssetTypeField(Row):
    """A field that assets of a type have."""

    type = models.ForeignKey(
        AssetType, models.CASCADE, related_name="type_fields", db_index=False
    )
    field = models.ForeignKey(AssetField, models.CASCADE, related_name="type_fields")

    objects = OfType.as_manager()  # type: ignore[misc]

    class Meta(Row.Meta):
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            *Row.Meta.constraints,
            models.UniqueConstraint(
                fields=["type", "field"], name="assets_field_once_a_type"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.field}"


class AssetTypeZone(Row):
    """A zone that assets of a type have."""

    type = models.ForeignKey(
        AssetType, models.CASCADE, related_name="type_zones", db_index=False
    )
    zone = models.ForeignKey(AssetZone, models.CASCADE, related_name="type_zones")

    objects = OfType.as_manager()  # type: ignore[misc]

    class Meta(Row.Meta):
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            *Row.Meta.constraints,
            models.UniqueConstraint(
                fields=["type", "zone"], name="assets_zone_once_a_type"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.zone}"
