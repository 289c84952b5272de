"""Trains as the railways of Finland tell of them: vehicles, and what they make up.

Three forms: the compositions of 2014, the messages of 2024, and a table with a row for
each vehicle of a train.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from config.imports.failures import failure
from config.imports.files import JSON, content_of, open_table
from config.imports.headers import squashed_cells
from config.imports.json_items import Item
from config.imports.presets.documents import document
from config.imports.presets.shaping import ShapedTable, leaves, numbered_items
from organisations.imports import Record, Refused, joined

LOCOMOTIVE, WAGON = "locomotive", "wagon"
MASK = "*"
UNNUMBERED = "vehicles without a number"
OLDER = "older messages of a train"
# What is kept of a vehicle, by the name that the files of a year give it.
AMENITIES_2014 = {
    "kahvio": "cafe",
    "leikkitila": "play area",
    "lemmikkielainosasto": "pets",
    "pyoratuolipaikka": "wheelchair place",
    "video": "video",
    "tupakointi": "smoking",
    "tilaaMatkalaukuille": "luggage",
}
AMENITIES_2024 = {
    "catering": "cafe",
    "playground": "play area",
    "pet": "pets",
    "disabled": "wheelchair place",
    "video": "video",
    "smoking": "smoking",
    "luggage": "luggage",
}
USED_2014 = frozenset(
    {
        *("lahtoPvm", "kokonaispituus", "jarrupainonopeus"),
        *("aikataulu.junatyyppi.nimi", "aikataulu.aikataulunJunanumero.junanumero"),
        "aikataulutapahtuma.liikennepaikka.lyhenne",
        "viimeinenAikataulutapahtuma.liikennepaikka.lyhenne",
        *("vaunus.tunniste", "vaunus.sijainti", "vaunus.pituus"),
        *(f"vaunus.{name}" for name in AMENITIES_2014),
        *("veturis.tunniste", "veturis.sijainti", "veturis.tyyppi"),
        "veturis.vetovoimalajilyhenne",
    }
)
USED_2024 = frozenset(
    {
        *("messageDateTime", "junanumero", "lahtopaiva"),
        *("osavalit.category", "osavalit.kokonaispituus", "osavalit.maxNopeus"),
        *("osavalit.alkuUICKoodi", "osavalit.loppuUICKoodi"),
        *(
            f"osavalit.{list_}.{name}"
            for list_ in ("veturit", "vaunut")
            for name in ("tunniste", "jarjestysnumero", "pituus", "tyhjapaino")
        ),
        *("osavalit.veturit.akseleita", "osavalit.vaunut.akseleita"),
        *("osavalit.veturit.sarjatunnus", "osavalit.vaunut.sarjatunnus"),
        *(f"osavalit.vaunut.{name}" for name in AMENITIES_2024),
    }
)


@dataclass
class Consist:
    """A train on one leg of its way: its name, what it is, its vehicles in order."""

    name: str
    description: str
    vehicles: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Trains:
    """What a file tells: the consists, and what of it is used nowhere."""

    consists: list[Consist] = field(default_factory=list)
    of_trains: Counter[str] = field(default_factory=Counter)
    of_vehicles: Counter[str] = field(default_factory=Counter)


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
            found[number] |= {k: v for k, v in vehicle.items() if k not in ("kind",)}
        else:
            found[number] = dict(vehicle)
            rows.append(found[number])
    items = (_item(line, row) for line, row in enumerate(rows, start=1))
    return ShapedTable.of(items, trains.of_vehicles)


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
        return _of_table(path, encoding)
    told = document(path, encoding)
    listed = told if isinstance(told, list) else [told]
    if not all(isinstance(one, Mapping) for one in listed):
        raise failure("json_invalid", "The file holds no trains.")
    if any("osavalit" in one for one in listed):
        return _of_2024(listed)
    return _of_2014(listed)


def _of_2014(told: Sequence[Mapping[str, Any]]) -> Trains:
    trains = Trains()
    for one in told:
        _count_unused(one, USED_2014, trains)
        start = _at(one, "aikataulutapahtuma", "liikennepaikka", "lyhenne")
        end = _at(one, "viimeinenAikataulutapahtuma", "liikennepaikka", "lyhenne")
        number = _at(one, "aikataulu", "aikataulunJunanumero", "junanumero")
        kind = _at(one, "aikataulu", "junatyyppi", "nimi")
        told_of = [
            f"{kind} {number} of {_at(one, 'lahtoPvm')} from {start} to {end}",
            _with("{} m", _at(one, "kokonaispituus")),
            _with("{} km/h", _at(one, "jarrupainonopeus")),
        ]
        found = Consist(f"{number} {start}-{end}", _sentence(told_of))
        for engine in _in_order(one.get("veturis"), "sijainti"):
            found.vehicles.append(
                {
                    "number": _number(engine),
                    "kind": LOCOMOTIVE,
                    "class": _at(engine, "tyyppi"),
                    "power": _at(engine, "vetovoimalajilyhenne"),
                }
            )
        for wagon in _in_order(one.get("vaunus"), "sijainti"):
            amenities = _amenities(wagon, AMENITIES_2014)
            length = _scaled(wagon.get("pituus"), 2)
            row = {"number": _number(wagon), "kind": WAGON, "length": length}
            found.vehicles.append(row | amenities)
        trains.consists.append(found)
    return trains


def _of_2024(told: Sequence[Mapping[str, Any]]) -> Trains:
    """Read the newest message of each train; units are engine and wagon in one."""
    trains = Trains()
    newest: dict[tuple[str, str], Mapping[str, Any]] = {}
    for one in sorted(told, key=lambda one: _at(one, "messageDateTime")):
        newest[_at(one, "junanumero"), _at(one, "lahtopaiva")] = one
    trains.of_trains[OLDER] = len(told) - len(newest)
    for (number, day), one in newest.items():
        _count_unused(one, USED_2024, trains)
        legs = [leg for leg in one.get("osavalit") or () if isinstance(leg, Mapping)]
        for leg in legs:
            start, end = _at(leg, "alkuUICKoodi"), _at(leg, "loppuUICKoodi")
            told_of = [
                f"{_at(leg, 'category')} {number} of {day} from {start} to {end}",
                _with("{} m", _scaled(leg.get("kokonaispituus"), 3)),
                _with("{} km/h", _at(leg, "maxNopeus")),
            ]
            found = Consist(f"{number} {start}-{end}", _sentence(told_of))
            found.vehicles = _units(leg)
            trains.consists.append(found)
    return trains


def _units(leg: Mapping[str, Any]) -> list[dict[str, Any]]:
    units: dict[str, dict[str, Any]] = {}
    found: list[dict[str, Any]] = []
    for kind, list_ in ((LOCOMOTIVE, "veturit"), (WAGON, "vaunut")):
        for one in _in_order(leg.get(list_), "jarjestysnumero"):
            number = _number(one)
            row = {
                "number": number,
                "kind": kind,
                "class": _at(one, "sarjatunnus"),
                "length": _scaled(one.get("pituus"), 3),
                "tare": _scaled(one.get("tyhjapaino"), 6),
                "axles": _at(one, "akseleita"),
                **_amenities(one, AMENITIES_2024),
            }
            if number in units:
                units[number] |= {k: v for k, v in row.items() if k != "kind"}
                units[number]["kind"] = "unit"
                continue
            if number:
                units[number] = row
            found.append(row)
    return found


def _of_table(path: Path, encoding: str) -> Trains:
    """Read a table with a row for each vehicle of a train."""
    trains = Trains()
    by_id: dict[str, Consist] = {}
    with closing(open_table(path, encoding=encoding)) as table:
        places = squashed_cells(table.header.cells)
        for record in table.rows():
            if isinstance(record, Refused) or record.is_blank:
                continue
            row = _named(record, places)
            trains.of_vehicles["sales_number"] += bool(row["salesnumber"])
            found = by_id.get(row["compositionid"])
            if found is None:
                found = by_id[row["compositionid"]] = _train(row)
            found.vehicles.append(
                {
                    "number": row["vehiclenumber"],
                    "kind": row["kind"],
                    "class": row["lococlass"],
                    "power": row["power"],
                    "length": _scaled(row["lengthcm"], 2),
                }
            )
    trains.consists = [*by_id.values()]
    return trains


def _train(row: Mapping[str, str]) -> Consist:
    way = f"{row['from']}-{row['to']}"
    text = f"{row['traintype']} {row['trainnumber']} of {row['date']}"
    sentence = _sentence([f"{text} from {row['from']} to {row['to']}"])
    return Consist(f"{row['trainnumber']} {way}", sentence)


TABLE_HEADERS = (
    *("date", "trainnumber", "traintype", "from", "to", "compositionid", "kind"),
    *("vehiclenumber", "lococlass", "salesnumber", "lengthcm", "power"),
)


def _named(record: Record, places: Mapping[str, int]) -> dict[str, str]:
    cells = record.cells
    found = {name: places.get(name, len(cells)) for name in TABLE_HEADERS}
    return {n: cells[at] if at < len(cells) else "" for n, at in found.items()}


def _count_unused(one: Mapping[str, Any], used: frozenset[str], trains: Trains) -> None:
    for name, value in leaves(one):
        if name not in used and value not in (None, "", "null"):
            is_of_vehicle = name.count(".") and name.split(".")[-2].startswith("v")
            counts = trains.of_vehicles if is_of_vehicle else trains.of_trains
            counts[name] += 1


def _in_order(listed: Any, key: str) -> Iterator[Mapping[str, Any]]:
    rows = [one for one in listed or () if isinstance(one, Mapping)]
    yield from sorted(rows, key=lambda one: _integer(one.get(key)))


def _integer(value: Any) -> int:
    text = str(value)
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _number(vehicle: Mapping[str, Any]) -> str:
    """Return the number of a vehicle, nothing for one that is masked."""
    number = _at(vehicle, "tunniste")
    return "" if MASK in number else number


def _at(value: Any, *path: str) -> str:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return "" if value is None or isinstance(value, (Mapping, list)) else str(value)


def _amenities(one: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    return {
        word: str(one[name]).lower()
        for name, word in names.items()
        if isinstance(one.get(name), bool)
    }


def _scaled(value: Any, places: int) -> str:
    """Return a number of centimetres as metres, of grams as tonnes."""
    try:
        number = Decimal(str(value or "")).scaleb(-places)
    except InvalidOperation:
        return ""
    return format(number.normalize(), "f") if number.is_finite() else ""


def _with(text: str, value: str) -> str:
    return text.format(value) if value else ""


def _sentence(parts: Sequence[str]) -> str:
    return ", ".join(filter(None, parts)) + "."
