"""Invitations: a link that opens the account of somebody nobody knew before.

The register sends no mail: who invites passes the link on. It names a membership and
the time it was written at, signed. It works for seven days and while the membership
stands, and once, because it opens no account that has ever been open. Where several
organisations have invited the same address, the one whose link is opened keeps the
member.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string

from config.api.errors import Refusal
from organisations.models import Membership, User
from organisations.names import has_control_characters
from organisations.services import rows

SALT = "organisations.invitation"
VALID_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the inviter passes on; for a person who was known it opens nothing."""

    membership: Membership
    token: str = field(repr=False)
    expires_at: datetime


def write_invitation(membership: Membership) -> Invitation:
    """Write the invitation of a new member, known before or not."""
    token = signing.dumps(membership.pk, salt=SALT)
    return Invitation(membership, token, timezone.now() + VALID_FOR)


def read_invitation(token: str) -> Membership:
    """Return the membership that an invitation is for, or raise `not_found`."""
    try:
        key = signing.loads(token, salt=SALT, max_age=VALID_FOR)
    except signing.BadSignature:
        key = None
    memberships = Membership.objects.select_related("user", "organisation")
    found = memberships.filter(pk=key).first() if key is not None else None
    if found is None:
        raise Refusal("not_found", "The invitation is not valid, or not any more.")
    return found


@transaction.atomic
def find_or_invite(*, email: str, actor: User | None) -> User:
    """Return the person of that address, else a new one whose account is not open.

    Raises ValidationError naming what is wrong with the address.
    """
    address = email.strip().lower()
    if not address:
        raise ValidationError({"email": "An address is expected."})
    try:
        User._meta.get_field("email").run_validators(address)
    except ValidationError as error:
        raise ValidationError({"email": error.messages}) from error
    known = User.objects.filter(email=address).first()
    return known or _invite(address, actor)


def find_fellow(
    *, username: str, actor: User | None, is_operator: bool = False
) -> User:
    """Return the person of that user name whom the actor works with somewhere.

    Raises ValidationError, alike for who is not there and for who is not seen.
    """
    people = User.objects.none()
    if is_operator:
        people = User.objects.all()
    elif actor is not None:
        people = User.objects.visible_to(actor)
    found: User | None = None
    if not has_control_characters(username):
        found = people.filter(username=username.strip(), is_active=True).first()
    if found is None:
        sentence = "You work with nobody of that user name; an address is expected."
        raise ValidationError({"email": sentence})
    return found


def _invite(address: str, actor: User | None) -> User:
    person = User(
        username=_username(address), email=address, is_active=False, is_invited=True
    )
    person.set_unusable_password()
    try:
        with transaction.atomic():
            return rows.create(person, actor=actor)
    except (IntegrityError, ValidationError):
        # Somebody else may have invited the same person in this moment.
        known: User | None = User.objects.filter(email=address).first()
        if known is None:
            raise
        return known


def _username(address: str) -> str:
    """Return the address, or something invented where it is no free user name."""
    try:
        User._meta.get_field("username").run_validators(address)
        is_name = True
    except ValidationError:
        is_name = False
    if is_name and not User.objects.filter(username=address).exists():
        return address
    return f"person-{get_random_string(12).lower()}"


@transaction.atomic
def accept_invitation(
    *, token: str, first_name: str, last_name: str, password: str
) -> User:
    """Open the account that the invitation is for; the person may then log in.

    Raises `not_found` for an invitation that is not valid, `conflict` for an account
    that is or has been open, ValidationError naming what is wrong with the values.
    """
    membership = read_invitation(token)
    person = rows.locked(membership.user)
    if not person.may_accept:
        raise Refusal("conflict", "The account cannot be opened by an invitation.")
    names = {"first_name": first_name, "last_name": last_name}
    validate_password(
        password, User(username=person.username, email=person.email, **names)
    )
    person.set_password(password)
    person.save(update_fields=["password"])
    _leave_others(membership, person)
    opened = {**names, "is_active": True, "is_invited": False}
    return rows.update(person, opened, actor=person)


def _leave_others(membership: Membership, person: User) -> None:
    """End the memberships of organisations whose invitation was not the one opened.

    Only who passed this link on vouches for who has opened the account; the others
    invite again, now a person who is known.
    """
    others = Membership.objects.filter(user=person).exclude(pk=membership.pk)
    for other in others.order_by("pk"):
        rows.delete(other, actor=person)
