"""Files of trains taken apart into their vehicles, and what these make up.

Three forms: the compositions of 2014, the messages of 2024, and a table with a row for
each vehicle of a train.
"""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from config.imports.failures import failure
from config.imports.files import JSON, content_of
from config.imports.json_items import Item
from config.imports.presets.documents import document
from config.imports.presets.shaping import ShapedTable, numbered_items
from config.imports.presets.train_messages import of_2014, of_2024
from config.imports.presets.train_tables import of_table
from config.imports.presets.trains import Trains
from organisations.imports import Refused, joined

UNNUMBERED = "vehicles without a number"


def vehicles(path: Path, encoding: str) -> ShapedTable:
    """Return each vehicle once, in the order of its first appearance."""
    trains = read(path, encoding)
    found: dict[str, dict[str, Any]] = {}
    rows: list[dict[str, Any] | None] = []
    for vehicle in (one for train in trains.consists for one in train.vehicles):
        number = vehicle["number"]
        if not number:
            rows.append(None)
        elif number in found:
            found[number] |= {k: v for k, v in vehicle.items() if v and k != "kind"}
        else:
            found[number] = dict(vehicle)
            rows.append(found[number])
    items = [_item(line, row) for line, row in enumerate(rows, start=1)]
    return ShapedTable.of([*trains.refused, *items], trains.of_vehicles)


def _item(line: int, row: dict[str, Any] | None) -> Item | Refused:
    if row is not None:
        return Item(line, row)
    reason = "The vehicle has no number, so nothing tells it from others."
    return Refused(line, "number", "", "number_missing", reason)


def consists(path: Path, encoding: str) -> ShapedTable:
    """Return a row for each train, with the numbers of its vehicles in order."""
    trains = read(path, encoding)
    left = Counter(trains.of_trains)
    names: Counter[str] = Counter()
    rows = []
    for train in trains.consists:
        numbers = [str(one["number"]) for one in train.vehicles if one["number"]]
        left[UNNUMBERED] += len(train.vehicles) - len(numbers)
        names[train.name] += 1
        use = names[train.name]
        rows.append(
            {
                "name": train.name if use == 1 else f"{train.name} {use}",
                "description": train.description,
                "members": joined(list(dict.fromkeys(numbers))),
            }
        )
    return ShapedTable.of(numbered_items(rows), left)


def read(path: Path, encoding: str) -> Trains:
    """Read a file of trains in any of the forms."""
    if content_of(path) != JSON and path.suffix != ".gz":
        return of_table(path, encoding)
    told = document(path, encoding)
    listed = told if isinstance(told, list) else [told]
    if not all(isinstance(one, Mapping) for one in listed):
        raise failure("json_invalid", "The file holds no trains.")
    if any("osavalit" in one for one in listed):
        return of_2024(listed)
    return of_2014(listed)
