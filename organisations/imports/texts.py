"""Values as texts of a file, written so that an import reads the same values back."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal

SEPARATOR = ";"
# A part ends at a semicolon that no backslash stands before.
PART = re.compile(r"((?:[^;\\]|\\.)*)(?:;|\Z)", re.DOTALL)
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
NUMBERED = re.compile(r"#(\d{1,10})(?:\s+(.*))?\Z", re.ASCII | re.DOTALL)


def shown(value: object) -> str:
    """Return a value as a cell: moments in UTC, plain numbers, empty for none."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.astimezone(UTC).isoformat()
        case float() | Decimal():
            return format(Decimal(str(value)), "f")
    return str(value)


def joined(texts: Iterable[str]) -> str:
    """Put texts into one cell, semicolons between; those in a text are escaped."""
    escaped = (text.replace("\\", "\\\\").replace(";", "\\;") for text in texts)
    return SEPARATOR.join(escaped)


def parted(text: str) -> list[str]:
    """Take apart what `joined` put together; empty parts are left out."""
    # A lone backslash at the end stands for itself.
    whole = text + "\\" if re.search(r"(?<!\\)(?:\\\\)*\\\Z", text) else text
    parts = (ESCAPED.sub(r"\1", found[1]).strip() for found in PART.finditer(whole))
    return [part for part in parts if part]


def numbered_label(number: int, label: str) -> str:
    """Write a record that has a number elsewhere and perhaps a label: `#12 Label`."""
    return f"#{number} {label}".rstrip() if number else label


def number_and_label(text: str) -> tuple[int, str]:
    """Read what `numbered_label` wrote; without a number it is 0."""
    found = NUMBERED.match(text)
    return (int(found[1]), found[2] or "") if found else (0, text)
