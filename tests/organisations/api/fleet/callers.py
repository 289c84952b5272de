"""People who call the fleet API, and what history says of what they did."""

from typing import Any

from rest_framework.test import APIClient

from organisations.models import Change, Organisation, User
from organisations.models.base import Recorded
from tests.factories.access import bearer, personal_token
from tests.factories.organisations import MembershipFactory


def client_of(user: User) -> APIClient:
    """Return a client that carries a token of the person."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=bearer(personal_token(user))["Authorization"])
    return client


def member_with(organisation: Organisation, *permissions: str) -> User:
    """Return a new member who holds these permissions."""
    membership = MembershipFactory(organisation=organisation, permissions=permissions)
    return membership.user  # type: ignore[no-any-return]


def client_with(organisation: Organisation, *permissions: str) -> APIClient:
    """Return a client of a new member who holds these permissions."""
    return client_of(member_with(organisation, *permissions))


def changes_of(row: Recorded) -> list[tuple[str, str, Any, Any]]:
    """Return what history says of a row, oldest first."""
    changes = Change.objects.filter(
        model=row._meta.model_name, object_id=row.pk
    ).order_by("pk")
    return list(changes.values_list("action", "field", "old", "new"))
