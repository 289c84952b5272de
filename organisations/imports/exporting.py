"""Rows of the register written so that the same file can be loaded again."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from config.api.errors import Refusal
from organisations.imports.texts import shown
from organisations.imports.words import squeezed

CHUNK = 2_000

Write = Callable[[Any], str]


def as_cell(value: object) -> str:
    """Return a value as a cell, without the spaces at its ends, as cells are read."""
    return shown(value).strip()


def told_apart(rows: Mapping[int, Sequence[str]]) -> dict[int, str]:
    """Return for each row the first of its texts that means no other row.

    Where none does, its first text: an import will say that it means several.
    """
    uses = Counter(
        word for texts in rows.values() for word in {squeezed(text) for text in texts}
    )
    named: dict[int, str] = {}
    for key, texts in rows.items():
        own = [text for text in texts if text and uses[squeezed(text)] == 1]
        named[key] = next(iter(own or filter(None, texts)), "")
    return named


def refuse_filter(kind: str, condition: str) -> None:
    """Refuse to narrow the export of a resource that has no list to be narrowed."""
    if condition:
        sentence = f"An export of {kind} cannot be narrowed."
        raise Refusal("invalid_filter", sentence, field="filter")


def exported(
    rows: "QuerySet[Any, Any]",
    columns: Sequence[str],
    writers: Mapping[str, Write] | None = None,
) -> Iterator[list[str]]:
    """Write columns of rows, a few rows at a time; `writers` say how the odd ones."""
    write = [(writers or {}).get(column, as_cell) for column in columns]
    for values in rows.values_list(*columns).iterator(chunk_size=CHUNK):
        yield [one(value) for one, value in zip(write, values, strict=True)]


def parents_first(pairs: Iterable[tuple[int, int | None]]) -> list[int]:
    """Return ids, each behind the one above it, else in the order they come in.

    A pair is an id and that of the row above it.
    """
    above = dict(pairs)

    def depth(key: int) -> int:
        steps, seen = 0, {key}
        parent = above[key]
        while parent in above and parent not in seen:
            seen.add(parent)
            steps, parent = steps + 1, above[parent]
        return steps

    return sorted(above, key=depth)
