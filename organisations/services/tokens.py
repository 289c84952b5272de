"""Personal tokens: made by a person for a program, shown once, revocable."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from oauth2_provider.models import AccessToken, set_token_value

from config.api.errors import invalid
from organisations import scopes
from organisations.models import PersonalToken, User
from organisations.services import history, rows

# Says to people and to scanners for leaked secrets what the text is.
PREFIX = "consist_"
SECRET_BYTES = 32
MOST_DAYS = 3_650
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
NOTED_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made, with the only copy of its text there will ever be."""

    row: PersonalToken
    text: str = field(repr=False)


@transaction.atomic
def create_token(
    *,
    user: User,
    name: str,
    scope: str = scopes.DEFAULT,
    days: int | None = None,
    actor: User | None = None,
) -> NewToken:
    """Make a token that acts as the user; without days it never expires.

    The actor is who asks for it: the user, an operator, or nobody the register knows.
    `scope` is one or more scopes with spaces between. Raises `invalid_body`.
    """
    wanted = scope.split()
    if errors := _errors(user, wanted, days):
        raise invalid(errors)
    text = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    token = AccessToken(
        user=user,
        scope=" ".join(dict.fromkeys(wanted)),
        expires=NEVER if days is None else timezone.now() + timedelta(days=days),
    )
    set_token_value(token, text)
    token.save()
    row = rows.create(PersonalToken(token=token, name=name), actor=actor)
    return NewToken(row, text)


def _errors(
    user: User, wanted: Sequence[str], days: int | None
) -> Mapping[str, Sequence[str]]:
    errors = {}
    unknown = scopes.unknown_scopes(wanted)
    if not user.is_active:
        errors["user"] = ["The user is not active."]
    if unknown or not wanted:
        known = ", ".join(sorted(scopes.KNOWN))
        errors["scope"] = [f"A scope is one of {known}."]
    if days is not None and not 1 <= days <= MOST_DAYS:
        errors["days"] = [f"The days are from 1 to {MOST_DAYS}."]
    return errors


@transaction.atomic
def revoke_token(*, token: PersonalToken, actor: User | None) -> None:
    """Delete the token; the next request that shows it is refused."""
    history.record_deleted(token, actor=actor)
    token.token.delete()


def note_use(token_id: int) -> None:
    """Write when a personal token was last used, once in ten minutes at the most.

    Of several requests at the same moment one writes.
    """
    now = timezone.now()
    due = Q(last_used_at=None) | Q(last_used_at__lte=now - NOTED_EVERY)
    PersonalToken.objects.filter(due, pk=token_id).update(last_used_at=now)
