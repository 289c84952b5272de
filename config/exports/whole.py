"""Exports of one type or of everything, into a file, a folder or an archive."""

from collections.abc import Iterator
from pathlib import Path

from config.api.errors import Refusal
from config.exports.packing import zipped
from config.exports.selection import Selection, one_moment
from config.exports.writing import save
from config.imports.whole import EVERYTHING, file_name

Counts = dict[str, int]


def pieces_of(selection: Selection, counted: Counts | None = None) -> Iterator[bytes]:
    """Return the file that was asked for, a ZIP archive of files for everything.

    Nothing is read before the first piece is taken. `counted` gets the rows by type.
    """
    counts: Counts = {} if counted is None else counted
    selection.log()
    with one_moment():
        if selection.type == EVERYTHING:
            yield from zipped(_members(selection, counts), has_room=True)
        else:
            yield from selection.pieces(selection.type, counts)


def name_of(selection: Selection) -> str:
    """Return what the file should be called."""
    if selection.type == EVERYTHING:
        return "export.zip"
    return f"{selection.type}.{selection.form}"


def save_folder(selection: Selection, folder: Path) -> Counts:
    """Write a file for each type into a folder, each file as a whole.

    Raise `file_unwritable` where that cannot be.
    """
    counts: Counts = {}
    selection.log()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or "it cannot be made"
        raise Refusal("file_unwritable", f"'{folder}': {reason}.") from error
    with one_moment():
        for name, pieces in _members(selection, counts):
            save(folder / name, pieces)
    return counts


def _members(
    selection: Selection, counted: Counts
) -> Iterator[tuple[str, Iterator[bytes]]]:
    for type_ in selection.types:
        yield file_name(type_, selection.form), selection.pieces(type_, counted)
