"""What becomes of rows that mean assets of the register."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assets.models import AssetGroup
from assets.services.changing import update_assets
from config.api.errors import Refusal
from organisations.imports import (
    SKIPPED,
    Outcome,
    Record,
    Refused,
    Terms,
    changed,
    refusal_of,
)
from organisations.imports.batches import write_all

Reasons = Callable[[Record, Refusal], list[Refused]]


@dataclass(frozen=True, slots=True)
class Found:
    """A row of a batch by its place, the asset it means, and what it says of it."""

    place: int
    record: Record
    key: int
    body: Mapping[str, object]


def meet(terms: Terms, found: Sequence[Found], reasons: Reasons) -> dict[int, Outcome]:
    """Do with each what the terms say; return the outcomes by place."""
    if terms.on_conflict == "update":
        return _update(terms, found, reasons)
    if terms.on_conflict == "skip":
        return {one.place: SKIPPED for one in found}
    refusal = Refusal("row_exists", "The asset is in the register already.")
    return {one.place: refusal_of(reasons(one.record, refusal)) for one in found}


def _update(
    terms: Terms, found: Sequence[Found], reasons: Reasons
) -> dict[int, Outcome]:
    """Change those that are in order."""
    stored = AssetGroup.objects.in_bulk([one.key for one in found])
    before = {key: row.recorded() for key, row in stored.items()}

    def write(some: Sequence[Found]) -> list[AssetGroup]:
        changes = [(one.key, one.body) for one in some]
        return update_assets(terms.organisation, changes, actor=terms.actor)

    outcomes: dict[int, Outcome] = {}
    for one, row in zip(found, write_all(found, write), strict=True):
        outcomes[one.place] = (
            refusal_of(reasons(one.record, row))
            if isinstance(row, Refusal)
            else changed(one.record.line, str(row), before[one.key], row.recorded())
        )
    return outcomes
