import io

import pytest

from config.imports import progress as module
from config.imports.progress import progress


class Terminal(io.StringIO):
    """A stream on which a person looks."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def test_it_writes_plain_lines_where_nobody_looks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "SECONDS_BETWEEN_LINES", 0.0)
    stream = io.StringIO()

    with progress(stream) as watch:
        watch(2_000, 10_000)

    assert stream.getvalue().startswith("2,000 of 10,000 rows, ")


def test_it_says_nothing_about_short_imports() -> None:
    stream = io.StringIO()

    with progress(stream) as watch:
        watch(5, 5)

    assert stream.getvalue() == ""


def test_it_draws_a_bar_on_a_terminal() -> None:
    with progress(Terminal()) as watch:
        watch(2_000, 10_000)
        watch(10_000, 10_000)
