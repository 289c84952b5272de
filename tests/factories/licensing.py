"""Makes licences, certificates and what goes with them."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import factory
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from assets.models import AssetGroup
from licensing.kinds import ReferenceKind
from licensing.models import (
    Allocation,
    Certificate,
    Licence,
    LicenceInfo,
    LicenceMatch,
    LicenceRole,
    Reference,
)
from licensing.services.certificates import create_certificate
from licensing.services.infos import create_info
from licensing.services.licences import create_licence
from licensing.services.seats import Seat, allocate
from organisations.models import Organisation
from tests.factories.base import RowFactory

CANARY = "canary-password-of-nobody"


class ReferenceFactory(RowFactory):
    """A supplier of an organisation that must be given."""

    class Meta:
        model = Reference

    kind = ReferenceKind.SUPPLIER
    number = factory.Sequence(lambda n: n + 1)
    label = factory.Sequence(lambda n: f"Supplier {n}")


class LicenceRoleFactory(RowFactory):
    """A role of a licence that must be given."""

    class Meta:
        model = LicenceRole

    organisation = factory.SelfAttribute("licence.organisation")
    name = factory.Sequence(lambda n: f"Role {n}")


class LicenceMatchFactory(RowFactory):
    """A match of a licence that must be given."""

    class Meta:
        model = LicenceMatch

    organisation = factory.SelfAttribute("licence.organisation")
    text = factory.Sequence(lambda n: f"Program {n}")


def make_licence(organisation: Organisation, count: int = 10, **values: Any) -> Licence:
    """Make a licence with so many seats through the service."""
    return create_licence(
        organisation=organisation,
        values={"name": "Office suite", "count": count, **values},
        actor=organisation.owner,
    )


def make_seat(licence: Licence, asset: AssetGroup) -> Allocation:
    """Give an asset a seat through the service."""
    seats = [Seat(licence.pk, asset_id=asset.pk)]
    return allocate(seats, actor=licence.organisation.owner)[0]


def make_info(
    organisation: Organisation, password: str = CANARY, **values: Any
) -> LicenceInfo:
    """Make a licence info through the service."""
    return create_info(
        organisation=organisation,
        values={"organisationname": "Ratatosk IT", **values},
        password=password,
        actor=organisation.owner,
    )


def make_certificate(
    organisation: Organisation, password: str = CANARY, **values: Any
) -> Certificate:
    """Make a certificate through the service."""
    return create_certificate(
        organisation=organisation,
        values={"name": "Intranet", **values},
        new_password=password,
        actor=organisation.owner,
    )


@dataclass(frozen=True)
class Issued:
    """A self-signed certificate in both forms that the register reads."""

    certificate: x509.Certificate
    pem: str
    pkcs12: str

    @property
    def old_pem(self) -> str:
        """The form with the header of old files."""
        return self.pem.replace(" CERTIFICATE", " X509 CERTIFICATE")

    @property
    def thumbprint(self) -> str:
        """What the certificate is known by."""
        digest = self.certificate.fingerprint(hashes.SHA1())  # noqa: S303 - a name
        return digest.hex().upper()


@cache
def issue(password: str = CANARY) -> Issued:
    """Make a certificate of a year that begins with 2026."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "intranet.example")])
    begins = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    closed = serialization.BestAvailableEncryption(password.encode())
    file = pkcs12.serialize_key_and_certificates(
        b"intranet", key, certificate, None, closed
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
    return Issued(certificate, pem, base64.b64encode(file).decode())
