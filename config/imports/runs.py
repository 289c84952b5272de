"""One import from file to report."""

import os
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from config.api.errors import Refusal
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
    refused,
    squashed,
    squeezed,
)

BATCH = 2_000

# Called with the rows done so far and the rows there are.
Watch = Callable[[int, int], None]


@dataclass(frozen=True)
class Job:
    """What was asked for: a file, where its rows go, and how to take it.

    `asked` maps headers to keys or custom fields, `defaults` keys or field names to the
    value of rows that have none, `unique` names the column of identifiers (`-` for
    none), `dates` is dmy or mdy where a file does not tell. `header_row` counts from 1
    (0: the first row that is not blank), `skip_rows` are left out below it.
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


def run(job: Job, watch: Watch = lambda done, total: None) -> Report:
    """Load a file and report; everything is written in one transaction, or nothing.

    A dry run does all of it and takes it back, so that it finds what the import would.
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
            _Run(job, report, RESOURCES[job.type], watch).load(table)
    except ImportFailure as failure:
        report.give_up(*failure.problems)
    except Refusal as refusal:
        # A rule that no row could keep: the file's fields, or a lost race for a number.
        report.give_up(Problem(refusal.code, refusal.message))
    return report


@dataclass
class _Run:
    """The steps of an import."""

    job: Job
    report: Report
    resource: Resource
    watch: Watch
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
        with transaction.atomic():
            loader = self.resource.loader(self.job.terms, columns, unique)
            self.report.columns.extend(_place(column, unique) for column in columns)
            self._load_all(records, loader, unique)
            self._close()
        self.report.notes.extend(loader.notes)

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

    def _load_all(
        self, records: Records, loader: Loader, unique: Column | None
    ) -> None:
        if loader.needs_look:
            for record in records:
                if isinstance(record, Record):
                    loader.look(record)
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
            reasons = [item] if isinstance(item, Refused) else next(outcomes)
            if reasons:
                self.report.refuse(reasons)
            else:
                self.report.created += 1

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

    def _close(self) -> None:
        """Take everything back if nothing may stay, and count accordingly."""
        job, report = self.job, self.report
        is_refused = bool(report.refused) and not job.skip_invalid
        if is_refused:
            report.created, report.skipped = 0, report.created
        if is_refused or job.dry_run:
            transaction.set_rollback(True)


def _names(column: Column) -> set[str]:
    """Return what --set may call a column: where it goes, else its header."""
    places = {squashed(column.key), squashed(column.field_name)} - {""}
    return places or {squashed(column.header)}


def _place(column: Column, unique: Column | None) -> Placed:
    target = column.key or f"field {column.field_name}"
    traits = [] if column.key else [column.guess.type]
    traits += ["identifier"] if column is unique else []
    return Placed(column.label, target, ", ".join(traits))
