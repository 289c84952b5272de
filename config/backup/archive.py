"""The file of a backup: a ZIP whose manifest holds the checksum of every other part.

manifest.json           format, migrations, serials, and each part's SHA-256
tables/<label>.jsonl    the column names, then a row a line
files/<name>            an attachment, as the storage names it
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Self
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from config.api.errors import Refusal

FORMAT = 1
MANIFEST = "manifest.json"
# A manifest names every attachment: a gigabyte would be some ten million of them.
LARGEST_MANIFEST = 1 << 30
CHUNK = 1 << 20
EARLIEST = (1980, 1, 1, 0, 0, 0)


@dataclass
class Part:
    """A part of the archive: how long it is, its SHA-256, and of a table its rows."""

    length: int = 0
    sha256: str = ""
    rows: int = 0


@dataclass
class Manifest:
    """What is in an archive.

    `migrations` are the applied ones by app; `serials` the last serial of each table.
    """

    made_at: str
    migrations: dict[str, list[str]]
    serials: dict[str, int] = field(default_factory=dict)
    tables: dict[str, Part] = field(default_factory=dict)
    files: dict[str, Part] = field(default_factory=dict)
    format: int = FORMAT

    @classmethod
    def read(cls, text: bytes) -> Self:
        """Read a manifest; raise `backup_damaged` or `backup_unknown`."""
        try:
            found = json.loads(text)
            number = found["format"]
            for parts in (found["tables"], found["files"]):
                parts.update({name: Part(**part) for name, part in parts.items()})
            manifest = cls(**found)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise damaged(f"its {MANIFEST} cannot be read") from error
        if number != FORMAT:
            raise Refusal(
                "backup_unknown", f"The backup has format {number}, not {FORMAT}."
            )
        return manifest


def damaged(reason: str) -> Refusal:
    """Return the refusal of a file that is no backup, or no longer one."""
    return Refusal("backup_damaged", f"The backup is damaged: {reason}.")


class Hashing:
    """Writes on, and keeps the length and the checksum of what it wrote."""

    def __init__(self, target: IO[bytes]) -> None:
        self.target = target
        self.length = 0
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> None:
        """Write the bytes."""
        self.target.write(data)
        self.digest.update(data)
        self.length += len(data)

    def part(self, rows: int = 0) -> Part:
        """Return what was written."""
        return Part(length=self.length, sha256=self.digest.hexdigest(), rows=rows)


class Writer:
    """Writes an archive, part by part; a part may be of any length."""

    def __init__(self, archive: ZipFile, manifest: Manifest) -> None:
        self.archive = archive
        self.manifest = manifest

    @contextmanager
    def part(self, name: str, *, squeezed: bool) -> Iterator[Hashing]:
        """Open a part to write; its time is no part of the content."""
        info = ZipInfo(name, EARLIEST)
        info.compress_type = ZIP_DEFLATED if squeezed else ZIP_STORED
        with self.archive.open(info, "w", force_zip64=True) as target:
            yield Hashing(target)

    def close(self) -> None:
        """Write the manifest, which must be last."""
        text = json.dumps(asdict(self.manifest), indent=1).encode()
        with self.part(MANIFEST, squeezed=True) as target:
            target.write(text)


@contextmanager
def writing(path: Path, manifest: Manifest) -> Iterator[Writer]:
    """Write an archive beside its place, and put it there once it is whole."""
    partial = path.with_name(f"{path.name}.part")
    try:
        with ZipFile(partial, "x", compresslevel=6) as archive:
            writer = Writer(archive, manifest)
            yield writer
            writer.close()
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


class Reader:
    """Reads an archive, and believes none of it before `verify`."""

    def __init__(self, archive: ZipFile) -> None:
        self.archive = archive
        self.manifest = Manifest.read(self._small(MANIFEST))

    def parts(self) -> Iterator[tuple[str, Part]]:
        """Yield the name of every part in the archive, and what it should be."""
        for label, part in self.manifest.tables.items():
            yield table_name(label), part
        for name, part in self.manifest.files.items():
            yield file_name(name), part

    def verify(self) -> None:
        """Raise `backup_damaged` unless every part is there, whole and unchanged."""
        for name, expected in self.parts():
            digest, length = hashlib.sha256(), 0
            for chunk in self.chunks(name, expected.length):
                digest.update(chunk)
                length += len(chunk)
            if (length, digest.hexdigest()) != (expected.length, expected.sha256):
                raise damaged(f"{name} is not what was written")

    def chunks(self, name: str, length: int) -> Iterator[bytes]:
        """Yield the bytes of a part; never more than it should have, and one."""
        with self.open(name) as source:
            left = length + 1
            while left > 0 and (chunk := source.read(min(CHUNK, left))):
                left -= len(chunk)
                yield chunk

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Open a part; raise `backup_damaged` where it cannot be read."""
        try:
            with self.archive.open(name) as source:
                yield source
        except (KeyError, BadZipFile, EOFError, OSError, NotImplementedError) as error:
            raise damaged(f"{name} cannot be read") from error

    def _small(self, name: str) -> bytes:
        with self.open(name) as source:
            text = source.read(LARGEST_MANIFEST + 1)
        if len(text) > LARGEST_MANIFEST:
            raise damaged(f"{name} is too long")
        return text


@contextmanager
def reading(path: Path) -> Iterator[Reader]:
    """Open an archive; raise `backup_damaged` for any other file."""
    try:
        archive = ZipFile(path)
    except FileNotFoundError as error:
        raise Refusal("not_found", f"There is no file {path}.") from error
    except (BadZipFile, OSError) as error:
        raise damaged("it is no ZIP archive, or not all of one") from error
    with archive:
        yield Reader(archive)


def table_name(label: str) -> str:
    """Return the name of a table's part."""
    return f"tables/{label}.jsonl"


def file_name(name: str) -> str:
    """Return the name of an attachment's part."""
    return f"files/{name}"


def line_of(value: Any) -> bytes:
    """Write a JSON value as one line."""
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"
