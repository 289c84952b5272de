"""Founding organisations, and changing them."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from config.api.errors import Refusal, invalid
from organisations.models import Membership, Organisation, Prefix, User
from organisations.services import history, rows
from organisations.services.grants import lock_rights


@transaction.atomic
def create_organisation(
    *, name: str, owner: User, description: str = "", actor: User | None = None
) -> Organisation:
    """Make an organisation with its owner as a member and a prefix of its own.

    The actor is who founds it: its owner, or an operator for somebody else.
    Raises ValidationError naming what is wrong.
    """
    organisation = Organisation(name=name, owner=owner, description=description)
    organisation.full_clean(exclude={"id"})
    organisation.save(force_insert=True)
    prefix = Prefix(organisation=organisation, description="Default numbers")
    organisation.default_prefix = rows.create(prefix, actor=actor)
    organisation.save(update_fields=["default_prefix"])
    history.record_created([organisation], actor=actor)
    rows.create(Membership(organisation=organisation, user=owner), actor=actor)
    return organisation


@transaction.atomic
def update_organisation(
    *,
    organisation: Organisation,
    values: Mapping[str, Any],
    actor: User | None,
    is_operator: bool = False,
) -> Organisation:
    """Change name, description, `owner_id` and `default_prefix_id` where given.

    Only the owner hands the organisation over, and only to an active member: else
    `missing_permission` or `invalid_body`. Raises `prefix_invalid` for a default
    prefix that is not one of its own, or off.
    """
    organisation = lock_rights(organisation)
    owner_id = values.get("owner_id", organisation.owner_id)
    if owner_id != organisation.owner_id:
        if not is_operator and (actor is None or actor.pk != organisation.owner_id):
            sentence = "Only the owner hands the organisation over."
            raise Refusal("missing_permission", sentence, field="owner")
        _check_owner(organisation, owner_id)
    prefix_id = values.get("default_prefix_id", organisation.default_prefix_id)
    if prefix_id != organisation.default_prefix_id:
        _check_prefix(organisation, prefix_id)
    return rows.update(organisation, values, actor=actor)


def _check_owner(organisation: Organisation, key: int | None) -> None:
    members = organisation.memberships.filter(user=key, user__is_active=True)
    if key is None or not members.exists():
        sentence = "The owner is one of the active members."
        raise invalid({"owner": [sentence]})


def _check_prefix(organisation: Organisation, key: int | None) -> None:
    usable = Prefix.objects.of(organisation).filter(enabled=True)
    if key is None or not usable.filter(pk=key).exists():
        sentence = "The default prefix is one of the organisation's own that is on."
        raise Refusal("prefix_invalid", sentence, field="default_prefix_id")
