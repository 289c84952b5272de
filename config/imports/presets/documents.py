"""Files of JSON read whole, or an item at a time, for those who take them apart."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from json import JSONDecodeError
from pathlib import Path
from typing import Any

from config.imports.failures import failure
from config.imports.readers.archives import gunzipped
from config.imports.readers.decoding import detect
from config.imports.readers.files import JSON, content_of
from config.imports.readers.json_items import Cursor, Decoder, Item

LONGEST_DOCUMENT = 64 << 20
GZIP = b"\x1f\x8b"


def is_json(path: Path) -> bool:
    """Tell whether a file, or what gzip has packed in it, is JSON."""
    with _plain(path) as plain:
        return content_of(plain, path.name.removesuffix(".gz")) == JSON


def is_array(path: Path) -> bool:
    """Tell whether a file, or what gzip has packed in it, is an array of JSON."""
    if not is_json(path):
        return False
    with _plain(path) as plain:
        encoding = detect(plain).encoding
        with plain.open(encoding=encoding) as file:
            return file.read(100).lstrip("\ufeff \t\r\n").startswith("[")


def document(path: Path, encoding: str) -> Any:
    """Return the value of a file of JSON; raise ImportFailure when it has none."""
    with _plain(path) as plain:
        decoding = detect(plain, wanted=encoding)
        with plain.open(encoding=decoding.encoding) as file:
            text = file.read(LONGEST_DOCUMENT + 1)
    if len(text) > LONGEST_DOCUMENT:
        raise failure("file_too_large", "The file is too long to be taken apart.")
    decoder = Decoder()
    bare = text.strip()
    try:
        value, end = decoder.read(bare)
    except JSONDecodeError as error:
        message = f"The file is not valid JSON: {error.msg}."
        raise failure("json_invalid", message, line=error.lineno) from error
    if decoder.fault:
        raise failure(decoder.fault.code, decoder.fault.reason)
    if end < len(bare):
        raise failure("json_invalid", "Something follows after the end of the JSON.")
    return value


def items(path: Path, encoding: str, member: str) -> Generator[Item]:
    """Read the items of an array, of the array that a member holds, or an object."""
    with _plain(path) as plain:
        decoding = detect(plain, wanted=encoding)
        with plain.open(encoding=decoding.encoding) as file:
            cursor = Cursor(file)
            if cursor.peek() == "[":
                yield from (cursor.item(number) for number in cursor.items())
            elif _has_member(plain, decoding.encoding, member):
                yield from _items_of(cursor, member)
            else:
                yield cursor.item(1)
            cursor.end()


def _items_of(cursor: Cursor, member: str) -> Iterator[Item]:
    for name in cursor.members():
        if name == member and cursor.peek() == "[":
            yield from (cursor.item(number) for number in cursor.items())
        else:
            cursor.skip()


def _has_member(path: Path, encoding: str, member: str) -> bool:
    with path.open(encoding=encoding) as file:
        cursor = Cursor(file)
        for name in cursor.members():
            if name == member:
                return cursor.peek() == "["
            cursor.skip()
    return False


@contextmanager
def _plain(path: Path) -> Iterator[Path]:
    """Offer a file without the gzip around it."""
    try:
        with path.open("rb") as file:
            start = file.read(len(GZIP))
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        raise failure("file_unreadable", f"'{path}': {reason}.") from error
    if start != GZIP:
        yield path
        return
    unpacked = gunzipped(path, path.name)
    try:
        yield unpacked.path
    finally:
        unpacked.file.close()
