"""Loads what tests write down, through the engine, and writes down what is exported."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from config.imports.report import Report
from config.imports.resources import RESOURCES, Exporting
from config.imports.runs import Job, run
from organisations.imports import Terms
from organisations.models import Organisation, User
from tests.cast import Cast

Table = list[list[str]]
OPTIONS = ("cut_names", "match", "on_conflict")


class Exchange:
    """Loads texts and files of one type into an organisation, as its owner."""

    def __init__(self, type_: str, organisation: Organisation, folder: Path) -> None:
        self.type = type_
        self.organisation = organisation
        self.folder = folder

    def load(
        self,
        source: str | Path,
        *,
        actor: User | None = None,
        missing: Iterable[str] = (),
        **options: Any,
    ) -> Report:
        """Load a file, or a text as one."""
        path = source if isinstance(source, Path) else self._written(source)
        told = {name: options.pop(name) for name in OPTIONS if name in options}
        actor = actor or self.organisation.owner
        terms = Terms(self.organisation, actor, frozenset(missing), **told)
        return run(Job(path, terms, type=self.type, **options))

    def table(self, condition: str = "") -> Table:
        """Return the header and the rows of an export."""
        resource = cast(Exporting, RESOURCES[self.type])
        found = resource.export(self.organisation, filter=condition)
        return [list(found.header), *map(list, found.rows)]

    def export(self) -> str:
        """Return the header and the rows of an export as a CSV text."""
        return csv_of(self.table())

    def elsewhere(self, organisation: Organisation) -> "Exchange":
        """Return the same for another organisation."""
        return Exchange(self.type, organisation, self.folder)

    def carry(self, organisation: Organisation, **options: Any) -> None:
        """Assert that another organisation exports what it has loaded from here."""
        table, elsewhere = self.table(), self.elsewhere(organisation)
        report = elsewhere.load(csv_of(table), **options)
        assert (report.problems, codes(report)) == ([], [])
        assert elsewhere.table() == table
        again = elsewhere.load(csv_of(table), **options)
        assert outcome(again) == (0, 0, len(table) - 1, 0)

    def _written(self, text: str) -> Path:
        path = self.folder / f"{self.type}.csv"
        path.write_text(text, encoding="utf-8", newline="")
        return path


def exchange(type_: str) -> Any:
    """Return a fixture `files`, which loads and exports rows of the type."""

    @pytest.fixture(name="files")
    def files(cast: Cast, tmp_path: Path) -> Exchange:
        return Exchange(type_, cast.organisation, tmp_path)

    return files


def csv_of(table: Iterable[Sequence[str]]) -> str:
    """Write a table as CSV."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(table)
    return text.getvalue()


def counts(report: Report) -> tuple[int, int, int, int, int]:
    """Return how many rows there were, and what became of them."""
    return (
        *(report.rows, report.created, report.updated),
        *(report.skipped, report.refused),
    )


def outcome(report: Report) -> tuple[int, int, int, int]:
    """Return how many rows of a readable file were created, updated, skipped, refused.

    The file as a whole was loaded.
    """
    assert not report.problems
    return counts(report)[1:]


def refusals(report: Report) -> list[tuple[int, str, str, str]]:
    """Return line, column, code and reason of each refusal."""
    return [(one.line, one.column, one.code, one.reason) for one in report.refusals]


def codes(report: Report) -> list[tuple[int, str, str]]:
    """Return line, column and code of each refusal."""
    return [refusal[:3] for refusal in refusals(report)]
