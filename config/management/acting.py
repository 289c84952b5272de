"""On whose behalf a command works, and where."""

from collections.abc import Iterable

from django.core.management import CommandError

from config.api.errors import Refusal
from organisations.models import Organisation, User
from organisations.services.access import access_to
from organisations.services.users import find_user


def find_organisation(text: str) -> Organisation:
    """Return the organisation with this id or exact name, or fail."""
    if text.isascii() and text.isdigit() and len(text) < 20:
        found = list(Organisation.objects.filter(pk=int(text)))
        if found:
            return found[0]
    found = list(Organisation.objects.filter(name=text))
    if not found:
        raise CommandError(f"There is no organisation '{text}'.")
    if len(found) > 1:
        ids = ", ".join(str(organisation.pk) for organisation in found)
        raise CommandError(f"Several organisations are called '{text}'; say: {ids}.")
    return found[0]


def find_actor(username: str | None, organisation: Organisation) -> User:
    """Return the active user of that name, the organisation's owner for none."""
    if not username:
        return organisation.owner
    try:
        return find_user(username)
    except Refusal as refusal:
        raise CommandError(f"There is no active user '{username}'.") from refusal


def require(
    actor: User, organisation: Organisation, permissions: Iterable[str]
) -> None:
    """Fail unless the person is a member of the organisation who holds all of them."""
    try:
        access = access_to(actor, organisation.pk)
        access.require_member()
        for permission in sorted(permissions):
            access.require(permission)
    except Refusal as refusal:
        raise CommandError(f"{actor.username}: {refusal.message}") from refusal
