from collections.abc import Iterator

import pytest

from config.imports.failures import ImportFailure
from config.imports.readers.tables import Layout, take_header
from organisations.imports import Record


def rows() -> Iterator[Record]:
    """A title, a blank row, the header, its units, and a row."""
    texts = [["Fleet 2026"], [], ["Name", "Length"], ["", "mm"], ["Wagon 1", "9600"]]
    return (Record(line, cells) for line, cells in enumerate(texts, start=1))


def refusal(layout: Layout) -> tuple[str, str, int | None]:
    with pytest.raises(ImportFailure) as failure:
        take_header(rows(), layout)
    (problem,) = failure.value.problems
    return problem.code, problem.message, problem.line


def test_it_takes_the_first_row_that_is_not_blank() -> None:
    assert take_header(rows()) == Record(1, ["Fleet 2026"])


def test_it_takes_the_row_asked_for_and_leaves_rows_out() -> None:
    left = rows()
    layout = Layout(header_row=3, skip_rows=1)

    assert take_header(left, layout) == Record(3, ["Name", "Length"])
    assert list(left) == [Record(5, ["Wagon 1", "9600"])]
    assert [(note.code, note.count) for note in layout.notes] == [
        ("rows_above", 2),
        ("rows_skipped", 1),
    ]


def test_it_says_nothing_where_nothing_is_left_out() -> None:
    assert Layout(header_row=1).notes == []


@pytest.mark.parametrize(
    ("layout", "message", "line"),
    [
        (Layout(header_row=2), "Row 2, which should be the header, is blank.", 2),
        (Layout(header_row=6), "The file has fewer than 6 rows.", None),
        (Layout(header_row=10**30), f"The file has fewer than {10**30:,} rows.", None),
        (Layout(3, 3), "Below the header are fewer than 3 rows.", None),
        (Layout(3, 10**30), f"Below the header are fewer than {10**30:,} rows.", None),
        (Layout(header_row=-1), "Rows are counted from 1.", None),
        (Layout(skip_rows=-1), "Rows are counted from 1.", None),
    ],
)
def test_it_refuses_rows_that_are_not_there(
    layout: Layout, message: str, line: int | None
) -> None:
    assert refusal(layout) == ("row_not_found", message, line)
