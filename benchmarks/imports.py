"""The import of a large file beside bare COPY of the rows that it writes."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from django.db import connection, models

from assets.models import AssetGroup
from benchmarks.bulk import NUMBER, copy_rows, newest_rows
from benchmarks.timing import Result, seconds
from benchmarks.world import MAKERS
from organisations.models import Change, Organisation, User
from organisations.services.organisations import create_organisation

GOAL, MOST_MEGABYTES = 10_000, 300
HEADER = (
    *("Asset tag", "Name", "Type", "Status", "Location"),
    *("Maker", "Serial", "In service since", "Cost", "Mileage"),
)


def measure_imports(random: Random, *, rows: int) -> Iterator[Result]:
    """Load a file of so many assets, dry and in earnest, each in its own process."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "fleet.csv"
        write_rows(path, random, rows)
        dry = load_rows(path, _new_organisation(), "dry")
        wet = load_rows(path, _new_organisation())
    copies: dict[type[models.Model], bytes] = {
        AssetGroup: newest_rows(AssetGroup, {"number": NUMBER}, rows),
        Change: newest_rows(Change, {}, rows),
    }
    bare = seconds(lambda: copy_rows(copies))
    for name, took in (("import", wet), ("dry run of an import", dry)):
        peak = took["megabytes"]
        yield Result(
            name=f"{name}, {rows:,} rows, {peak:.0f} MB at most",
            beside="COPY of assets and history",
            ours=took["seconds"],
            bare=bare,
            units=rows,
            unit="rows",
            goal=f"{GOAL:,} rows/s, {MOST_MEGABYTES} MB",
            is_met=rows / took["seconds"] >= GOAL and peak < MOST_MEGABYTES,
        )


def write_rows(path: Path, random: Random, rows: int) -> None:
    """Write a file of so many vehicles."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(rows):
            kind = random.choice(("Bus", "Tram", "Coach", "Wagon"))
            day = f"20{random.randrange(10, 26)}-0{random.randrange(1, 10)}-15"
            writer.writerow(
                [
                    *(f"T{number:07}", f"Vehicle {number}", kind),
                    random.choice(("in service", "stored", "spare")),
                    f"Depot {random.randrange(40)}",
                    random.choice(MAKERS),
                    f"SN{random.randrange(10**9):09}",
                    day,
                    f"{random.randrange(10**6) / 100:.2f}",
                    random.randrange(10**6),
                ]
            )


def _new_organisation() -> Organisation:
    owner = User.objects.get(username="bench")
    organisation: Organisation = create_organisation(name="Imports", owner=owner)
    return organisation


def load_rows(path: Path, organisation: Organisation, *words: str) -> dict[str, Any]:
    """Load into an organisation by `benchmarks.importing`; return what it told."""
    told = subprocess.run(  # noqa: S603 - our own program
        [
            sys.executable,
            "-m",
            "benchmarks.importing",
            path,
            str(organisation.pk),
            *words,
        ],
        env=os.environ | {"BENCH_DATABASE_URL": address()},
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    found: dict[str, Any] = json.loads(told)
    return found


def address() -> str:
    """Return where the database that is measured is, for other processes."""
    values: dict[str, Any] = connection.settings_dict
    who = values["USER"] + (f":{values['PASSWORD']}" if values["PASSWORD"] else "")
    return f"postgres://{who}@{values['HOST']}:{values['PORT']}/{values['NAME']}"
