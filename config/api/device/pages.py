"""The keys of a page, where finding the rows costs more than reading them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models import Window as Over

from config.api.device.lists import Window, set_members
from config.api.keyed import read_keys
from config.api.rows import SerializerClass

Rows = QuerySet[Any, Any]
ShownRows = list[dict[str, Any]]


@dataclass(frozen=True)
class Keys:
    """The keys of a page in their order; how many rows match, where that is known."""

    found: list[Any]
    total: int | None = None


def counted_keys(rows: Rows, window: Window) -> Keys:
    """Return the keys of a page of ordered rows, which are counted in the same pass.

    Later pages know the count; they do without.
    """
    first, last = window.first, window.first + window.size
    if first:
        return Keys(list(rows.values_list("pk", flat=True)[first:last]))
    counted = rows.annotate(record_count=Over(Count("*")))
    pairs = list(counted.values_list("pk", "record_count")[:last])
    return Keys([key for key, _ in pairs], pairs[0][1] if pairs else 0)


def keys_across(parts: Sequence[Rows], window: Window) -> Keys:
    """Return the keys of a page of rows that come in ordered parts, one after another.

    A part before the page is counted, one behind it is not asked for.
    """
    keys: list[Any] = []
    first = window.first
    for part in parts:
        wanted = window.size - len(keys)
        if not wanted:
            break
        found = part.values_list("pk", flat=True)[first : first + wanted]
        keys += found
        first = 0 if keys else first - part.order_by().count()
    return Keys(keys)


def read_keyed(
    serializer: SerializerClass,
    model: Any,
    keys: Sequence[Any],
    context: dict[str, Any],
) -> ShownRows:
    """Render the rows with these keys in their order, without what is unset."""
    shown = read_keys(serializer, model, keys, context) if keys else []
    by_key = dict(zip(sorted(keys), shown, strict=True))
    return [set_members(by_key[key]) for key in keys]
