"""Members: invited, given roles, removed."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction

from config.api.errors import Refusal, invalid
from organisations.models import Location, Membership, Organisation, Role, User
from organisations.services import history, rows
from organisations.services.grants import check_grant, lock_rights
from organisations.services.invitations import (
    Invitation,
    find_fellow,
    find_or_invite,
    write_invitation,
)


@transaction.atomic
def invite_member(
    *,
    organisation: Organisation,
    email: str = "",
    username: str = "",
    role_ids: Sequence[int] = (),
    location_id: int | None = None,
    actor: User | None,
    is_operator: bool = False,
) -> Invitation:
    """Make the person of that address a member at once, whether known or not.

    Nobody is told which of the two it was: both get an invitation to pass on. A user
    name, in place of the address, finds whom the actor works with elsewhere. Raises
    `missing_permission` for roles that allow what the actor may not do, `conflict`
    for a member, `location_invalid` for a home of another organisation,
    ValidationError naming what is wrong with the address or the name.
    """
    organisation = lock_rights(organisation)
    place = _find_location(organisation, location_id)
    roles = _find_roles(organisation, role_ids)
    check_grant(
        _allowed_by(roles),
        organisation=organisation,
        actor=actor,
        is_operator=is_operator,
    )
    if username:
        person = find_fellow(username=username, actor=actor, is_operator=is_operator)
    else:
        person = find_or_invite(email=email, actor=actor)
    if organisation.memberships.filter(user=person).exists():
        raise Refusal("conflict", "The person is a member already.", field="email")
    membership = Membership(organisation=organisation, user=person, location=place)
    rows.create(membership, actor=actor)
    _set_roles(membership, roles, actor)
    return write_invitation(membership)


@transaction.atomic
def update_member(
    *,
    membership: Membership,
    values: Mapping[str, Any],
    actor: User | None,
    is_operator: bool = False,
) -> Membership:
    """Change the roles (`role_ids`) and the home location (`location_id`) of a member.

    Raises `missing_permission` for roles that allow what the actor may not do; roles
    that the member has already are not granted.
    """
    organisation = lock_rights(membership.organisation)
    membership = rows.locked(membership)
    if "role_ids" in values:
        roles = _find_roles(organisation, values["role_ids"])
        had = {role.pk for role in membership.roles.all()}
        check_grant(
            _allowed_by([role for role in roles if role.pk not in had]),
            organisation=organisation,
            actor=actor,
            is_operator=is_operator,
        )
        _set_roles(membership, roles, actor)
    if "location_id" in values:
        place = _find_location(organisation, values["location_id"])
        rows.update(membership, {"location": place}, actor=actor)
    return membership


@transaction.atomic
def remove_member(*, membership: Membership, actor: User | None) -> None:
    """Remove a member, or let them leave; raise `last_owner` for the owner."""
    organisation = lock_rights(membership.organisation)
    membership = rows.locked(membership)
    if organisation.owner_id == membership.user_id:
        sentence = "The owner stays a member until somebody else owns the organisation."
        raise Refusal("last_owner", sentence)
    _set_roles(membership, (), actor)
    rows.delete(membership, actor=actor)


def _find_roles(organisation: Organisation, role_ids: Sequence[int]) -> list[Role]:
    """Return the organisation's own roles, in the order of their ids."""
    known = Role.objects.of(organisation).in_bulk(role_ids)
    errors = {
        f"roles[{place}]": ["The role does not exist."]
        for place, key in enumerate(role_ids)
        if key not in known
    }
    if errors:
        raise invalid(errors)
    return sorted(known.values(), key=lambda role: role.pk)


def _find_location(organisation: Organisation, key: int | None) -> Location | None:
    if key is None:
        return None
    found = Location.objects.of(organisation).filter(pk=key).first()
    if found is None:
        sentence = "The location does not exist."
        raise Refusal("location_invalid", sentence, field="location_id")
    return found


def _allowed_by(roles: Collection[Role]) -> set[str]:
    return {name for role in roles for name in role.permissions}


def _set_roles(
    membership: Membership, roles: Collection[Role], actor: User | None
) -> None:
    had = sorted(membership.roles.values_list("pk", flat=True))
    wanted = sorted(role.pk for role in roles)
    if had == wanted:
        return
    membership.roles.set(roles)
    history.record_value(
        membership,
        "roles",
        old=[str(key) for key in had],
        new=[str(key) for key in wanted],
        actor=actor,
    )
