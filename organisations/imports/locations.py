"""How files of locations and their parts are loaded."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from config.api.errors import Refusal
from organisations.imports.catalogue import (
    CatalogueLoader,
    Finder,
    PlainResource,
    key,
    typed,
)
from organisations.imports.exporting import CHUNK, as_cell, refuse_filter, told_apart
from organisations.imports.loading import Cells, RowLoader
from organisations.imports.words import Column, Export, Key, Terms
from organisations.models import Location, Organisation, SubLocation
from organisations.models.base import TenantRow
from organisations.permissions import Permission
from organisations.services import rows
from organisations.services.locations import (
    create_location,
    create_sub_location,
    update_location,
)

OWN: Mapping[str, str] = {
    "name": "text",
    "code": "text",
    "colour": "text",
    "address": "text",
    "latitude": "float",
    "longitude": "float",
    "radius": "float",
    "delivery": "boolean",
    "timezone_code": "text",
}
# The keys of a part, its columns, and what these hold.
PART: Mapping[str, tuple[str, str]] = {
    "sub_location": ("name", "text"),
    "sub_location_code": ("code", "text"),
    "asset_capacity": ("asset_capacity", "integer"),
    "enabled": ("enabled", "boolean"),
}
# What files split an address into, in the order in which it is written.
ADDRESS = ("address", "address_2", "postcode", "city", "region", "country")


class LocationLoader(CatalogueLoader[Location]):
    """Loads rows as locations."""

    noun: ClassVar[str] = "location"
    called: ClassVar[Sequence[str]] = ("code", "name")
    types = OWN

    def rows(self) -> Iterable[Location]:
        """Return the organisation's locations."""
        return Location.objects.of(self.terms.organisation)

    def values(self, cells: Cells) -> dict[str, Any]:
        """Return the columns, the parts of an address in one."""
        values = super().values(cells)
        parts = cells.filled(*ADDRESS)
        town = " ".join(parts.pop(one) for one in ("postcode", "city") if one in parts)
        lines = [parts.pop("address", ""), parts.pop("address_2", ""), town]
        if address := ", ".join(filter(None, [*lines, *parts.values()])):
            values["address"] = address
        return values

    def make(self, cells: Cells) -> Location:
        """Make a location."""
        return create_location(
            organisation=self.terms.organisation,
            values=self.values(cells),
            actor=self.terms.actor,
        )

    def change(self, row: Location, cells: Cells) -> Location:
        """Change a location."""
        return update_location(
            location=row, values=self.values(cells), actor=self.terms.actor
        )


