"""What the assets of one page share: types' fields and zones, values, locations.

Read in two queries, whatever the page holds, and rendered once per page.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Any, Self

from django.db.models import CharField, F, QuerySet, Value

from assets.api.fleet.serializers.words import (
    AssetFieldRules,
    AssetZoneSerializer,
    EnumValueSerializer,
)
from assets.models import AssetField, AssetTypeField, AssetTypeZone, FieldType
from config.api.kept import kept_rows
from config.api.keyed import rows_of_keys
from config.api.rows import Page, Row, SerializerClass, build, columns_of
from organisations.api.fleet.locations import LocationRow, SubLocationSerializer
from organisations.models import Location

Json = dict[str, Any]

# Fills the columns that one part of a union does not have.
NOTHING = Value(None, output_field=CharField())

# The columns of a field with one of its values, of a link to a type, of a zone.
FIELD = (
    *columns_of(AssetFieldRules),
    *(f"values__{name}" for name in columns_of(EnumValueSerializer)),
)
LINK = ("link", "link_type", "link_field")
ZONE = tuple(f"zone__{name}" for name in columns_of(AssetZoneSerializer))


class Catalogue:
    """Gathers what a page needs, then reads each kind once when first asked."""

    def __init__(self) -> None:
        self.type_ids: set[int] = set()
        self.field_ids: set[int] = set()
        self.location_ids: set[int] = set()

    @classmethod
    def of(cls, page: Page) -> Self:
        """Return the catalogue that the page's fields share."""
        found: Self = page.shared.setdefault("catalogue", cls())
        return found

    @cached_property
    def _definitions(self) -> "Definitions":
        if not self.type_ids and not self.field_ids:
            return Definitions([])
        return Definitions(kept_rows(_definitions_of, self.type_ids, self.field_ids))

    @property
    def fields(self) -> dict[int, Json]:
        """Every field that the page needs, with its enum values."""
        return self._definitions.fields

    def fields_of(self, type_id: int) -> list[Json]:
        """Return the type's fields as the answer embeds them."""
        return [
            {"type_id": str(type_id), "field": one, "enum_values": one["values"]}
            for one in self._definitions.fields_of[type_id]
        ]

    def zones_of(self, type_id: int) -> list[Json]:
        """Return the type's zones."""
        return self._definitions.zones_of[type_id]

    @cached_property
    def locations(self) -> dict[int, Json]:
        """Every location of the page with its sub-locations, in one query."""
        if not self.location_ids:
            return {}
        own = columns_of(LocationRow)
        nested = columns_of(SubLocationSerializer)
        columns = (*own, *(f"sub_locations__{name}" for name in nested))
        order = ("id", "sub_locations__id")
        found = rows_of_keys(Location, columns, self.location_ids, order=order)
        page = Page(columns, found)
        return joined(
            page, page.rows, LocationRow, SubLocationSerializer, "sub_locations"
        )


def _definitions_of(
    types: Collection[int], fields: Collection[int]
) -> QuerySet[Any, Any]:
    """Select in one query the fields, those of the types, and what hangs on the types.

    The parts of the union are told apart by their columns: a field with one of its
    values has no link, the link of a field to its type names the field, that of a
    zone does not.
    """
    linked = AssetTypeField.objects.filter(type__in=types).order_by()
    zones = AssetTypeZone.objects.filter(type__in=types).order_by()
    named = AssetField.objects.filter(pk__in=fields).order_by().values("pk")
    needed = AssetField.objects.filter(pk__in=linked.values("field").union(named))
    no_field, no_zone = [NOTHING] * len(FIELD), [NOTHING] * len(ZONE)
    return (
        needed.order_by()
        .values_list(*FIELD, NOTHING, NOTHING, F("id"), *no_zone)
        .union(
            zones.values_list(*no_field, F("id"), F("type_id"), NOTHING, *map(F, ZONE)),
            linked.values_list(
                *no_field, F("id"), F("type_id"), F("field_id"), *no_zone
            ),
            all=True,
        )
    )


class Definitions:
    """Fields by id, and by type its fields and zones, rendered once."""

    def __init__(self, rows: list[Row]) -> None:
        self.fields: dict[int, Json] = {}
        self.fields_of: dict[int, list[Json]] = defaultdict(list)
        self.zones_of: dict[int, list[Json]] = defaultdict(list)
        page = Page((*FIELD, *LINK, *ZONE), rows)
        link, value = page.reader("link"), page.reader("values__id")
        # Fields before what links them; links and values in the order of their making.
        rows.sort(key=lambda row: (link(row) or 0, value(row) or 0))
        self._read_fields(page, [row for row in rows if link(row) is None])
        self._read_links(page, [row for row in rows if link(row) is not None])

    def _read_fields(self, page: Page, rows: list[Row]) -> None:
        self.fields = joined(page, rows, AssetFieldRules, EnumValueSerializer, "values")
        for one in self.fields.values():
            _show_default(one)

    def _read_links(self, page: Page, rows: list[Row]) -> None:
        kind, field = page.reader("link_type"), page.reader("link_field")
        zones = [row for row in rows if field(row) is None]
        shown = build(AssetZoneSerializer, page, "zone__", zones)
        for row, zone in zip(zones, shown, strict=True):
            self.zones_of[kind(row)].append(zone)
        for row in rows:
            if field(row) is not None:
                self.fields_of[kind(row)].append(self.fields[field(row)])


def joined(
    page: Page,
    rows: Sequence[Row],
    outer: SerializerClass,
    inner: SerializerClass,
    relation: str,
) -> dict[int, Json]:
    """Render by id the rows of a join of one kind with the many of another it has.

    The inner ones stand in a list under the relation's name.
    """
    key, inner_key = page.reader("id"), page.reader(f"{relation}__id")
    first = {key(row): row for row in reversed(rows)}
    shown = build(outer, page, "", first.values())
    found: dict[int, Json] = {
        one: values | {relation: []} for one, values in zip(first, shown, strict=True)
    }
    nested = [row for row in rows if inner_key(row) is not None]
    parts = build(inner, page, f"{relation}__", nested)
    for row, part in zip(nested, parts, strict=True):
        found[key(row)][relation].append(part)
    return found


def _show_default(field: Json) -> None:
    """Show the default of an enum field as its text; the column holds an id."""
    if field["type"] == FieldType.ENUM and field["default_value"] is not None:
        texts = {value["id"]: value["value"] for value in field["values"]}
        field["default_value"] = texts.get(field["default_value"])
