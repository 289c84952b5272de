"""A look at a file before it is loaded: its first rows, and where they would go."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import islice

from config.imports.failures import ImportFailure, Problem
from config.imports.headers import LEFT_OUT, Targets, labelled, place_columns
from config.imports.jobs import Job, opened
from config.imports.records import Records
from config.imports.resources import RESOURCES
from organisations.imports import Column, Record

ROWS_SHOWN = 8
LONGEST_SHOWN = 60
# What may be chosen for a column beside the keys and the fields there are.
NEW_FIELD = "new"
KEY, FIELD = "key:", "field:"


@dataclass(frozen=True, slots=True)
class Seen:
    """A column, where it would go as a choice, and its cells in the first rows."""

    index: int
    label: str
    header: str
    place: str
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Preview:
    """The columns of a file, where they may go, and what keeps it from being read."""

    columns: Sequence[Seen] = ()
    choices: Sequence[tuple[str, str]] = ()
    problems: Sequence[Problem] = field(default_factory=tuple)


def preview(job: Job) -> Preview:
    """Look at the first rows of a file."""
    resource = RESOURCES[job.type]
    targets = Targets(resource.keys, resource.fields(job.terms.organisation))
    try:
        with closing(opened(job)) as table:
            records = Records.of(table)
            whole = (row for row in records if isinstance(row, Record))
            rows = [row.cells for row in islice(whole, ROWS_SHOWN)]
    except ImportFailure as failure:
        return Preview(problems=failure.problems)
    problems: Sequence[Problem] = ()
    try:
        placed = place_columns(records.header, targets, job.asked)
    except ImportFailure as failure:
        placed, problems = labelled(records.header), failure.problems
    may_make = "fields" in resource.missing
    places = {one.index: _place(one, may_make=may_make) for one in placed}
    columns = [
        Seen(
            one.index,
            one.label,
            one.header,
            places.get(one.index, LEFT_OUT),
            [row[one.index][:LONGEST_SHOWN] for row in rows],
        )
        for one in labelled(records.header)
    ]
    return Preview(columns, _choices(targets, columns, may_make=may_make), problems)


def mapped(job: Job, shown: Preview, chosen: Mapping[int, str]) -> Job:
    """Return the job with the places that were chosen for its columns, by index.

    A place that was left as it was proposed stays a proposal, which the cells of the
    whole column may overrule; there is none where the headers have a fault.
    """
    asked, makes_fields = dict(job.asked), False
    for column in shown.columns:
        place = chosen.get(column.index, column.place)
        makes_fields |= place == NEW_FIELD
        if shown.problems or place != column.place or place == LEFT_OUT:
            asked[column.label] = _target(place, column)
    kinds = {"fields"} if makes_fields else set()
    terms = replace(job.terms, missing=job.terms.missing | kinds)
    return replace(job, asked=asked, terms=terms)


def _place(column: Column, *, may_make: bool) -> str:
    if column.key:
        return f"{KEY}{column.key}"
    if column.field_name:
        return f"{FIELD}{column.field_name}"
    return NEW_FIELD if may_make else LEFT_OUT


def _target(place: str, column: Seen) -> str:
    if place == NEW_FIELD:
        return column.header or f"Column {column.index + 1}"
    return place.removeprefix(KEY).removeprefix(FIELD)


def _choices(
    targets: Targets, columns: Sequence[Seen], *, may_make: bool
) -> list[tuple[str, str]]:
    fields = dict.fromkeys(f"{FIELD}{name}" for name in targets.fields.values())
    # A preset may name fields that are yet to be made.
    fields |= dict.fromkeys(c.place for c in columns if c.place.startswith(FIELD))
    return [
        (LEFT_OUT, "leave out"),
        *((f"{KEY}{key.name}", key.name) for key in targets.keys),
        *((place, f"field {place.removeprefix(FIELD)}") for place in fields),
        *([(NEW_FIELD, "a new field")] if may_make else []),
    ]
