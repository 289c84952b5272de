"""Certificates in PEM, one after the other."""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from config.imports.failures import failure
from config.imports.readers.decoding import detect
from config.imports.readers.tables import LONGEST_CELL
from organisations.imports import Note, Record, Refused

LONGEST_LINE = 1 << 20
BEGIN = re.compile(r"-----BEGIN ([A-Z0-9 ]{1,60})-----\Z")
END = re.compile(r"-----END ([A-Z0-9 ]{1,60})-----\Z")
# The second is what OpenSSL wrote long ago.
CERTIFICATES = frozenset({"CERTIFICATE", "X509 CERTIFICATE"})
SEQUENCE = 0x30


@dataclass
class BundleTable:
    """A file of certificates: the text of each, and the line where it starts.

    What stands between the blocks is left out; a block that is no certificate is a row
    that is refused. Nothing of a private key is shown or kept.
    """

    kind: ClassVar[str] = "pem"
    nested: ClassVar[frozenset[str]] = frozenset()
    header: ClassVar[Record] = Record(0, ["certificate", "line"])
    path: Path
    encoding: str
    notes: list[Note] = field(default_factory=list)

    @classmethod
    def open(cls, path: Path, *, encoding: str = "") -> "BundleTable":
        """Find the encoding; raise ImportFailure when nothing begins here."""
        decoding = detect(path, wanted=encoding)
        table = cls(path, decoding.encoding, list(decoding.notes))
        if not any(table.rows()):
            raise failure("file_empty", "The file holds no certificates.")
        left_out = sum(1 for _, text in table._between() if text)
        if left_out:
            message = "Lines between the certificates, such as comments, were left out."
            table.notes.append(Note("comments_left_out", message, left_out))
        return table

    def rows(self) -> Iterator[Record | Refused]:
        """Read the certificates, from the top at every call."""
        block: _Block | None = None
        for line, text in self._lines():
            begin = BEGIN.match(text)
            if begin:
                if block:
                    yield block.refused("The block has no end.")
                block = _Block(line, begin[1])
            elif block and block.ends(text):
                yield block.row(text)
                block = None
            elif block:
                block.take(text)
        if block:
            yield block.refused("The block has no end.")

    def close(self) -> None:
        """Nothing is held between two readings."""

    def _lines(self) -> Iterator[tuple[int, str]]:
        with self.path.open(encoding=self.encoding) as file:
            line = 0
            while text := file.readline(LONGEST_LINE):
                line += 1
                if len(text) == LONGEST_LINE:
                    message = f"The line is longer than {LONGEST_LINE:,} characters."
                    raise failure("line_too_long", message, line=line)
                yield line, text.strip()

    def _between(self) -> Iterator[tuple[int, str]]:
        is_inside = False
        for line, text in self._lines():
            if BEGIN.match(text):
                is_inside = True
            elif not is_inside:
                yield line, text
            elif END.match(text):
                is_inside = False


class _Block:
    """The lines of a block so far."""

    def __init__(self, line: int, label: str) -> None:
        self.line = line
        self.label = label
        self.lines: list[str] = []
        self.length = 0

    def ends(self, text: str) -> bool:
        return END.match(text) is not None

    def take(self, text: str) -> None:
        self.length += len(text) + 1
        if self.length <= LONGEST_CELL and self.label in CERTIFICATES:
            self.lines.append(text)

    def row(self, end: str) -> Record | Refused:
        reason = self._fault(end)
        if reason:
            return self.refused(reason)
        lines = ("-----BEGIN CERTIFICATE-----", *self.lines)
        text = "\n".join((*lines, "-----END CERTIFICATE-----"))
        return Record(self.line, [text, str(self.line)])

    def refused(self, reason: str) -> Refused:
        code = "certificate_invalid"
        if self.label not in CERTIFICATES:
            code = "block_not_certificate"
            reason = f"The block is a {self.label.lower()}, not a certificate."
        return Refused(self.line, "certificate", "", code, reason)

    def _fault(self, end: str) -> str:
        if end != f"-----END {self.label}-----":
            return f"The block ends as another: {end.strip('-')}."
        if self.length > LONGEST_CELL:
            return f"The block is longer than {LONGEST_CELL:,} characters."
        try:
            content = base64.b64decode("".join(self.lines), validate=True)
        except binascii.Error:
            return "The block is not Base64 text."
        return "" if _is_whole(content) else "The block is cut short, or damaged."


def _is_whole(content: bytes) -> bool:
    """Tell whether the bytes are one DER sequence, from its first to its last."""
    if len(content) < 2 or content[0] != SEQUENCE:
        return False
    size = content[1]
    if size < 0x80:
        return len(content) == 2 + size
    count = size & 0x7F
    length = int.from_bytes(content[2 : 2 + count], "big")
    return 0 < count <= 4 and len(content) == 2 + count + length
