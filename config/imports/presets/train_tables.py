"""A table with a row for each vehicle of a train."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from config.imports.headers import squashed_cells
from config.imports.presets.trains import (
    LOCOMOTIVE,
    Consist,
    Trains,
    integer,
    scaled,
    sentence,
)
from config.imports.readers.files import open_table
from organisations.imports import Record, Refused

TABLE_HEADERS = (
    *("date", "trainnumber", "traintype", "from", "to", "compositionid", "kind"),
    "position",
    *("vehiclenumber", "lococlass", "salesnumber", "lengthcm", "power"),
)


def of_table(path: Path, encoding: str) -> Trains:
    """Read a table with a row for each vehicle of a train."""
    trains = Trains()
    by_id: dict[str, Consist] = {}
    with closing(open_table(path, encoding=encoding)) as table:
        places = squashed_cells(table.header.cells)
        for record in table.rows():
            if isinstance(record, Refused):
                trains.refused.append(record)
                continue
            if record.is_blank:
                continue
            row = _named(record, places)
            trains.of_vehicles["sales_number"] += bool(row["salesnumber"])
            found = by_id.get(row["compositionid"])
            if found is None:
                found = by_id[row["compositionid"]] = _train(row)
            found.vehicles.append(
                {
                    "number": row["vehiclenumber"],
                    "kind": row["kind"].lower(),
                    "position": row["position"],
                    "class": row["lococlass"],
                    "power": row["power"],
                    "length": scaled(row["lengthcm"], 2),
                }
            )
    for train in by_id.values():
        train.vehicles.sort(key=_place)
    trains.consists = [*by_id.values()]
    return trains


def _place(vehicle: dict[str, Any]) -> tuple[bool, int]:
    """Engines come first; positions are counted separately."""
    return vehicle["kind"] != LOCOMOTIVE, integer(vehicle.pop("position"))


def _train(row: Mapping[str, str]) -> Consist:
    way = f"{row['from']}-{row['to']}"
    text = f"{row['traintype']} {row['trainnumber']} of {row['date']}"
    told = sentence([f"{text} from {row['from']} to {row['to']}"])
    return Consist(f"{row['trainnumber']} {way}", told)


def _named(record: Record, places: Mapping[str, int]) -> dict[str, str]:
    cells = record.cells
    found = {name: places.get(name, len(cells)) for name in TABLE_HEADERS}
    return {n: cells[at] if at < len(cells) else "" for n, at in found.items()}
