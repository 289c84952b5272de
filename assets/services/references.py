"""The rows that drafts refer to, read in sets: one query a kind, whatever the count."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from django.db.models import Count

from assets.models import AssetGroup, AssetStatus, AssetType, AssetTypeField
from assets.services.definitions import Definition, Definitions
from assets.services.drafts import AssetDraft
from assets.services.membership import lock_groups
from config.api.errors import Refusal
from config.api.snowflake import parse_snowflake
from organisations.models import Fleet, Location, Organisation, Prefix, SubLocation


def reference_id(value: object) -> int | None:
    """Read an id that refers to a row; 0, "", "0" and null are none (contract C2).

    Raise ValueError for what is no id.
    """
    if value is None or value == "":
        return None
    return parse_snowflake(value) or None


def names(value: object, key: int) -> bool:
    """Tell whether the value is the id of this row, in any spelling."""
    try:
        return reference_id(value) == key
    except ValueError:
        return False


def names_another(value: object, key: int) -> bool:
    """Tell whether the value is the id of a row, and not of this one."""
    try:
        return reference_id(value) not in (None, key)
    except ValueError:
        return False


def _ids(values: Iterable[object]) -> set[int]:
    found = set()
    for value in values:
        if value is None:
            continue
        try:
            found.add(reference_id(value))
        except ValueError:
            continue
    return found - {None}  # type: ignore[return-value]


# Where the rows are kept that drafts name by an attribute.
NAMED_BY = {
    "type_id": "types",
    "fleet_id": "fleets",
    "status_id": "statuses",
    "location_id": "locations",
    "sub_location_id": "sub_locations",
    "prefix_id": "prefixes",
    "group_id": "groups",
}


@dataclass
class References:
    """An organisation's own rows that drafts name; foreign ids are simply not here."""

    organisation: Organisation
    types: Mapping[int, AssetType]
    fleets: Mapping[int, Fleet]
    statuses: Mapping[int, AssetStatus]
    locations: Mapping[int, Location]
    sub_locations: Mapping[int, SubLocation]
    prefixes: Mapping[int, Prefix]
    groups: Mapping[int, AssetGroup]
    definitions: Definitions
    type_fields: Mapping[int, dict[int, Definition]]
    # How many assets stand in each sub-location that has a capacity.
    occupied: dict[int, int] = field(default_factory=dict)
    # Where the draft that is being checked has taken a place.
    taken: int | None = None

    @classmethod
    def load(
        cls, organisation: Organisation, drafts: Iterable[Mapping[str, object]]
    ) -> Self:
        """Read every row that the drafts name.

        Sub-locations with a capacity are locked, and where a group is named the
        groups of the organisation.

        Drafts are mappings with the keys of the wire (`type_id`, `fields`, ...).
        """
        drafts = list(drafts)

        def own(model: Any, key: str, *more: int | None) -> dict[int, Any]:
            ids = _ids(draft.get(key) for draft in drafts) | ({*more} - {None})
            return model.objects.of(organisation).in_bulk(ids) if ids else {}

        types: dict[int, AssetType] = own(AssetType, "type_id")
        used = {one.prefix_id for one in types.values()}
        needs_fields = bool(types) or any(draft.get("fields") for draft in drafts)
        rows = Definitions.of_organisation(organisation) if needs_fields else None
        definitions = rows or Definitions([])
        sub_locations: dict[int, SubLocation] = own(SubLocation, "sub_location_id")
        found = cls(
            organisation=organisation,
            types=types,
            fleets=own(Fleet, "fleet_id"),
            statuses=own(AssetStatus, "status_id"),
            locations=own(Location, "location_id"),
            sub_locations=sub_locations,
            groups=_groups_of(organisation, drafts),
            prefixes=own(Prefix, "prefix_id", organisation.default_prefix_id, *used),
            definitions=definitions,
            type_fields=_fields_of_types(types, definitions),
        )
        found._count_occupied()
        return found

    def cover(self, drafts: Sequence[AssetDraft]) -> bool:
        """Tell whether all that the drafts name is here, and nothing to be counted."""
        places = self.sub_locations.values()
        is_counted = any(one.asset_capacity is not None for one in places)
        return not is_counted and all(
            {getattr(draft, name) for draft in drafts} - {None}
            <= getattr(self, kept).keys()
            for name, kept in NAMED_BY.items()
        )

    def add(self, earlier: "References") -> None:
        """Know also what was read before."""
        for kept in ("type_fields", *NAMED_BY.values()):
            setattr(self, kept, {**getattr(earlier, kept), **getattr(self, kept)})

    def _count_occupied(self) -> None:
        limited = [
            one.pk
            for one in self.sub_locations.values()
            if one.asset_capacity is not None
        ]
        if not limited:
            return
        # Locked in id order, so that two requests cannot both take the last place.
        list(
            SubLocation.objects.select_for_update(no_key=True)
            .filter(pk__in=limited)
            .order_by("pk")
        )
        self.occupied = dict.fromkeys(limited, 0)
        standing = AssetGroup.objects.present().filter(sub_location__in=limited)
        groups = standing.order_by().values_list("sub_location").annotate(Count("pk"))
        self.occupied.update(dict(groups))

    def take_place(self, sub_location: SubLocation) -> bool:
        """Count one more asset in the sub-location; False when it is full."""
        if sub_location.asset_capacity is None:
            return True
        if self.occupied[sub_location.pk] >= sub_location.asset_capacity:
            return False
        self.occupied[sub_location.pk] += 1
        self.taken = sub_location.pk
        return True

    def next_draft(self, *, is_refused: bool = False) -> None:
        """Have done with a draft; a refused one gives its place back."""
        if is_refused and self.taken is not None:
            self.occupied[self.taken] -= 1
        self.taken = None

    def find(self, table: str, value: object, code: str, key: str) -> Any:
        """Return the row a draft names, None for none, or refuse with the code."""
        if value is None:
            return None
        try:
            wanted = reference_id(value)
        except ValueError as error:
            raise Refusal(code, f"{key}: {error}", errors={key: [str(error)]}) from None
        if wanted is None:
            return None
        row = getattr(self, table).get(wanted)
        if row is None:
            name = key.removesuffix("_id").replace("_", " ")
            raise Refusal(code, f"The {name} {wanted} does not exist.", field=key)
        return row


def _groups_of(
    organisation: Organisation, drafts: Iterable[Mapping[str, object]]
) -> dict[int, AssetGroup]:
    ids = _ids(draft.get("group_id") for draft in drafts)
    if not ids:
        return {}
    lock_groups(organisation.pk)
    groups: dict[int, AssetGroup] = (
        AssetGroup.objects.of(organisation).groups().present().in_bulk(ids)
    )
    return groups


def _fields_of_types(
    types: Mapping[int, AssetType], definitions: Definitions
) -> dict[int, dict[int, Definition]]:
    fields: dict[int, dict[int, Definition]] = {key: {} for key in types}
    links = AssetTypeField.objects.filter(type__in=list(types)) if types else ()
    for link in links:
        if link.field_id in definitions.by_id:
            fields[link.type_id][link.field_id] = definitions.by_id[link.field_id]
    return fields
