"""Software that is installed on devices."""

from typing import ClassVar

from django.db import models

from assets.models import Asset
from devices.querysets import SoftwareQuerySet, TitleQuerySet
from licensing.fields import (
    AmountField,
    MomentField,
    NumberField,
    PlainField,
)
from licensing.models import Licence, LicenceRole
from organisations.fields import NameField
from organisations.models import User
from organisations.models.base import TenantRow


class SoftwareTitle(TenantRow):
    """A version of a program, kept once however many devices have it."""

    name = NameField(max_length=200, min_length=1)
    version = PlainField()

    objects = TitleQuerySet.as_manager()  # type: ignore[misc]

    class Meta(TenantRow.Meta):
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            *TenantRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "name", "version"], name="devices_title_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}".rstrip()


class Software(TenantRow):
    """A program on a device (DeviceApplications of contract section 3).

    Its changes stand in the asset's history, as `software/<id>`.
    """

    asset = models.ForeignKey(
        Asset, models.CASCADE, related_name="software", db_index=False
    )
    title = models.ForeignKey(
        SoftwareTitle, models.PROTECT, related_name="installations", db_index=False
    )
    licence = models.ForeignKey(
        Licence,
        models.SET_NULL,
        related_name="software",
        null=True,
        blank=True,
        db_index=False,
    )
    role = models.ForeignKey(
        LicenceRole, models.SET_NULL, related_name="+", null=True, blank=True
    )
    user = models.ForeignKey(
        User,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    count = NumberField(default=1)
    bundledesc = PlainField()
    cost = AmountField()
    lastused = MomentField()
    install_date = MomentField()
    expiry_date = MomentField()
    licence_required = models.BooleanField(default=False)
    moduleid = NumberField()
    snowid = PlainField()

    objects = SoftwareQuerySet.as_manager()  # type: ignore[misc]

    class Meta(TenantRow.Meta):
        ordering: ClassVar = ["id"]
        verbose_name_plural = "software"
        constraints: ClassVar = [
            *TenantRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["asset", "title"], name="devices_software_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "id"], name="devices_software_list"),
            models.Index(fields=["title", "id"], name="devices_software_title"),
            models.Index(fields=["licence", "id"], name="devices_software_licence"),
            models.Index(fields=["user", "id"], name="devices_software_user"),
            models.Index(fields=["snowid"], name="devices_software_snow"),
            models.Index(fields=["moduleid"], name="devices_software_module"),
        ]

    def __str__(self) -> str:
        return str(self.title)
