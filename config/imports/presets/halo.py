"""Devices as the device API lists them: an envelope, an array, a device, a table."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from config.imports.headers import labelled
from config.imports.presets.documents import is_json, items
from config.imports.presets.shaping import ShapedTable, without_lists
from config.imports.readers.files import open_table
from config.imports.readers.json_items import Item
from organisations.imports import Refused

DEVICES, SOFTWARE = "assets", "software"
FIELDS = ("fields", "customfields")


def devices(path: Path, encoding: str) -> ShapedTable:
    """Return a row for each device, its custom fields as columns of their own."""
    left: Counter[str] = Counter()
    return ShapedTable.of(_devices(path, encoding, left), left)


def software(path: Path, encoding: str) -> ShapedTable:
    """Return a row for each program of a device, where the list tells of any."""
    return ShapedTable.of(_programs(path, encoding), {})


def _devices(path: Path, encoding: str, left: Counter[str]) -> Iterator[Item | Refused]:
    if not is_json(path):
        yield from _rows(path, encoding)
        return
    for item in items(path, encoding, DEVICES):
        if item.fault or not isinstance(item.value, Mapping):
            yield item
            continue
        row = {name: one for name, one in item.value.items() if name != SOFTWARE}
        custom: dict[str, Any] = {}
        for name in FIELDS:
            custom = _custom(row.pop(name, None), row) | custom
        yield Item(item.number, {**without_lists(row, left), **custom})


def _rows(path: Path, encoding: str) -> Iterator[Item | Refused]:
    """Read a list that was saved as a table."""
    with closing(open_table(path, encoding=encoding)) as table:
        labels = [column.label for column in labelled(table.header.cells)]
        for record in table.rows():
            if isinstance(record, Refused):
                yield record
            elif len(record.cells) > len(labels) and any(record.cells[len(labels) :]):
                reason = f"The row has more than {len(labels)} cells, as the header."
                yield Refused(record.line, "", "", "row_too_long", reason)
            elif not record.is_blank:
                cells = dict(zip(labels, record.cells, strict=False))
                yield Item(record.line, cells)


def _custom(fields: Any, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of custom fields by name, `field NAME` where that is taken."""
    found = {}
    for one in fields if isinstance(fields, list) else ():
        name = isinstance(one, Mapping) and (one.get("name") or one.get("label"))
        if name:
            found[f"field {name}" if name in row else str(name)] = one.get("value")
    return found


def _programs(path: Path, encoding: str) -> Iterator[Item]:
    if not is_json(path):
        return
    line = 0
    for item in items(path, encoding, DEVICES):
        if item.fault or not isinstance(item.value, Mapping):
            continue
        device = item.value.get("inventory_number") or item.value.get("serial_number")
        programs = item.value.get(SOFTWARE)
        for program in programs if isinstance(programs, list) else ():
            line += 1
            row = program if isinstance(program, Mapping) else {"name": program}
            yield Item(line, {**row, "device": device})
