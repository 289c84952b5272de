"""That what a run leaves out is run by the other: no case is lost between them."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests import sampling


@dataclass(frozen=True)
class Case:
    """What the choice looks at of a test."""

    nodeid: str


MANY = [Case(f"test_a.py::test_it[{number}]") for number in range(60)]
FEW = [Case(f"test_b.py::test_it[{number}]") for number in range(3)]
ALONE = Case("test_b.py::test_it_alone")
EVERY: Any = [*MANY, *FEW, ALONE]


def runs(monkeypatch: pytest.MonkeyPatch, cases: str) -> list[Any]:
    monkeypatch.setattr(sampling, "CASES", cases)
    run, left_out = sampling.split(EVERY)
    assert {*run, *left_out} == set(EVERY)
    return run


def test_it_runs_few_of_many_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    run = runs(monkeypatch, "some")
    assert len([case for case in run if case in MANY]) == sampling.FEW
    assert [case for case in run if case not in MANY] == [*FEW, ALONE]


def test_it_runs_the_others_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    some, others = runs(monkeypatch, "some"), runs(monkeypatch, "others")
    assert sorted([*some, *others], key=EVERY.index) == EVERY


def test_it_runs_all_of_them_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    assert runs(monkeypatch, "all") == EVERY
