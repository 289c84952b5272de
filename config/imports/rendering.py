"""The report of an import, for people and for machines."""

import io
from collections.abc import Sequence

import orjson
from rich.console import Console, RenderableType
from rich.table import Table as Grid
from rich.text import Text

from config.imports.failures import Problem
from config.imports.hints import hints_for
from config.imports.report import Report

# In text, so that a terminal is not flooded; JSON has them all.
MOST_SHOWN = 200


def as_json(report: Report) -> str:
    """Write the whole report as a JSON object."""
    return orjson.dumps(report.as_dict(), option=orjson.OPT_INDENT_2).decode()


def all_as_json(reports: Sequence[Report]) -> str:
    """Write a report as an object, those of a file in parts as an array of them."""
    if len(reports) == 1:
        return as_json(reports[0])
    told = [report.as_dict() for report in reports]
    return orjson.dumps(told, option=orjson.OPT_INDENT_2).decode()


def all_as_text(reports: Sequence[Report], *, width: int, is_terminal: bool) -> str:
    """Write reports below each other; where there are several, what each is of."""
    texts = [as_text(one, width=width, is_terminal=is_terminal) for one in reports]
    if len(texts) == 1:
        return texts[0]
    parts = zip(reports, texts, strict=True)
    return "\n\n".join(f"== {report.type} ==\n\n{text}" for report, text in parts)


def as_text(report: Report, *, width: int, is_terminal: bool) -> str:
    """Write the report as tables that fit the width."""
    console = Console(
        file=io.StringIO(), width=width, force_terminal=is_terminal, highlight=False
    )
    with console.capture() as capture:
        for part in _parts(report):
            console.print(part)
    return "\n".join(line.rstrip() for line in capture.get().splitlines())


def _parts(report: Report) -> list[RenderableType]:
    parts: list[RenderableType] = []
    if report.columns:
        parts += [_columns(report), ""]
    if report.lost:
        parts += ["What of the file is not kept:", _lost(report), ""]
    if report.notes:
        parts += [_notes(report), ""]
    if report.problems:
        parts += ["The file was not loaded:", _problems(report.problems), ""]
    if report.refusals:
        parts += [_refusals(report), ""]
    return [*parts, *summary(report)]


def _grid(*headings: str) -> Grid:
    grid = Grid(
        box=None, pad_edge=False, show_header=bool(headings), header_style="bold"
    )
    for heading in headings:
        grid.add_column(heading, overflow="fold")
    return grid


def _columns(report: Report) -> Grid:
    grid = _grid("Column", "Goes to", "As")
    for placed in report.columns:
        grid.add_row(Text(placed.column), Text(placed.target), Text(placed.type))
    return grid


def _lost(report: Report) -> Grid:
    grid = _grid("Column", "Cells", "Why")
    for one in report.lost:
        grid.add_row(Text(one.column), f"{one.filled:,}", Text(one.reason))
    return grid


def _notes(report: Report) -> Grid:
    grid = _grid("Note", "Count", "")
    for note in report.notes:
        grid.add_row(Text(note.code), f"{note.count:,}", Text(note.message))
    return grid


def _problems(problems: list[Problem]) -> Grid:
    grid = _grid("Code", "Line", "Reason")
    for problem in problems:
        line = "" if problem.line is None else f"{problem.line:,}"
        grid.add_row(Text(problem.code), line, Text(problem.message))
    return grid


def _refusals(report: Report) -> Grid:
    grid = _grid("Line", "Column", "Value", "Code", "Reason")
    for one in report.refusals[:MOST_SHOWN]:
        # Cells come from strangers: no markup, and no control characters.
        value = "".join(c if c.isprintable() else " " for c in one.value)
        grid.add_row(
            str(one.line), Text(one.column), Text(value), one.code, Text(one.reason)
        )
    return grid


def summary(report: Report) -> list[str]:
    """Return the closing lines: what was refused by code, and the counts."""
    if report.problems:
        return ["Nothing was written."]
    lines = []
    if report.codes:
        counts = ", ".join(f"{code} {n:,}" for code, n in report.codes.most_common())
        lines.append(f"Refused by code: {counts}.")
        hints = hints_for(code for code, _ in report.codes.most_common())
        lines += [f"{code}: {hint}" for code, hint in hints.items()]
    hidden = sum(report.codes.values()) - min(len(report.refusals), MOST_SHOWN)
    if hidden > 0:
        lines.append(f"{hidden:,} more refusals are not shown (--format json).")
    lines.append(
        f"{report.rows:,} rows: {report.created:,} created, "
        f"{report.updated:,} updated, {report.skipped:,} skipped, "
        f"{report.refused:,} refused."
    )
    if report.refused and not (report.created or report.updated):
        lines.append(
            "Nothing was written. Mend the refused rows, or load the others with "
            "--skip-invalid."
        )
    elif report.is_dry_run:
        lines.append("This was a dry run: nothing was written.")
    return lines