class PlaceLoader(RowLoader[TenantRow]):
    """Loads the rows of one file as locations, and as parts of these.

    A row with a sub-location means that part. Its location is made by the row where
    there is none; else the row only says which one it is.
    """

    def __init__(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> None:
        super().__init__(terms, columns, unique)
        self.locations = LocationLoader(terms, columns, unique)
        self.parts: dict[int, Finder[SubLocation]] = {}
        self.lines: dict[int, int] = {}
        for part in SubLocation.objects.of(terms.organisation):
            self._parts_of(part.location_id).keep(part)

    def find(self, cells: Cells) -> TenantRow | None:
        """Return the part, or else the location, that the row means."""
        if not _is_part(cells):
            return self.locations.find(cells)
        location = self._location(cells)
        if location is None:
            return None
        wanted = {
            PART[name][0]: cells.text(name)
            for name in ("sub_location_code", "sub_location")
            if cells.text(name)
        }
        fields = {PART[name][0]: name for name in PART}
        found = self._parts_of(location.pk).find(wanted, fields)
        if found is not None:
            self._note(found, cells)
        return found

    def create(self, cells: Cells) -> TenantRow:
        """Make the part, and its location where there is none."""
        if not _is_part(cells):
            return self.locations.create(cells)
        known = self._location(cells)
        location = known or self.locations.made(cells)
        part = create_sub_location(
            location=location, values=_part(cells), actor=self.terms.actor
        )
        if known is None:
            self.locations.finder.keep(location)
        self._parts_of(location.pk).keep(part)
        self._note(part, cells)
        return part

    def update(self, row: TenantRow, cells: Cells) -> TenantRow:
        """Change the part, or else the location."""
        if isinstance(row, Location):
            return self.locations.update(row, cells)
        part = rows.update(rows.locked(row), _part(cells), actor=self.terms.actor)
        if isinstance(part, SubLocation):
            self._parts_of(part.location_id).keep(part)
        return part

    def _location(self, cells: Cells) -> Location | None:
        wanted = self.locations.wanted(cells)
        return self.locations.finder.find(wanted, {})

    def _parts_of(self, key_: int) -> Finder[SubLocation]:
        texts = {
            "code": lambda part: str(part.code),
            "name": lambda part: str(part.name),
        }
        return self.parts.setdefault(key_, Finder("sub-location", texts, ()))

    def _note(self, part: SubLocation, cells: Cells) -> None:
        first = self.lines.setdefault(part.pk, cells.record.line)
        if first != cells.record.line:
            reason = f"Line {first} means the same sub-location."
            raise Refusal("duplicate_row", reason, field="sub_location")


def _is_part(cells: Cells) -> bool:
    return bool(cells.filled("sub_location", "sub_location_code"))


def _part(cells: Cells) -> dict[str, Any]:
    values = typed(cells, {name: type_ for name, (_, type_) in PART.items()})
    return {PART[name][0]: value for name, value in values.items()}


class LocationResource(PlainResource):
    """Files with a location, or a part of one, a row."""

    name: ClassVar[str] = "locations"
    keys: ClassVar[Sequence[Key]] = (
        key("name", "location", "locationname", "station", "site", "depot"),
        key("code", "locationcode", "shortname", "bfds100abk"),
        key("colour", "color"),
        key("address", "street", "address1", "straße", "strasse"),
        key("latitude", "lat"),
        key("longitude", "lon", "lng", "long"),
        key("radius", "geofence"),
        key("delivery"),
        key("timezone_code", "timezone"),
        key("sub_location", "sublocationname", "room", "track", "bay"),
        key("sub_location_code"),
        key("asset_capacity", "capacity"),
        key("enabled"),
        key("address_2", "address2"),
        key("postcode", "postalcode", "zip", "zipcode", "plz"),
        key("city", "town", "ort"),
        key("region", "state", "province", "bundesland"),
        key("country"),
    )
    matches: ClassVar[Sequence[str]] = ("code", "name")
    needed = Permission.MANAGE_LOCATIONS

    def loader(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> PlaceLoader:
        """Make ready to load."""
        return PlaceLoader(terms, columns, unique)

    def export(self, organisation: Organisation, *, filter: str = "") -> Export:
        """Return each location, and behind it its parts, in the order of their making.

        An address is in one column.
        """
        refuse_filter(self.name, filter)
        return Export([*OWN, *PART], _rows(organisation))


def _rows(organisation: Organisation) -> Iterator[list[str]]:
    parts: dict[int, list[list[str]]] = {}
    found = SubLocation.objects.of(organisation).order_by("id")
    columns = [column for column, _ in PART.values()]
    for key_, *values in found.values_list("location_id", *columns):
        parts.setdefault(key_, []).append([*map(as_cell, values)])
    nothing = [""] * len(PART)
    places = Location.objects.of(organisation).order_by("id")
    empty = [""] * (len(OWN) - 2)
    for key_, *values in places.values_list("pk", *OWN).iterator(chunk_size=CHUNK):
        own = [*map(as_cell, values)]
        yield own + nothing
        for part in parts.get(key_, []):
            # The name and code are the first two columns.
            yield [*own[:2], *empty, *part]


def names_of(organisation: Organisation) -> dict[int, str]:
    """Return for each location the text by which a file names it."""
    found = Location.objects.of(organisation).values_list("pk", "name", "code")
    return told_apart({key_: texts for key_, *texts in found})


def part_names_of(organisation: Organisation) -> dict[int, str]:
    """Return for each sub-location the text that tells it from its neighbours."""
    parts: dict[int, dict[int, Sequence[str]]] = {}
    found = SubLocation.objects.of(organisation)
    for place, key_, *texts in found.values_list("location_id", "pk", "name", "code"):
        parts.setdefault(place, {})[key_] = texts
    return {
        key_: name
        for neighbours in parts.values()
        for key_, name in told_apart(neighbours).items()
    }
