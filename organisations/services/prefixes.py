"""Prefixes: what of a series of numbers may still change."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from config.api.errors import Refusal, invalid
from organisations.models import Prefix, User
from organisations.services import rows

IMMUTABLE = ("number_format", "unique_number")


@transaction.atomic
def update_prefix(
    *, prefix: Prefix, values: Mapping[str, Any], actor: User | None
) -> Prefix:
    """Change a prefix; its numbers keep their form and never go back.

    Raises `invalid_body` naming what may not change.
    """
    prefix = rows.locked(prefix)
    errors = {
        key: ["It cannot be changed."]
        for key in IMMUTABLE
        if values.get(key, getattr(prefix, key)) != getattr(prefix, key)
    }
    if values.get("last_number", prefix.last_number) < prefix.last_number:
        errors["last_number"] = [f"It only increases from {prefix.last_number}."]
    if errors:
        raise invalid(errors)
    return rows.update(prefix, values, actor=actor)


@transaction.atomic
def delete_prefix(*, prefix: Prefix, actor: User | None) -> None:
    """Delete a prefix that is off, has given out no number and is not referred to.

    Raises `in_use` otherwise.
    """
    prefix = rows.locked(prefix)
    if prefix.enabled or prefix.last_number:
        sentence = "Only a prefix that is off and has given out no number can go."
        raise Refusal("in_use", sentence)
    rows.delete(prefix, actor=actor)
