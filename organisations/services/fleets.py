"""Fleets and what is shared of them."""

from collections.abc import Sequence

from django.db import transaction

from config.api.errors import Refusal, invalid
from organisations.models import Fleet, FleetShare, Membership, Organisation, User
from organisations.permissions import Permission
from organisations.services import history, rows
from organisations.services.access import access_to

Status = FleetShare.Status
LIVE: Sequence[str] = (Status.PENDING, Status.ACCEPTED)
ANSWERS: Sequence[str] = (Status.ACCEPTED, Status.REJECTED)


@transaction.atomic
def delete_fleet(*, fleet: Fleet, actor: User | None) -> None:
    """Delete a fleet with its shares, or raise `in_use` while assets are in it."""
    fleet = rows.locked(fleet)
    for share in fleet.shares.select_related("fleet"):
        history.record_deleted(share, actor=actor)
    rows.delete(fleet, actor=actor)


@transaction.atomic
def offer_fleet(
    *,
    fleet: Fleet,
    organisation_id: int | None = None,
    user_id: int | None = None,
    share_to_users_organisation: bool = False,
    actor: User | None,
) -> FleetShare:
    """Offer a fleet to an organisation, a person, or a person under an organisation.

    With `share_to_users_organisation` the person's whole organisation reads it. Raises
    `organisation_not_found`, `invalid_body` for recipients that cannot be, `conflict`
    while the same offer stands.
    """
    fleet = rows.locked(fleet)
    if share_to_users_organisation and (organisation_id is None or user_id is None):
        sentence = "Both the person and the organisation are expected."
        raise invalid({"share_to_users_organisation": [sentence]})
    organisation = _find_organisation(fleet, organisation_id)
    person = _find_person(fleet, user_id, organisation)
    if organisation is None and person is None:
        sentence = "An organisation or a user is expected."
        raise invalid({"organisation": [sentence], "user": [sentence]})
    same = fleet.shares.filter(organisation=organisation, user=person)
    if same.filter(status__in=LIVE).exists():
        raise Refusal("conflict", "The fleet is shared so already.")
    share = FleetShare(
        fleet=fleet,
        organisation=organisation,
        user=person,
        share_to_users_organisation=share_to_users_organisation,
        shared_by=actor,
    )
    return rows.create(share, actor=actor)


def _find_organisation(fleet: Fleet, key: int | None) -> Organisation | None:
    if key is None:
        return None
    if key == fleet.organisation_id:
        sentence = "The fleet is the organisation's own."
        raise invalid({"organisation": [sentence]})
    found = Organisation.objects.enabled().filter(pk=key).first()
    if found is None:
        sentence = "The organisation does not exist."
        raise Refusal("organisation_not_found", sentence, field="organisation")
    return found


def _find_person(
    fleet: Fleet, key: int | None, organisation: Organisation | None
) -> User | None:
    if key is None:
        return None
    found: User | None = User.objects.filter(pk=key, is_active=True).first()
    if found is None:
        raise invalid({"user": ["The user does not exist."]})
    memberships = Membership.objects.filter(user=found)
    if organisation is None:
        if memberships.filter(organisation=fleet.organisation_id).exists():
            raise invalid({"user": ["The user reads the fleet as a member."]})
    elif not memberships.filter(organisation=organisation).exists():
        raise invalid({"user": ["The user is no member of the organisation."]})
    return found


@transaction.atomic
def update_share(
    *, share: FleetShare, status: str, actor: User, is_operator: bool = False
) -> FleetShare:
    """Accept, reject or revoke a share.

    The recipient answers an offer that is pending, once; the owner's side revokes at
    any time. Raises `missing_permission` for who may not, `share_state` for a step
    that is none.
    """
    share = rows.locked(share)
    is_answer = status in ANSWERS
    if is_answer or status == Status.REVOKED:
        may = may_answer if is_answer else may_revoke
        if not is_operator and not may(share, actor):
            sentence = "The recipient answers an offer, and its owner revokes it."
            raise Refusal("missing_permission", sentence, field="status")
    if status == Status.PENDING or (is_answer and share.status != Status.PENDING):
        sentence = f"A share that is {share.status} cannot become {status}."
        raise Refusal("share_state", sentence, field="status")
    return rows.update(share, {"status": status}, actor=actor)


def may_revoke(share: FleetShare, person: User) -> bool:
    """Tell whether the person shares fleets of the organisation that owns this one."""
    access = access_to(person, share.fleet.organisation_id)
    return Permission.SHARE_FLEETS in access.permissions


def may_answer(share: FleetShare, person: User) -> bool:
    """Tell whether the person answers the offer.

    A person answers what is offered to them; for an organisation, or for all of it
    beside the person, those answer who manage its fleets.
    """
    is_for_all = share.user_id is None or share.share_to_users_organisation
    if not is_for_all:
        return share.user_id == person.pk and may_read(share, person)
    access = access_to(person, share.organisation_id)
    return Permission.MANAGE_FLEETS in access.permissions


def may_read(share: FleetShare, person: User) -> bool:
    """Tell whether the share stands in the person's inbox."""
    return FleetShare.objects.received_by(person).filter(pk=share.pk).exists()
