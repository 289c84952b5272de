"""One import from file to report."""

import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, field
from typing import cast

from django.db import transaction

from config.api.errors import Refusal
from config.api.sending import RefusedLater, sending_ahead
from config.imports import ledger
from config.imports.failures import ImportFailure, Problem, TakenElsewhere
from config.imports.jobs import Job, job_of, opened
from config.imports.placing import Placing
from config.imports.readers.tables import Table
from config.imports.records import Records
from config.imports.report import Placed, Report
from config.imports.resources import RESOURCES, Loader, Resource
from config.imports.survey import survey, unique_column
from organisations.imports import (
    Column,
    Note,
    Record,
    Refused,
    refusal_of,
    refused,
    squeezed,
)
from organisations.models import ImportRun
from organisations.services import history

__all__ = ["BATCH", "Job", "Watch", "job_of", "run", "run_all"]

BATCH = 2_000

# Called with the rows done so far and the rows there are.
Watch = Callable[[int, int], None]


def run(
    job: Job,
    watch: Watch = lambda done, total: None,
    noted: ImportRun | None = None,
    *,
    is_held: bool = False,
) -> Report:
    """Load a file and report; everything is written in one transaction, or nothing.

    A dry run does all of it but history and takes it back, so that it finds what the
    import would; `is_held` leaves the taking back to the caller's transaction. Every
    other import is noted in the list of imports; `noted` is the note of one that waited
    or was stopped.
    """
    report = Report(
        file=os.fspath(job.path),
        type=job.type,
        organisation=job.terms.organisation.name,
        is_dry_run=job.dry_run,
        preset=job.preset,
    )
    if job.remark:
        report.notes.append(Note("preset_applied", job.remark))
    try:
        with closing(opened(job)) as table:
            noted = noted or _noted(job)
            resource = RESOURCES[job.type]
            _Run(job, report, resource, watch, noted, is_held=is_held).load(table)
    except TakenElsewhere as failure:
        report.give_up(*failure.problems)
        return report
    except ImportFailure as failure:
        report.give_up(*failure.problems)
    except Refusal as refusal:
        # A rule that no row could keep: the file's fields, or a lost race for a number.
        report.give_up(Problem(refusal.code, refusal.message))
    except RefusedLater:
        # A lost race for a number, or for something that rows refer to.
        report.give_up(Problem("conflict", "Rows conflict with what others wrote."))
    if noted:
        report.run = str(noted.pk)
        if report.problems and noted.state != ImportRun.State.DONE:
            ledger.close(noted, report, is_written=False)
    return report


def run_all(
    jobs: Sequence[Job], watch: Watch = lambda done, total: None
) -> list[Report]:
    """Run the jobs of one file in order, until one is not clean and nothing goes on.

    In a dry run each finds what those before it would have written; all is taken back.
    """
    is_held = len(jobs) > 1 and jobs[0].dry_run
    with transaction.atomic() if is_held else nullcontext():
        reports = []
        for job in jobs:
            report = run(job, watch, is_held=is_held)
            reports.append(report)
            if report.problems or (report.refused and not job.skip_invalid):
                break
        if is_held:
            transaction.set_rollback(True)
    return reports


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
    is_held: bool = False
    lines: dict[str, int] = field(default_factory=dict)

    def load(self, table: Table) -> None:
        """Read the table and write its rows."""
        self.report.notes.extend(table.notes)
        records = Records.of(table)
        columns = self._columns(records, table)
        unique = unique_column(columns, self.resource.identifiers, self.job.unique)
        if self.noted:
            ledger.begin(self.noted)
        with ledger.writing(self.noted):
            # A dry run keeps no part: it is one transaction, which is taken back.
            if self.job.in_parts and self.noted and not self.job.dry_run:
                self._load_in_parts(records, columns, unique)
                return
            with transaction.atomic(), sending_ahead(), self._history():
                loader = self._loader(columns, unique)
                self._look(records, loader)
                self._load_all(records, loader, unique)
                is_written = self._close(loader)
        if self.noted and not is_written:
            ledger.close(self.noted, self.report, is_written=self.job.dry_run)

    def _history(self) -> AbstractContextManager[None]:
        """Leave lines of what stays: a dry run tells of its rows by itself."""
        return history.leaving_none() if self.job.dry_run else nullcontext()

    def _loader(self, columns: Sequence[Column], unique: Column | None) -> Loader:
        """Begin: nobody else loads this file now, and its fields are there."""
        if self.noted:
            ledger.hold(self.noted)
        loader = self.resource.loader(self.job.terms, columns, unique)
        is_known_twice = loader.is_matching or self.job.again or not self.report.rows
        if self.noted and not is_known_twice:
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
        for batch in records.batches(BATCH):
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

    def _columns(self, records: Records, table: Table) -> list[Column]:
        """Place the columns by their headers, then by what they hold."""
        placing = Placing(self.job, self.resource, self.report.notes)
        columns = placing.place(records)
        rows = survey(records, columns, placing.left_out, dates=self.job.dates)
        self.report.rows, self.report.blank = rows, records.blank
        columns = placing.settle(columns)
        self.report.lost.extend(placing.losses(table))
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
        for batch in records.batches(BATCH):
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
            if is_refused or not self.is_held:
                transaction.set_rollback(True)
            return False
        if self.noted:
            ledger.close(self.noted, report, is_written=True)
        return True


def _place(column: Column, unique: Column | None) -> Placed:
    target = column.key or f"field {column.field_name}"
    traits = [] if column.key else [column.guess.type]
    traits += ["identifier"] if column is unique else []
    return Placed(column.label, target, ", ".join(traits))
