"""From the cells of a row to an asset."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from assets.ephemerality import Ephemerality
from assets.imports import references
from assets.imports.fields import FieldColumns
from assets.imports.matching import Matching, matching
from assets.imports.meeting import Found, meet
from assets.imports.references import References
from assets.models import AssetType
from assets.services.drafts import AssetDraft
from assets.services.intake import Intake
from config.api.errors import Refusal
from organisations.imports import (
    CREATED,
    LONGEST_NAME,
    NOUNS,
    Column,
    Note,
    Outcome,
    Record,
    Refused,
    ShortNames,
    Terms,
    cut_at_word,
    listed,
    refusal_of,
    refused,
    squashed,
)
from organisations.models.base import TenantRow
from organisations.names import has_control_characters

# Headers of columns that can stand in for a name, the likeliest first.
NAMING = (
    *("registrationno", "registrationnumber", "registration", "licenceplate"),
    *("licenseplate", "licence", "license", "plate", "regno", "assettag", "tag"),
    *("serialnumber", "serialno", "serial", "vin", "barcode"),
)
SHORTEST_NAME = 2


@dataclass
class _Row:
    """A row on its way to a draft: the ids found so far, and what is wrong."""

    record: Record
    ids: dict[str, int] = field(default_factory=dict)
    faults: list[Refused] = field(default_factory=list)


class AssetLoader:
    """Loads the rows of one file as single assets, or as equipment."""

    def __init__(
        self,
        terms: Terms,
        columns: Sequence[Column],
        unique: Column | None,
        ephemerality: Ephemerality = Ephemerality.SINGLE,
    ) -> None:
        self.terms = terms
        self.ephemerality = ephemerality
        self.columns = {column.key: column for column in columns if column.key}
        self.fields = FieldColumns(terms, columns)
        self.types = references.types(terms, ephemerality)
        self.statuses = references.statuses(terms)
        self.fleets = references.fleets(terms)
        self.locations = references.locations(terms)
        self.sub_locations = references.SubLocations(terms)
        self.prefixes = references.prefixes(terms)
        self.named = self._named()
        self.names = ShortNames()
        self.naming = _naming(columns, unique)
        self.series: dict[object, int | None] = {}
        self.matching = self._matching(columns, unique)
        self.unnamed = 0
        self.intake = Intake(terms.organisation, terms.actor, ephemerality)

    def _matching(
        self, columns: Sequence[Column], unique: Column | None
    ) -> Matching | None:
        """Say how rows are found in the register."""
        return matching(
            self.terms, columns, unique, self.fields, self.series, self.ephemerality
        )

    @property
    def is_matching(self) -> bool:
        """Tell whether rows of the file are found in the register."""
        return self.matching is not None

    @property
    def needs_look(self) -> bool:
        """Tell whether some names will be cut: all must be known to number those."""
        column = self.columns.get("name")
        return bool(
            self.terms.cut_names and column and column.guess.longest > LONGEST_NAME
        )

    def look(self, record: Record) -> None:
        """Note a name that is short enough to stay as it is."""
        self.names.keep(_on_one_line(self._text(record, "name")))

    @property
    def notes(self) -> list[Note]:
        """Tell what was created and which names were changed."""
        notes = [*self.fields.notes]
        for kind, made in (
            ("types", self.types.made),
            ("statuses", self.statuses.made),
            ("locations", self.locations.made),
            ("sub_locations", self.sub_locations.made),
            ("fleets", self.fleets.made),
        ):
            if made:
                kinds = kind.replace("_", "-").capitalize()
                message = f"{kinds} made: {listed(made)}."
                notes.append(Note(f"{kind}_made", message, len(made)))
        return notes + self._name_notes()

    def load(self, records: Sequence[Record]) -> list[Outcome]:
        """Write the rows that are in order; say of each what became of it."""
        outcomes = [CREATED] * len(records)
        new: list[tuple[int, AssetDraft]] = []
        found: list[Found] = []
        for place, record in enumerate(records):
            draft = self._draft(record)
            if isinstance(draft, list):
                outcomes[place] = refusal_of(draft)
                continue
            try:
                key = self.matching.find(record, draft) if self.matching else None
            except Refusal as refusal:
                outcomes[place] = refusal_of(self._reasons(record, refusal))
                continue
            if key is None:
                new.append((place, draft))
            else:
                found.append(Found(place, record, key, self._body(record, draft)))
        if self.fields.link():
            self.intake.forget()
        self._create(new, records, outcomes)
        for place, outcome in meet(self.terms, found, self._reasons).items():
            outcomes[place] = outcome
        return outcomes

    def _create(
        self,
        drafts: Sequence[tuple[int, AssetDraft]],
        records: Sequence[Record],
        outcomes: list[Outcome],
    ) -> None:
        """Write the rows of the drafts that are in order."""
        checked = self.intake.check([draft for _, draft in drafts])
        ready = []
        for (place, _), outcome in zip(drafts, checked, strict=True):
            if isinstance(outcome, Refusal):
                reasons = self._reasons(records[place], outcome)
                outcomes[place] = refusal_of(reasons)
            else:
                ready.append(outcome)
        self.intake.write(ready)

    def _body(self, record: Record, draft: AssetDraft) -> dict[str, object]:
        """Return what a row says of an asset that there is: of empty cells nothing.

        A value that all rows were given is for new ones.
        """
        said = (
            *("type", "status", "fleet", "location", "sub_location"),
            *("active", "description"),
        )
        added = {key for key, column in self.columns.items() if column.is_added}
        given = {key for key in said if self._text(record, key)} - added
        body: dict[str, object] = {
            name: getattr(draft, name)
            for key in given
            for name in (key, f"{key}_id")
            if hasattr(draft, name)
        }
        if self._text(record, "name"):
            body["name"] = draft.name
            if draft.description:
                body["description"] = draft.description
        return {**body, "fields": draft.fields}

    def _named(self) -> list[tuple[Column, References[Any]]]:
        """Pair the columns that name rows with those rows."""
        pairs = (
            ("status", self.statuses),
            ("fleet", self.fleets),
            ("location", self.locations),
            ("prefix", self.prefixes),
        )
        return [(self.columns[k], known) for k, known in pairs if k in self.columns]

    def _draft(self, record: Record) -> AssetDraft | list[Refused]:
        row = _Row(record)
        type_ = self._type(row)
        self._resolve(row)
        active = self._typed(row, "active", "boolean")
        number = self._typed(row, "number", "integer")
        if row.faults or type_ is None:
            return row.faults
        name, whole = self._name(record, type_)
        default = self.terms.organisation.default_prefix_id
        self.series[type_.pk] = type_.prefix_id or default
        return AssetDraft(
            type_id=type_.pk,
            name=name,
            description=_described(whole, self._text(record, "description")),
            active=active if isinstance(active, bool) else True,
            number=number if isinstance(number, int) else None,
            fields=self.fields.values(record, type_),
            **row.ids,
        )

    def _text(self, record: Record, key: str) -> str:
        """Return the cell of a key, empty when no column fills it."""
        column = self.columns.get(key)
        return record.cells[column.index] if column else ""

    def _type(self, row: _Row) -> AssetType | None:
        text = self._text(row.record, "type")
        if not text:
            reason = "The row has no asset type."
            self._fault(row, "type", Refusal("asset_type_required", reason))
            return None
        found = self.types.find(text)
        if isinstance(found, Refusal):
            self._fault(row, "type", found)
            return None
        return found

    def _resolve(self, row: _Row) -> None:
        """Find the rows that the cells name; note each that there is not."""
        for column, known in self.named:
            if text := row.record.cells[column.index]:
                self._take(row, column.key, known.find(text))
        if text := self._text(row.record, "sub_location"):
            location_id = row.ids.get("location_id")
            if location_id or not self._text(row.record, "location"):
                found = self.sub_locations.find(text, location_id)
                self._take(row, "sub_location", found)

    def _take(self, row: _Row, key: str, found: TenantRow | Refusal) -> None:
        if isinstance(found, Refusal):
            self._fault(row, key, found)
        else:
            row.ids[f"{key}_id"] = found.pk

    def _fault(self, row: _Row, key: str, refusal: Refusal) -> None:
        column = self.columns.get(key)
        row.faults.append(refused(row.record, column, refusal.code, refusal.message))

    def _typed(self, row: _Row, key: str, type_: str) -> object:
        """Read the cell of a key that is not text; None when it is empty."""
        column = self.columns.get(key)
        text = row.record.cells[column.index] if column else ""
        if column is None or not text:
            return None
        value = column.read(type_, text)
        if isinstance(value, str):
            reason = f"'{text}' is not {NOUNS[type_]}."
            self._fault(row, key, Refusal("invalid_body", reason))
        return value

    def _name(self, record: Record, type_: AssetType) -> tuple[str, str]:
        """Return the name of the asset, and its whole text when it had to be cut."""
        whole = _on_one_line(self._text(record, "name"))
        if not whole:
            whole = self._stand_in(record, type_)
            self.unnamed += 1
        if len(whole) < SHORTEST_NAME:
            whole = _with_type(type_, whole)
        if not self.terms.cut_names or len(whole) <= LONGEST_NAME:
            return whole, ""
        return self.names.shorten(whole), whole

    def _stand_in(self, record: Record, type_: AssetType) -> str:
        """Name a row after an identifier, the type before it if that is a number."""
        for column in self.naming:
            text = " ".join(record.cells[column.index].split())
            if text:
                is_number = column.guess.type == "integer"
                return _with_type(type_, text) if is_number else text
        return _with_type(type_, f"row {record.line}")

    def _reasons(self, record: Record, refusal: Refusal) -> list[Refused]:
        """Say what a service refused in the words of the file."""
        if not refusal.errors:
            return [refused(record, None, refusal.code, refusal.message)]
        return [
            refused(record, self._column_of(key), refusal.code, " ".join(messages))
            for key, messages in refusal.errors.items()
        ]

    def _column_of(self, key: str) -> Column | None:
        """Return the column behind a key of the services, None for the whole row."""
        custom = self.fields.column_of(key)
        return custom or self.columns.get(key.removesuffix("_id"))

    def _name_notes(self) -> list[Note]:
        notes = []
        if self.names.cut:
            message = (
                f"Names longer than {LONGEST_NAME} characters were cut at a word; "
                "the whole text is in the description."
            )
            notes.append(Note("names_cut", message, self.names.cut))
        if self.unnamed:
            labels = ", ".join(column.label for column in self.naming)
            source = f"from {labels}" if labels else "from their type and line"
            message = f"Rows without a name were given one {source}."
            notes.append(Note("names_given", message, self.unnamed))
        return notes


def _naming(columns: Sequence[Column], unique: Column | None) -> list[Column]:
    """Return the columns that can stand in for a name, the likeliest first."""
    by_header = {squashed(c.header): c for c in columns if c.key != "name"}
    found = [by_header[word] for word in NAMING if word in by_header]
    first = [unique] if unique and unique.key != "name" else []
    return first + [column for column in found if column is not unique]


def _on_one_line(text: str) -> str:
    """Take line breaks out of a name; one that is fit to be a name stays as it is."""
    is_fit = len(text) <= LONGEST_NAME and not has_control_characters(text)
    return text if is_fit else " ".join(text.split())


def _with_type(type_: AssetType, text: str) -> str:
    """Put the type before a number, so that both fit into a name."""
    room = LONGEST_NAME - len(text) - 1
    return f"{cut_at_word(type_.name, room)} {text}" if room > 1 else text


def _described(whole: str, description: str) -> str:
    """Keep the whole text of a name that was cut, unless it is there already."""
    if not whole or whole in description:
        return description
    return f"{whole}\n{description}" if description else whole
