"""What the import engine has to know of groups."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Case, F, When

from assets.ephemerality import Ephemerality
from assets.imports.consists import ConsistLoader
from assets.imports.exporting import (
    COLUMNS,
    CustomCells,
    chosen,
    names_of,
    narrowed,
    writer,
)
from assets.imports.fields import field_names
from assets.imports.groups import GroupLoader
from assets.imports.members import Consists
from assets.imports.references import type_names
from assets.services.conditions import GROUP_PROPERTIES
from organisations.imports import Column, Export, Key, Terms, joined
from organisations.imports.catalogue import PlainResource, key
from organisations.imports.exporting import CHUNK
from organisations.imports.texts import SEPARATOR
from organisations.models import Organisation
from organisations.permissions import Permission

EXPORTED = (
    *("name", "ephemerality", "description", "type", "status", "location"),
    *("sub_location", "fleet", "number", "prefix", "active", "members"),
)
# Units before trains, which may be made of them; of active trains the latest one
# governs, so those are written in the order of their activation.
ACTIVATED = Case(When(active=True, then=F("activated_at")))
ORDER = ("-ephemerality", F("activated").asc(nulls_first=True), "id")


class GroupResource(PlainResource):
    """Files with a group a row, or with a member of a group a row."""

    name: ClassVar[str] = "groups"
    keys: ClassVar[Sequence[Key]] = (
        key(
            "name",
            *("group", "groupname", "assetgroup", "consist", "consistname"),
            *("compositionid", "train", "trainnumber"),
        ),
        key("ephemerality"),
        key("description", "notes", "comments", "remarks"),
        key("type", "typename", "grouptype"),
        key("status", "statusname", "state"),
        key("location", "locationname", "depot", "station", "site"),
        key("sub_location", "sublocationname", "track", "bay"),
        key("fleet", "fleetname", "fleetcode"),
        key("number", "groupnumber"),
        key("prefix", "numberprefix", "series"),
        key("active", "isactive", "enabled"),
        key("members", "assets", "vehicles", "wagons"),
        key("member", "asset", "vehicle", "vehiclenumber", "wagon", "wagonnumber"),
        key("position", "place", "order"),
    )
    missing: ClassVar[Sequence[str]] = (
        *("types", "statuses", "locations", "fleets", "fields"),
    )
    matches: ClassVar[Sequence[str]] = ("number", "name")
    needed = Permission.MANAGE_FLEETS
    also: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(missing, Permission.MANAGE_FLEETS),
        "locations": Permission.MANAGE_LOCATIONS,
    }

    def fields(self, organisation: Organisation) -> Mapping[str, str]:
        """Return the names of the custom fields by the headers that mean them."""
        return field_names(organisation)

    def loader(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> GroupLoader:
        """Make ready to load; create the custom fields that columns need."""
        is_by_member = any(column.key == "member" for column in columns)
        kind = ConsistLoader if is_by_member else GroupLoader
        return kind(terms, columns, unique)

    def export(self, organisation: Organisation, *, filter: str = "") -> Export:
        """Return the groups, permanent ones first, custom fields behind the keys.

        `filter` is a condition as the fleet API takes it. Raise `odata_error`.
        """
        return self._export(
            organisation, narrowed(organisation, filter, GROUP_PROPERTIES)
        )

    def export_only(self, organisation: Organisation, ids: Collection[int]) -> Export:
        """Return the groups of these ids, as `export` does."""
        return self._export(organisation, chosen(organisation, ids))

    def _export(self, organisation: Organisation, found: Any) -> Export:
        found = found.groups().annotate(activated=ACTIVATED).order_by(*ORDER)
        custom = CustomCells(organisation)
        keys = [one for one in self.keys if one.name in EXPORTED]
        return Export(custom.header(keys), _rows(found, organisation, custom))


def _rows(
    found: Any, organisation: Organisation, custom: CustomCells
) -> Iterator[list[str]]:
    consists = Consists(organisation)
    names = names_of(organisation, type_names(organisation, Ephemerality.PERMANENT))
    columns = [COLUMNS.get(name, name) for name in EXPORTED if name != "members"]
    kinds = {one.value: one.label for one in Ephemerality}
    write = [writer({**names, "ephemerality": kinds}.get(one)) for one in columns]
    rows = found.values_list("pk", "fields", *columns)
    for group_id, fields, *values in rows.iterator(chunk_size=CHUNK):
        own = [one(value) for one, value in zip(write, values, strict=True)]
        # A separator alone is a list that names nobody.
        members = joined(consists.texts_of(group_id)) or SEPARATOR
        yield [*own, members, *custom.cells(fields)]
