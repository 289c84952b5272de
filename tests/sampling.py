"""Which cases of a test with many run: some by hand, all of them in CI.

`CASES=all` runs all, `CASES=others` those that a run without it leaves out.
"""

import os
from collections import defaultdict
from zlib import crc32

import pytest

FEW = 3
CASES = os.environ.get("CASES", "some")
if CASES not in {"some", "all", "others"}:
    raise pytest.UsageError(f"CASES is some, all or others, not {CASES!r}.")


def split(items: list[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Return the tests to run, in their order, and those to leave out this time."""
    if CASES == "all":
        return items, []
    chosen = _chosen(items)
    some = [item for item in items if item in chosen]
    others = [item for item in items if item not in chosen]
    return (some, others) if CASES == "some" else (others, some)


def _chosen(items: list[pytest.Item]) -> set[pytest.Item]:
    """Return the cases that run by hand: the same ones each time, of every kind.

    They are drawn by their names, because each third or fifth of the cases of two
    lists multiplied might be the same one of the inner list.
    """
    cases = defaultdict(list)
    for item in items:
        cases[item.nodeid.partition("[")[0]].append(item)
    drawn = (sorted(some, key=_draw)[:FEW] for some in cases.values())
    return {item for some in drawn for item in some}


def _draw(item: pytest.Item) -> int:
    return crc32(item.nodeid.encode())
