"""What can be done to many rows at once, and what would become of each of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms

from organisations.models import Organisation
from organisations.services.seen import Seen

MOST_ROWS = 10_000
MOST_NAMED = 10


@dataclass(slots=True)
class Outcome:
    """What becomes of one row: its old value and the new one, or why it is refused."""

    row: Any
    label: str
    old: str
    new: str = ""
    refusal: str = ""
    # What else the person should know.
    note: str = ""

    @property
    def is_change(self) -> bool:
        """Whether the row would be written."""
        return not self.refusal and self.old != self.new


class BulkAction:
    """One thing that can be done to many rows: asks, foresees and writes."""

    name: str
    title: str
    most: int = MOST_ROWS

    def form(
        self, admin: Any, organisation: Organisation, data: Any = None
    ) -> forms.Form:
        """Return the form that asks for the value, among rows of the organisation."""
        raise NotImplementedError

    def outcomes(
        self, organisation: Organisation, rows: Sequence[Any], value: Mapping[str, Any]
    ) -> list[Outcome]:
        """Return what would become of each row; raise what forbids all of it."""
        raise NotImplementedError

    def write(
        self, admin: Any, organisation: Organisation, seen: Seen, form: Any, actor: Any
    ) -> None:
        """Change all rows or none, if they are still as they were seen."""
        raise NotImplementedError


@dataclass(slots=True)
class Chosen:
    """The rows that a person has chosen, as they are now."""

    action: BulkAction
    organisation: Organisation
    rows: list[Any]
    # How many were deleted, and which were changed, since they were looked at.
    gone: int = 0
    changed: list[Any] = field(default_factory=list)

    @property
    def seen(self) -> dict[int, Any]:
        """The moments of the rows' last changes."""
        return {row.pk: row.updated_at for row in self.rows}


def warnings_about(chosen: Chosen) -> Iterator[str]:
    """Tell what has happened to the rows since the person looked at them."""
    if chosen.gone:
        yield f"Not there any more: {chosen.gone:,} of the chosen rows."
    if chosen.changed:
        names = ", ".join(str(row) for row in chosen.changed[:MOST_NAMED])
        rest = len(chosen.changed) - MOST_NAMED
        others = f" and {rest:,} more" if rest > 0 else ""
        yield (
            f"Changed since you looked, so nothing was written: {names}{others}. "
            "Below is what would happen to the rows as they are now."
        )


def summary_of(count: int, changing: int, refused: int) -> str:
    """Say in one line what would become of so many rows."""
    same = count - changing - refused
    told = f"{changing:,} to change, {same:,} unchanged, {refused or 'none'} refused."
    return f"{told} All are changed or none." if refused else told
