"""Which encoding the bytes of a text file are in."""

import codecs
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from config.imports.failures import failure
from organisations.imports import Note

CHUNK = 1 << 20
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# CP1252 has five bytes without a character, Mac Roman has none: it reads anything.
SINGLE_BYTE = ("cp1252", "mac_roman")
NOT_ASCII_WORD = re.compile(r"\w*[^\x00-\x7f]+\w*")
WORDS_SHOWN = 3
BINARY_SHARE = 0.05
UTF_16_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Decoding:
    """The encoding of a file, and a note when it is a guess."""

    encoding: str
    notes: list[Note] = field(default_factory=list)


def detect(path: Path, *, wanted: str = "") -> Decoding:
    """Find the encoding of a text file by reading all of it.

    A byte-order mark decides; then zeros in every other byte, which UTF-16 has; then
    UTF-8, when every byte agrees; then a single-byte encoding, with a note that shows
    some of its words. `wanted` names one instead.
    """
    with path.open("rb") as file:
        start = file.read(CHUNK)
    if wanted:
        return Decoding(_checked(path, wanted))
    for mark, encoding in BYTE_ORDER_MARKS:
        if start.startswith(mark):
            return Decoding(_checked(path, encoding))
    unmarked = _unmarked_utf_16(start)
    if unmarked and decodes(path, unmarked):
        message = f"The file was read as {unmarked.upper()}; it has no byte-order mark."
        return Decoding(unmarked, [Note("encoding_guessed", message)])
    if decodes(path, "utf-8"):
        return Decoding("utf-8")
    return _single_byte(path, start)


def decodes(path: Path, encoding: str) -> bool:
    """Tell whether every byte of the file is text in the encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def looks_binary(text: str) -> bool:
    """Tell whether the start of a file has too many control characters for text."""
    control = sum(unicodedata.category(c) == "Cc" and c not in "\t\r\n" for c in text)
    return control > len(text) * BINARY_SHARE


def _checked(path: Path, encoding: str) -> str:
    try:
        is_text = codecs.lookup(encoding)._is_text_encoding
    except LookupError:
        is_text = False
    if not is_text:
        raise failure("encoding_invalid", f"'{encoding}' is not a known encoding.")
    if not decodes(path, encoding):
        name = encoding.removesuffix("-sig").upper()
        raise failure("encoding_invalid", f"The file is not valid {name} text.")
    # Named or not, UTF-8 may start with a mark that is no part of the text.
    return "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding


def _unmarked_utf_16(start: bytes) -> str:
    """Name the UTF-16 in which every other byte of ordinary text is zero."""
    first, second = start[::2].count(0), start[1::2].count(0)
    share = len(start) * UTF_16_SHARE
    if max(first, second) <= share or min(first, second) * 20 > max(first, second):
        return ""
    return "utf-16-le" if second > first else "utf-16-be"


def _single_byte(path: Path, start: bytes) -> Decoding:
    # Files whose lines end in a lone CR come from old Macintosh programs.
    is_macintosh = b"\r" in start and b"\n" not in start
    candidates = SINGLE_BYTE[1:] if is_macintosh else SINGLE_BYTE
    encoding = next(name for name in candidates if decodes(path, name))
    words = NOT_ASCII_WORD.findall(start.decode(encoding, errors="replace"))
    shown = ", ".join(dict.fromkeys(word[:20] for word in words[:WORDS_SHOWN]))
    message = (
        f"The file is not UTF-8; it was read as {encoding} ({shown}). "
        "If these words look wrong, say --encoding NAME."
    )
    return Decoding(encoding, [Note("encoding_guessed", message)])
