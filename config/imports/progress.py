"""How far an import has come: a bar on a terminal, plain lines elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from config.imports.runs import Watch

SECONDS_BETWEEN_LINES = 5.0


class Stream(Protocol):
    """Where progress is shown."""

    def write(self, text: str, /) -> object:
        """Show a line."""

    def isatty(self) -> bool:
        """Tell whether a person looks on."""


@contextmanager
def progress(stream: Stream) -> Iterator[Watch]:
    """Offer what an import calls after every batch."""
    if not stream.isatty():
        yield _lines(stream)
        return
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("Loading", total=None, rate="")
        started = time.monotonic()
        yield lambda done, total: bar.update(
            task, completed=done, total=total, rate=_rate(done, started)
        )


def _lines(stream: Stream) -> Watch:
    started = last = time.monotonic()

    def show(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < SECONDS_BETWEEN_LINES:
            return
        last = now
        stream.write(f"{done:,} of {total:,} rows, {_rate(done, started)}")

    return show


def _rate(done: int, started: float) -> str:
    seconds = max(time.monotonic() - started, 0.001)
    return f"{done / seconds:,.0f} rows/s"
