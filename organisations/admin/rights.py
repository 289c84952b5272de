"""What a staff member may write, in which organisations: one query a request."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from django.http import HttpRequest

from config.api.errors import Refusal
from organisations.models import Organisation, User
from organisations.permissions import ALL_PERMISSIONS
from organisations.querysets import OrganisationQuerySet

# Stands among permissions for what staff may do where they are members.
MEMBERSHIP = "membership"


@dataclass(slots=True)
class Desk:
    """What is known about one request: who works here, on what, and what was refused.

    Kept with the request, because one admin object serves every thread.
    """

    actor: User
    permissions: Mapping[int, frozenset[str]]
    organisation: Organisation | None = None
    refusal: Refusal | None = None
    # A text that the answer shows, and nothing keeps.
    secret: str = ""
    memory: dict[Any, Any] = field(default_factory=dict)

    def may(self, permission: str | None, organisation_id: int | None) -> bool:
        """Tell whether rows of the organisation may be written; None: by superusers."""
        if self.actor.is_superuser:
            return True
        return permission in self.permissions.get(organisation_id or 0, ())

    def may_somewhere(self, permission: str | None) -> bool:
        """Tell whether there is any organisation in which this may be written."""
        if self.actor.is_superuser:
            return True
        return any(permission in held for held in self.permissions.values())

    def organisations(self, permission: str | None) -> OrganisationQuerySet:
        """Return the organisations in which this may be written."""
        found: OrganisationQuerySet = Organisation.objects.all()
        if self.actor.is_superuser:
            return found
        pairs = self.permissions.items()
        return found.filter(pk__in=[key for key, held in pairs if permission in held])


def desk_of(request: HttpRequest) -> Desk:
    """Return what is known about the request of a staff member."""
    found: Desk | None = getattr(request, "desk", None)
    if found is None:
        actor = cast(User, request.user)
        found = Desk(actor, _permissions(actor))
        cast(Any, request).desk = found
    return found


def _permissions(actor: User) -> Mapping[int, frozenset[str]]:
    """Return what the person may do in each organisation that is not switched off."""
    if actor.is_superuser or not actor.is_staff:
        return {}
    held: dict[int, frozenset[str]] = defaultdict(frozenset)
    rows: Any = Organisation.objects.enabled().visible_to(actor).with_rights_of(actor)
    for row in rows:
        owns = row.owner_id == actor.pk
        granted = ALL_PERMISSIONS if owns else frozenset(row.granted or ())
        held[row.pk] |= granted | {MEMBERSHIP}
    return held


def is_superuser(request: HttpRequest) -> bool:
    """Tell whether the operator of the installation asks; hides pages from others."""
    return request.user.is_active and request.user.is_superuser
