"""Which rows a person may see; the register's only tenant filter."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from django.db import connections, models
from django.db.models import (
    CharField,
    F,
    FilteredRelation,
    Func,
    OuterRef,
    Q,
    Subquery,
    Value,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from config.api.snowflake import SnowflakeQuerySet
from organisations.names import normalise_name, successor

if TYPE_CHECKING:
    from organisations.models import Organisation, User

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Sight:
    """What a person sees: ids of own organisations, and of fleets that others share."""

    organisations: tuple[int, ...]
    fleets: tuple[int, ...]


class JoinedIds(Func):
    """The ids of all rows of a query in one text, joined by commas."""

    function = "GROUP_CONCAT"
    output_field = CharField()

    def __init__(self, name: str) -> None:
        super().__init__(Cast(name, CharField()), Value(","))

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        """Call PostgreSQL's own aggregate."""
        return self.as_sql(compiler, connection, function="STRING_AGG")


class OrganisationQuerySet(SnowflakeQuerySet["Organisation"]):
    """Organisations as people see them."""

    def visible_to(self, user: "User") -> Self:
        """Those of which the user is a member."""
        return self.filter(memberships__user=user)

    def staffed_by(self, user: "User") -> Self:
        """Those a user works on in the back office: all for a superuser."""
        return self if user.is_superuser else self.visible_to(user)

    def enabled(self) -> Self:
        """Those that have not been switched off."""
        return self.filter(enabled=True)

    def with_rights_of(self, user: "User") -> Self:
        """Each with the user's `membership_id` and `granted`, one row per role."""
        return self.annotate(
            mine=FilteredRelation("memberships", condition=Q(memberships__user=user))
        ).annotate(membership_id=F("mine__id"), granted=F("mine__roles__permissions"))

    def with_inbound_fleets(self, user: "User") -> Self:
        """Each with `inbound`: the ids, joined by commas, of the fleets shared to it.

        Those are the accepted shares to the organisation, and to the user under it.
        """
        shares: Any = self.model._meta.get_field("received_shares").related_model
        received = shares.objects.accepted().received_under(user, OuterRef("pk"))
        return self.annotate(
            inbound=Subquery(received.order_by().values(ids=JoinedIds("fleet_id")))
        )


class UserQuerySet(SnowflakeQuerySet["User"]):
    """People as other people see them."""

    def visible_to(self, user: "User") -> Self:
        """The user, and the fellow members of the user's organisations."""
        return self.filter(Q(pk=user.pk) | Q(pk__in=self._members(user)))

    def staffed_by(self, user: "User") -> Self:
        """Those a user works on in the back office: all for a superuser."""
        return self if user.is_superuser else self.visible_to(user)

    def _members(self, user: "User") -> models.QuerySet[Any, Any]:
        memberships: Any = self.model._meta.get_field("memberships").related_model
        organisations: Any = memberships._meta.get_field("organisation").related_model
        shared = organisations.objects.enabled().visible_to(user)
        fellows = memberships.objects.filter(organisation__in=shared.values("pk"))
        return cast(models.QuerySet[Any, Any], fellows.values("user"))


class TenantQuerySet(SnowflakeQuerySet[M]):
    """Rows that belong to an organisation."""

    organisation_path = "organisation"

    def visible_to(self, user: "User") -> Self:
        """Those of the organisations that the user is a member of, if switched on."""
        return self._of(self._organisations().enabled().visible_to(user))

    def staffed_by(self, user: "User") -> Self:
        """Those that a user works on in the back office."""
        if user.is_superuser:
            return self
        return self._of(self._organisations().visible_to(user))

    def within(self, sight: Sight) -> Self:
        """Those that `visible_to` gives, by what the user is known to see."""
        return self.filter(**{f"{self.organisation_path}__in": sight.organisations})

    def of(self, organisation: "Organisation") -> Self:
        """Those of one organisation."""
        return self.filter(**{self.organisation_path: organisation})

    def named(self, prefix: str) -> Self:
        """Those whose normalised name starts with the prefix (contract C11)."""
        return self.between(*self.bounds(prefix))

    def bounds(self, prefix: str) -> tuple[str, ...]:
        """Return the least normalised name with the prefix, and what is beyond them."""
        key = normalise_name(prefix)
        found = (key, successor(key) if key else None)
        return tuple(one for one in found if one)

    def between(self, first: str = "", beyond: str = "") -> Self:
        """Those whose normalised name is not before the first, and before the other."""
        found = self.filter(normalised_name__gte=first) if first else self
        return found.filter(normalised_name__lt=beyond) if beyond else found

    def _organisations(self) -> OrganisationQuerySet:
        model: Any = self.model
        for step in self.organisation_path.split("__"):
            model = model._meta.get_field(step).related_model
        return cast(OrganisationQuerySet, model.objects.all())

    def _of(self, organisations: OrganisationQuerySet) -> Self:
        return self.filter(
            **{f"{self.organisation_path}__in": organisations.values("pk")}
        )


