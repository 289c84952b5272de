"""How files of asset types are loaded, their fields and zones by name."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from assets.ephemerality import Ephemerality
from assets.imports import references
from assets.imports.references import References, meant
from assets.models import (
    AssetField,
    AssetType,
    AssetTypeField,
    AssetTypeZone,
    AssetZone,
)
from assets.services import types
from organisations.imports import (
    Cells,
    Column,
    Export,
    Key,
    Note,
    Terms,
    joined,
    listed,
    parted,
)
from organisations.imports.catalogue import (
    CatalogueLoader,
    PlainResource,
    key,
)
from organisations.imports.exporting import CHUNK, as_cell, refuse_filter
from organisations.imports.fleets import names_of as fleet_names
from organisations.imports.prefixes import names_of as prefix_names
from organisations.models import Organisation
from organisations.permissions import Permission
from organisations.services import rows

OWN: Mapping[str, str] = {"name": "text", "description": "text", "active": "boolean"}


class TypeLoader(CatalogueLoader[AssetType]):
    """Loads the rows of one file as types.

    A row means the type of its name and kind; without a kind, the only one of the
    name, else the one for single assets. The cells of fields and zones name all that
    the type has.
    """

    noun: ClassVar[str] = "type"
    types: ClassVar[Mapping[str, str]] = OWN

    def __init__(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> None:
        super().__init__(terms, columns, unique)
        self.finder.texts = {"name": self.text_of("name"), "kind": _kind_and_name}
        for row in self.rows():
            self.finder.keep(row)
        self.fleets = references.fleets(terms)
        self.prefixes = references.prefixes(terms)
        self.fields = references.fields(terms)
        self.zones = references.zones(terms)

    @property
    def notes(self) -> list[Note]:
        """Tell what was made beside the types."""
        made = {"fleets": self.fleets.made, "zones": self.zones.made}
        return [
            Note(f"{kind}_made", f"{kind.capitalize()} made: {listed(names)}.", n)
            for kind, names in made.items()
            if (n := len(names))
        ]

    def rows(self) -> Iterable[AssetType]:
        """Return the organisation's types."""
        return AssetType.objects.of(self.terms.organisation)

    def find(self, cells: Cells) -> AssetType | None:
        """Return the type of that name and kind."""
        name = cells.text("name")
        if not name:
            return None
        of_kind = {"kind": f"{self._kind(cells).label} {name}"}
        named = {"name": name}
        is_open = not cells.text("ephemerality")
        fields = {"kind": "name"}
        found = self.finder.find(of_kind, fields)
        if found is None and is_open:
            found = self.finder.find(named, fields)
        if found is not None:
            self.once.note(found, cells.record, "name")
        return found

    def make(self, cells: Cells) -> AssetType:
        """Make a type, then hang fields and zones on it."""
        kind = {"ephemerality": self._kind(cells)}
        values = self.values(cells) | self._checked(cells, None)
        row = AssetType(organisation=self.terms.organisation, **kind, **values)
        rows.create(row, actor=self.terms.actor)
        self._hang(row, cells)
        return row

    def change(self, row: AssetType, cells: Cells) -> AssetType:
        """Change a type, and make its fields and zones those of the cells."""
        values = self.values(cells) | self._checked(cells, row)
        changed = rows.update(rows.locked(row), values, actor=self.terms.actor)
        self._hang(changed, cells)
        return changed

    def state(self, row: AssetType) -> Mapping[str, object]:
        """Return the columns, and the names of fields and zones."""
        fields = AssetTypeField.objects.filter(type=row).order_by("id")
        zones = AssetTypeZone.objects.filter(type=row).order_by("id")
        return {
            **row.recorded(),
            "fields": joined(fields.values_list("field__name", flat=True)),
            "zones": joined(zones.values_list("zone__name", flat=True)),
        }

    def _kind(self, cells: Cells) -> Ephemerality:
        word = cells.text("ephemerality") or Ephemerality.SINGLE.label
        return types.check_ephemerality({"ephemerality": word})

    def _checked(self, cells: Cells, kind: AssetType | None) -> dict[str, Any]:
        """Return the fleet and the prefix that the row names, if they can be used."""
        body: dict[str, object] = {}
        named: dict[str, References[Any]] = {
            "fleet": self.fleets,
            "prefix": self.prefixes,
        }
        for name, known in named.items():
            if text := cells.text(name):
                body[f"{name}_id"] = meant(known.find(text), name).pk
        return types.check_type(
            self.terms.organisation, body, fleet_code="fleet_invalid", kind=kind
        )

    def _hang(self, row: AssetType, cells: Cells) -> None:
        """Make the fields and zones of the type those that the cells name."""
        has: dict[str, Iterable[Any]] = {
            "fields": AssetField.objects.filter(types=row),
            "zones": AssetZone.objects.filter(types=row),
        }
        steps: dict[str, tuple[References[Any], Callable[..., None], Any]] = {
            "fields": (self.fields, types.add_field, types.remove_field),
            "zones": (self.zones, types.add_zone, types.remove_zone),
        }
        for name, (known, add, remove) in steps.items():
            texts = parted(cells.text(name))
            if not texts:
                continue
            wanted = {
                part.pk: part for part in (meant(known.find(t), name) for t in texts)
            }
            had = {part.pk: part for part in has[name]}
            for key_, part in had.items():
                if key_ not in wanted:
                    remove(row, part, actor=self.terms.actor)
            for key_, part in wanted.items():
                if key_ not in had:
                    add(row, part, actor=self.terms.actor)


