"""Files packed by gzip or as ZIP, unpacked within limits."""

import gzip
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import NamedTemporaryFile
from typing import IO, Protocol
from zipfile import ZipFile, ZipInfo

from config.imports.failures import ImportFailure, failure
from config.imports.readers.packages import (
    DAMAGED_ARCHIVE,
    MOST_PARTS,
    is_bomb,
    refuse_crowd,
    refuse_method,
)
from config.imports.readers.spools import discard, told_when_full
from config.imports.readers.tables import Table
from organisations.imports import Note, Record, Refused, listed

LARGEST_FILE = 2 << 30
LONGEST_NAME_SHOWN = 80
CHUNK = 1 << 18
# What file managers put into archives on their own.
CLUTTER = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})


class Readable(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, none at the end."""


@dataclass(frozen=True)
class Unpacked:
    """A file out of an archive, in a temporary file that goes when it is closed.

    `is_named` says that it was chosen by its name.
    """

    name: str
    file: IO[bytes]
    is_named: bool = False

    @property
    def path(self) -> Path:
        """Where it lies for now."""
        return Path(self.file.name)

    @property
    def note(self) -> Note:
        """Tell what was read."""
        return Note("archive_unpacked", f"'{self.name}' of the archive was read.")


@dataclass(frozen=True)
class UnpackedTable:
    """A table that reads an unpacked file, and removes it in the end."""

    table: Table
    unpacked: Unpacked

    @property
    def kind(self) -> str:
        """What the unpacked file is."""
        return self.table.kind

    @property
    def header(self) -> Record:
        """The names of the columns."""
        return self.table.header

    @property
    def nested(self) -> frozenset[str]:
        """The columns in which cells hold lists of objects, as JSON."""
        return self.table.nested

    @property
    def notes(self) -> list[Note]:
        """What the reader had to assume, or left out."""
        return [self.unpacked.note, *self.table.notes]

    def rows(self) -> Iterator[Record | Refused]:
        """Read the rows below the header, from the top at every call."""
        return self.table.rows()

    def close(self) -> None:
        """Close the table and remove the unpacked file."""
        self.table.close()
        self.unpacked.file.close()


def gunzipped(path: Path, name: str) -> Unpacked:
    """Unpack a gzip file; raise ImportFailure for bombs and damage."""
    with _told_when_damaged(), gzip.open(path) as content:
        file = _copied(content, path.stat().st_size)
    return Unpacked(name.removesuffix(".gz").removesuffix(".GZ"), file)


def unzipped(path: Path, wanted: str) -> Unpacked:
    """Unpack the only file of a ZIP archive, or the one of the wanted name.

    Names are compared and shown, never used as paths.
    """
    with _told_when_damaged(), path.open("rb") as packed:
        refuse_crowd(packed)
        with ZipFile(packed) as archive:
            member, is_named = _chosen(archive.infolist(), wanted)
            refuse_method(member, "archive")
            with archive.open(member) as content:
                file = _copied(content, member.compress_size)
    return Unpacked(_shown(member), file, is_named)


def _chosen(members: list[ZipInfo], wanted: str) -> tuple[ZipInfo, bool]:
    if len(members) > MOST_PARTS:
        raise failure("file_too_large", "The archive holds too many files.")
    files = [member for member in members if not _is_clutter(member)]
    named = [one for one in files if wanted and _is_called(one, wanted)]
    if len(named) == 1:
        return named[0], True
    if not files:
        raise failure("file_empty", "The archive holds no files.")
    if len(files) > 1:
        names = listed([_shown(member) for member in files])
        if wanted and not named:
            message = f"The archive has no file '{wanted}', only: {names}."
            raise failure("sheet_not_found", message)
        message = f"The archive holds several files: {names}. Say --sheet NAME."
        raise failure("sheet_required", message)
    return files[0], False


def _is_clutter(member: ZipInfo) -> bool:
    parts = PurePosixPath(member.filename).parts
    if not parts or member.filename.endswith("/"):
        return True
    return not CLUTTER.isdisjoint(parts) or parts[-1].startswith(".")


def _is_called(member: ZipInfo, wanted: str) -> bool:
    names = {member.filename.casefold(), _shown(member).casefold()}
    return wanted.casefold() in names


def _shown(member: ZipInfo) -> str:
    name = PurePosixPath(member.filename.replace("\\", "/")).name
    return "".join(c if c.isprintable() else " " for c in name)[-LONGEST_NAME_SHOWN:]


def _copied(content: Readable, packed: int) -> IO[bytes]:
    with told_when_full(), ExitStack() as stack:
        file = NamedTemporaryFile(prefix="import-")  # noqa: SIM115 (see below)
        stack.callback(discard, file)
        _copy(content, file, packed)
        # Closed, and so removed, with the table that reads it.
        stack.pop_all()
    return file


def _copy(content: Readable, file: IO[bytes], packed: int) -> None:
    size = 0
    while chunk := content.read(CHUNK):
        size += len(chunk)
        if size > LARGEST_FILE or is_bomb(size, packed):
            raise failure("file_too_large", "The archive unpacks to too much data.")
        file.write(chunk)
    file.flush()


@contextmanager
def _told_when_damaged() -> Iterator[None]:
    try:
        yield
    except DAMAGED_ARCHIVE as error:
        raise _damaged(error) from error


def _damaged(error: BaseException) -> ImportFailure:
    if isinstance(error, EOFError):
        return failure("file_unreadable", "The archive is cut short.")
    reason = type(error).__name__
    return failure("file_unreadable", f"The archive is damaged ({reason}).")
