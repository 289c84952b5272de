"""Certificates and when they end."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from assets.models import Asset, Attachment
from licensing.fields import MomentField, PlainField
from licensing.querysets import CertificateQuerySet
from organisations.encryption import SecretField
from organisations.fields import NameField
from organisations.models.base import TenantRow

validate_thumbprint = RegexValidator(
    r"\A([0-9A-Fa-f]{40})?\Z", "A thumbprint is 40 hexadecimal digits.", "thumbprint"
)


class Certificate(TenantRow):
    """A certificate of an organisation, perhaps of one of its assets.

    The password that opens its file is kept encrypted and given back to nobody.
    """

    unrecorded: ClassVar[frozenset[str]] = TenantRow.unrecorded | {"password"}

    name = NameField(max_length=200, min_length=1)
    subject = PlainField(max_length=2_000)
    issuer = PlainField(max_length=2_000)
    thumbprint = models.CharField(
        max_length=40, blank=True, default="", validators=[validate_thumbprint]
    )
    not_before = MomentField()
    not_after = MomentField()
    password = SecretField()
    asset = models.ForeignKey(
        Asset, models.SET_NULL, related_name="certificates", null=True, blank=True
    )
    attachment = models.ForeignKey(
        Attachment, models.SET_NULL, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = CertificateQuerySet.as_manager()  # type: ignore[misc]

    class Meta(TenantRow.Meta):
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "id"], name="licensing_cert_list"),
            models.Index(
                fields=["organisation", "not_after"], name="licensing_cert_end"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse an asset or attachment of another organisation."""
        for name in ("asset", "attachment"):
            other = getattr(self, name)
            if other is not None and other.organisation_id != self.organisation_id:
                raise ValidationError({name: f"The {name} does not exist."})