def _kind_and_name(row: AssetType) -> str:
    return f"{Ephemerality(row.ephemerality).label} {row.name}"


class TypeResource(PlainResource):
    """Files with a type a row."""

    name: ClassVar[str] = "types"
    keys: ClassVar[Sequence[Key]] = (
        key("name", "type", "typename", "assettype", "category"),
        key("ephemerality", "kind"),
        key("description", "notes", "comments"),
        key("active"),
        key("fleet", "fleetname", "fleetcode"),
        key("prefix", "numberprefix", "series"),
        key("fields", "customfields"),
        key("zones"),
    )
    missing: ClassVar[Sequence[str]] = ("fleets", "zones")
    also: ClassVar[Mapping[str, str]] = dict.fromkeys(missing, Permission.MANAGE_FLEETS)
    needed = Permission.MANAGE_FLEETS

    def loader(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> TypeLoader:
        """Make ready to load."""
        return TypeLoader(terms, columns, unique)

    def export(self, organisation: Organisation, *, filter: str = "") -> Export:
        """Return the types in the order of their making."""
        refuse_filter(self.name, filter)
        return Export([one.name for one in self.keys], _rows(organisation))


def _rows(organisation: Organisation) -> Iterator[list[str]]:
    fleets, prefixes = fleet_names(organisation), prefix_names(organisation)
    zones = references.zone_names(organisation)
    links = AssetTypeField.objects.filter(type__organisation=organisation)
    fields = _by_type(links.order_by("id").values_list("type_id", "field__name"))
    hung = AssetTypeZone.objects.filter(type__organisation=organisation)
    pairs = hung.order_by("id").values_list("type_id", "zone_id")
    parts = _by_type((type_id, zones[zone_id]) for type_id, zone_id in pairs)
    found = AssetType.objects.of(organisation).order_by("id")
    for row in found.iterator(chunk_size=CHUNK):
        yield [
            row.name,
            Ephemerality(row.ephemerality).label,
            as_cell(row.description),
            as_cell(row.active),
            fleets.get(row.fleet_id or 0, ""),
            prefixes.get(row.prefix_id or 0, ""),
            joined(fields.get(row.pk, [])),
            joined(parts.get(row.pk, [])),
        ]


def _by_type(pairs: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    texts: dict[int, list[str]] = {}
    for type_id, text in pairs:
        texts.setdefault(type_id, []).append(text)
    return texts
