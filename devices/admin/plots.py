"""Line charts of readings, drawn by the server as plain SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import floor, log10

WIDTH, HEIGHT = 420.0, 190.0
LEFT, RIGHT, TOP, BOTTOM = 66.0, 10.0, 10.0, 24.0
# Steps of an axis, each ten times as large once they are through.
STEPS = (1, 2, 5, 10)
MOST_TICKS = 5


@dataclass(frozen=True, slots=True)
class Reading:
    """What a meter showed, when, and who has read it."""

    at: datetime
    value: int
    who: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    """A place in the drawing, and what stands there."""

    x: str
    y: str
    text: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing of readings; the table beside it says the same in words."""

    line: str
    dots: Sequence[Dot]
    rungs: Sequence[Dot]
    days: Sequence[Dot]
    told: str
    view_box: str = f"0 0 {WIDTH:g} {HEIGHT:g}"
    left: str = f"{LEFT:g}"
    right: str = f"{WIDTH - RIGHT:g}"
    label_at: str = f"{LEFT - 6:g}"


@dataclass(frozen=True, slots=True)
class Row:
    """A reading as a line of the table, and how much it is above the one before."""

    at: datetime
    value: str
    more: str
    who: str


def plotted(readings: Sequence[Reading]) -> Plot:
    """Draw readings, the earliest first; there is at least one."""
    values = [one.value for one in readings]
    ticks = ticks_of(min(values), max(values))
    first, last = readings[0].at, readings[-1].at
    span = (last - first).total_seconds()

    def x_of(at: datetime) -> float:
        share = (at - first).total_seconds() / span if span else 0.5
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y_of(value: float) -> float:
        share = (value - ticks[0]) / (ticks[-1] - ticks[0])
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    dots = [
        Dot(f"{x_of(one.at):.1f}", f"{y_of(one.value):.1f}", _told(one))
        for one in readings
    ]
    rungs = [Dot(f"{LEFT:g}", f"{y_of(one):.1f}", f"{one:,}") for one in ticks]
    ends = [first, last] if span else [first]
    days = [
        Dot(f"{x_of(one):.1f}", f"{HEIGHT - 6:g}", f"{one:%Y-%m-%d}") for one in ends
    ]
    line = " ".join(f"{dot.x},{dot.y}" for dot in dots)
    return Plot(line, dots, rungs, days, _summary(readings))


def ticks_of(least: int, most: int) -> list[int]:
    """Return round numbers around the values, evenly apart: two to about five."""
    span = max(most - least, 1)
    size = 10 ** floor(log10(span))
    # Of whole numbers none lie closer together than one.
    rough = max(span / (MOST_TICKS - 1), 1)
    steps = [max(one * size // 10, 1) for one in STEPS] + [one * size for one in STEPS]
    step = next(one for one in steps if one >= rough)
    low = least // step * step
    high = max(-(-most // step) * step, low + step)
    return list(range(low, high + 1, step))


def rows_of(readings: Sequence[Reading]) -> list[Row]:
    """Return the readings as lines of a table, the latest first."""
    found = [
        Row(one.at, f"{one.value:,}", f"{one.value - before.value:+,}", one.who)
        for before, one in pairwise(readings)
    ]
    first = readings[0]
    rows = [Row(first.at, f"{first.value:,}", "", first.who), *found]
    return rows[::-1]


def _told(one: Reading) -> str:
    return f"{one.at:%Y-%m-%d %H:%M}: {one.value:,}"


def _summary(readings: Sequence[Reading]) -> str:
    if len(readings) == 1:
        return f"One reading, {_told(readings[0])}."
    first, last = readings[0], readings[-1]
    count = f"{len(readings)} readings"
    return f"{count}, from {_told(first)} to {_told(last)}."
