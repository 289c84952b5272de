"""What agents of GLPI tell of a machine: one file, one device with its software.

Such a file may be partial: it tells of some sections only, and the rest stays as it is.
"""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from config.imports.failures import failure
from config.imports.presets.documents import document
from config.imports.presets.shaping import ShapedTable, numbered_items, without_lists

SOFTWARE = "softwares"
COUNTERS = "pagecounters"


def device(path: Path, encoding: str) -> ShapedTable:
    """Return the one row of the device; its components are counted and left."""
    told, content = _read(path, encoding)
    left: Counter[str] = Counter()
    rest = {name: one for name, one in content.items() if name != SOFTWARE}
    rest.pop(COUNTERS, None)
    kept = {name: one for name, one in told.items() if name != "content"}
    row = {**kept, **without_lists(rest, left)}
    return ShapedTable.of(numbered_items([row]), left)


def software(path: Path, encoding: str) -> ShapedTable:
    """Return a row for each program, with the device that it is installed on."""
    told, content = _read(path, encoding)
    programs = content.get(SOFTWARE, [])
    if not isinstance(programs, list):
        raise failure("json_invalid", f"'content.{SOFTWARE}' is not a list.")
    name = {"device": _identity(told, content)}
    rows = [
        {**name, **one} if isinstance(one, Mapping) else {"name": one}
        for one in programs
    ]
    return ShapedTable.of(numbered_items(rows), {})


def _read(path: Path, encoding: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    told = document(path, encoding)
    content = told.get("content") if isinstance(told, Mapping) else None
    if not isinstance(content, Mapping):
        message = "The file is not an inventory: it has no object 'content'."
        raise failure("json_invalid", message)
    return told, content


def _identity(told: Mapping[str, Any], content: Mapping[str, Any]) -> str:
    """Return what the device is found by: its serial number, else its name."""
    for section, member in (
        ("bios", "ssn"),
        ("network_device", "serial"),
        ("hardware", "name"),
        ("network_device", "name"),
    ):
        found = content.get(section)
        if isinstance(found, Mapping) and found.get(member):
            return str(found[member]).strip()
    return str(told.get("deviceid", "")).strip()
