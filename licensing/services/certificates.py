"""Certificates: what their files say, and the passwords that open them."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from django.db import transaction

from config.api.errors import Refusal
from licensing.models import Certificate
from licensing.services import words
from licensing.services.infos import checked_secret
from licensing.services.opening import open_pkcs12
from organisations.models import Organisation, User
from organisations.services import history, rows

# Old files say what kind of certificate they hold.
PEM = re.compile("-----BEGIN (X509 )?CERTIFICATE-----")
LONGEST_FILE = 200_000
UNREADABLE = (ValueError, TypeError, UnsupportedAlgorithm, binascii.Error)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a certificate says; the thumbprint is its SHA-1 in hexadecimal digits."""

    subject: str
    issuer: str
    thumbprint: str
    not_before: datetime
    not_after: datetime

    def values(self) -> dict[str, Any]:
        """Return the columns that it fills."""
        return {name: getattr(self, name) for name in self.__slots__}


def parse_certificate(text: str, password: str) -> Parsed:
    """Read a PEM certificate, or a PKCS#12 file in base64 that the password opens.

    Raise `invalid_body` at `certificate` for anything else, and for a wrong password.
    """
    if len(text) > LONGEST_FILE:
        raise _unreadable("The certificate is too long.")
    try:
        found = _pem(text) if PEM.search(text) else _pkcs12(text, password)
        return Parsed(
            subject=found.subject.rfc4514_string(),
            issuer=found.issuer.rfc4514_string(),
            # The API's thumbprints are SHA-1; they name, they do not protect.
            thumbprint=found.fingerprint(hashes.SHA1()).hex().upper(),  # noqa: S303
            not_before=found.not_valid_before_utc,
            not_after=found.not_valid_after_utc,
        )
    except UNREADABLE as error:
        sentence = "The certificate does not parse, or the password is wrong."
        raise _unreadable(sentence) from error


def _unreadable(sentence: str) -> Refusal:
    return Refusal("invalid_body", sentence, field="certificate")


def _pem(text: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(text.encode())


def _pkcs12(text: str, password: str) -> x509.Certificate:
    data = base64.b64decode("".join(text.split()), validate=True)
    return x509.load_der_x509_certificate(open_pkcs12(data, password))


@transaction.atomic
def create_certificate(
    *,
    organisation: Organisation,
    values: Mapping[str, Any],
    new_password: str,
    certificate: str = "",
    actor: User,
) -> Certificate:
    """Keep a certificate; what its file says wins over `values`.

    Raise `invalid_body` at `new_password` without one ("Password is mandatory").
    """
    if not new_password:
        sentence = "Password is mandatory"
        raise Refusal("invalid_body", sentence, field="new_password")
    return keep_certificate(
        organisation=organisation,
        values=values,
        password=new_password,
        certificate=certificate,
        actor=actor,
    )


@transaction.atomic
def keep_certificate(
    *,
    organisation: Organisation,
    values: Mapping[str, Any],
    password: str = "",
    certificate: str = "",
    actor: User,
) -> Certificate:
    """Keep a certificate, perhaps one that nothing closes, as bundles hold them."""
    said = parse_certificate(certificate, password).values() if certificate else {}
    row = Certificate(organisation=organisation, **{**values, **said})
    row.password = checked_secret(password, field="new_password")
    return words.create(row, actor=actor)


@transaction.atomic
def update_certificate(
    *,
    certificate: Certificate,
    values: Mapping[str, Any],
    new_password: str = "",
    file: str = "",
    actor: User,
) -> Certificate:
    """Change a certificate; without a new password the kept one opens a new file."""
    row = rows.locked(certificate)
    said = {}
    if file:
        said = parse_certificate(file, new_password or row.password.reveal()).values()
    row = words.update(row, {**values, **said}, actor=actor)
    if new_password and new_password != row.password.reveal():
        row.password = checked_secret(new_password, field="new_password")
        row.save(update_fields=["password", "updated_at"])
        history.record_value(row, "password", old=None, new=None, actor=actor)
    return row


def delete_certificate(*, certificate: Certificate, actor: User) -> None:
    """Delete a certificate for good; its history stays."""
    rows.delete(certificate, actor=actor)
