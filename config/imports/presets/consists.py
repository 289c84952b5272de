"""Files of trains taken apart into their vehicles, and what these make up.

Three forms: the compositions of 2014, the messages of 2024, and a table with a row for
each vehicle of a train.
"""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from config.imports.presets.documents import is_json, items
from config.imports.presets.shaping import ShapedTable, numbered_items
from config.imports.presets.train_messages import of_2014, of_2024
from config.imports.presets.train_tables import of_table
from config.imports.presets.trains import Trains, name_of
from config.imports.readers.json_items import Fault, Item
from organisations.imports import Refused, joined

MESSAGE = "osavalit"
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
            found[number] = {"name": name_of(number), **vehicle}
            rows.append(found[number])
    shaped = [_item(line, row) for line, row in enumerate(rows, start=1)]
    return ShapedTable.of([*trains.refused, *shaped], trains.of_vehicles)


def _item(line: int, row: dict[str, Any] | None) -> Item | Refused:
    if row is not None:
        return Item(line, row)
    reason = "The vehicle has no number, so nothing tells it from others."
    return Refused(line, "number", "", "number_missing", reason)


def consists(path: Path, encoding: str) -> ShapedTable:
    """Return a row for each train, with the names of its vehicles in order."""
    trains = read(path, encoding)
    left = Counter(trains.of_trains)
    names: Counter[str] = Counter()
    rows = []
    for train in trains.consists:
        numbers = [one["number"] for one in train.vehicles if one["number"]]
        left[UNNUMBERED] += len(train.vehicles) - len(numbers)
        members = map(name_of, dict.fromkeys(numbers))
        names[train.name] += 1
        use = names[train.name]
        rows.append(
            {
                "name": train.name if use == 1 else f"{train.name} {use}",
                "description": train.description,
                "members": joined(members),
            }
        )
    shaped = numbered_items(rows)
    return ShapedTable.of([*trains.refused, *shaped], left)


def read(path: Path, encoding: str) -> Trains:
    """Read a file of trains in any of the forms."""
    if not is_json(path):
        return of_table(path, encoding)
    trains = Trains()
    told = [one for one in items(path, encoding, "") if is_sound(one, trains)]
    of_2014([one for one in told if MESSAGE not in one.value], trains)
    of_2024([one for one in told if MESSAGE in one.value], trains)
    return trains


def is_sound(item: Item, trains: Trains) -> bool:
    """Tell whether an item can be a train; note why not."""
    fault = item.fault
    if fault is None and not isinstance(item.value, Mapping):
        fault = Fault("item_not_object", "The item is not an object.")
    if fault:
        refused = Refused(item.number, "", "", fault.code, fault.reason)
        trains.refused.append(refused)
    return fault is None
