"""Rows of text as an Excel workbook.

Written here rather than by openpyxl, which takes the time of day into its files, needs
all of a workbook on disk before the first byte goes out, and ten times as long.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from config.api.errors import Refusal
from config.exports.packing import zipped
from config.imports.formulas import guarded
from config.imports.records import batches
from organisations.imports import Export

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
LONGEST_CELL = 32_767
LARGEST_SHEET = (1 << 31) - (1 << 20)
LONGEST_TITLE = 31
BATCH = 200

PROLOGUE = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# The characters that XML has not, the line break that it changes, and what looks like
# one of these as it is written here.
UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")

CONTENT_TYPES = f"""{PROLOGUE}<Types xmlns="{PACKAGE}/content-types">\
<Default Extension="rels" \
ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Default Extension="xml" ContentType="application/xml"/>\
<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>\
<Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/>\
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{KIND}.worksheet+xml"/>\
</Types>"""
ROOT = f"""{PROLOGUE}<Relationships xmlns="{PACKAGE}/relationships">\
<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/>\
</Relationships>"""
PARTS = f"""{PROLOGUE}<Relationships xmlns="{PACKAGE}/relationships">\
<Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>\
<Relationship Id="rId2" Type="{RELATIONS}/styles" Target="styles.xml"/>\
</Relationships>"""
# Style 1 is text (number format 49), so that a cell stays text when it is edited.
STYLES = f"""{PROLOGUE}<styleSheet xmlns="{MAIN}">\
<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>\
<fills count="2"><fill><patternFill patternType="none"/></fill>\
<fill><patternFill patternType="gray125"/></fill></fills>\
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>\
</cellStyleXfs><cellXfs count="2">\
<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
</cellXfs><cellStyles count="1">\
<cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""
SHEET = f'{PROLOGUE}<worksheet xmlns="{MAIN}"><sheetData>'
SHEET_END = "</sheetData></worksheet>"


def as_workbook(export: Export, title: str) -> Iterator[bytes]:
    """Write a workbook of one sheet in which every cell is text.

    Raise `export_too_large` for what no workbook can hold; cells that a spreadsheet
    would calculate are guarded by an apostrophe.
    """
    name = quoteattr(title[:LONGEST_TITLE])
    workbook = (
        f'{PROLOGUE}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
        f'<sheet name={name} sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    parts = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": ROOT,
        "xl/workbook.xml": workbook,
        "xl/_rels/workbook.xml.rels": PARTS,
        "xl/styles.xml": STYLES,
    }
    members: list[tuple[str, Iterable[bytes]]] = [
        (path, [text.encode()]) for path, text in parts.items()
    ]
    members.append(("xl/worksheets/sheet1.xml", _bounded(_sheet(export))))
    return zipped(members)


def _sheet(export: Export) -> Iterator[bytes]:
    if len(export.header) > MOST_COLUMNS:
        message = f"A workbook has room for {MOST_COLUMNS:,} columns. Export CSV."
        raise Refusal("export_too_large", message)
    letters = [_letters(place) for place in range(len(export.header))]
    yield SHEET.encode()
    yield _row(1, export.header, export.header, letters).encode()
    number = 1
    for batch in batches(export.rows, BATCH):
        if number + len(batch) > MOST_ROWS:
            message = f"A workbook has room for {MOST_ROWS - 1:,} rows. Export CSV."
            raise Refusal("export_too_large", message)
        rows = enumerate(batch, start=number + 1)
        yield "".join(
            _row(place, row, export.header, letters) for place, row in rows
        ).encode()
        number += len(batch)
    yield SHEET_END.encode()


def _row(
    number: int, cells: Sequence[str], header: Sequence[str], letters: Sequence[str]
) -> str:
    written = "".join(
        f'<c r="{letters[place]}{number}" s="1" t="inlineStr"><is>'
        f'<t xml:space="preserve">{_text(text, number, header[place])}</t></is></c>'
        for place, text in enumerate(cells)
        if text
    )
    return f'<row r="{number}">{written}</row>'


def _text(text: str, number: int, column: str) -> str:
    text = guarded(text)
    if 2 * len(text) > LONGEST_CELL:
        _refuse_longer(text, number, column)
    if not text.isprintable() or "_x" in text:
        text = UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    return escape(text)


def _refuse_longer(text: str, number: int, column: str) -> None:
    # Excel counts as UTF-16 does: an emoji for two.
    length = len(text.encode("utf-16-le")) // 2
    if length > LONGEST_CELL:
        message = (
            f"Row {number:,}, {column}: a cell of a workbook has room for "
            f"{LONGEST_CELL:,} characters, this one has {length:,}. Export CSV."
        )
        raise Refusal("export_too_large", message)


def _bounded(pieces: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > LARGEST_SHEET:
            message = "A workbook has room for 2 GB of rows. Export CSV."
            raise Refusal("export_too_large", message)
        yield piece


def _letters(place: int) -> str:
    """Return how a workbook calls a column: A to Z, then AA and on."""
    letters = ""
    place += 1
    while place:
        place, digit = divmod(place - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters
