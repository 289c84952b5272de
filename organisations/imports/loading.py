"""Loading rows one at a time, each by a service and in a savepoint of its own."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from config.api.errors import Refusal, as_refusal
from organisations.imports.words import (
    CREATED,
    SKIPPED,
    Column,
    Note,
    Outcome,
    Record,
    Refused,
    Terms,
    changed,
    refusal_of,
    refused,
)
from organisations.models.base import Recorded

R = TypeVar("R", bound=Recorded)

NOUNS = {
    "boolean": "true or false",
    "integer": "a whole number",
    "decimal": "a number",
    "date": "a date",
    "datetime": "a moment",
}
# What makes a value of a canonical text; the others are values as they are read.
PARSERS: Mapping[str, Callable[[str], object]] = {
    "decimal": Decimal,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
}


class Cells:
    """The cells of one row, by the keys that they fill."""

    def __init__(self, record: Record, columns: Mapping[str, Column]) -> None:
        self.record = record
        self.columns = columns

    def text(self, key: str) -> str:
        """Return the cell of a key, empty when no column fills it."""
        column = self.columns.get(key)
        return self.record.cells[column.index] if column else ""

    def typed(self, key: str, type_: str) -> Any:
        """Return the value of a key's cell: bool, int, Decimal, date or datetime.

        None when it is empty. Raise `invalid_body` when it is not of that type.
        """
        text = self.text(key)
        if not text:
            return None
        value = self.columns[key].read(type_, text)
        try:
            # What cannot be read is returned as the text that it is.
            return PARSERS[type_](value) if isinstance(value, str) else value
        except (KeyError, ValueError, InvalidOperation) as error:
            reason = f"'{text}' is not {NOUNS[type_]}."
            raise Refusal("invalid_body", reason, field=key) from error

    def moment(self, key: str) -> datetime | None:
        """Return the moment of a key's cell: of a day its midnight, UTC without zone.

        None when it is empty. Raise `invalid_body` when it is no moment.
        """
        text = self.text(key)
        if not text:
            return None
        for type_ in ("datetime", "date"):
            read = str(self.columns[key].read(type_, text))
            try:
                found = datetime.fromisoformat(read)
                return (
                    found if found.tzinfo else found.replace(tzinfo=UTC)
                ).astimezone(UTC)
            except (ValueError, OverflowError):
                continue
        raise Refusal("invalid_body", f"'{text}' is not a moment.", field=key)

    def filled(self, *keys: str) -> dict[str, str]:
        """Return the texts of the keys that the row has a value for."""
        return {key: text for key in keys if (text := self.text(key))}

    def reasons(self, refusal: Refusal) -> list[Refused]:
        """Say what a service refused in the words of the file."""
        if not refusal.errors:
            return [refused(self.record, None, refusal.code, refusal.message)]
        return [
            refused(self.record, self._column_of(key), refusal.code, " ".join(said))
            for key, said in refusal.errors.items()
        ]

    def _column_of(self, key: str) -> Column | None:
        return self.columns.get(key) or self.columns.get(key.removesuffix("_id"))


def found_one(rows: Sequence[R], noun: str, text: str) -> R | None:
    """Return the only row, None of none; raise `match_ambiguous` of several."""
    if len(rows) > 1:
        reason = f"{len(rows)} {noun} rows are called '{text}'."
        raise Refusal("match_ambiguous", reason)
    return rows[0] if rows else None


def refused_for(cells: Cells, error: Exception) -> Outcome:
    """Return the outcome of a row that is refused."""
    refusal = as_refusal(error) or Refusal("invalid_body", str(error))
    return refusal_of(cells.reasons(refusal))


class RowLoader(Generic[R]):
    """Loads the rows of one file, one at a time.

    A resource's loader says how a row is found, made and updated; a Refusal or a
    ValidationError that any of these raises refuses that row alone.
    """

    needs_look = False

    def __init__(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> None:
        self.terms = terms
        self.columns = {column.key: column for column in columns if column.key}
        self.unique = unique

    @property
    def notes(self) -> list[Note]:
        """What the report should tell beside the refusals."""
        return []

    @property
    def is_matching(self) -> bool:
        """Tell whether rows of the file are found in the register."""
        return self.terms.match != "-"

    def look(self, record: Record) -> None:
        """See a row that will be loaded later."""

    def find(self, cells: Cells) -> R | None:
        """Return the row of the register that a row of the file means, if any."""
        raise NotImplementedError

    def create(self, cells: Cells) -> R:
        """Make a row by the app's service."""
        raise NotImplementedError

    def update(self, row: R, cells: Cells) -> R:
        """Change a row by the app's service; empty cells leave what there is."""
        raise NotImplementedError

    def state(self, row: R) -> Mapping[str, object]:
        """Return the values by which it is told whether an update changed anything."""
        return row.recorded()

    def load(self, records: Sequence[Record]) -> list[Outcome]:
        """Write the rows that are in order; say of each what became of it."""
        return [self._loaded(Cells(record, self.columns)) for record in records]

    def _loaded(self, cells: Cells) -> Outcome:
        try:
            with transaction.atomic():
                return self._written(cells)
        except (Refusal, ValidationError, IntegrityError) as error:
            # Every error of these kinds is a refusal.
            return refused_for(cells, error)

    def _written(self, cells: Cells) -> Outcome:
        row = None if self.terms.match == "-" else self.find(cells)
        if row is None:
            self.create(cells)
            return CREATED
        if self.terms.on_conflict == "skip":
            return SKIPPED
        if self.terms.on_conflict == "fail":
            raise Refusal("row_exists", f"'{row}' is in the register already.")
        before = self.state(row)
        after = self.state(self.update(row, cells))
        return changed(cells.record.line, str(row), before, after)
