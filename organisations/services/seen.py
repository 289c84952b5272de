"""Rows that somebody has looked at, and writes in the belief that they stayed so."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from config.api.errors import Refusal

M = TypeVar("M", bound=Model)

# When each row was last changed, by its id.
Seen = Mapping[int, datetime]


def locked_as_seen(rows: "QuerySet[M]", seen: Seen) -> list[M]:
    """Lock the rows in id order, and return them as they are now.

    Raise `precondition_failed` when one of them has been changed since, or is gone.
    """
    found: Any = rows.filter(pk__in=list(seen)).order_by("pk")
    locked = list(found.select_for_update(of=("self",), no_key=True))
    same = [row for row in locked if row.updated_at == seen[row.pk]]
    if len(same) < len(seen):
        count = len(seen) - len(same)
        sentence = f"Changed or deleted since they were looked at: {count}."
        raise Refusal("precondition_failed", sentence)
    return locked
