"""Rounds share out what is asked, and ratios stand beside one client's time."""

import pytest

from benchmarks.load import ROUNDS, Served, share_of


@pytest.mark.parametrize("count", [1, 2, 16, 320])
def test_it_asks_all_of_a_count_in_rounds(count: int) -> None:
    shares = [share_of(count, number) for number in range(ROUNDS)]

    assert sum(shares) == count
    assert max(shares) - min(shares) <= 1


def test_it_tells_the_ratio_only_beside_an_answer_by_hand() -> None:
    alone = Served("list", 1, median=10, p99=20, rate=90, cpu=5, bare=4)
    crowd = Served("list", 8, median=40, p99=80, rate=190, cpu=5)

    assert (alone.ratio, crowd.ratio) == (0.4, None)
