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

Table = list[list[str]]


class Importer:
    """Loads files of one type into an organisation, as its owner unless told."""

    def __init__(self, folder: Path, type: str) -> None:
        self.folder = folder
        self.type = type

    def load(
        self,
        organisation: Organisation,
        text: str,
        *,
        actor: User | None = None,
        missing: Iterable[str] = (),
        match: str = "",
        on_conflict: str = "update",
        **options: Any,
    ) -> Report:
        """Load the text as a CSV file."""
        path = self.folder / "Yard list.csv"
        path.write_text(text, encoding="utf-8", newline="")
        organisation.refresh_from_db()
        terms = Terms(
            organisation,
            actor or organisation.owner,
            frozenset(missing),
            match=match,
            on_conflict=on_conflict,
        )
        return run(Job(path, terms, type=self.type, **options))

    def export(self, organisation: Organisation, condition: str = "") -> Table:
        """Return the header and the rows of an export."""
        organisation.refresh_from_db()
        resource = cast(Exporting, RESOURCES[self.type])
        found = resource.export(organisation, filter=condition)
        return [list(found.header), *map(list, found.rows)]

    def carry(self, source: Organisation, target: Organisation, **options: Any) -> None:
        """Assert that what one organisation exports makes the other export the same."""
        table = self.export(source)
        report = self.load(target, written(table), **options)
        told = [(one.line, one.column, one.code) for one in report.refusals]
        assert (report.problems, told) == ([], [])
        assert self.export(target) == table
        again = self.load(target, written(table), **options)
        assert outcome(again) == (0, 0, len(table) - 1, 0)


def written(table: Iterable[Sequence[str]]) -> str:
    """Write a table as CSV."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(table)
    return buffer.getvalue()


def outcome(report: Report) -> tuple[int, int, int, int]:
    """Return how many rows were created, updated, skipped and refused."""
    assert not report.problems
    return report.created, report.updated, report.skipped, report.refused


def refusals(report: Report) -> list[tuple[int, str, str]]:
    """Return line, column and code of each refusal."""
    return [(one.line, one.column, one.code) for one in report.refusals]


def importer(type: str) -> Any:
    """Return a fixture that loads files of the type."""

    @pytest.fixture(name="files")
    def files(tmp_path: Path, db: None) -> Importer:
        return Importer(tmp_path, type)

    return files