class MembershipQuerySet(TenantQuerySet[M]):
    """Members of organisations."""

    def matching(self, text: str) -> Self:
        """Those whose first name, last name or e-mail address starts with the text.

        Found among the organisation's own members, through its index.
        """
        name = normalise_name(text)
        if not name:
            return self
        return self.filter(
            Q(user__normalised_first_name__startswith=name)
            | Q(user__normalised_last_name__startswith=name)
            | Q(user__email__startswith=text.strip().lower())
        )


class FleetShareQuerySet(TenantQuerySet[M]):
    """Shares belong to the organisation of their fleet."""

    organisation_path = "fleet__organisation"

    def accepted(self) -> Self:
        """Those that grant something, while the owning organisation is switched on."""
        return self.filter(status="accepted", fleet__organisation__enabled=True)

    def received_by(self, user: "User") -> Self:
        """Those made to the user, or to an organisation the user is a member of.

        One made to the user under an organisation counts while they are a member.
        """
        member_of = self._organisations().enabled().visible_to(user).values("pk")
        to_member = Q(user=user) | Q(user=None) | Q(share_to_users_organisation=True)
        return self.filter(
            Q(user=user, organisation=None)
            | (Q(organisation__in=member_of) & to_member)
        )

    def received_under(
        self, user: "User", organisation: "Organisation | OuterRef"
    ) -> Self:
        """Those that show in an organisation's lists when its member reads them."""
        return self.filter(
            Q(user=user, organisation=None)
            | Q(user=user, organisation=organisation)
            | Q(user=None, organisation=organisation)
            | Q(share_to_users_organisation=True, organisation=organisation)
        )


class PersonalTokenQuerySet(SnowflakeQuerySet[M]):
    """Personal tokens belong to a person, not to an organisation."""

    def visible_to(self, user: "User") -> Self:
        """The person's own."""
        return self.filter(token__user=user)

    def staffed_by(self, user: "User") -> Self:
        """The person's own in the back office, all for a superuser."""
        return self if user.is_superuser else self.visible_to(user)


# The oldest transaction that runs as this statement begins. Those known to run in other
# databases of the server do not count; one that has just ended may be ours, and does.
OLDEST_RUNNING = """
COALESCE(
    (
        SELECT min(running::text::bigint)
        FROM pg_snapshot_xip(pg_current_snapshot()) AS running
        WHERE mod(running::text::bigint, 4294967296) NOT IN (
            SELECT backend_xid::text::bigint
            FROM pg_stat_activity
            WHERE datname <> current_database() AND backend_xid IS NOT NULL
        )
    ),
    pg_snapshot_xmax(pg_current_snapshot())::text::bigint
)
"""


class ChangeQuerySet(TenantQuerySet[M]):
    """The history, also as a feed that misses nothing."""

    def settled(self) -> Self:
        """Those written by transactions that ended before every one still running.

        Whatever commits later stands behind them in the order of transaction and id.
        """
        if connections[self.db].vendor != "postgresql":
            return self
        return self.filter(transaction__lt=RawSQL(OLDEST_RUNNING, ()))  # noqa: S611 (a constant)

    def after(self, transaction: int, snowflake: int) -> Self:
        """Those behind a place in the feed, in its order."""
        behind = Q(transaction__gt=transaction) | Q(
            transaction=transaction, id__gt=snowflake
        )
        ahead_of = self.filter(behind, transaction__gte=transaction)
        return ahead_of.order_by("transaction", "id")
