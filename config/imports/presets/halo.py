"""Devices as the device API lists them: an envelope, an array or one device."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from config.imports.json_items import Item
from config.imports.presets.documents import items
from config.imports.presets.shaping import ShapedTable, without_lists

DEVICES, SOFTWARE = "assets", "software"
FIELDS = ("fields", "customfields")


def devices(path: Path, encoding: str) -> ShapedTable:
    """Return a row for each device, its custom fields as columns of their own."""
    left: Counter[str] = Counter()
    return ShapedTable.of(_devices(path, encoding, left), left)


def software(path: Path, encoding: str) -> ShapedTable:
    """Return a row for each program of a device, where the list tells of any."""
    return ShapedTable.of(_programs(path, encoding), {})


def _devices(path: Path, encoding: str, left: Counter[str]) -> Iterator[Item]:
    for item in items(path, encoding, DEVICES):
        if item.fault or not isinstance(item.value, Mapping):
            yield item
            continue
        row = {name: one for name, one in item.value.items() if name != SOFTWARE}
        custom: dict[str, Any] = {}
        for name in FIELDS:
            custom = _custom(row.pop(name, None)) | custom
        yield Item(item.number, {**without_lists(row, left), **custom})


def _custom(fields: Any) -> dict[str, Any]:
    """Return the values of custom fields by `field` and their name."""
    return {
        f"field {one.get('name') or one.get('label')}": one.get("value")
        for one in fields or ()
        if isinstance(one, Mapping) and (one.get("name") or one.get("label"))
    }


def _programs(path: Path, encoding: str) -> Iterator[Item]:
    line = 0
    for item in items(path, encoding, DEVICES):
        if item.fault or not isinstance(item.value, Mapping):
            continue
        device = item.value.get("inventory_number") or item.value.get("serial_number")
        for program in item.value.get(SOFTWARE) or ():
            line += 1
            row = program if isinstance(program, Mapping) else {"name": program}
            yield Item(line, {**row, "device": device})
