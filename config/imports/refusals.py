"""The refused rows of an import, as a file for a spreadsheet."""

import csv
from collections.abc import Iterator
from pathlib import PurePath

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from config.imports.formulas import guarded
from config.imports.hints import HINTS
from organisations.models import ImportRun

NAMES = ("line", "column", "value", "code", "reason", "hint")


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        """Return the text."""
        return text


def as_csv(noted: ImportRun) -> StreamingHttpResponse:
    """Answer the refusals that are kept of an import; no cell is a formula."""
    name = f"{PurePath(noted.file_name).stem} refusals.csv"
    return StreamingHttpResponse(
        _lines(noted),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": str(content_disposition_header(True, name)),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _lines(noted: ImportRun) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(NAMES)
    for one in noted.report.get("refusals", ()):
        one = {**one, "hint": HINTS.get(one["code"], "")}
        yield writer.writerow([guarded(str(one.get(name, ""))) for name in NAMES])
