"""What a person may do in an organisation, in one query."""

from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet, Value

from config.api.errors import Refusal
from config.api.kept import kept_rows
from organisations.models import FleetShare, Organisation, User
from organisations.permissions import ALL_PERMISSIONS
from organisations.querysets import Sight

OWN = tuple(column.attname for column in Organisation._meta.concrete_fields)
NOT_FOUND = "The organisation does not exist."


@dataclass(frozen=True, slots=True)
class Access:
    """A person's standing in an organisation."""

    organisation: Organisation
    is_member: bool
    permissions: frozenset[str]
    # Fleets of others that show in the organisation's lists; read when asked for.
    inbound_fleets: tuple[int, ...] = ()

    def require_member(self) -> None:
        """Raise `not_a_member` unless the person is one."""
        if not self.is_member:
            raise Refusal("not_a_member", "You are not a member of the organisation.")

    def require(self, permission: str) -> None:
        """Raise `missing_permission` unless the person holds it."""
        if permission not in self.permissions:
            raise Refusal("missing_permission", f"This needs {permission}.")


def sight_of(user: User) -> Sight:
    """Tell what the user sees, in one query.

    Lists that are narrowed by ids go by an index, those with a subquery read it all.
    """
    found: dict[bool, list[int]] = {False: [], True: []}
    for key, is_fleet in kept_rows(_seen, user.pk):
        found[bool(is_fleet)].append(key)
    return Sight(*(tuple(sorted(found[is_fleet])) for is_fleet in (False, True)))


def _seen(user_id: int) -> QuerySet[Any, Any]:
    """One row for each organisation and fleet, which tells whether it is a fleet."""
    user = User(pk=user_id)
    own = Organisation.objects.enabled().visible_to(user).order_by()
    shares = FleetShare.objects.accepted().received_by(user).order_by()
    return own.values_list("pk", Value(False)).union(
        shares.values_list("fleet_id", Value(True))
    )


def access_to(
    user: User, organisation_id: int | None, *, with_inbound: bool = False
) -> Access:
    """Tell the user's standing; raise `organisation_not_found` for none that works.

    An organisation that is unknown and one that is switched off answer alike
    (contract C8).
    """
    rows = kept_rows(
        _standing, organisation_id or 0, user.pk, with_inbound=with_inbound
    )
    if not rows:
        raise Refusal("organisation_not_found", NOT_FOUND)
    width = len(OWN)
    organisation = Organisation.from_db(DEFAULT_DB_ALIAS, OWN, rows[0][:width])
    if not organisation.enabled:
        raise Refusal("organisation_not_found", NOT_FOUND)
    membership_id, _, *inbound = rows[0][width:]
    is_member = membership_id is not None
    granted = [row[width + 1] or [] for row in rows] if is_member else []
    owns = is_member and organisation.owner_id == user.pk
    return Access(
        organisation,
        is_member=is_member,
        permissions=ALL_PERMISSIONS if owns else frozenset().union(*granted),
        inbound_fleets=_fleets(*inbound),
    )


def _standing(
    organisation_id: int, user_id: int, *, with_inbound: bool
) -> QuerySet[Organisation, Any]:
    """One row for each role of the user there, one row without any."""
    user = User(pk=user_id)
    found = Organisation.objects.filter(pk=organisation_id).with_rights_of(user)
    columns = [*OWN, "membership_id", "granted"]
    if with_inbound:
        found = found.with_inbound_fleets(user)
        columns.append("inbound")
    return found.values_list(*columns)


def _fleets(joined: str | None = None) -> tuple[int, ...]:
    return tuple(map(int, joined.split(","))) if joined else ()
