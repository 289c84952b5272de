"""What is asked of an import."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from config.imports.presets.opening import open_shaped
from config.imports.readers.files import open_table
from config.imports.readers.tables import Layout, Table
from organisations.imports import Terms
from organisations.models import ImportRun


@dataclass(frozen=True)
class Job:
    """What was asked for: a file, where its rows go, and how to take it.

    `asked` maps headers to keys or custom fields, `defaults` keys or field names to the
    value of rows that have none, `unique` names the column of identifiers (`-` for
    none), `dates` is dmy or mdy where a file does not tell. `header_row` counts from 1
    (0: the first row that is not blank), `skip_rows` are left out below it. `again`
    loads a file once more whose rows cannot be told from new ones; `in_parts` commits
    batches of rows as they come, so that a stopped import goes on where it was.

    A preset fills in what was not asked for, and more: `remark` is for the report,
    `shape` is how the file is taken apart, `joined` makes a key of several columns,
    `values` translates the cells of a column, `types` are those of new custom fields,
    `lost` says why columns are left out.
    """

    path: Path
    terms: Terms
    type: str = "assets"
    sheet: str = ""
    encoding: str = ""
    header_row: int = 0
    skip_rows: int = 0
    asked: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    unique: str = ""
    dates: str = ""
    ignore_unknown: bool = False
    skip_invalid: bool = False
    dry_run: bool = False
    again: bool = False
    in_parts: bool = False
    preset: str = ""
    remark: str = ""
    shape: str = ""
    joined: Mapping[str, Sequence[str]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    lost: Mapping[str, str] = field(default_factory=dict)

    def options(self) -> dict[str, Any]:
        """Return what `job_of` needs to make the same job again, as JSON."""
        return {
            **{name: getattr(self, name) for name in OPTIONS},
            "path": os.fspath(self.path.absolute()),
            "missing": sorted(self.terms.missing),
            "cut_names": self.terms.cut_names,
            "match": self.terms.match,
            "on_conflict": self.terms.on_conflict,
        }


# What a job has of its own; the rest of its options are its path and its terms.
OPTIONS = tuple(
    one.name for one in fields(Job) if one.name not in {"path", "terms", "type"}
)


def job_of(noted: ImportRun, path: Path | None = None) -> Job:
    """Return the job of an import that was noted, to run it now or once more."""
    options = noted.options
    terms = Terms(
        noted.organisation,
        noted.user or noted.organisation.owner,
        frozenset(options["missing"]),
        options["cut_names"],
        options["match"],
        options["on_conflict"],
    )
    own = {name: options[name] for name in OPTIONS}
    return Job(path or Path(options["path"]), terms, noted.type, **own)


def opened(job: Job) -> Table:
    """Open the file of a job; raise ImportFailure when it cannot be read."""
    if job.shape:
        return open_shaped(job.path, job.shape, encoding=job.encoding)
    return open_table(
        job.path,
        sheet=job.sheet,
        encoding=job.encoding,
        layout=Layout(job.header_row, job.skip_rows),
    )
