"""Writing many rows at once although some of them may be refused."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from config.api.errors import Refusal, as_refusal

T = TypeVar("T")
R = TypeVar("R")


def write_all(
    items: Sequence[T], write: Callable[[Sequence[T]], Sequence[R]]
) -> list[R | Refusal]:
    """Return what `write` makes of each item, or why that is refused.

    All are written by one call. When it refuses some by their places, it is called
    again without them; when it does not say which, each half is tried for itself.
    """
    if not items:
        return []
    try:
        with transaction.atomic():
            return list(write(items))
    except (Refusal, ValidationError, IntegrityError) as error:
        # Every error of these kinds is a refusal.
        refusal = as_refusal(error) or Refusal("invalid_body", str(error))
    if len(items) == 1:
        return [refusal.parts.get(0, refusal)]
    if not refusal.parts:
        half = len(items) // 2
        return write_all(items[:half], write) + write_all(items[half:], write)
    kept = [item for place, item in enumerate(items) if place not in refusal.parts]
    rest = iter(write_all(kept, write))
    return [
        refusal.parts[place] if place in refusal.parts else next(rest)
        for place in range(len(items))
    ]
