"""What the import engine has to know of assets."""

from collections.abc import Collection, Mapping, Sequence
from typing import ClassVar

from assets.ephemerality import Ephemerality
from assets.imports.exporting import chosen, export_of, narrowed
from assets.imports.fields import field_names
from assets.imports.matching import MATCHES
from assets.imports.rows import AssetLoader
from assets.services.conditions import PROPERTIES
from organisations.imports import Column, Export, Key, Note, Terms, cut_at_word
from organisations.models import Organisation
from organisations.permissions import Permission

KEYS = (
    Key(
        "name",
        (
            *("name", "assetname", "itemname", "devicename", "vehiclename"),
            *("hostname", "computername", "title", "label"),
        ),
    ),
    Key(
        "description",
        ("description", "assetdescription", "details", "notes", "comments", "remarks"),
    ),
    Key(
        "type",
        (
            *("type", "typename", "assettype", "vehicletype", "devicetype"),
            *("equipmenttype", "category", "assetcategory", "class", "vehicleclass"),
            *("kind", "role", "devicerole"),
        ),
    ),
    Key("status", ("status", "statusname", "assetstatus", "state", "condition")),
    Key(
        "location",
        (
            *("location", "locationname", "defaultlocation", "currentlocation"),
            *("homelocation", "site", "depot", "homedepot", "garage", "office"),
            *("building", "station", "branch"),
        ),
    ),
    Key(
        "sub_location",
        ("sublocation", "sublocationname", "room", "track", "bay", "stand", "rack"),
        needs="location",
    ),
    Key("fleet", ("fleet", "fleetname", "fleetcode")),
    Key(
        "number",
        ("number", "assetnumber", "fleetnumber", "vehiclenumber", "unitnumber"),
        type="integer",
    ),
    Key("prefix", ("prefix", "numberprefix", "series")),
    Key("active", ("active", "isactive", "enabled", "inservice"), type="boolean"),
)

# Headers of columns that name each thing once, the likeliest first.
IDENTIFIERS = (
    *("assettag", "assetid", "assetnumber", "assetno", "tag", "barcode"),
    *("equipid", "equipmentid", "equipmentnumber", "equipmentno"),
    *("vehicleid", "vehiclenumber", "vehicleno", "fleetnumber", "fleetno"),
    *("deviceid", "unitid", "unitnumber", "unitno", "uicnumber", "uic", "evn"),
    *("inventorynumber", "inventoryno", "inventoryid", "itemid", "number", "id"),
)


class AssetResource:
    """Files with an asset a row."""

    name: ClassVar[str] = "assets"
    keys: ClassVar[Sequence[Key]] = KEYS
    identifiers: ClassVar[Sequence[str]] = IDENTIFIERS
    missing: ClassVar[Sequence[str]] = (
        *("types", "statuses", "locations", "fleets", "fields"),
    )
    matches: ClassVar[Sequence[str]] = MATCHES
    ephemerality: ClassVar[Ephemerality] = Ephemerality.SINGLE

    def permissions(self, missing: frozenset[str]) -> frozenset[str]:
        """Return what someone must hold to write such rows, and what they lack."""
        needed = {Permission.MANAGE_FLEETS.value}
        if "locations" in missing:
            needed.add(Permission.MANAGE_LOCATIONS.value)
        return frozenset(needed)

    def fields(self, organisation: Organisation) -> Mapping[str, str]:
        """Return the names of the custom fields by the headers that mean them."""
        return field_names(organisation)

    def defaults(
        self, terms: Terms, placed: set[str], file_name: str
    ) -> dict[str, tuple[str, Note]]:
        """Name a type after the file when no column says one and one may be made."""
        if "type" in placed or "types" not in terms.missing:
            return {}
        words = file_name.replace("_", " ").replace("-", " ")
        name = cut_at_word(" ".join(words.split()))
        name = name if len(name) > 1 else "Asset"
        message = (
            f"No column says what the rows are: their type is '{name}', after the "
            "file. Choose another with --set type=NAME, or a column with --map."
        )
        return {"type": (name, Note("type_assumed", message))}

    def loader(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> AssetLoader:
        """Make ready to load; create the custom fields that columns need."""
        return AssetLoader(terms, columns, unique, self.ephemerality)

    def export(self, organisation: Organisation, *, filter: str = "") -> Export:
        """Return the rows in the order of their making, custom fields behind the keys.

        `filter` is a condition as the fleet API takes it. Raise `odata_error`.
        """
        found = narrowed(organisation, filter, PROPERTIES)
        return export_of(organisation, self.ephemerality, keys=self.keys, found=found)

    def export_only(self, organisation: Organisation, ids: Collection[int]) -> Export:
        """Return the rows of these ids, as `export` does."""
        found = chosen(organisation, ids)
        return export_of(organisation, self.ephemerality, keys=self.keys, found=found)


class EquipmentResource(AssetResource):
    """Files with a piece of equipment a row."""

    name: ClassVar[str] = "equipment"
    ephemerality: ClassVar[Ephemerality] = Ephemerality.EQUIPMENT

    def permissions(self, missing: frozenset[str]) -> frozenset[str]:
        """Return what someone must hold to write such rows, and what they lack."""
        needed = {Permission.MANAGE_EQUIPMENT.value}
        if "locations" in missing:
            needed.add(Permission.MANAGE_LOCATIONS.value)
        if missing - {"locations"}:
            needed.add(Permission.MANAGE_FLEETS.value)
        return frozenset(needed)
