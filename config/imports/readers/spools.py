"""Rows kept on disk, because the engine reads a table more than once."""

import errno
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import astuple
from tempfile import TemporaryFile
from typing import IO

import orjson

from config.imports.failures import failure
from organisations.imports import Record, Refused

LARGEST_SPOOL = 2 << 30
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Spool:
    """Rows in a temporary file that has no name, and so goes when the process goes."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    @classmethod
    def of(cls, rows: Iterable[Record | Refused]) -> "Spool":
        """Write down the rows; raise ImportFailure when they fill the disk."""
        with told_when_full(), ExitStack() as stack:
            file = TemporaryFile()  # noqa: SIM115 (see below)
            stack.callback(discard, file)
            _write(file, rows)
            # Closed with the table that reads it.
            stack.pop_all()
        return cls(file)

    def __iter__(self) -> Iterator[Record | Refused]:
        """Read the rows from the top."""
        self.file.seek(0)
        for text in self.file:
            line, cells, refusal = orjson.loads(text)
            yield Refused(*refusal) if refusal else Record(line, cells)

    def close(self) -> None:
        """Remove the temporary file."""
        self.file.close()


def discard(file: IO[bytes]) -> None:
    """Close a temporary file that could not be written to its end."""
    with suppress(OSError):
        file.close()


@contextmanager
def told_when_full() -> Iterator[None]:
    """Turn a disk without room into an ImportFailure."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            message = "The disk has no room for the temporary copy of the file."
            raise failure("disk_full", message) from error
        raise


def _write(file: IO[bytes], rows: Iterable[Record | Refused]) -> None:
    size = 0
    for row in rows:
        if isinstance(row, Refused):
            text = orjson.dumps((row.line, (), astuple(row)))
        else:
            text = orjson.dumps((row.line, row.cells, ()))
        size += file.write(text + b"\n")
        if size > LARGEST_SPOOL:
            raise failure("file_too_large", "The file holds too much data.")
    file.flush()
