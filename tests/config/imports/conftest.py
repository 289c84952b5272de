"""What the tests of the import engine share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config.imports.report import Report
from config.imports.runs import Job, run
from organisations.imports import Terms
from tests.cast import Cast

ALL = frozenset({"types", "statuses", "locations", "fleets", "fields"})

Load = Callable[..., Report]
MakeJob = Callable[..., Job]


@pytest.fixture
def make_job(cast: Cast) -> MakeJob:
    """Return a job for the organisation of the cast, everything missing made."""

    def make(
        path: Path,
        *,
        missing: frozenset[str] = ALL,
        cut_names: bool = True,
        match: str = "",
        on_conflict: str = "update",
        **options: Any,
    ) -> Job:
        terms = Terms(
            cast.organisation, cast.owner, missing, cut_names, match, on_conflict
        )
        return Job(path, terms, **options)

    return make


@pytest.fixture
def load(make_job: MakeJob) -> Load:
    """Load a file into the organisation of the cast, everything missing made."""

    def load_file(path: Path, **options: Any) -> Report:
        return run(make_job(path, **options))

    return load_file


@pytest.fixture
def csv_file(tmp_path: Path) -> Callable[[str], Path]:
    """Write a CSV file."""

    def write(text: str) -> Path:
        path = tmp_path / "Yard list.csv"
        path.write_text(text, encoding="utf-8", newline="")
        return path

    return write
