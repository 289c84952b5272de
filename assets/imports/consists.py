"""Files of groups with a row for each member: which group, which place, which asset."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import inf

from assets.imports.groups import GroupCells, GroupLoader
from config.api.errors import Refusal
from organisations.imports import (
    Action,
    Cells,
    Column,
    Outcome,
    Record,
    Terms,
    refusal_of,
    refused,
    squeezed,
)


@dataclass
class Train:
    """The rows of one group: the first in order tells all of it but its members."""

    first: GroupCells
    rows: list[GroupCells] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)
    outcomes: dict[int, Outcome] = field(default_factory=dict)


class ConsistLoader(GroupLoader):
    """Collects the rows of each group wherever they stand in the file, then loads it.

    A row whose member cannot be found is refused alone; what is wrong with the group
    refuses all of its rows.
    """

    needs_look = True

    def __init__(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> None:
        super().__init__(terms, columns, unique)
        self.trains: dict[tuple[str, str], Train] = {}

    def look(self, record: Record) -> None:
        """Note which group the row belongs to."""
        cells = GroupCells(record, self.columns, self.fields)
        train = self.trains.setdefault(_key(cells), Train(cells))
        train.rows.append(cells)

    def load(self, records: Sequence[Record]) -> list[Outcome]:
        """Load every group that has a row here, once and as a whole."""
        keys = [_key(Cells(record, self.columns)) for record in records]
        new = [t for key in dict.fromkeys(keys) if not (t := self.trains[key]).outcomes]
        self.members.learn(
            text for train in new for row in train.rows if (text := row.text("member"))
        )
        for train in new:
            self._load_train(train)
        return [
            self.trains[key].outcomes[record.line]
            for key, record in zip(keys, records, strict=True)
        ]

    def ids_of(self, cells: Cells) -> list[int]:
        """Return what the rows of the group name, by their places."""
        return self.trains[_key(cells)].ids

    def _load_train(self, train: Train) -> None:
        fit = []
        for row in sorted(train.rows, key=_place):
            try:
                train.ids.append(self._member(row, train.ids))
                fit.append(row)
            except Refusal as refusal:
                train.outcomes[row.record.line] = refusal_of(row.reasons(refusal))
        if fit:
            train.first = min(fit, key=lambda row: row.record.line)
            self._share(train, fit, self._loaded(train.first))

    def _share(self, train: Train, fit: Iterable[GroupCells], outcome: Outcome) -> None:
        """Let every row that is in order share the outcome of its group."""
        first = train.first.record.line
        for row in fit:
            line = row.record.line
            if outcome.action is Action.REFUSED:
                reason = outcome.reasons[0]
                sentence = f"Its group is refused: {reason.reason}"
                other = [refused(row.record, None, reason.code, sentence)]
                reasons = outcome.reasons if line == first else other
                train.outcomes[line] = refusal_of(reasons)
            else:
                differences = outcome.differences if line == first else ()
                train.outcomes[line] = Outcome(outcome.action, (), differences)

    def _member(self, row: GroupCells, before: Sequence[int]) -> int:
        if not row.filled("name", "number"):
            sentence = "The row does not say which group it belongs to."
            raise Refusal("invalid_body", sentence, field="name")
        text = row.text("member")
        if not text:
            raise Refusal("invalid_body", "A member is required.", field="member")
        row.typed("position", "integer")
        found = self.members.find(text, "member")
        if found in before:
            sentence = "The group has this asset already."
            raise Refusal("consist_duplicate", sentence, field="member")
        return found


def _key(cells: Cells) -> tuple[str, str]:
    """Return what tells the groups of a file apart."""
    if number := cells.text("number"):
        return cells.text("prefix"), number
    return "", squeezed(cells.text("name"))


def _place(cells: Cells) -> tuple[float, int]:
    """Return the place of a row: those without a position come last."""
    try:
        position = cells.typed("position", "integer")
    except Refusal:
        position = None
    return (inf if position is None else position), cells.record.line
