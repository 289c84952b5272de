"""Who a bearer token stands for: one indexed query, whose SQL is written once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet
from django.utils import timezone
from oauth2_provider.models import AccessToken

from config.api.kept import kept_rows
from organisations.models import User
from organisations.services.tokens import NOTED_EVERY

PERSON = tuple(column.attname for column in User._meta.concrete_fields)
COLUMNS = (
    "id",
    "scope",
    "expires",
    "application_id",
    "application__user_id",
    "personal_token__id",
    "personal_token__last_used_at",
    *(f"user__{name}" for name in PERSON),
)


@dataclass(frozen=True, slots=True)
class Credential:
    """The token that a request came with, and the person it acts as."""

    pk: int
    scopes: frozenset[str]
    application_id: int | None
    personal_token_id: int | None
    last_used_at: datetime | None
    user: User

    @property
    def kind(self) -> str:
        """`personal`, or `application` for a token of `/auth/token`."""
        return "application" if self.personal_token_id is None else "personal"

    @property
    def is_use_unnoted(self) -> bool:
        """Whether the last use that is written is too long ago."""
        return self.last_used_at is None or _age(self.last_used_at) >= NOTED_EVERY


def _age(moment: datetime) -> timedelta:
    return timezone.now() - moment


def find_credential(text: str) -> Credential | None:
    """Return what the token stands for, None when it must not be taken.

    It is not taken when it is unknown, revoked or expired, when its user is not
    active, and when its application has been given to somebody else.
    """
    rows = kept_rows(_with_checksum, sha256(text.encode()).hexdigest())
    if not rows:
        return None
    row = rows[0]
    pk, scope, expires, application_id, owner_id, personal_id, last_used_at = row[:7]
    user = User.from_db(DEFAULT_DB_ALIAS, PERSON, row[7:])
    acts_for_owner = application_id is None or owner_id == user.pk
    if not user.is_active or not acts_for_owner or expires <= timezone.now():
        return None
    return Credential(
        pk,
        frozenset(scope.split()),
        application_id,
        personal_id,
        last_used_at,
        user,
    )


def _with_checksum(checksum: str) -> QuerySet[Any, Any]:
    found: QuerySet[Any] = AccessToken.objects.filter(token_checksum=checksum)
    return found.values_list(*COLUMNS)
