"""One import from file to report."""

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, cast

from django.db import transaction

from config.api.errors import Refusal
from config.imports import ledger
from config.imports.failures import ImportFailure, Problem
from config.imports.files import open_table
from config.imports.headers import (
    Targets,
    is_placed,
    place_columns,
    refuse_contested,
    refuse_new_fields,
)
from config.imports.records import Records, batches
from config.imports.report import Placed, Report
from config.imports.resources import RESOURCES, Loader, Resource
from config.imports.survey import (
    survey,
    unique_column,
    without_empty,
    without_misfits,
    without_unknown,
)
from config.imports.tables import Layout, Table
from organisations.imports import (
    Column,
    Record,
    Refused,
    Terms,
    refusal_of,
    refused,
    squashed,
    squeezed,
)
from organisations.models import ImportRun

BATCH = 2_000

# Called with the rows done so far and the rows there are.
Watch = Callable[[int, int], None]


@dataclass(frozen=True)
class Job:
    """What was asked for: a file, where its rows go, and how to take it.

    `asked` maps headers to keys or custom fields, `defaults` keys or field names to the
    value of rows that have none, `unique` names the column of identifiers (`-` for
    none), `dates` is dmy or mdy where a file does not tell. `header_row` counts from 1
    (0: the first row that is not blank), `skip_rows` are left out below it. `again`
    loads a file once more whose rows cannot be told from new ones; `in_parts` commits
    batches of rows as they come, so that a stopped import goes on where it was.
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


def run(
    job: Job,
    watch: Watch = lambda done, total: None,
    noted: ImportRun | None = None,
) -> Report:
    """Load a file and report; everything is written in one transaction, or nothing.

    A dry run does all of it and takes it back, so that it finds what the import would.
    Every other import is noted in the list of imports; `noted` is the note of one that
    waited or was stopped.
    """
    report = Report(
        file=os.fspath(job.path),
        type=job.type,
        organisation=job.terms.organisation.name,
        is_dry_run=job.dry_run,
    )
    try:
        with closing(
            open_table(
                job.path,
                sheet=job.sheet,
                encoding=job.encoding,
                layout=Layout(job.header_row, job.skip_rows),
            )
        ) as table:
            noted = noted or _noted(job)
            _Run(job, report, RESOURCES[job.type], watch, noted).load(table)
    except ImportFailure as failure:
        report.give_up(*failure.problems)
    except Refusal as refusal:
        # A rule that no row could keep: the file's fields, or a lost race for a number.
        report.give_up(Problem(refusal.code, refusal.message))
    if noted:
        report.run = str(noted.pk)
        if report.problems and noted.state != ImportRun.State.DONE:
            ledger.close(noted, report, is_written=False)
    return report


def _noted(job: Job) -> ImportRun | None:
    if job.dry_run:
        return None
    return ledger.open_run(job.path, job.terms, type=job.type, options=job.options())


@dataclass
class _Run:
    """The steps of an import."""

    job: Job
    report: Report
    resource: Resource
    watch: Watch
    noted: ImportRun | None
    lines: dict[str, int] = field(default_factory=dict)

    def load(self, table: Table) -> None:
        """Read the table and write its rows."""
        self.report.notes.extend(table.notes)
        records = Records.of(table)
        columns = self._placed(records)
        self.report.rows = survey(records, columns, dates=self.job.dates)
        self.report.blank = records.blank
        columns = self._settled(columns)
        unique = unique_column(columns, self.resource.identifiers, self.job.unique)
        if self.noted:
            ledger.begin(self.noted)
        with ledger.writing(self.noted):
            if self.job.in_parts and self.noted:
                self._load_in_parts(records, columns, unique)
                return
            with transaction.atomic():
                loader = self._loader(columns, unique)
                self._look(records, loader)
                self._load_all(records, loader, unique)
                is_written = self._close(loader)
        if self.noted and not is_written:
            ledger.close(self.noted, self.report, is_written=self.job.dry_run)

    def _loader(self, columns: Sequence[Column], unique: Column | None) -> Loader:
        """Begin: nobody else loads this file now, and its fields are there."""
        if self.noted:
            ledger.hold(self.noted)
        loader = self.resource.loader(self.job.terms, columns, unique)
        if self.noted and not (loader.is_matching or self.job.again):
            ledger.refuse_again(self.noted)
        self.report.columns.extend(_place(column, unique) for column in columns)
        return loader

    def _load_in_parts(
        self, records: Records, columns: Sequence[Column], unique: Column | None
    ) -> None:
        """Commit the rows as they come, with a note of how far they are."""
        noted = cast(ImportRun, self.noted)
        with transaction.atomic():
            loader = self._loader(columns, unique)
        self._look(records, loader)
        rows = self.report.rows
        ledger.restore(noted, self.report)
        self.report.rows, done = rows, 0
        for batch in batches(records, BATCH):
            done += len(batch)
            if done <= noted.loaded:
                for item in batch:
                    self._repeated(item, unique)
                continue
            with transaction.atomic():
                self._load_batch(batch, loader, unique)
                ledger.note_progress(noted, self.report, done)
            self.watch(done, self.report.rows)
        self.report.notes.extend(loader.notes)
        ledger.close(noted, self.report, is_written=True)

    def _placed(self, records: Records) -> list[Column]:
        """Place the columns of the file, and those that --set and the resource add."""
        terms = self.job.terms
        targets = Targets(self.resource.keys, self.resource.fields(terms.organisation))
        columns = place_columns(records.header, targets, self.job.asked)
        for name, value in self.job.defaults.items():
            self._default(records, columns, targets, name, value)
        if "fields" not in terms.missing:
            refuse_new_fields(columns, targets)
        placed = {column.key for column in columns}
        added = self.resource.defaults(terms, placed, self.job.path.stem)
        for name, (value, note) in added.items():
            self._default(records, columns, targets, name, value)
            self.report.notes.append(note)
        return columns

    def _default(
        self,
        records: Records,
        columns: list[Column],
        targets: Targets,
        name: str,
        value: str,
    ) -> None:
        key = targets.key_named(name)
        place = key.name if key else targets.fields.get(squeezed(name), name)
        for column in columns:
            if squashed(place) in _names(column):
                records.defaults[column.index] = value
                return
        index = records.add_column(name, value)
        columns.append(
            Column(
                index,
                name,
                name,
                key=key.name if key else "",
                field_name="" if key else place,
                is_certain=True,
            )
        )

    def _settled(self, columns: list[Column]) -> list[Column]:
        """Decide on the columns, now that it is known what they hold."""
        without_misfits(columns, self.resource.keys)
        columns, notes = without_empty(columns)
        self.report.notes.extend(notes)
        if "fields" in self.job.terms.missing:
            for column in columns:
                if not is_placed(column):
                    column.field_name = column.header or f"Column {column.index + 1}"
        columns, notes = without_unknown(columns, ignore=self.job.ignore_unknown)
        self.report.notes.extend(notes)
        refuse_contested(columns)
        return columns

    def _look(self, records: Records, loader: Loader) -> None:
        if loader.needs_look:
            for record in records:
                if isinstance(record, Record):
                    loader.look(record)

    def _load_all(
        self, records: Records, loader: Loader, unique: Column | None
    ) -> None:
        done = 0
        for batch in batches(records, BATCH):
            self._load_batch(batch, loader, unique)
            done += len(batch)
            self.watch(done, self.report.rows)

    def _load_batch(
        self, batch: list[Record | Refused], loader: Loader, unique: Column | None
    ) -> None:
        checked = [self._repeated(item, unique) or item for item in batch]
        fit = [item for item in checked if isinstance(item, Record)]
        outcomes = iter(loader.load(fit))
        for item in checked:
            if isinstance(item, Refused):
                self.report.count(refusal_of([item]))
            else:
                self.report.count(next(outcomes))

    def _repeated(
        self, item: Record | Refused, unique: Column | None
    ) -> Refused | None:
        """Refuse a row whose identifier stands on an earlier line of the file."""
        if unique is None or isinstance(item, Refused) or unique.key == "number":
            return None
        value = item.cells[unique.index]
        if not value:
            return None
        first = self.lines.setdefault(squeezed(value), item.line)
        if first == item.line:
            return None
        reason = f"The same {unique.label} stands on line {first}."
        return refused(item, unique, "duplicate_row", reason)

    def _close(self, loader: Loader) -> bool:
        """Take everything back if nothing may stay; tell whether it was written."""
        job, report = self.job, self.report
        report.notes.extend(loader.notes)
        is_refused = bool(report.refused) and not job.skip_invalid
        if is_refused:
            report.take_back()
        if is_refused or job.dry_run:
            transaction.set_rollback(True)
            return False
        if self.noted:
            ledger.close(self.noted, report, is_written=True)
        return True


def _names(column: Column) -> set[str]:
    """Return what --set may call a column: where it goes, else its header."""
    places = {squashed(column.key), squashed(column.field_name)} - {""}
    return places or {squashed(column.header)}


def _place(column: Column, unique: Column | None) -> Placed:
    target = column.key or f"field {column.field_name}"
    traits = [] if column.key else [column.guess.type]
    traits += ["identifier"] if column is unique else []
    return Placed(column.label, target, ", ".join(traits))
