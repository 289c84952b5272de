"""What agents of GLPI tell of a machine: one file, one device with its software.

Such a file may be partial: it tells of some sections only, and the rest stays as it is.
"""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from config.imports.failures import failure
from config.imports.presets.documents import document
from config.imports.presets.shaping import (
    ShapedTable,
    leaves,
    numbered_items,
    without_lists,
)

SOFTWARE = "softwares"
COUNTERS = "pagecounters"
TYPES = (("hardware", "chassis_type"), ("network_device", "type"))
MADE = re.compile(r"-(\d{4}-\d{2}-\d{2})-(\d{2}-\d{2}-\d{2})\Z", re.ASCII)


def device(path: Path, encoding: str) -> ShapedTable:
    """Return the one row of the device; its components are counted and left.

    None when a partial inventory does not say what the device is: it changes nothing.
    """
    told, content = _read(path, encoding)
    left: Counter[str] = Counter()
    if _is_vague(told, content):
        return ShapedTable.of([], left)
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
    left: Counter[str] = Counter()
    if _is_vague(told, content):
        left.update(name for name, _ in leaves(content, "") if _section(name))
    return ShapedTable.of(numbered_items(rows), left)


def _section(name: str) -> bool:
    return name.split(".")[0] not in {SOFTWARE, COUNTERS}


def _is_vague(told: Mapping[str, Any], content: Mapping[str, Any]) -> bool:
    """Tell whether a partial inventory lacks what says which type the device has."""
    is_partial = str(told.get("partial", "")).lower() in {"true", "1"}
    sections = ((content.get(name), key) for name, key in TYPES)
    is_told = any(isinstance(one, Mapping) and one.get(key) for one, key in sections)
    return is_partial and not is_told


def counters(path: Path, encoding: str) -> ShapedTable:
    """Return a row for each counter of pages, read when the inventory was made."""
    told, content = _read(path, encoding)
    found = content.get(COUNTERS)
    moment = _moment(told, content)
    rows = [
        {"device": _identity(told, content), "meter": name, "at": moment, "value": one}
        for name, one in (found.items() if isinstance(found, Mapping) else ())
    ]
    return ShapedTable.of(numbered_items(rows), {})


def _moment(told: Mapping[str, Any], content: Mapping[str, Any]) -> str:
    """Return when the inventory was made: as its log or the name of the file says."""
    log = content.get("accesslog")
    if isinstance(log, Mapping) and log.get("logdate"):
        return str(log["logdate"])
    made = MADE.search(str(told.get("deviceid", "")))
    return f"{made[1]} {made[2].replace('-', ':')}" if made else ""


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
