"""Files that the import engine reads as the rows that they were written from."""

import io
import itertools
import os
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.api.errors import Refusal
from config.exports import workbooks
from config.exports.writing import FORMATS, save
from config.imports.readers.files import open_table
from config.imports.records import Records
from organisations.imports import Export, Record, squeezed
from tests.examples import examples

ODD = (
    *('"', '""quoted""', "a,b;c\td|e", "one\ntwo", "one\r\ntwo\rthree", "007"),
    *("=1+1", "'=1+1", "'quoted'", "-12.5", "+47 22", "@sum", "1e5", "-", "_x000D_"),
    *("שלום עולם", "\u202eabc\u202c", "Åse \U0001f682", "e\u0301", "<a>&amp;", "]]>"),
    *("true", "NULL", "[1]", "{}", "a\x07b", "\ufffe", "x" * 32_766, "\u2028"),
)
TEXTS = st.one_of(
    st.sampled_from(ODD),
    st.text(st.sampled_from("=+-@'\" ,;\r\n_x0D0a")),
    st.text(st.characters(exclude_categories=["Cs", "Cc"])),
).map(str.strip)
# Every export has several columns, and most of its text is ordinary.
USUAL = {"number": "1042", "name": "Sm5 81", "type": "Unit", "notes": "Runs!" * 40}
HEADERS = st.lists(
    TEXTS.filter(lambda text: 0 < len(text) < 99 and squeezed(text) not in USUAL),
    min_size=1,
    max_size=5,
    unique_by=squeezed,
)
forms = pytest.mark.parametrize("form", FORMATS)


def export(header: Sequence[str], *rows: Sequence[str]) -> Export:
    return Export(header, iter(rows))


def written(form: str, header: Sequence[str], *rows: Sequence[str]) -> bytes:
    return b"".join(FORMATS[form](export(header, *rows), "assets"))


def read(path: Path) -> Iterator[dict[str, str]]:
    """Read the rows of a file, their texts by header, without the empty ones."""
    with closing(open_table(path)) as table:
        records = Records.of(table)
        for record in records:
            assert isinstance(record, Record)
            cells = zip(records.header, record.cells, strict=True)
            yield {name: text for name, text in cells if text}


@forms
@settings(
    deadline=None,
    max_examples=examples(20),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(header=HEADERS, data=st.data())
def test_it_writes_what_is_read_as_it_was(
    tmp_path: Path, form: str, header: list[str], data: st.DataObject
) -> None:
    width = len(header)
    row = st.lists(TEXTS, min_size=width, max_size=width)
    drawn = data.draw(st.lists(row, min_size=1, max_size=5))
    header = [*USUAL, *header]
    rows = [[*USUAL.values(), *cells] for cells in drawn]
    content = written(form, header, *rows)
    path = tmp_path / f"any.{form}"
    path.write_bytes(content)

    found = list(read(path))

    assert found == [
        {name: text for name, text in zip(header, cells, strict=True) if text}
        for cells in rows
    ]
    assert written(form, header, *rows) == content


def test_it_writes_csv_as_the_standard_says() -> None:
    rows = [['say "no"', "a,b"], ["two\nlines", "=1"], ["", "-1.5"]]

    assert written("csv", ["name", "a b"], *rows).decode() == (
        'name,a b\r\n"say ""no""","a,b"\r\n"two\nlines",\'=1\r\n,-1.5\r\n'
    )


def test_it_writes_a_json_object_a_line_without_empty_cells() -> None:
    content = written("jsonl", ["name", "depot"], ["=Å", ""], ["a\nb", "x"])

    assert content.decode() == '{"name":"=Å"}\n{"name":"a\\nb","depot":"x"}\n'


def test_it_writes_a_workbook_of_texts() -> None:
    header = [f"c{place}" for place in range(30)]
    content = written("xlsx", header, ["007", "=1", *([""] * 27), "end"])

    book = openpyxl.load_workbook(io.BytesIO(content))

    assert book.sheetnames == ["assets"]
    sheet = book["assets"]
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("007", "s")
    assert (sheet["B2"].value, sheet["B2"].number_format) == ("'=1", "@")
    assert (sheet["AD1"].value, sheet["AD2"].value) == ("c29", "end")


@forms
def test_it_writes_a_header_where_there_are_no_rows(form: str) -> None:
    content = written(form, ["name"])

    if form == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        assert [[cell.value for cell in row] for row in sheet] == [["name"]]
    else:
        assert content == (b"name\r\n" if form == "csv" else b"")


def test_it_writes_workbooks_without_the_time_of_day() -> None:
    with zipfile.ZipFile(io.BytesIO(written("xlsx", ["name"], ["a"]))) as book:
        assert {part.date_time for part in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@forms
def test_it_takes_rows_only_as_they_are_written(form: str) -> None:
    taken = itertools.count()
    rows = ([str(next(taken)), os.urandom(300).hex()] for _ in range(20_000))

    pieces = FORMATS[form](Export(["n", "noise"], rows), "assets")
    for _ in range(3):
        next(pieces)

    assert next(taken) < 5_000
    pieces.close()  # type: ignore[attr-defined] # they are generators


@pytest.mark.parametrize(
    ("text", "length"), [("x" * 32_768, "32,768"), ("\U0001f682" * 16_384, "32,768")]
)
def test_it_refuses_a_cell_that_no_workbook_holds(text: str, length: str) -> None:
    with pytest.raises(Refusal) as refused:
        written("xlsx", ["name", "notes"], ["a", "x" * 32_767], ["b", text])

    assert refused.value.code == "export_too_large"
    assert refused.value.message.startswith("Row 3, notes: ")
    assert length in refused.value.message


@pytest.mark.parametrize(
    ("bound", "most", "said"),
    [
        ("MOST_ROWS", 3, "2 rows"),
        ("MOST_COLUMNS", 1, "1 columns"),
        ("LARGEST_SHEET", 400, "2 GB"),
    ],
)
def test_it_refuses_more_than_a_workbook_holds(
    monkeypatch: pytest.MonkeyPatch, bound: str, most: int, said: str
) -> None:
    rows = [["a", "b"]] * 3
    written("xlsx", ["x", "y"], *rows)
    monkeypatch.setattr(workbooks, bound, most)

    with pytest.raises(Refusal, match=said):
        written("xlsx", ["x", "y"], *rows)


def test_it_saves_a_file_as_a_whole_or_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    save(path, [b"one", b"two"])

    def broken() -> Iterator[bytes]:
        yield b"three"
        raise Refusal("export_too_large", "No.")

    with pytest.raises(Refusal):
        save(path, broken())

    assert path.read_bytes() == b"onetwo"
    assert list(tmp_path.iterdir()) == [path]


def test_it_says_in_a_sentence_where_nothing_can_be_written(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"None.*: No such file or directory\.$"):
        save(tmp_path / "None" / "a.csv", [b"x"])
    with pytest.raises(Refusal, match=r"' is not a file\.$"):
        save(tmp_path, [b"x"])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full disk")
def test_it_says_in_a_sentence_that_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Path.open
    monkeypatch.setattr(
        Path, "open", lambda path, mode: opened(Path("/dev/full"), "wb")
    )

    with pytest.raises(Refusal, match=r": No space left on device\.$") as refused:
        save(tmp_path / "a.csv", [b"x" * 100_000])

    assert refused.value.code == "file_unwritable"
