"""What was measured, on the screen and in a file."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from django.db import connection
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from benchmarks.load import Served
from benchmarks.timing import Figure, Result

RESULTS = Path(__file__).resolve().parent / "results"
WIDTH = 110
SERVED = (
    *("of bare", "what", "clients", "median", "p99", "answers/s"),
    *("CPU", "queries", "bare"),
)


@dataclass(frozen=True)
class Measured:
    """Everything that one run found, with so many assets in the register."""

    size: int
    results: Sequence[Result]
    served: Sequence[Served]
    figures: Sequence[Figure]


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


def show_served(served: Sequence[Served], figures: Sequence[Figure]) -> None:
    """Print what was served, ratios first, and the single figures."""
    table = Table(title="Served by gunicorn, beside the same answers by hand")
    for heading in SERVED:
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for one in served:
        table.add_row(*_cells(one))
    console = Console(width=max(Console().width, WIDTH))
    console.print(table)
    for figure in figures:
        met = "met" if figure.is_met else "NOT met"
        console.print(f"{figure.name}: {figure.told} ({figure.goal}: {met})")


def write(measured: Measured, *, seed: int) -> Path:
    """Write everything as JSON and as Markdown, and return the latter file."""
    now = timezone.now()
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{now:%Y-%m-%d-%H%M%S}.md"
    machine = {
        "at": now.isoformat(timespec="seconds"),
        "assets": measured.size,
        "processors": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "postgresql": _server_version(),
        "seed": seed,
    }
    content = machine | {
        "results": [
            {"ratio": round(one.ratio, 3), "rate": round(one.rate, 1)} | asdict(one)
            for one in measured.results
        ],
        "served": [{"ratio": one.ratio} | asdict(one) for one in measured.served],
        "figures": [asdict(one) for one in measured.figures],
    }
    text = json.dumps(content, indent=2) + "\n"
    path.with_suffix(".json").write_text(text, encoding="utf-8")
    path.write_text(_markdown(machine, measured), encoding="utf-8")
    return path


def _markdown(machine: dict[str, object], measured: Measured) -> str:
    told = ", ".join(f"{name} {value}" for name, value in machine.items())
    results = [
        (f"{one.ratio:.0%}", one.goal, _word(one.is_met), one.name, f"{one.rate:,.0f}")
        for one in measured.results
    ]
    figures = [
        (one.name, one.told, one.goal, _word(one.is_met)) for one in measured.figures
    ]
    parts = [
        f"# Measured\n\n{told}\n",
        "## Beside the bare way, in one process\n",
        _rows(("of bare", "goal", "met", "what", "units/s"), results),
        "## Served by gunicorn: one process, four threads; milliseconds\n",
        _rows(SERVED, [_cells(one) for one in measured.served]),
        "## Figures\n",
        _rows(("what", "is", "goal", "met"), figures),
    ]
    return "\n".join(parts)


def _rows(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cells(one: Served) -> tuple[str, ...]:
    return (
        "" if one.ratio is None else f"{one.ratio:.0%}",
        one.name,
        str(one.clients),
        f"{one.median:,.1f}",
        f"{one.p99:,.1f}",
        f"{one.rate:,.0f}",
        f"{one.cpu:,.1f}",
        "" if one.queries is None else str(one.queries),
        "" if one.bare is None else f"{one.bare:,.2f}",
    )


def _word(is_met: bool) -> str:
    return "yes" if is_met else "no"


def _server_version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])
