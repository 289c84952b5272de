"""Licence infos, and the reading of their passwords."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from config.api.errors import Refusal
from licensing.models import LicenceInfo
from licensing.services import words
from organisations.encryption import Secret
from organisations.models import Organisation, User
from organisations.permissions import Permission
from organisations.services import history, rows
from organisations.services.access import access_to

LONGEST_PASSWORD = 1_000


def checked_secret(text: str, *, field: str) -> Secret:
    """Encrypt what was typed; raise `invalid_body` for what is too long to keep."""
    if len(text) > LONGEST_PASSWORD:
        sentence = f"At most {LONGEST_PASSWORD} characters are kept."
        raise Refusal("invalid_body", sentence, field=field)
    return Secret.of(text)


@transaction.atomic
def create_info(
    *,
    organisation: Organisation,
    values: Mapping[str, Any],
    password: str = "",
    actor: User,
) -> LicenceInfo:
    """Make a licence info; the password is kept encrypted."""
    info = LicenceInfo(organisation=organisation, **values)
    info.password = checked_secret(password, field="password")
    return words.create(info, actor=actor)


@transaction.atomic
def update_info(
    *,
    info: LicenceInfo,
    values: Mapping[str, Any],
    password: str | None = None,
    actor: User,
) -> LicenceInfo:
    """Change a licence info; a password of None stays."""
    info = rows.locked(info)
    info = words.update(info, values, actor=actor)
    if password is not None and password != info.password.reveal():
        info.password = checked_secret(password, field="password")
        info.save(update_fields=["password", "updated_at"])
        history.record_value(info, "password", old=None, new=None, actor=actor)
    return info


@transaction.atomic
def read_password(info: LicenceInfo, *, actor: User) -> str:
    """Return the password, and leave a line that it was read.

    Raise `missing_permission` without VIEW_SECRETS in the owning organisation.
    """
    access_to(actor, info.organisation_id).require(Permission.VIEW_SECRETS)
    password: str = info.password.reveal()
    history.record_read(info, "password", actor=actor)
    return password
