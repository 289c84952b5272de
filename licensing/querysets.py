"""Which licences, seats and secrets a person may see, and how lists narrow them."""

from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db.models import F, Model, Q
from django.db.models.expressions import RawSQL
from django.utils import timezone

from organisations.querysets import TenantQuerySet

if TYPE_CHECKING:
    from licensing.models import Licence

M = TypeVar("M", bound=Model)

# A licence, and all those whose parents lead to it.
BELOW = """
WITH RECURSIVE below AS (
    SELECT CAST(%s AS bigint) AS id
    UNION
    SELECT licence.id FROM licensing_licence AS licence
    JOIN below ON licence.parent_id = below.id
)
SELECT id FROM below
"""


class LicenceQuerySet(TenantQuerySet[M]):
    """Licences; the counts of seats are columns that the services keep true."""

    def present(self) -> Self:
        """Those that have not been deleted."""
        return self.filter(deleted=False)

    def in_force(self) -> Self:
        """Those that are active and have not been deleted."""
        return self.present().filter(is_active=True)

    def with_seats(self) -> Self:
        """Each with `in_use` and `available`, by the columns of its own row."""
        used = F("assets_in_use") + F("users_in_use")
        return self.annotate(in_use=used, available=F("count") - used)

    def under(self, licence: int) -> Self:
        """A licence and those under it, however deep."""
        return self.filter(pk__in=RawSQL(BELOW, (licence,)))  # noqa: S611 (a constant)

    def matching(self, text: str) -> Self:
        """Those with every word of the text in the name, vendor or a product code."""
        found = self
        for word in text.split():
            found = found.filter(
                Q(name__icontains=word)
                | Q(manufacturer__icontains=word)
                | Q(vendor__icontains=word)
                | Q(product_sku__icontains=word)
            )
        return found


class OfLicence(TenantQuerySet[M]):
    """Rows that hang on a licence."""

    def of_licence(self, licence: "Licence") -> Self:
        """Those of one licence."""
        return self.filter(licence=licence)


class AllocationQuerySet(OfLicence[M]):
    """Seats of licences."""

    def for_assets(self) -> Self:
        """Seats that assets have."""
        return self.exclude(asset=None)

    def for_users(self) -> Self:
        """Seats that people have."""
        return self.exclude(user=None)


class CertificateQuerySet(TenantQuerySet[Any]):
    """Certificates."""

    def expired(self) -> Self:
        """Those whose time is over."""
        return self.filter(not_after__lt=timezone.now())
