"""Where the columns of a file go, and which of them go nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from config.imports.headers import (
    LEFT_OUT,
    Targets,
    column_called,
    is_placed,
    labelled,
    place_columns,
    refuse_contested,
    refuse_new_fields,
)
from config.imports.jobs import Job
from config.imports.presets.shaping import ShapedTable
from config.imports.readers.tables import Table
from config.imports.records import Records
from config.imports.report import Lost
from config.imports.resources import Resource
from config.imports.survey import without_empty, without_misfits, without_unknown
from organisations.imports import Column, Note, squashed, squeezed


@dataclass
class Placing:
    """The columns of one file: `notes` tell what was decided.

    `left_out` are the columns that nobody keeps.
    """

    job: Job
    resource: Resource
    notes: list[Note] = field(default_factory=list)
    left_out: list[Column] = field(default_factory=list)

    def place(self, records: Records) -> list[Column]:
        """Place the columns of the file, and those that --set and the resource add."""
        terms = self.job.terms
        targets = Targets(self.resource.keys, self.resource.fields(terms.organisation))
        columns = place_columns(records.header, targets, self.job.asked)
        columns += self._joined(records, columns)
        for name, value in self.job.defaults.items():
            _add_default(records, columns, targets, name, value)
        if "fields" not in terms.missing:
            refuse_new_fields(columns, targets)
        placed = {column.key for column in columns}
        added = self.resource.defaults(terms, placed, self.job.path.stem)
        for name, (value, note) in added.items():
            _add_default(records, columns, targets, name, value)
            self.notes.append(note)
        return columns

    def settle(self, columns: list[Column]) -> list[Column]:
        """Decide on the columns, now that it is known what they hold."""
        without_misfits(columns, self.resource.keys)
        columns, notes = without_empty(columns)
        self.notes.extend(notes)
        if "fields" in self.job.terms.missing:
            for column in columns:
                if not is_placed(column):
                    column.field_name = column.header or f"Column {column.index + 1}"
        for column in columns:
            if type_ := self.job.types.get(column.field_name):
                column.guess = replace(column.guess, type=type_, units="")
        self.left_out += [column for column in columns if not is_placed(column)]
        columns, notes = without_unknown(columns, ignore=self.job.ignore_unknown)
        self.notes.extend(notes)
        refuse_contested(columns)
        return columns

    def losses(self, table: Table) -> list[Lost]:
        """Return what the file holds and nobody keeps."""
        lost = [
            Lost(column.label, column.filled, self._why(column))
            for column in self.left_out
            if column.filled
        ]
        members = table.members if isinstance(table, ShapedTable) else {}
        return lost + [
            Lost(name, count, self.job.lost.get(name) or "It means nothing here.")
            for name, count in members.items()
        ]

    def _joined(self, records: Records, columns: Sequence[Column]) -> list[Column]:
        """Translate cells, and return the columns that are made of several."""
        of_file = labelled(records.header)
        for name, table in self.job.values.items():
            if column := column_called(of_file, name):
                records.values[column.index] = table
        used = {column.index for column in columns}
        joined = []
        for key, names in self.job.joined.items():
            sources = [column_called(of_file, name) for name in names]
            indexes = [column.index for column in sources if column]
            used.update(indexes)
            label = " + ".join(names)
            index = records.join(label, indexes)
            joined.append(Column(index, label, label, key=key, is_certain=True))
        self.left_out = [one for one in of_file if one.header and one.index not in used]
        return joined

    def _why(self, column: Column) -> str:
        is_asked = self.job.asked.get(column.label) == LEFT_OUT
        usual = "It was to be left out." if is_asked else "It means nothing here."
        return self.job.lost.get(column.label) or usual


def _add_default(
    records: Records, columns: list[Column], targets: Targets, name: str, value: str
) -> None:
    """Fill in a value where rows have none, in a column of its own if need be."""
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
            is_added=True,
        )
    )


def _names(column: Column) -> set[str]:
    """Return what --set may call a column: where it goes, else its header."""
    places = {squashed(column.key), squashed(column.field_name)} - {""}
    return places or {squashed(column.header)}
