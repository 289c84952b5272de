"""What a workbook's archive holds, looked at before anything is unpacked into memory.

openpyxl keeps a row, and all of some parts, in memory as a tree; and it reads a formula
whose value was never saved as an empty cell.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from config.imports.failures import failure

# What Python lets through when an archive is damaged.
DAMAGED_ARCHIVE = (
    BadZipFile,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    struct.error,
    zlib.error,
)
ENCRYPTED = 1
METHODS = frozenset({ZIP_STORED, ZIP_DEFLATED})
LARGEST_WORKBOOK = 2 << 30
LARGEST_PART = 128 << 20
LARGEST_DIRECTORY = 4 << 20
MOST_PARTS = 5_000
MOST_TAGS = 4_000_000
MOST_ROWS_UNCALCULATED = 10_000
BLOCK = 1 << 20
BLOCKS_IN_A_ROW = 4
LONGEST_CELL_XML = 12_000
# An archive may be so large, or larger so many times what it takes on disk.
LEAST_BOMB = 10 << 20
MOST_RATIO = 200

DIRECTORY_END = struct.Struct("<4s4H2LH")
ZIP64_END = struct.Struct("<4sQ2H2L4Q")
ZIP64_LOCATOR = struct.Struct("<4sLQL")
LONGEST_COMMENT = 1 << 16

ROW_END = re.compile(rb"row\s*>|<(?:\w+:)?row\b[^<>]{0,1000}/>")
UNCALCULATED = re.compile(
    rb"<(?:\w+:)?c\b(?P<traits>[^<>]{0,300})>\s*"
    rb"<(?:\w+:)?f\b(?:[^<>]{0,300}/>|[^<>]{0,300}>[^<]{0,10000}</(?:\w+:)?f>)\s*"
    rb"(?:(?P<without></(?:\w+:)?c>)|<(?:\w+:)?v\s*/>|<(?:\w+:)?v></)"
)
REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')


@dataclass
class Package:
    """By the path of a sheet, its rows with a formula that has no value: the column."""

    uncalculated: dict[str, dict[int, str]] = field(default_factory=dict)


def refuse_crowd(file: IO[bytes]) -> None:
    """Refuse an archive whose list of contents would fill the memory by itself."""
    size = file.seek(0, 2)
    file.seek(max(0, size - LONGEST_COMMENT - 200))
    tail = file.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) - place < DIRECTORY_END.size:
        raise BadZipFile("no end of the directory")
    length = DIRECTORY_END.unpack_from(tail, place)[5]
    place -= ZIP64_LOCATOR.size + ZIP64_END.size
    if place >= 0 and tail[place:].startswith(b"PK\x06\x06"):
        length = max(ZIP64_END.unpack_from(tail, place)[8], length % 0xFFFFFFFF)
    if length > LARGEST_DIRECTORY:
        raise failure("file_too_large", "The archive holds too many files.")


def refuse_method(member: ZipInfo, what: str) -> None:
    """Refuse what a password protects, and methods that unpack without limits."""
    if member.flag_bits & ENCRYPTED:
        raise failure("file_unreadable", f"The {what} is protected by a password.")
    if member.compress_type not in METHODS:
        raise failure("file_unreadable", f"The {what} is not packed by Deflate.")


def is_bomb(unpacked: int, packed: int) -> bool:
    """Tell whether something unpacks to more than anyone packs in earnest."""
    return unpacked > LEAST_BOMB and unpacked > MOST_RATIO * max(packed, 1)


def inspected(path: Path) -> Package:
    """Look through a workbook; raise ImportFailure for what the memory cannot hold.

    The sizes that the archive declares are binding: reading stops at them.
    """
    package = Package()
    with path.open("rb") as file:
        refuse_crowd(file)
        with ZipFile(file) as archive:
            parts = archive.infolist()
            _refuse_parts(parts)
            tags = 0
            for part in parts:
                with archive.open(part) as content:
                    if _is_sheet(part):
                        package.uncalculated[part.filename] = _uncalculated(content)
                    else:
                        is_xml = part.filename.endswith(".xml")
                        tags += _tags(content, is_xml=is_xml)
            if tags > MOST_TAGS:
                raise _too_large()
    return package


def _refuse_parts(parts: list[ZipInfo]) -> None:
    for part in parts:
        refuse_method(part, "workbook")
    in_memory = [part for part in parts if not _is_sheet(part)]
    if (
        len(parts) > MOST_PARTS
        or sum(part.file_size for part in parts) > LARGEST_WORKBOOK
        or sum(part.file_size for part in in_memory) > LARGEST_PART
        or any(is_bomb(part.file_size, part.compress_size) for part in parts)
    ):
        raise _too_large()


def _is_sheet(part: ZipInfo) -> bool:
    return part.filename.startswith("xl/worksheets/")


def _tags(content: IO[bytes], *, is_xml: bool) -> int:
    return sum(block.count(b"<") for block in _blocks(content, is_xml=is_xml))


def _blocks(content: IO[bytes], *, is_xml: bool) -> Iterator[bytes]:
    while block := content.read(BLOCK):
        if is_xml and len(block) == BLOCK and b"<" not in block:
            raise failure("file_too_large", "A cell of the workbook is too long.")
        yield block


def _uncalculated(content: IO[bytes]) -> dict[int, str]:
    """Find the formulas without a value; raise ImportFailure for endless rows."""
    found: dict[int, str] = {}
    tail = b""
    since_row = 0
    for block in _blocks(content, is_xml=True):
        since_row = 0 if ROW_END.search(block) else since_row + 1
        if since_row > BLOCKS_IN_A_ROW:
            raise failure("file_too_large", "A row of the workbook is too long.")
        text = tail + block
        for match in UNCALCULATED.finditer(text):
            _note_formula(found, match)
        tail = text[-LONGEST_CELL_XML:]
    return found


def _note_formula(found: dict[int, str], match: re.Match[bytes]) -> None:
    # An empty text is a value, too.
    if b't="str"' in match["traits"] and not match["without"]:
        return
    place = REFERENCE.search(match["traits"])
    if place is None or len(found) >= MOST_ROWS_UNCALCULATED:
        message = "Formulas of the workbook have no values; let Excel save it again."
        raise failure("formula_without_value", message)
    found.setdefault(int(place[2]), place[1].decode())


def _too_large() -> Exception:
    return failure("file_too_large", "The workbook unpacks to too much data.")
