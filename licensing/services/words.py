"""The device API's words for columns, in which the services refuse."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError

from config.api.errors import Refusal, invalid
from organisations.models import User
from organisations.models.base import Recorded
from organisations.services import rows

R = TypeVar("R", bound=Recorded)

STAYS = "It stays with its client."

WORDS: Mapping[str, str] = {
    "organisation": "client_id",
    "location": "site_id",
    "user": "user_id",
    "parent": "parent_id",
    "asset": "asset_id",
    "supplier": "supplier_id",
    "attachment": "attachment_id",
    "licence": "licence_id",
    "role": "role_id",
    "status": "status_id",
    "type": "assettype_id",
    "ticket": "ticket_id",
    "checked_out_by": "who",
    "__all__": "non_field_errors",
}


def in_words(error: ValidationError, **own: str) -> Refusal:
    """Name what is wrong with a row by the members of the API."""
    if not hasattr(error, "error_dict"):
        return invalid({"non_field_errors": list(error.messages)})
    words = {**WORDS, **own}
    said = error.message_dict
    return invalid({words.get(key, key): [*said[key]] for key in said})


def create(row: R, *, actor: User | None, **own: str) -> R:
    """Check and insert a new row; raise `invalid_body` in the API's words."""
    try:
        return rows.create(row, actor=actor)
    except ValidationError as error:
        raise in_words(error, **own) from error


def update(row: R, values: Mapping[str, Any], *, actor: User | None, **own: str) -> R:
    """Set the values; raise `invalid_body` in the API's words.

    A row stays with its client: what hangs on it does, and who reads its secrets.
    """
    owner = values.get("organisation")
    if owner is not None and owner.pk != row.history_organisation_id:
        raise Refusal("invalid_body", STAYS, field="client_id")
    try:
        return rows.update(row, values, actor=actor)
    except ValidationError as error:
        raise in_words(error, **own) from error
