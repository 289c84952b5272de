from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from config.imports.readers.tables import LONGEST_CELL
from config.imports.records import Records
from organisations.imports import Note, Record, Refused

BROKEN = Refused(3, "", "", "json_invalid", "The line is not JSON.")


@dataclass
class Rows:
    """A table in memory."""

    cells: list[list[str]]
    header: Record = field(default_factory=lambda: Record(1, ["Name", "Type"]))
    notes: list[Note] = field(default_factory=list)
    kind: str = "csv"
    nested: frozenset[str] = frozenset()

    def rows(self) -> Iterator[Record | Refused]:
        """Number the rows from line 2; a lone `!` stands for one that is refused."""
        for line, cells in enumerate(self.cells, start=2):
            yield BROKEN if cells == ["!"] else Record(line, cells)

    def close(self) -> None:
        """Hold nothing."""


def test_it_makes_rows_as_wide_as_the_header() -> None:
    records = Records.of(Rows([["A"], ["B", "Bus", "", ""]]))

    assert list(records) == [Record(2, ["A", ""]), Record(3, ["B", "Bus"])]


def test_it_leaves_out_blank_rows_and_counts_them() -> None:
    records = Records.of(Rows([[], ["A"], ["", ""]]))

    assert [record.line for record in records] == [3]
    assert records.blank == 2


def test_it_passes_on_rows_that_the_reader_refused() -> None:
    records = Records.of(Rows([["A"], ["!"], ["B"]]))

    assert list(records) == [Record(2, ["A", ""]), BROKEN, Record(4, ["B", ""])]


def test_it_takes_fewer_rows_at_a_time_where_they_are_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("config.imports.records.MOST_IN_BATCH", 10)
    rows = [["A"], ["B" * 11], ["!"], ["C" * 5], ["D" * 5], ["E"], ["F"]]

    found = list(Records.of(Rows(rows)).batches(3))

    assert [[row.line for row in batch] for batch in found] == [
        [2, 3],
        [3, 5, 6],
        [7, 8],
    ]


def test_it_finds_null_characters_in_long_rows_too() -> None:
    (found,) = Records.of(Rows([["x" * LONGEST_CELL, "a\0b"]]))

    assert isinstance(found, Refused)
    assert (found.column, found.code) == ("Type", "invalid_characters")


def test_it_fills_in_defaults_and_added_columns() -> None:
    records = Records.of(Rows([["A"], ["B", "Tram"]]))
    records.defaults[1] = "Bus"
    place = records.add_column("status", "parked")

    assert place == 2
    assert list(records) == [
        Record(2, ["A", "Bus", "parked"]),
        Record(3, ["B", "Tram", "parked"]),
    ]


def test_it_refuses_rows_that_are_not_fit_to_be_read() -> None:
    rows = [
        ["A", "Bus", "", "more"],
        ["B", "x" * (LONGEST_CELL + 1)],
        ["C", "a\0b"],
        ["y" * LONGEST_CELL, "x" * LONGEST_CELL],
    ]

    found = list(Records.of(Rows(rows)))

    assert [
        (one.line, one.column, one.code) for one in found if isinstance(one, Refused)
    ] == [
        (2, "", "row_too_long"),
        (3, "Type", "cell_too_long"),
        (4, "Type", "invalid_characters"),
    ]
