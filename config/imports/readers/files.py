"""From a path to a table: what a file is, whatever its name says."""

import re
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path, PurePath
from zipfile import ZipFile

from config.imports.failures import ImportFailure, failure
from config.imports.readers.archives import Unpacked, UnpackedTable, gunzipped, unzipped
from config.imports.readers.bundles import BundleTable
from config.imports.readers.delimited import DelimitedTable
from config.imports.readers.json_tables import JsonTable
from config.imports.readers.packages import DAMAGED_ARCHIVE, refuse_crowd
from config.imports.readers.tables import FIRST_ROW, Layout, Table
from config.imports.readers.workbooks import WorkbookTable

TEXT, WORKBOOK, JSON = "a text file", "an Excel workbook", "a JSON file"
BUNDLE, GZIP, ZIP = "a PEM file", "a gzip archive", "a ZIP archive"
READABLE = frozenset({TEXT, WORKBOOK, JSON, BUNDLE})
SUFFIXES = {
    ".csv": TEXT,
    ".tsv": TEXT,
    ".tab": TEXT,
    ".xlsx": WORKBOOK,
    ".xlsm": WORKBOOK,
    ".json": JSON,
    ".jsonl": JSON,
    ".ndjson": JSON,
    ".pem": BUNDLE,
    ".gz": GZIP,
    ".zip": ZIP,
}
PKCS12 = (
    "a PKCS#12 file, which only its password opens; load it through the API of "
    "certificates, which takes the password"
)
SIGNATURES = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel 97 file; save it as .xlsx"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", GZIP),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it first"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x7fELF", "a program"),
)
TAR_PLACE = slice(257, 262)
# Of the outermost sequence of DER the first member is a version, 3, or a sequence.
DER_PKCS12 = re.compile(rb"\x30[\x80-\x84].{0,4}?\x02\x01\x03\x30", re.DOTALL)
DER_CERTIFICATE = re.compile(rb"\x30\x82..\x30[\x81\x82]", re.DOTALL)
START = 1 << 16
JSON_START = re.compile(r"\{\s*[\"}]|\[\s*[\[{\]]")


@dataclass(frozen=True, slots=True)
class _Wish:
    """How a file is to be read, where that was said."""

    sheet: str
    encoding: str
    layout: Layout


def open_table(
    path: Path, *, sheet: str = "", encoding: str = "", layout: Layout = FIRST_ROW
) -> Table:
    """Open a file by what it holds; raise ImportFailure when its name lies.

    `sheet` names the sheet of a workbook, the file of a ZIP archive or the array of a
    JSON file (`content.softwares`).
    """
    wish = _Wish(sheet, encoding, layout)
    found = _found(path, path.name)
    if found == GZIP:
        return _opened_unpacked(gunzipped(path, path.name), wish)
    if found == ZIP:
        unpacked = unzipped(path, sheet)
        if unpacked.is_named:
            wish = _Wish("", encoding, layout)
        return _opened_unpacked(unpacked, wish)
    return _opened(path, path.name, found, wish)


def _opened_unpacked(unpacked: Unpacked, wish: _Wish) -> Table:
    with ExitStack() as stack:
        stack.callback(unpacked.file.close)
        found = _found(unpacked.path, unpacked.name)
        if found in {GZIP, ZIP}:
            message = f"The archive holds another archive, '{unpacked.name}'."
            raise failure("file_type_mismatch", message)
        table = _opened(unpacked.path, unpacked.name, found, wish)
        # Closed with the table that reads it.
        stack.pop_all()
    return UnpackedTable(table, unpacked)


def _found(path: Path, name: str) -> str:
    """Name what a file holds; raise ImportFailure when it is not what it is called."""
    found = content_of(path, name)
    said = SUFFIXES.get(PurePath(name).suffix.lower())
    if found not in {*READABLE, GZIP, ZIP} or (said and said != found):
        message = f"'{name}' is {found}" + (f", not {said}." if said else ".")
        raise failure("file_type_mismatch", message)
    return found


def _opened(path: Path, name: str, found: str, wish: _Wish) -> Table:
    if found == WORKBOOK:
        return WorkbookTable.open(path, sheet=wish.sheet, layout=wish.layout)
    if found == TEXT:
        _refuse_sheet(wish, "A text file has no sheets")
        return DelimitedTable.open(path, encoding=wish.encoding, layout=wish.layout)
    if wish.layout != FIRST_ROW:
        raise failure("row_not_found", f"{found.capitalize()} has no header row.")
    if found == JSON:
        return JsonTable.open(path, name=name, sheet=wish.sheet, encoding=wish.encoding)
    _refuse_sheet(wish, "A PEM file has no sheets")
    return BundleTable.open(path, encoding=wish.encoding)


def _refuse_sheet(wish: _Wish, message: str) -> None:
    if wish.sheet:
        raise failure("sheet_not_found", f"{message} ('{wish.sheet}').")


def content_of(path: Path, name: str = "") -> str:
    """Name what a file holds by its first bytes, else by its name."""
    try:
        with path.open("rb") as file:
            start = file.read(START)
    except FileNotFoundError as error:
        raise failure("file_not_found", f"There is no file '{path}'.") from error
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        raise failure("file_unreadable", f"'{path}': {reason}.") from error
    if not start:
        raise failure("file_empty", "The file is empty.")
    suffix = PurePath(name or path.name).suffix.lower()
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archive_content(path, suffix)
    return _binary_content(start, suffix) or _text_content(start, suffix)


def _binary_content(start: bytes, suffix: str) -> str:
    for signature, kind in SIGNATURES:
        if start.startswith(signature):
            return kind
    if start[TAR_PLACE] == b"ustar":
        return "a tar archive; unpack it first"
    if suffix in {".p12", ".pfx"} or DER_PKCS12.match(start):
        return PKCS12
    if DER_CERTIFICATE.match(start):
        return "a certificate in DER; turn it into PEM first"
    return ""


def _text_content(start: bytes, suffix: str) -> str:
    # Good enough for signs of ASCII in any encoding; what it is stays to be found.
    text = start.replace(b"\0", b"").decode("latin-1").lstrip("ÿþï»¿ \t\r\n")
    if JSON_START.match(text):
        return JSON
    is_bundle = suffix in {".pem", ".crt", ".cer"} and "-----BEGIN " in text
    return BUNDLE if is_bundle or _begins_block(text) else TEXT


def _begins_block(text: str) -> bool:
    """Tell whether a block of PEM comes first, comments aside."""
    lines = (line.strip() for line in text.splitlines())
    first = next((line for line in lines if line and line[0] != "#"), "")
    return first.startswith("-----BEGIN ")


def _archive_content(path: Path, suffix: str) -> str:
    try:
        with path.open("rb") as file:
            refuse_crowd(file)
            with ZipFile(file) as archive:
                names = set(archive.namelist())
    except (*DAMAGED_ARCHIVE, ImportFailure):
        # A workbook cut short: its reader says so better than we could here.
        return SUFFIXES.get(suffix, "a damaged ZIP archive")
    return WORKBOOK if "xl/workbook.xml" in names else ZIP
