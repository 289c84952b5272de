"""Files that are no table, made into one."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from config.imports.readers.flattening import Flattener
from config.imports.readers.json_items import Item
from config.imports.readers.spools import Spool
from organisations.imports import Note, Record, Refused


@dataclass
class ShapedTable:
    """Rows that were made of what a file holds.

    `members` are what of the file went into no column: names, and how many of each.
    """

    nested: ClassVar[frozenset[str]] = frozenset()
    kind: ClassVar[str] = "json"
    header: Record
    spool: Spool
    notes: list[Note] = field(default_factory=list)
    members: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        items: Iterable[Item | Refused] | Iterable[Item],
        members: Mapping[str, int],
    ) -> "ShapedTable":
        """Make objects rows, with a column for every path in them."""
        flattener = Flattener()
        rows = (
            one if isinstance(one, Refused) else flattener.row(one) for one in items
        )
        spool = Spool.of(rows)
        # Read when the rows are, as those who make them count as they go.
        left = {name: count for name, count in members.items() if count}
        return cls(Record(0, flattener.header), spool, list(flattener.notes), left)

    def rows(self) -> Iterator[Record | Refused]:
        """Read the rows, from the top at every call."""
        yield from self.spool

    def close(self) -> None:
        """Remove the temporary file."""
        self.spool.close()


def without_lists(
    value: Mapping[str, Any], left: Counter[str], path: str = ""
) -> dict[str, Any]:
    """Return an object without its lists of objects, which are counted by name."""
    kept: dict[str, Any] = {}
    for name, member in value.items():
        place = f"{path}{name}"
        if isinstance(member, Mapping):
            kept[name] = without_lists(member, left, f"{place}.")
        elif isinstance(member, list) and any(isinstance(m, Mapping) for m in member):
            left[place] += len(member)
        else:
            kept[name] = member
    return kept


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Name every value inside objects and lists; items of a list have one name."""
    if isinstance(value, Mapping):
        for name, member in value.items():
            yield from leaves(member, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one, path)
    else:
        yield path, value


def numbered_items(rows: Sequence[Mapping[str, Any]]) -> list[Item]:
    """Count rows from 1, as lines of a file are."""
    return [Item(number, dict(row)) for number, row in enumerate(rows, start=1)]
