import pytest

from config.imports.failures import ImportFailure
from config.imports.records import Records
from config.imports.survey import (
    survey,
    unique_column,
    without_empty,
    without_misfits,
    without_unknown,
)
from organisations.imports import Column, Guess, Key
from tests.config.imports.test_records import Rows


def test_it_learns_what_columns_hold() -> None:
    columns = [Column(0, "Name", "Name"), Column(1, "Cost", "Cost")]
    rows = [["A", "$1.50"], ["A", ""], ["B\nC", "$2.00"], ["x"] * 3]
    records = Records.of(Rows(rows))

    assert survey(records, columns) == 4
    name, cost = columns
    assert (name.filled, name.distinct) == (3, 2)
    assert name.guess == Guess("text", multi_line=True, longest=3)
    assert cost.guess == Guess("decimal", units="$", longest=5)
    assert cost.read("decimal", "$2.00") == "2.00"


def test_it_frees_columns_whose_cells_do_not_fit_the_key() -> None:
    keys = [Key("number", ("number",), type="integer"), Key("name", ("name",))]
    columns = [
        Column(0, "Number", "Number", key="number", guess=Guess("text")),
        Column(1, "No", "No", key="number", is_certain=True, guess=Guess("text")),
        Column(2, "Name", "Name", key="name", guess=Guess("integer")),
    ]

    without_misfits(columns, keys)

    assert [column.key for column in columns] == ["", "number", "name"]


def test_it_leaves_out_columns_without_values() -> None:
    columns = [Column(0, "A", "A", filled=1), Column(1, "B", "B"), Column(2, "", "#3")]

    kept, notes = without_empty(columns)

    assert kept == columns[:1]
    assert [(note.code, note.count) for note in notes] == [("columns_empty", 1)]


def test_it_refuses_unknown_columns_unless_told_to_ignore_them() -> None:
    columns = [
        Column(0, "A", "A", key="name"),
        Column(1, "B", "B"),
        Column(2, "", "#3"),
    ]

    with pytest.raises(ImportFailure) as failure:
        without_unknown(columns, ignore=False)
    kept, notes = without_unknown(columns, ignore=True)

    assert [(one.code, one.column) for one in failure.value.problems] == [
        ("column_unknown", "B"),
        ("column_unknown", "#3"),
    ]
    assert kept == columns[:1]
    assert notes[0].message == "Columns that mean nothing here were left out: B, #3."


@pytest.mark.parametrize(
    ("asked", "found"), [("", "Asset Tag"), ("serial", "Serial"), ("-", None)]
)
def test_it_chooses_the_column_of_identifiers(asked: str, found: str | None) -> None:
    columns = [
        Column(0, "ID", "ID", filled=10, distinct=10),
        Column(1, "Asset Tag", "Asset Tag", filled=100, distinct=90),
        Column(2, "Serial", "Serial", filled=100, distinct=1),
    ]

    column = unique_column(columns, ["assettag", "id"], asked)

    assert (column.label if column else None) == found


def test_it_passes_over_a_column_that_is_often_alike() -> None:
    columns = [
        Column(0, "Asset Tag", "Asset Tag", filled=100, distinct=89),
        Column(1, "ID", "ID", filled=5, distinct=3),
    ]

    column = unique_column(columns, ["assettag", "id"], "")

    assert column is columns[1]


def test_it_refuses_an_identifier_that_is_not_there() -> None:
    with pytest.raises(ImportFailure) as failure:
        unique_column([], ["id"], "Asset Tag")

    assert failure.value.problems[0].code == "unique_unknown"
