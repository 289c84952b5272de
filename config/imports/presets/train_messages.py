"""What the railways of Finland tell of trains: compositions, messages since 2024."""

from collections.abc import Mapping, Sequence
from typing import Any

from config.imports.presets.shaping import leaves
from config.imports.presets.trains import (
    LOCOMOTIVE,
    UNIT,
    WAGON,
    Consist,
    Trains,
    amenities,
    in_order,
    number_of,
    phrase,
    scaled,
    sentence,
    text_at,
)
from config.imports.readers.json_items import Item

LISTS = frozenset({"veturis", "vaunus", "veturit", "vaunut"})
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


def of_2014(told: Sequence[Item], trains: Trains) -> None:
    """Read compositions, one of them for each train."""
    for one in (item.value for item in told):
        _count_unused(one, USED_2014, trains)
        start = text_at(one, "aikataulutapahtuma", "liikennepaikka", "lyhenne")
        end = text_at(one, "viimeinenAikataulutapahtuma", "liikennepaikka", "lyhenne")
        number = text_at(one, "aikataulu", "aikataulunJunanumero", "junanumero")
        kind = text_at(one, "aikataulu", "junatyyppi", "nimi")
        told_of = [
            f"{kind} {number} of {text_at(one, 'lahtoPvm')} from {start} to {end}",
            phrase("{} m", text_at(one, "kokonaispituus")),
            phrase("{} km/h", text_at(one, "jarrupainonopeus")),
        ]
        found = Consist(f"{number} {start}-{end}", sentence(told_of))
        for engine in in_order(one.get("veturis"), "sijainti"):
            found.vehicles.append(
                {
                    "number": number_of(engine),
                    "kind": LOCOMOTIVE,
                    "class": text_at(engine, "tyyppi"),
                    "power": text_at(engine, "vetovoimalajilyhenne"),
                }
            )
        for wagon in in_order(one.get("vaunus"), "sijainti"):
            own = amenities(wagon, AMENITIES_2014)
            length = scaled(wagon.get("pituus"), 2)
            row = {"number": number_of(wagon), "kind": WAGON, "length": length}
            found.vehicles.append(row | own)
        trains.consists.append(found)


def of_2024(told: Sequence[Item], trains: Trains) -> None:
    """Read the newest message of each train; units are engine and wagon in one."""
    newest: dict[tuple[str, str], Mapping[str, Any]] = {}
    messages = [item.value for item in told]
    for one in sorted(messages, key=lambda one: text_at(one, "messageDateTime")):
        newest[text_at(one, "junanumero"), text_at(one, "lahtopaiva")] = one
    trains.of_trains[OLDER] = len(told) - len(newest)
    for (number, day), one in newest.items():
        _count_unused(one, USED_2024, trains)
        listed = one.get("osavalit")
        legs = listed if isinstance(listed, list) else []
        for leg in (leg for leg in legs if isinstance(leg, Mapping)):
            start, end = text_at(leg, "alkuUICKoodi"), text_at(leg, "loppuUICKoodi")
            told_of = [
                f"{text_at(leg, 'category')} {number} of {day} from {start} to {end}",
                phrase("{} m", scaled(leg.get("kokonaispituus"), 3)),
                phrase("{} km/h", text_at(leg, "maxNopeus")),
            ]
            found = Consist(f"{number} {start}-{end}", sentence(told_of))
            found.vehicles = _units(leg)
            trains.consists.append(found)


def _units(leg: Mapping[str, Any]) -> list[dict[str, Any]]:
    units: dict[str, dict[str, Any]] = {}
    found: list[dict[str, Any]] = []
    for kind, list_ in ((LOCOMOTIVE, "veturit"), (WAGON, "vaunut")):
        for one in in_order(leg.get(list_), "jarjestysnumero"):
            number = number_of(one)
            row = {
                "number": number,
                "kind": kind,
                "class": text_at(one, "sarjatunnus"),
                "length": scaled(one.get("pituus"), 3),
                "tare": scaled(one.get("tyhjapaino"), 6),
                "axles": text_at(one, "akseleita"),
                **amenities(one, AMENITIES_2024),
            }
            if number in units:
                units[number] |= {k: v for k, v in row.items() if v} | {"kind": UNIT}
                continue
            if number:
                units[number] = row
            found.append(row)
    return found


def _count_unused(one: Mapping[str, Any], used: frozenset[str], trains: Trains) -> None:
    for name, value in leaves(one):
        if name not in used and value not in (None, "", "null"):
            is_of_vehicle = not LISTS.isdisjoint(name.split("."))
            counts = trains.of_vehicles if is_of_vehicle else trains.of_trains
            counts[name] += 1
