"""From a path to a table: what a file is, whatever its name says."""

from pathlib import Path
from zipfile import BadZipFile, ZipFile

from config.imports.delimited import DelimitedTable
from config.imports.failures import failure
from config.imports.tables import FIRST_ROW, Layout, Table
from config.imports.workbooks import WorkbookTable

TEXT, WORKBOOK = "a text file", "an Excel workbook"
SUFFIXES = {
    ".csv": TEXT,
    ".tsv": TEXT,
    ".tab": TEXT,
    ".txt": TEXT,
    ".xlsx": WORKBOOK,
    ".xlsm": WORKBOOK,
}
SIGNATURES = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel 97 file; save it as .xlsx"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it first"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x7fELF", "a program"),
)


def open_table(
    path: Path, *, sheet: str = "", encoding: str = "", layout: Layout = FIRST_ROW
) -> Table:
    """Open a file by what it holds; raise ImportFailure when its name lies."""
    found = content_of(path)
    said = SUFFIXES.get(path.suffix.lower())
    if found not in {TEXT, WORKBOOK} or (said and said != found):
        name = f"'{path.name}'"
        message = f"{name} is {found}" + (f", not {said}." if said else ".")
        raise failure("file_type_mismatch", message)
    if found == WORKBOOK:
        return WorkbookTable.open(path, sheet=sheet, layout=layout)
    return DelimitedTable.open(path, encoding=encoding, layout=layout)


def content_of(path: Path) -> str:
    """Name what a file holds by its first bytes."""
    try:
        with path.open("rb") as file:
            start = file.read(16)
    except FileNotFoundError as error:
        raise failure("file_not_found", f"There is no file '{path}'.") from error
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        raise failure("file_unreadable", f"'{path}': {reason}.") from error
    if not start:
        raise failure("file_empty", "The file is empty.")
    for signature, kind in SIGNATURES:
        if start.startswith(signature):
            return kind
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archive_content(path)
    return TEXT


def _archive_content(path: Path) -> str:
    try:
        with ZipFile(path) as archive:
            names = set(archive.namelist())
    except (BadZipFile, OSError):
        # A workbook cut short: its reader says so better than we could here.
        return SUFFIXES.get(path.suffix.lower(), "a damaged ZIP archive")
    if "xl/workbook.xml" in names:
        return WORKBOOK
    return "a ZIP archive; unpack it first"
