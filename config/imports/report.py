"""What an import did, or would have done."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from config.imports.failures import Problem
from config.imports.hints import hints_for
from organisations.imports import Action, Difference, Note, Outcome, Refused

# Beyond so many the report counts refusals and differences without keeping each.
MOST_REFUSALS = MOST_DIFFERENCES = 10_000


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the cells of a column went."""

    column: str
    target: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class Lost:
    """A column or member of the file that is not kept: its filled cells, and why."""

    column: str
    filled: int
    reason: str


@dataclass
class Report:
    """The outcome of an import: rows = created + updated + skipped + refused, always.

    `skipped` rows were left as they are: unchanged, there already and not to be
    touched, or not written because others were refused. `problems` are what kept the
    file from being looked at row by row. In a dry run the counts are those that the
    import would have had. `run` is the id of the ImportRun, empty in a dry run. `lost`
    is what the file holds and nobody keeps.
    """

    file: str
    type: str
    organisation: str
    is_dry_run: bool = False
    run: str = ""
    preset: str = ""
    rows: int = 0
    created: int = 0
    updated: int = 0
    skipped: int = 0
    refused: int = 0
    blank: int = 0
    problems: list[Problem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    columns: list[Placed] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    refusals: list[Refused] = field(default_factory=list)
    codes: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    def count(self, outcome: Outcome) -> None:
        """Count what became of a row."""
        match outcome.action:
            case Action.CREATED:
                self.created += 1
            case Action.UPDATED:
                self.updated += 1
                room = MOST_DIFFERENCES - len(self.differences)
                self.differences.extend(outcome.differences[: max(room, 0)])
            case Action.SKIPPED:
                self.skipped += 1
            case Action.REFUSED:
                self.refuse(outcome.reasons)

    def refuse(self, reasons: Sequence[Refused]) -> None:
        """Count a row as refused, for one reason or several."""
        self.refused += 1
        self.codes.update({reason.code for reason in reasons})
        room = MOST_REFUSALS - len(self.refusals)
        self.refusals.extend(reasons[: max(room, 0)])

    def give_up(self, *problems: Problem) -> None:
        """Say why the file as a whole was not loaded."""
        self.problems.extend(problems)
        self.take_back()

    def take_back(self) -> None:
        """Count every row that was in order as not written."""
        self.created, self.updated = 0, 0
        self.skipped = self.rows - self.refused

    @property
    def is_clean(self) -> bool:
        """Tell whether every row of the file was fit to be loaded."""
        return not self.problems and not self.refused

    def as_dict(self) -> dict[str, Any]:
        """Return the report for machines."""
        codes = dict(self.codes.most_common())
        return {**asdict(self), "codes": codes, "hints": hints_for(codes)}
