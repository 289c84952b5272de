"""What was measured, on the screen and in a file."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from django.db import connection
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from benchmarks.timing import Result

RESULTS = Path(__file__).resolve().parent / "results"
WIDTH = 110


def show(results: Sequence[Result]) -> None:
    """Print the table, ratios first."""
    table = Table(
        title="Throughput beside the bare way, medians of turns taken by both"
    )
    for heading in ("of bare", "goal", "met", "what", "ours", "bare", "queries"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for one in results:
        table.add_row(
            f"{one.ratio:.0%}",
            one.goal,
            "yes" if one.is_met else "no",
            one.name,
            f"{one.rate:,.0f} {one.unit}/s",
            f"{one.units / one.bare:,.0f} {one.unit}/s",
            "" if one.queries is None else str(one.queries),
        )
    Console(width=max(Console().width, WIDTH)).print(table)


def write(results: Sequence[Result], *, seed: int) -> Path:
    """Write the results as JSON and return the file."""
    now = timezone.now()
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{now:%Y-%m-%d-%H%M%S}.json"
    content = {
        "at": now.isoformat(timespec="seconds"),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "postgresql": _server_version(),
        "seed": seed,
        "results": [
            asdict(one) | {"ratio": round(one.ratio, 3), "rate": round(one.rate, 1)}
            for one in results
        ],
    }
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return path


def _server_version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])
