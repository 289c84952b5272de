"""Exports as bytes, and bytes as files."""

import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from config.api.errors import Refusal
from config.exports.tables import as_csv, as_json_lines
from config.exports.workbooks import as_workbook
from organisations.imports import Export

# Turns rows, with the name of what they are, into the bytes of a file.
Writer = Callable[[Export, str], Iterator[bytes]]

FORMATS: Mapping[str, Writer] = {
    "csv": lambda export, title: as_csv(export),
    "xlsx": as_workbook,
    "jsonl": lambda export, title: as_json_lines(export),
}
MEDIA_TYPES: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/jsonl",
    "zip": "application/zip",
}


def save(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file that is there as a whole or not at all.

    What stood at the path stays until then. Raise `file_unwritable` when the disk is
    full or the folder takes no files.
    """
    if path.exists() and not path.is_file():
        raise Refusal("file_unwritable", f"'{path}' is not a file.")
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with part.open("xb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        reason = error.strerror or "it cannot be written"
        raise Refusal("file_unwritable", f"'{path}': {reason}.") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
