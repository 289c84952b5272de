"""`/Certificate`: certificates, and files that say what they are."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from assets.models import Asset, Attachment
from config.api.device.fields import DeviceSecret, DeviceString
from config.api.device.pairs import Pair
from config.api.device.parameters import flag
from config.api.device.serializers import DeviceSerializer, IdOf, NameOf
from licensing.models import Certificate
from licensing.services.certificates import (
    create_certificate,
    delete_certificate,
    update_certificate,
)
from organisations.api.device.base import CLIENT, RegisterViewSet
from organisations.permissions import Permission

PLAIN = ("name", "subject", "issuer", "thumbprint")
TIMES = ("not_before", "not_after")
MANDATORY = {"required": "Password is mandatory"}


def own_assets(user: Any) -> Any:
    """Return the assets that a body may name."""
    return Asset.objects.present().visible_to(user)


def own_attachments(user: Any) -> Any:
    """Return the attachments that a body may name."""
    return Attachment.objects.visible_to(user)


class CertificateSerializer(DeviceSerializer):
    """A certificate; never its password."""

    attachment_id = IdOf("attachment")
    attachment_name = NameOf("attachment", "file_name")
    client_id = IdOf("organisation")
    asset_id = IdOf("asset")

    class Meta:
        model = Certificate
        fields: ClassVar[Any] = (
            "id",
            *PLAIN,
            "attachment_id",
            "attachment_name",
            "client_id",
            "asset_id",
            *TIMES,
        )


class CertificateInput(DeviceSerializer):
    """A certificate as it is written; what its file says wins."""

    name = DeviceString(max_length=200, required=True)
    new_password = DeviceSecret(required=True, error_messages=MANDATORY)
    certificate = DeviceSecret()

    class Meta:
        model = Certificate
        fields: ClassVar[Any] = (*PLAIN, *TIMES, "new_password", "certificate")


class CertificateViewSet(RegisterViewSet):
    """Certificates, without what the layers above know of their assets."""

    noun = "Certificate"
    area = "softwarelicensing"
    queryset = Certificate.objects.all()
    serializer_class = CertificateSerializer
    input_serializer_class = CertificateInput
    detail_parameters = (flag("includedetails"),)
    is_ordered = False
    pairs: ClassVar[Sequence[Pair]] = (
        CLIENT,
        Pair("asset", "asset", "Asset", own_assets),
        Pair(
            "attachment",
            "attachment",
            "Attachment",
            own_attachments,
            name_column="file_name",
        ),
    )
    write_permission = Permission.MANAGE_LICENCES

    def perform_create(self, values: Mapping[str, Any]) -> Certificate:
        """Keep a certificate and its password."""
        columns = dict(values)
        return create_certificate(
            organisation=columns.pop("organisation"),
            new_password=columns.pop("new_password"),
            certificate=columns.pop("certificate", ""),
            values=columns,
            actor=self.actor,
        )

    def perform_update(
        self, row: Certificate, values: Mapping[str, Any]
    ) -> Certificate:
        """Change a certificate; without a password it keeps the one it has."""
        columns = dict(values)
        return update_certificate(
            certificate=row,
            new_password=columns.pop("new_password", ""),
            file=columns.pop("certificate", ""),
            values=columns,
            actor=self.actor,
        )

    def perform_destroy(self, row: Certificate) -> None:
        """Delete a certificate."""
        delete_certificate(certificate=row, actor=self.actor)
