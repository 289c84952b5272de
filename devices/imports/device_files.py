"""What the import engine has to know of devices, and how they are written to files."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from assets.ephemerality import Ephemerality
from assets.imports.exporting import (
    COLUMNS as ASSET_COLUMNS,
)
from assets.imports.exporting import CustomCells, chosen, names_of, narrowed, writer
from assets.imports.references import type_names
from assets.imports.resource import KEYS as ASSET_KEYS
from assets.imports.resource import AssetResource
from assets.models import AssetGroup
from assets.services.conditions import PROPERTIES
from devices.imports.device_cells import LISTED
from devices.imports.device_keys import COLUMNS, IDENTIFIERS, KEYS
from devices.imports.devices import DeviceLoader
from devices.imports.matching import MATCHES
from devices.imports.states import open_checkouts
from devices.models import Device, DeviceReference
from devices.words import MEMBERS
from organisations.imports import (
    Column,
    Export,
    Key,
    Terms,
    joined,
    numbered_label,
)
from organisations.imports.exporting import CHUNK, as_cell, parents_first
from organisations.imports.locations import names_of as location_names
from organisations.models import Organisation
from organisations.permissions import Permission


class DeviceResource(AssetResource):
    """Files with a device a row."""

    name: ClassVar[str] = "devices"
    keys: ClassVar[Sequence[Key]] = KEYS
    identifiers: ClassVar[Sequence[str]] = IDENTIFIERS
    matches: ClassVar[Sequence[str]] = MATCHES

    def permissions(self, missing: frozenset[str]) -> frozenset[str]:
        """Return what someone must hold to write such rows, and what they lack.

        Who lacks MANAGE_FLEETS may not make devices of assets that are none yet.
        """
        needed = {Permission.MANAGE_DEVICES.value}
        if "locations" in missing:
            needed.add(Permission.MANAGE_LOCATIONS.value)
        if missing - {"locations"}:
            needed.add(Permission.MANAGE_FLEETS.value)
        return frozenset(needed)

    def loader(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> DeviceLoader:
        """Make ready to load; create the custom fields that columns need."""
        return DeviceLoader(terms, columns, unique)

    def export(self, organisation: Organisation, *, filter: str = "") -> Export:
        """Return the devices, those above others first, custom fields behind the keys.

        `filter` is a condition as the fleet API takes it. Raise `invalid_filter`.
        """
        return self._export(organisation, narrowed(organisation, filter, PROPERTIES))

    def export_only(self, organisation: Organisation, ids: Collection[int]) -> Export:
        """Return the devices of these ids, as `export` does."""
        return self._export(organisation, chosen(organisation, ids))

    def _export(self, organisation: Organisation, found: Any) -> Export:
        found = found.filter(ephemerality=Ephemerality.SINGLE, device__isnull=False)
        custom = CustomCells(organisation)
        return Export(custom.header(self.keys), _rows(organisation, found, custom))


def in_order(found: Any) -> list[int]:
    """Return ids of assets, each behind the asset above it, else as they were made."""
    return parents_first(found.order_by("pk").values_list("pk", "device__parent_id"))


def _rows(
    organisation: Organisation, found: Any, custom: CustomCells
) -> Iterator[list[str]]:
    names = names_of(organisation, type_names(organisation, Ephemerality.SINGLE))
    places = location_names(organisation)
    columns = [ASSET_COLUMNS.get(one.name, one.name) for one in ASSET_KEYS]
    write = [writer(names.get(column)) for column in columns]
    order = in_order(found)
    for start in range(0, len(order), CHUNK):
        keys = order[start : start + CHUNK]
        rows = AssetGroup.objects.in_bulk(keys)
        devices = Device.objects.select_related("user", "parent").in_bulk(keys)
        records, custody = _records(keys), _custody(keys, places)
        for key in keys:
            row, device = rows[key], devices[key]
            told = _told(device) | records.get(key, {}) | custody.get(key, {})
            yield [
                *(
                    one(getattr(row, column))
                    for one, column in zip(write, columns, strict=True)
                ),
                *(told.get(one.name, "") for one in KEYS[len(ASSET_KEYS) :]),
                *custom.cells(row.fields),
            ]


def _told(device: Device) -> dict[str, str]:
    """Return the device's own cells."""
    told = {name: as_cell(getattr(device, name)) for name in COLUMNS}
    user, parent = device.user, device.parent
    told["user"] = user.username if user else ""
    is_present = parent is not None and parent.deleted_at is None
    told["parent"] = parent.formatted_number if parent and is_present else ""
    return told


def _records(assets: Collection[int]) -> Mapping[int, dict[str, str]]:
    """Return by id the cells of what devices refer to elsewhere."""
    told: dict[int, dict[str, str]] = defaultdict(dict)
    links = DeviceReference.objects.filter(asset__in=assets).select_related("reference")
    several: dict[tuple[int, str], list[str]] = defaultdict(list)
    members = {member.kind.value: member for member in MEMBERS}
    lists = {kind.value: key for key, kind in LISTED.items()}
    for link in links.order_by("pk"):
        one, cells = link.reference, told[link.asset_id]
        if link.kind in lists:
            text = numbered_label(one.number, one.label)
            several[link.asset_id, lists[link.kind]].append(text)
            continue
        member = members[link.kind]
        cells[member.number] = as_cell(one.number)
        if member.label:
            cells[member.label] = one.label
        if member.line and link.line:
            cells[member.line] = as_cell(link.line)
    for (asset, key), texts in several.items():
        told[asset][key] = joined(texts)
    return told


def _custody(
    assets: Collection[int], places: Mapping[int, str]
) -> dict[int, dict[str, str]]:
    """Return by id the cells that say who has the assets."""
    return {
        key: {
            "checked_out_to": one.user.username if one.user else "",
            "checked_out_location": places.get(one.location_id or 0, ""),
            "checked_out_at": as_cell(one.checked_out_at),
            "due_at": as_cell(one.due_at),
            "checkout_note": one.note,
        }
        for key, one in open_checkouts(assets).items()
    }
