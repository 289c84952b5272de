"""Files that nobody here wrote, loaded as docs/imports.md says they can be."""

import json
import os
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from organisations.models import Organisation
from organisations.services.organisations import create_organisation
from tests.cast import Cast
from tests.config.imports.files import REAL

pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not here")

DOCUMENT = Path(settings.BASE_DIR) / "docs" / "imports.md"
HEADING = "| file | options | type, preset | rows | made | changed | left | refused |"
# These take long; `REAL_FILES=all` in the environment has them loaded, too. They stand
# behind the others of their folder, so that leaving them out changes nothing.
SLOW = frozenset(
    {
        "snipeit/users-sample.csv",
        "rail-fi/compositions-2014-12-10-part1.json",
        "rail-fi/consist-vehicles-part1.csv",
        "rail-de/DBSuS-Uebersicht_Bahnhoefe-Stand2016-07.csv",
        "seattle-fleet/Active_Fleet_Complement.csv",
    }
)
# Files of these folders are about the devices of that one.
TOGETHER = {"software": "glpi", "meter-readings": "glpi"}


@dataclass
class Told:
    """A line of the table in the document."""

    file: str
    options: str
    rest: str

    def __str__(self) -> str:
        options = f"`{self.options}`" if self.options else ""
        return f"| `{self.file}` | {options} | {self.rest} |"


def told_lines() -> list[Told]:
    """Read the table of the document."""
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    if HEADING not in lines:
        return []
    return list(_told(iter(lines[lines.index(HEADING) + 2 :])))


def _told(lines: Iterator[str]) -> Iterator[Told]:
    for line in lines:
        if not line.startswith("|"):
            return
        file, options, rest = (part.strip() for part in line[1:-1].split("|", 2))
        yield Told(file.strip("`"), options.strip("`"), rest)


def reports(organisation: Organisation, told: Told) -> list[dict[str, Any]]:
    out = StringIO()
    try:
        call_command(
            "import_data",
            str(REAL / told.file),
            f"--organisation={organisation.pk}",
            *("--create-missing=all", "--skip-invalid", "--format=json"),
            *shlex.split(told.options),
            stdout=out,
            stderr=StringIO(),
        )
    except CommandError as error:
        if not out.getvalue():
            raise AssertionError(f"{told.file}: {error}") from error
    found = json.loads(out.getvalue())
    return found if isinstance(found, list) else [found]


def summary(report: dict[str, Any]) -> str:
    """Return the cells of a line that tell what became of a file."""
    if problems := report["problems"]:
        whole = dict.fromkeys(f"`{one['code']}`" for one in problems)
        return f"the whole file: {', '.join(whole)} | | | | |"
    preset = f", `{report['preset']}`" if report["preset"] else ""
    counts = [f"{report[name]:,}" for name in ("rows", "created", "updated", "skipped")]
    codes = ", ".join(f"`{code}` {n:,}" for code, n in report["codes"].items())
    refused = f"{report['refused']:,}" + (f": {codes}" if codes else "")
    rows = report["rows"]
    assert rows == sum(report[n] for n in ("created", "updated", "skipped", "refused"))
    return " | ".join([f"{report['type']}{preset}", *counts, refused])


def test_the_document_names_every_file() -> None:
    files = {str(p.relative_to(REAL)) for p in REAL.glob("*/*")}

    assert {told.file for told in told_lines()} == files


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
def test_every_file_does_what_the_document_says(cast: Cast) -> None:
    told = told_lines()
    if os.environ.get("REAL_FILES") != "all":
        told = [one for one in told if one.file not in SLOW]
    organisations: dict[str, Organisation] = {}
    found: list[str] = []
    for file in dict.fromkeys((one.file, one.options) for one in told):
        folder = file[0].split("/")[0]
        folder = TOGETHER.get(folder, folder)
        if folder not in organisations:
            organisations[folder] = create_organisation(name=folder, owner=cast.owner)
        line = Told(*file, "")
        for report in reports(organisations[folder], line):
            found.append(str(Told(*file, summary(report))))

    expected = [str(one) for one in told]
    assert found == expected, "The table should be:\n" + "\n".join(found)
