"""Files for tests of what is loaded and exported, and back again."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from config.imports.report import Report
from config.imports.resources import RESOURCES, Exporting
from config.imports.runs import Job, run
from organisations.imports import Terms
from organisations.models import Organisation, User

Load = Callable[..., Report]
OPTIONS = ("missing", "cut_names", "match", "on_conflict")


class Exchange:
    """Loads texts and files of one type into an organisation, as its owner."""

    def __init__(self, type_: str, organisation: Organisation, folder: Path) -> None:
        self.type = type_
        self.organisation = organisation
        self.folder = folder

    def load(
        self, source: str | Path, *, actor: User | None = None, **options: Any
    ) -> Report:
        """Load a file, or a text as one."""
        path = source if isinstance(source, Path) else self.written(source)
        told = {name: options.pop(name) for name in OPTIONS if name in options}
        actor = actor or self.organisation.owner
        terms = Terms(self.organisation, actor, **told)
        return run(Job(path, terms, type=self.type, **options))

    def export(self, organisation: Organisation | None = None) -> str:
        """Return the rows of an organisation as a CSV text."""
        resource = cast(Exporting, RESOURCES[self.type])
        found = resource.export(organisation or self.organisation)
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(found.header)
        writer.writerows(found.rows)
        return text.getvalue()

    def written(self, text: str) -> Path:
        """Write a text as a CSV file."""
        path = self.folder / f"{self.type}.csv"
        path.write_text(text, encoding="utf-8", newline="")
        return path

    def elsewhere(self, organisation: Organisation) -> "Exchange":
        """Return the same for another organisation."""
        return Exchange(self.type, organisation, self.folder)


def counts(report: Report) -> tuple[int, int, int, int, int]:
    """Return how many rows there were, and what became of them."""
    return (
        *(report.rows, report.created, report.updated),
        *(report.skipped, report.refused),
    )


def refusals(report: Report) -> list[tuple[int, str, str, str]]:
    """Return line, column, code and reason of each refusal."""
    return [(one.line, one.column, one.code, one.reason) for one in report.refusals]
