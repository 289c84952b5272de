"""Roles: named sets of permissions, granted by those who hold them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from config.api.errors import Refusal
from organisations.models import Organisation, Role, User
from organisations.models.organisation import validate_permissions
from organisations.permissions import Permission
from organisations.services import rows
from organisations.services.grants import check_grant, lock_rights


@transaction.atomic
def create_role(
    *,
    organisation: Organisation,
    values: Mapping[str, Any],
    actor: User | None,
    is_operator: bool = False,
) -> Role:
    """Make a role; raise `missing_permission` for what the actor does not hold."""
    organisation = lock_rights(organisation)
    role = Role(organisation=organisation, **_in_order(values))
    check_grant(
        role.permissions,
        organisation=organisation,
        actor=actor,
        is_operator=is_operator,
    )
    return rows.create(role, actor=actor)


@transaction.atomic
def update_role(
    *,
    role: Role,
    values: Mapping[str, Any],
    actor: User | None,
    is_operator: bool = False,
) -> Role:
    """Change a role; only what it did not allow before must be held to be granted."""
    organisation = lock_rights(role.organisation)
    role = rows.locked(role)
    values = _in_order(values)
    check_grant(
        set(values.get("permissions", ())) - set(role.permissions),
        organisation=organisation,
        actor=actor,
        is_operator=is_operator,
    )
    return rows.update(role, values, actor=actor)


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be added to what a role allows, and what to be taken away."""

    added: frozenset[str]
    removed: frozenset[str]


@transaction.atomic
def change_permissions(
    *,
    organisation: Organisation,
    steps: Mapping[int, Step],
    actor: User | None,
    is_operator: bool = False,
) -> list[Role]:
    """Change what several roles allow, all or nothing; return those that changed.

    Steps go by the ids of the roles: of two who change the same role at a time both
    get what they asked for. Raises `not_found` for a role that is not there (any
    more), `missing_permission`, with the role's name, for what the actor lacks.
    """
    organisation = lock_rights(organisation)
    roles = Role.objects.of(organisation).in_bulk([*steps])
    changed = []
    for key in sorted(steps):
        if key not in roles:
            raise Refusal("not_found", "One of the roles has just been deleted.")
        role, step = roles[key], steps[key]
        wanted = {*role.permissions, *step.added} - step.removed
        if wanted == {*role.permissions}:
            continue
        try:
            updated = update_role(
                role=role,
                values={"permissions": sorted(wanted)},
                actor=actor,
                is_operator=is_operator,
            )
        except Refusal as refusal:
            raise Refusal(refusal.code, f"{role}: {refusal.message}") from refusal
        changed.append(updated)
    return changed


@transaction.atomic
def delete_role(*, role: Role, actor: User | None) -> None:
    """Delete a role that no member has, else raise `in_use`."""
    lock_rights(role.organisation)
    role = rows.locked(role)
    if members := role.memberships.count():
        sentence = f"The role is still in use: {members} members."
        raise Refusal("in_use", sentence, errors={"members": [str(members)]})
    rows.delete(role, actor=actor)


def _in_order(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values with each permission once, in the order they are named in."""
    given: Collection[str] | None = values.get("permissions")
    if given is None:
        return dict(values)
    validate_permissions(given)
    ordered = [str(name) for name in Permission.values if name in given]
    return {**values, "permissions": ordered}
