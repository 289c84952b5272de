"""What is known about an installation that a licence runs on."""

import uuid
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from licensing.fields import MomentField, NumberField, PlainField
from organisations.encryption import SecretField
from organisations.models import Location
from organisations.models.base import TenantRow


class LicenceInfo(TenantRow):
    """An installation of licensed software, with the password that opens it.

    The device API knows it by `uuid`. The password is written and read through the
    services only, which record both and never what it is.
    """

    unrecorded: ClassVar[frozenset[str]] = TenantRow.unrecorded | {"password"}

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    location = models.ForeignKey(
        Location, models.PROTECT, related_name="+", null=True, blank=True
    )
    organisationname = PlainField()
    version = PlainField()
    apiurl = PlainField(max_length=500)
    is_trial = models.BooleanField(default=False)
    support_type = NumberField()
    trialexpiry = MomentField()
    registrationdate = MomentField()
    password = SecretField()
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(TenantRow.Meta):
        ordering: ClassVar = ["id"]
        verbose_name = "licence info"
        indexes: ClassVar = [
            models.Index(fields=["organisation", "id"], name="licensing_info_list")
        ]

    def __str__(self) -> str:
        return self.organisationname or str(self.uuid)

    def clean(self) -> None:
        """Refuse a location of another organisation."""
        if self.location and self.location.organisation_id != self.organisation_id:
            raise ValidationError({"location": "The location does not exist."})
