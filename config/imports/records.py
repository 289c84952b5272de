"""The rows of a table made alike: as wide as the header, and fit to be read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from config.imports.readers.tables import LONGEST_CELL, Table
from organisations.imports import LONGEST_VALUE_SHOWN, Record, Refused, squeezed

T = TypeVar("T")

MOST_IN_BATCH = 8 << 20


@dataclass
class Records:
    """The rows of a table that hold anything, padded and with defaults filled in.

    `header` names the cells of every row: those of the table, then those of columns
    that were added. By column, `values` translate cells, `joined` says of which others
    a cell is made, `defaults` are the values of empty ones. `blank` counts the rows
    left out by the last reading.
    """

    table: Table
    header: list[str]
    own_width: int
    defaults: dict[int, str] = field(default_factory=dict)
    values: dict[int, Mapping[str, str]] = field(default_factory=dict)
    joined: dict[int, Sequence[int]] = field(default_factory=dict)
    blank: int = 0

    @classmethod
    def of(cls, table: Table) -> "Records":
        """Read the header of a table."""
        header = list(table.header.cells)
        return cls(table, header, len(header))

    def add_column(self, header: str, value: str) -> int:
        """Give every row one more cell; return its place."""
        self.header.append(header)
        self.defaults[len(self.header) - 1] = value
        return len(self.header) - 1

    def join(self, header: str, sources: Sequence[int]) -> int:
        """Give every row one more cell, made of others; return its place."""
        index = self.add_column(header, "")
        self.joined[index] = sources
        return index

    def __iter__(self) -> Iterator[Record | Refused]:
        self.blank = 0
        for record in self.table.rows():
            if isinstance(record, Refused):
                yield record
                continue
            if record.is_blank:
                self.blank += 1
                continue
            yield self._fault(record) or self._filled(record)

    def batches(self, size: int) -> Iterator[list[Record | Refused]]:
        """Take so many rows at a time, fewer where they would fill the memory."""
        batch: list[Record | Refused] = []
        room = MOST_IN_BATCH
        for row in self:
            batch.append(row)
            if isinstance(row, Record):
                room -= sum(map(len, row.cells))
            if len(batch) >= size or room < 0:
                yield batch
                batch, room = [], MOST_IN_BATCH
        if batch:
            yield batch

    def _filled(self, record: Record) -> Record:
        is_changed = self.defaults or self.values
        if len(record.cells) == self.own_width and not is_changed:
            return record
        cells = record.cells[: self.own_width]
        cells.extend([""] * (len(self.header) - len(cells)))
        for index, table in self.values.items():
            cells[index] = table.get(squeezed(cells[index]), cells[index])
        for index, sources in self.joined.items():
            cells[index] = ", ".join(filter(None, (cells[one] for one in sources)))
        for index, value in self.defaults.items():
            cells[index] = cells[index] or value
        return Record(record.line, cells)

    def _fault(self, record: Record) -> Refused | None:
        cells = record.cells
        if len(cells) > self.own_width and any(cells[self.own_width :]):
            extra = next(filter(None, cells[self.own_width :]))
            reason = f"The row has {len(cells)} cells, the header {self.own_width}."
            return _refused(record, "", extra, "row_too_long", reason)
        text = "".join(cells)
        if len(text) > LONGEST_CELL and (fault := self._cell_too_long(record)):
            return fault
        if "\0" in text:
            index = next(i for i, cell in enumerate(cells) if "\0" in cell)
            reason = "The cell holds a null character."
            return _refused(
                record, self.header[index], cells[index], "invalid_characters", reason
            )
        return None

    def _cell_too_long(self, record: Record) -> Refused | None:
        for name, cell in zip(self.header, record.cells, strict=False):
            if len(cell) > LONGEST_CELL:
                reason = f"The cell is longer than {LONGEST_CELL:,} characters."
                return _refused(record, name, cell, "cell_too_long", reason)
        return None


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Take so many items at a time."""
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch


def _refused(
    record: Record, column: str, value: str, code: str, reason: str
) -> Refused:
    return Refused(record.line, column, value[:LONGEST_VALUE_SHOWN], code, reason)
