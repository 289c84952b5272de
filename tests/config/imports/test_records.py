from collections.abc import Iterator
from dataclasses import dataclass, field

from config.imports.records import Records
from config.imports.tables import LONGEST_CELL
from organisations.imports import Note, Record, Refused


@dataclass
class Rows:
    """A table in memory."""

    cells: list[list[str]]
    header: Record = field(default_factory=lambda: Record(1, ["Name", "Type"]))
    notes: list[Note] = field(default_factory=list)

    def rows(self) -> Iterator[Record]:
        """Number the rows from line 2."""
        for line, cells in enumerate(self.cells, start=2):
            yield Record(line, cells)

    def close(self) -> None:
        """Hold nothing."""


def test_it_makes_rows_as_wide_as_the_header() -> None:
    records = Records.of(Rows([["A"], ["B", "Bus", "", ""]]))

    assert list(records) == [Record(2, ["A", ""]), Record(3, ["B", "Bus"])]


def test_it_leaves_out_blank_rows_and_counts_them() -> None:
    records = Records.of(Rows([[], ["A"], ["", ""]]))

    assert [record.line for record in records] == [3]
    assert records.blank == 2


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
