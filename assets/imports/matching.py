"""Which asset of the register a row of a file means."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform

from assets.ephemerality import Ephemerality
from assets.imports.fields import FieldColumns
from assets.models import AssetGroup
from assets.services.drafts import AssetDraft
from config.api.errors import Refusal
from organisations.imports import Column, Record, Terms, squashed, squeezed

SERIALS = frozenset({"serial", "serialnumber", "serialno", "vin"})
MATCHES = ("number", "serial", "external_id", "name")

# What tells one row of a file, and its draft, from the others.
Telling = Callable[[Record, AssetDraft], str]


class Matching:
    """The assets of an organisation by what tells them apart in a file.

    Everything is read once, at the start; what the file itself adds is not found by
    its later rows.
    """

    def __init__(self, column: Column, telling: Telling, known: dict[str, int]) -> None:
        self.column = column
        self.telling = telling
        self.known = known
        self.lines: dict[str, int] = {}

    def find(self, record: Record, draft: AssetDraft) -> int | None:
        """Return the id of the asset that the row means, if there is one.

        Raise `match_ambiguous` where several are alike, `duplicate_row` for a row that
        means the same asset as an earlier one.
        """
        key = self.telling(record, draft)
        found = self.known.get(key) if key else None
        if found is None:
            return None
        field = self.column.key or self.column.label
        if found == 0:
            reason = f"Several assets have this {self.column.label}."
            raise Refusal("match_ambiguous", reason, field=field)
        first = self.lines.setdefault(key, record.line)
        if first != record.line:
            reason = f"Line {first} means the same asset."
            raise Refusal("duplicate_row", reason, field=field)
        return found


def matching(
    terms: Terms,
    columns: Sequence[Column],
    unique: Column | None,
    fields: FieldColumns,
    series: Mapping[object, int | None],
    ephemerality: Ephemerality,
) -> Matching | None:
    """Say how rows are found: as the terms ask, else by number, else by identifier.

    `series` is to tell the series of numbers by the id of a draft's type. Raise
    `match_unknown` when no column of the file holds what was asked for.
    """
    by_key = {column.key: column for column in columns if column.key}
    offers: Mapping[str, Column | None] = {
        "number": by_key.get("number"),
        "serial": next((c for c in columns if squashed(c.header) in SERIALS), None),
        "external_id": unique,
        "name": by_key.get("name"),
    }
    if terms.match == "-":
        return None
    column = offers.get(terms.match) or None
    if terms.match and column is None:
        reason = f"No column of the file holds the {terms.match} to match rows by."
        raise Refusal("match_unknown", reason)
    column = column or offers["number"] or unique
    if column is None:
        return None
    known = AssetGroup.objects.of(terms.organisation).present()
    return _by(column, known.filter(ephemerality=ephemerality), fields, series)


def _by(
    column: Column,
    rows: QuerySet[AssetGroup],
    fields: FieldColumns,
    series: Mapping[object, int | None],
) -> Matching | None:
    if column.key == "number":
        found = rows.values_list("prefix_id", "number", "pk")
        known = _known((f"{prefix}/{number}", key) for prefix, number, key in found)
        return Matching(column, _number_in(series), known)
    if column.key == "name":
        return Matching(column, _name_in, _texts(rows, "name"))
    custom = next((field for one, field in fields.places if one is column), None)
    if custom is None:
        return None
    key = str(custom.pk)
    values = rows.annotate(told=KeyTextTransform(f"f{key}", "fields"))

    def told(record: Record, draft: AssetDraft) -> str:
        given = draft.fields.get(key, "") if isinstance(draft.fields, dict) else ""
        return squeezed(str(given))

    return Matching(column, told, _texts(values.filter(told__isnull=False), "told"))


def _name_in(record: Record, draft: AssetDraft) -> str:
    return squeezed(str(draft.name))


def _number_in(series: Mapping[object, int | None]) -> Telling:
    def told(record: Record, draft: AssetDraft) -> str:
        if not draft.number:
            return ""
        return f"{draft.prefix_id or series[draft.type_id]}/{draft.number}"

    return told


def _texts(rows: QuerySet[AssetGroup], name: str) -> dict[str, int]:
    found = rows.order_by().values_list(name, "pk").iterator(chunk_size=10_000)
    return _known((squeezed(str(text)), key) for text, key in found)


def _known(told: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return ids by what tells rows apart, 0 where several are alike."""
    known: dict[str, int] = {}
    for text, key in told:
        known[text] = 0 if text in known else key
    return known
