"""Which assets, equipment and groups a person may see, and how lists narrow them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db.models import BooleanField, Case, Count, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from assets.ephemerality import Ephemerality
from organisations.models import FleetShare, Organisation
from organisations.querysets import Sight, TenantQuerySet

if TYPE_CHECKING:
    from assets.models import AssetGroup
    from organisations.models import User

M = TypeVar("M", bound="AssetGroup")

# Where an asset is: where the active group that governs it is, else its own place.
EFFECTIVE_LOCATION = Coalesce("governed_by__location_id", "location_id")

IN_SERVICE = Case(
    When(Q(active=True) & (Q(status=None) | Q(status__active=True)), then=Value(True)),
    default=Value(False),
    output_field=BooleanField(),
)


class AssetGroupQuerySet(TenantQuerySet[M]):
    """Assets, equipment and groups."""

    def present(self) -> Self:
        """Those that have not been deleted."""
        return self.filter(deleted_at=None)

    def deleted(self) -> Self:
        """Those that have been deleted and can be restored."""
        return self.filter(deleted_at__isnull=False)

    def single(self) -> Self:
        """Single assets."""
        return self.filter(ephemerality=Ephemerality.SINGLE)

    def equipment(self) -> Self:
        """Equipment."""
        return self.filter(ephemerality=Ephemerality.EQUIPMENT)

    def groups(self) -> Self:
        """Temporary and permanent groups."""
        return self.filter(
            ephemerality__in=[Ephemerality.TEMPORARY, Ephemerality.PERMANENT]
        )

    def visible_to(self, user: "User") -> Self:
        """Those of the user's organisations, and of fleets shared with the user."""
        own = Organisation.objects.enabled().visible_to(user)
        shares = FleetShare.objects.accepted().received_by(user)
        return self.filter(
            Q(organisation__in=own.values("pk")) | Q(fleet__in=shares.values("fleet"))
        )

    def within(self, sight: Sight) -> Self:
        """Those that `visible_to` gives, by what the user is known to see."""
        own = super().within(sight)
        if not sight.fleets:
            return own
        shared = Q(fleet__in=sight.fleets)
        return self.filter(Q(organisation__in=sight.organisations) | shared)

    def listed_in(self, organisation: Organisation, fleets: Sequence[int]) -> Self:
        """What a member reads in an organisation's lists (resolution 18).

        Its own rows, and those of the fleets that others have shared to it.
        """
        if not fleets:
            return self.of(organisation)
        return self.filter(Q(organisation=organisation) | Q(fleet__in=fleets))

    def shared_from(self, organisation: Organisation, user: "User") -> Self:
        """What somebody who is no member reads of an organisation: shared fleets."""
        shares = FleetShare.objects.accepted().received_by(user)
        return self.of(organisation).filter(fleet__in=shares.values("fleet"))

    def in_group(self, *groups: int) -> Self:
        """Members of any of the groups."""
        return self.filter(memberships__group__in=groups)

    def located_in(self, *locations: int) -> Self:
        """Those whose effective location is one of these."""
        return self.annotate(at_location=EFFECTIVE_LOCATION).filter(
            at_location__in=locations
        )

    def placed_at(self, locations: Any) -> Self:
        """Those whose effective location is one of these, by the indexes of both."""
        rows, wanted = self._rows(), locations.order_by().values("pk")
        own = rows.filter(location__in=wanted, governed_by__location=None)
        return self.filter(
            pk__in=own.union(rows.filter(governed_by__location__in=wanted))
        )

    def _rows(self) -> Any:
        """Return the ids of all rows: a condition on them goes by its own index."""
        return self.model._base_manager.using(self.db).order_by().values("pk")


class LinkQuerySet(TenantQuerySet[Any]):
    """Rows that belong to the organisation of the type, field or group they hang on."""


class OfType(LinkQuerySet):
    """Links of an asset type."""

    organisation_path = "type__organisation"


class OfField(LinkQuerySet):
    """Values of an enum field."""

    organisation_path = "field__organisation"


class OfGroup(LinkQuerySet):
    """Members of a group."""

    organisation_path = "group__organisation"

    def bookings(self) -> Self:
        """Those of active temporary groups: what the asset is booked for."""
        return self.filter(
            group__ephemerality=Ephemerality.TEMPORARY,
            group__active=True,
            group__deleted_at=None,
        )

    def of_double_booked(self) -> QuerySet[Any, Any]:
        """Return the ids of the assets that stand in more than one of the groups."""
        counted = self.order_by().values("asset").annotate(groups=Count("group"))
        found: QuerySet[Any, Any] = counted.filter(groups__gt=1).values("asset")
        return found
