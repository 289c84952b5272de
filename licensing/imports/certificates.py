"""Files of certificates: bundles, and tables that say what certificates are."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from cryptography import x509
from cryptography.x509.oid import NameOID
from django.db.models import Value
from django.db.models.functions import Coalesce

from config.api.errors import Refusal
from licensing.imports.columns import differing, read_columns
from licensing.imports.finding import NamedAssets
from licensing.imports.licence_files import BATCH, WrittenResource
from licensing.models import Certificate
from licensing.services.certificates import (
    PEM,
    Parsed,
    keep_certificate,
    parse_certificate,
    update_certificate,
)
from organisations.imports import Cells, Column, Key, RowLoader, Terms
from organisations.imports.exporting import as_cell
from organisations.models import Organisation
from organisations.permissions import Permission

PLAIN = ("name", "thumbprint", "subject", "issuer", "not_before", "not_after")
KEYS = (
    Key("name", ("name", "certificatename", "commonname", "friendlyname")),
    Key("thumbprint", ("thumbprint", "fingerprint", "sha1", "sha1fingerprint")),
    Key("subject", ("subject",)),
    Key("issuer", ("issuer", "issuedby")),
    Key("not_before", ("notbefore", "validfrom", "startdate")),
    Key("not_after", ("notafter", "validto", "expires", "expirydate")),
    Key("asset", ("asset", "device", "assetnumber", "devicename", "host")),
    Key("certificate", ("certificate", "pem", "pkcs12", "pfx")),
    Key("password", ("password",)),
    # Where in a bundle a certificate begins, which nothing keeps.
    Key("line", ("line",)),
)
WRITTEN = (*PLAIN, "asset")
LONGEST_NAME = 200
# What a certificate is called that nobody has named, the likeliest first.
NAMING = (
    NameOID.COMMON_NAME,
    NameOID.ORGANIZATIONAL_UNIT_NAME,
    NameOID.ORGANIZATION_NAME,
)


class CertificateLoader(RowLoader[Certificate]):
    """Loads the rows of one file as certificates.

    One is found by its thumbprint; one that is known of several assets, or by none, by
    its asset as well. The files themselves are read, but not kept.
    """

    finder: type[NamedAssets] = NamedAssets

    def __init__(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> None:
        super().__init__(terms, columns, unique)
        self.assets = self.finder(terms.organisation)
        self.met: set[int] = set()
        self.lines: dict[tuple[object, ...], int] = {}
        self.read: tuple[int, Parsed | None] = (0, None)

    def find(self, cells: Cells) -> Certificate | None:
        """Return the likeliest certificate that no earlier row meant."""
        values = self._values(cells)
        self._refuse_repeated(cells, values)
        rows = Certificate.objects.of(self.terms.organisation).exclude(pk__in=self.met)
        if values.get("thumbprint") and self.terms.match != "name":
            rows = rows.filter(thumbprint=values["thumbprint"])
        else:
            rows = rows.filter(name=values.get("name", ""))
        found = list(rows.order_by("pk"))
        if "asset" in values:
            owner = values["asset"].pk
            fit = [one for one in found if one.asset_id in (owner, None)]
            return min(fit, key=lambda one: one.asset_id is None, default=None)
        unplaced = [one for one in found if one.asset_id is None]
        if not unplaced and len(found) > 1:
            reason = f"{len(found)} assets have this certificate; say which."
            raise Refusal("match_ambiguous", reason)
        return next(iter(unplaced or found), None)

    def create(self, cells: Cells) -> Certificate:
        """Keep a certificate; one that nobody has named is named after its subject."""
        values = self._values(cells)
        values.setdefault("name", name_of(values.get("subject", "")))
        certificate = keep_certificate(
            organisation=self.terms.organisation,
            values=values,
            password=cells.text("password"),
            actor=self.terms.actor,
        )
        self.met.add(certificate.pk)
        return certificate

    def update(self, row: Certificate, cells: Cells) -> Certificate:
        """Change what the row says otherwise."""
        self.met.add(row.pk)
        return update_certificate(
            certificate=row,
            values=differing(row, self._values(cells)),
            new_password=cells.text("password"),
            actor=self.terms.actor,
        )

    def _values(self, cells: Cells) -> dict[str, Any]:
        """Return what the row says; what its certificate says wins."""
        values = read_columns(cells, Certificate, PLAIN)
        if text := values.get("thumbprint"):
            values["thumbprint"] = text.replace(":", "").replace(" ", "").upper()
        if text := cells.text("asset"):
            values["asset"] = self.assets.need(text, field="asset")
        parsed = self._parsed(cells)
        return {**values, **parsed.values()} if parsed else values

    def _parsed(self, cells: Cells) -> Parsed | None:
        """Read the certificate of a row, once however often it is asked for."""
        text = cells.text("certificate")
        if not text:
            return None
        line, parsed = self.read
        if line != cells.record.line or parsed is None:
            count = len(PEM.findall(text))
            if count > 1:
                reason = f"The cell holds {count} certificates; one a row is expected."
                raise Refusal("invalid_body", reason, field="certificate")
            parsed = parse_certificate(text, cells.text("password"))
            self.read = (cells.record.line, parsed)
        return parsed

    def _refuse_repeated(self, cells: Cells, values: Mapping[str, Any]) -> None:
        asset = values["asset"].pk if "asset" in values else None
        key = (values.get("thumbprint", ""), values.get("name", ""), asset)
        first = self.lines.setdefault(key, cells.record.line)
        if first != cells.record.line:
            reason = f"Line {first} is the same certificate."
            raise Refusal("duplicate_row", reason)


def name_of(subject: str) -> str:
    """Return what a certificate of this subject is called, empty without any name."""
    try:
        parts = x509.Name.from_rfc4514_string(subject)
    except ValueError:
        return subject[:LONGEST_NAME]
    for kind in NAMING:
        for part in parts.get_attributes_for_oid(kind):
            return str(part.value)[:LONGEST_NAME]
    return subject[:LONGEST_NAME]


class CertificateResource(WrittenResource):
    """Files with a certificate a row."""

    name: ClassVar[str] = "certificates"
    keys: ClassVar[Sequence[Key]] = KEYS
    matches: ClassVar[Sequence[str]] = ("thumbprint", "name")
    needed: ClassVar[str | None] = Permission.MANAGE_LICENCES.value
    written: ClassVar[Sequence[str]] = WRITTEN
    loader_class: ClassVar[type[CertificateLoader]] = CertificateLoader

    def loader(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> CertificateLoader:
        """Make ready to load."""
        return self.loader_class(terms, columns, unique)

    def rows_of(self, organisation: Organisation) -> Iterator[Sequence[str]]:
        """Return them by name; of several alike those of no asset first."""
        rows = Certificate.objects.of(organisation).select_related("asset")
        number = Coalesce("asset__formatted_number", Value(""))
        rows = rows.order_by("name", "thumbprint", number, "pk")
        for row in rows.iterator(chunk_size=BATCH):
            is_placed = row.asset is not None and row.asset.deleted_at is None
            yield [
                *(as_cell(getattr(row, name)) for name in PLAIN),
                row.asset.formatted_number if is_placed else "",
            ]
