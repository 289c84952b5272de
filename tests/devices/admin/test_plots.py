"""Drawings of readings."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.admin.plots import Reading, plotted, rows_of, ticks_of

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("least", "most", "ticks"),
    [
        (0, 0, [0, 1]),
        (7, 7, [7, 8]),
        (0, 3, [0, 1, 2, 3]),
        (40_000, 49_960, [40_000, 45_000, 50_000]),
        (990, 1_010, [990, 995, 1_000, 1_005, 1_010]),
    ],
)
def test_it_divides_an_axis_by_round_numbers(
    least: int, most: int, ticks: list[int]
) -> None:
    assert ticks_of(least, most) == ticks


@given(st.integers(0, 2**53), st.integers(0, 2**53))
def test_it_has_room_for_all_values_on_an_axis(one: int, other: int) -> None:
    least, most = sorted((one, other))
    ticks = ticks_of(least, most)
    assert ticks[0] <= least
    assert ticks[-1] >= most
    assert 2 <= len(ticks) <= 7


def test_it_draws_from_left_to_right_and_upwards() -> None:
    plot = plotted([Reading(START + timedelta(days=n), 10 * n) for n in range(3)])
    places = [(float(dot.x), float(dot.y)) for dot in plot.dots]
    assert [x for x, _ in places] == sorted(x for x, _ in places)
    assert [y for _, y in places] == sorted((y for _, y in places), reverse=True)
    assert [day.text for day in plot.days] == ["2026-01-01", "2026-01-03"]
    assert plot.told == "3 readings, from 2026-01-01 00:00: 0 to 2026-01-03 00:00: 20."


def test_it_draws_a_single_reading() -> None:
    plot = plotted([Reading(START, 7)])
    assert (len(plot.dots), len(plot.days)) == (1, 1)
    assert plot.told == "One reading, 2026-01-01 00:00: 7."


def test_it_tells_how_much_each_reading_is_more() -> None:
    found = rows_of([Reading(START, 1_000, "Aino"), Reading(START, 900)])
    assert [(one.value, one.more, one.who) for one in found] == [
        ("900", "-100", ""),
        ("1,000", "", "Aino"),
    ]
