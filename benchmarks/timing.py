"""Ours beside the bare way, in turns, so that a busy moment hits both."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter

Action = Callable[[], object]


@dataclass(frozen=True)
class Result:
    """One line of the report; seconds are medians of one turn."""

    name: str
    beside: str
    ours: float
    bare: float
    # What one turn handles: rows written, or answers given.
    units: int
    unit: str
    goal: str
    is_met: bool
    queries: int | None = None

    @property
    def ratio(self) -> float:
        """Our throughput as a part of the bare one."""
        return self.bare / self.ours

    @property
    def rate(self) -> float:
        """How many units a second are ours."""
        return self.units / self.ours


@dataclass(frozen=True)
class Figure:
    """A number that stands for itself, with its goal."""

    name: str
    value: float
    unit: str
    goal: str
    is_met: bool

    @property
    def told(self) -> str:
        """The number with its unit."""
        return f"{self.value:,.1f} {self.unit}"


def seconds(action: Action) -> float:
    """Return how long an action takes."""
    start = perf_counter()
    action()
    return perf_counter() - start


def alternate(
    ours: Action,
    bare: Action,
    *,
    rounds: int,
    prepare_bare: Action = lambda: None,
) -> tuple[float, float]:
    """Return the median seconds of each, after a round that does not count."""
    turns: list[tuple[float, float]] = []
    for _ in range(rounds + 1):
        mine = seconds(ours)
        prepare_bare()
        turns.append((mine, seconds(bare)))
    return median(turn[0] for turn in turns[1:]), median(turn[1] for turn in turns[1:])
