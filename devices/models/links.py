"""What a device is connected with: other devices, people, other systems."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from assets.models import Asset
from devices.querysets import BookmarkQuerySet, OfAsset
from licensing.fields import NumberField, PlainField
from licensing.kinds import MANY, ReferenceKind
from licensing.models import Reference
from organisations.models import User
from organisations.models.base import Row, TenantRow


class AssetLink(TenantRow):
    """Two assets that belong side by side; what is above what, `Device.parent` says.

    The one with the smaller id stands first, so that a link is kept once.
    """

    first = models.ForeignKey(
        Asset, models.CASCADE, related_name="links_first", db_index=False
    )
    second = models.ForeignKey(Asset, models.CASCADE, related_name="links_second")

    class Meta(TenantRow.Meta):
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            *TenantRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["first", "second"], name="devices_link_once"
            ),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="devices_link_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} and {self.second}"


class Bookmark(Row):
    """An asset that a person wants to find again."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="bookmarks", db_index=False
    )
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="bookmarks")

    objects = BookmarkQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Row.Meta):
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            *Row.Meta.constraints,
            models.UniqueConstraint(
                fields=["user", "asset"], name="devices_bookmark_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.asset}"


class DeviceReference(Row):
    """A record of another system that a device has something to do with.

    One of each kind, but for services and articles; `line` is the line of an order.
    """

    asset = models.ForeignKey(
        Asset, models.CASCADE, related_name="references", db_index=False
    )
    reference = models.ForeignKey(
        Reference, models.PROTECT, related_name="devices", db_index=False
    )
    # The kind of the reference once more, for the rule of one.
    kind = models.CharField(
        max_length=20, choices=ReferenceKind.choices, editable=False
    )
    line = NumberField()

    objects = OfAsset.as_manager()  # type: ignore[misc]

    class Meta(Row.Meta):
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            *Row.Meta.constraints,
            models.UniqueConstraint(
                fields=["asset", "reference"], name="devices_reference_once"
            ),
            models.UniqueConstraint(
                fields=["asset", "kind"],
                condition=~Q(kind__in=[kind.value for kind in MANY]),
                name="devices_reference_kind",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["reference", "asset"], name="devices_reference_of")
        ]

    def __str__(self) -> str:
        return f"{self.asset}: {self.reference}"

    @property
    def history_organisation_id(self) -> int:
        """The organisation that owns the asset."""
        return self.asset.organisation_id


class IntegrationType(models.TextChoices):
    """The programs that S names: they watch devices and know them by their own ids."""

    ATERA = "aterarmm", "Atera"
    NINJA = "ninjarmm", "NinjaOne"
    SYNCRO = "syncromsp", "Syncro"
    DOMOTZ = "domotz", "Domotz"
    AUTOMATE = "connectwiseautomate", "ConnectWise Automate"
    SNOW = "snow", "Snow"
    DATTO = "datto", "Datto"
    PASSPORTAL = "passportal", "Passportal"
    ADDIGY = "addigy", "Addigy"
    LIONGARD = "liongard", "Liongard"


class IntegrationLink(Row):
    """A device as another program knows it (`external_links` of contract section 3)."""

    asset = models.ForeignKey(
        Asset, models.CASCADE, related_name="external_links", db_index=False
    )
    integration_type = models.CharField(max_length=20, choices=IntegrationType.choices)
    tenant_id = NumberField()
    third_party_id = PlainField()
    url = models.URLField(max_length=500, blank=True, default="")

    objects = OfAsset.as_manager()  # type: ignore[misc]

    class Meta(Row.Meta):
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            *Row.Meta.constraints,
            models.UniqueConstraint(
                fields=["asset", "integration_type", "tenant_id", "third_party_id"],
                name="devices_integration_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["integration_type", "tenant_id", "asset"],
                name="devices_integration_of",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_integration_type_display()} {self.third_party_id}".rstrip()

    @property
    def history_organisation_id(self) -> int:
        """The organisation that owns the asset."""
        return self.asset.organisation_id
