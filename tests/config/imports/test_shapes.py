from datetime import UTC, datetime

import pytest

from config.imports.shapes import KEPT_MOST, YEARS_AHEAD, ColumnShape, full_year


def column(*cells: str, dates: str = "") -> ColumnShape:
    shape = ColumnShape(dates)
    shape.learn(cells[:1])
    shape.learn(cells[1:])
    return shape


@pytest.mark.parametrize(
    ("cells", "type_"),
    [
        (["1", "22", "-3", "0"], "integer"),
        (["9007199254740991"], "integer"),
        (["9007199254740992"], None),
        (["01035", "32357"], None),
        (["1", "2.5"], "decimal"),
        (["12.0", "18"], "decimal"),
        (["2.85", "1,234.50"], "decimal"),
        (["12,50", "980,5"], "decimal"),
        (["1.250,00", "980,5"], "decimal"),
        (["1,234", "2,345"], None),
        (["1234567890123456.5"], None),
        (["0.1234567"], None),
        (["6.37702E+15"], None),
        (["NaN"], None),
        (["$14190.13", "$0.00"], "decimal"),
        (["-$5.00", "$1,250.00"], "decimal"),
        (["12 €", "13 €"], "decimal"),
        (["$5.00", "€5.00"], None),
        (["$5.00", "5.00"], None),
        (["true", "FALSE"], "boolean"),
        (["yes", "No"], "boolean"),
        (["1", "0"], "integer"),
        (["y", "n"], None),
        (["2021-12-05", "2021/12/06"], "date"),
        (["2021-02-30"], None),
        (["04-Aug-00", "15-Mar-68"], "date"),
        (["04-Foo-00"], None),
        (["1/23/23", "3/1/23"], "date"),
        (["23/1/23", "3/1/23"], "date"),
        (["3/4/21", "5/6/21"], None),
        (["13/1/23", "1/13/23"], None),
        (["31.12.2021"], "date"),
        (["2020-12-20T00:00:00Z", "2020-12-20 08:30"], "datetime"),
        (["18/8/2025 9:05", "1/8/2025 23:00:10"], "datetime"),
        (["8/18/2025 09:05"], "datetime"),
        (["01/08/2025 05:00"], None),
        (["18.8.2025 05:00"], "datetime"),
        (["18.8.2025 25:00"], None),
        (["https://example.org/a"], "url"),
        (["http://"], None),
        (["N/A", "01/01/2028"], None),
        (["", "١٢"], None),
        ([], None),
    ],
)
def test_it_settles_on_what_every_cell_says(
    cells: list[str], type_: str | None
) -> None:
    shape = column(*filter(None, cells)).shape

    assert (shape.type if shape else None) == type_


@pytest.mark.parametrize(
    ("cells", "type_", "values"),
    [
        (["04-Aug-00", "15-Mar-68"], "date", ["2000-08-04", "1968-03-15"]),
        (["1/23/23", "3/1/23"], "date", ["2023-01-23", "2023-03-01"]),
        (["23/1/23", "3/1/23"], "date", ["2023-01-23", "2023-01-03"]),
        (["$14190.13", "$1,250.50"], "decimal", ["14190.13", "1250.50"]),
        (["-$5.00"], "decimal", ["-5.00"]),
        (["1.250,00", "980,5"], "decimal", ["1250.00", "980.5"]),
        (["18.0", "12"], "integer", [18, 12]),
        (["18.5", "12"], "integer", ["18.5", 12]),
        (["Y", "off", "1"], "boolean", [True, False, True]),
        (["90"], "duration", [90]),
    ],
)
def test_it_reads_cells_as_the_type_of_a_known_field(
    cells: list[str], type_: str, values: list[object]
) -> None:
    shape = column(*cells)

    assert [shape.read(type_, cell) for cell in cells] == values


def test_it_leaves_a_date_alone_that_can_mean_two_days() -> None:
    shape = column("3/4/21", "25/12/21", "12/25/21", "5/5/21")

    assert [shape.read("date", cell) for cell in ("3/4/21", "25/12/21", "5/5/21")] == [
        "3/4/21",
        "2021-12-25",
        "2021-05-05",
    ]


@pytest.mark.parametrize(
    ("dates", "day"), [("dmy", "2021-04-03"), ("mdy", "2021-03-04")]
)
def test_it_reads_such_dates_as_it_is_told(dates: str, day: str) -> None:
    shape = column("3/4/21", "5/6/21", dates=dates)

    assert shape.shape is not None
    assert shape.read("date", "3/4/21") == day


def test_it_takes_years_of_two_digits_for_the_past_mostly() -> None:
    this_year = datetime.now(UTC).year
    ahead, behind = this_year + YEARS_AHEAD, this_year + YEARS_AHEAD - 99

    assert full_year(f"{ahead % 100:02}") == ahead
    assert full_year(f"{behind % 100:02}") == behind
    assert full_year("1899") == 1899


def test_it_keeps_the_traits_of_a_column() -> None:
    shape = column("$1.50", "$1.50", "$12.25")

    assert (shape.filled, shape.repeated, shape.longest, shape.units) == (3, 1, 6, "$")
    assert column("a", "b\nc").multi_line


def test_it_keeps_no_more_of_long_texts_than_fits_into_memory() -> None:
    column = ColumnShape()

    for number in range(100):
        column.learn([f"{number}".zfill(KEPT_MOST // 10)])

    assert sum(map(len, column.seen)) == KEPT_MOST
    assert (column.filled, column.repeated, column.longest) == (100, 0, 50_000)


@pytest.mark.parametrize(
    ("dates", "moment"),
    [("dmy", "2025-08-01T05:00:00"), ("mdy", "2025-01-08T05:00:00")],
)
def test_it_reads_moments_in_the_order_it_is_told(dates: str, moment: str) -> None:
    shape = column("01/08/2025 5:00", dates=dates)

    assert shape.read("datetime", "01/08/2025 5:00") == moment
