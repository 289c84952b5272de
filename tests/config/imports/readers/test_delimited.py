from pathlib import Path

import pytest

from config.imports.failures import ImportFailure
from config.imports.readers import delimited
from config.imports.readers.delimited import DelimitedTable, delimiter_of
from config.imports.readers.tables import MOST_COLUMNS, Layout
from organisations.imports import Record
from tests.config.imports.files import DATA


def table(tmp_path: Path, text: str) -> DelimitedTable:
    path = tmp_path / "file.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return DelimitedTable.open(path)


def problem(tmp_path: Path, text: str) -> tuple[str, int | None]:
    with pytest.raises(ImportFailure) as failure:
        list(table(tmp_path, text).rows())
    return failure.value.problems[0].code, failure.value.problems[0].line


@pytest.mark.parametrize(
    ("sample", "delimiter"),
    [
        ("Name,Type\nA,B\n", ","),
        ("Name;Type\nA;B\n", ";"),
        ("Name\tType\nA\tB\n", "\t"),
        ("Name|Type\nA|B\n", "|"),
        ("Name;Length, m\nA;1,5\nB;2,5\n", ";"),
        ("Name,Remark\nA,one; two\nB,three\n", ","),
        ('Name,Remark\nA,"one; two; three"\n', ","),
        ("sep=|\nName,Type\n", "|"),
        ("Name\nA\n", ","),
        ("", ","),
    ],
)
def test_it_finds_the_delimiter(sample: str, delimiter: str) -> None:
    assert delimiter_of(sample) == delimiter


def test_it_counts_the_lines_inside_quoted_cells(tmp_path: Path) -> None:
    rows = table(tmp_path, 'Name,Remark\nA,"one\ntwo\nthree"\n\nB,four\n').rows()

    assert list(rows) == [
        Record(2, ["A", "one\ntwo\nthree"]),
        Record(5, []),
        Record(6, ["B", "four"]),
    ]


def test_it_reads_the_same_rows_at_every_call(tmp_path: Path) -> None:
    rows = table(tmp_path, "Name\nA\nB\n")

    assert list(rows.rows()) == list(rows.rows())


def test_it_skips_blank_lines_before_the_header(tmp_path: Path) -> None:
    found = table(tmp_path, "\n,,\nName,Type,,\nA,B\n")

    assert found.header == Record(3, ["Name", "Type"])
    assert list(found.rows()) == [Record(4, ["A", "B"])]


def test_it_trims_cells_and_reads_quotes_behind_spaces(tmp_path: Path) -> None:
    found = table(tmp_path, 'Name, "Type" \n A , "B, C" \n')

    assert found.header.cells == ["Name", "Type"]
    assert list(found.rows()) == [Record(2, ["A", "B, C"])]


def test_it_reads_lone_carriage_returns_as_line_ends() -> None:
    found = DelimitedTable.open(DATA / "macintosh.csv")

    assert list(found.rows()) == [
        Record(2, ["Wagon 1", "Wagon", "Siauliai"]),
        Record(3, ["Wagon 2", "Wagon", "Kaunas"]),
    ]


def test_it_leaves_out_the_line_that_names_the_delimiter() -> None:
    found = DelimitedTable.open(DATA / "sep-line.csv")

    assert found.header == Record(2, ["Name", "Type"])


def test_it_drops_the_byte_order_mark() -> None:
    found = DelimitedTable.open(DATA / "office-assets.csv")

    assert found.header.cells[0] == "Company"


def test_it_tells_where_a_quote_is_never_closed() -> None:
    with pytest.raises(ImportFailure) as failure:
        list(DelimitedTable.open(DATA / "unclosed-quote.csv").rows())

    assert failure.value.problems[0].code == "quote_unclosed"
    assert failure.value.problems[0].line == 3


def test_it_refuses_a_cell_that_never_ends(tmp_path: Path) -> None:
    text = 'Name\n"' + "x\n" * 70_000 + '"\n'

    assert problem(tmp_path, text)[0] == "file_unreadable"


def test_it_refuses_a_line_that_never_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "LONGEST_LINE", 1_000)

    assert problem(tmp_path, "Name\n" + "x" * 5_000) == ("line_too_long", 2)


def test_it_refuses_a_row_that_never_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "LONGEST_RECORD", 1_000)
    row = '"\n",' * 500

    assert problem(tmp_path, f"Name\n{row}x\n") == ("line_too_long", 252)
    rows = list(table(tmp_path, "Name\n" + "x\n" * 2_000).rows())
    assert len(rows) == 2_000


def test_it_refuses_too_many_columns(tmp_path: Path) -> None:
    header = ",".join(f"c{number}" for number in range(MOST_COLUMNS + 1))

    assert problem(tmp_path, f"{header}\n") == ("too_many_columns", 1)


def test_it_refuses_a_million_columns(tmp_path: Path) -> None:
    assert problem(tmp_path, "," * 1_000_000 + "x\n") == ("too_many_columns", 1)
    assert problem(tmp_path, "c," * 1_000_000 + "\n") == ("line_too_long", 1)


def test_it_refuses_a_file_of_blank_lines(tmp_path: Path) -> None:
    assert problem(tmp_path, "\n,,\n\n") == ("file_empty", None)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"assets": []}', "JSON"),
        ('[{"name": "A"}]', "JSON"),
        ("<!DOCTYPE html><html></html>", "a web page or XML"),
        ("<?xml version='1.0'?><a/>", "a web page or XML"),
        ("\x00\x01\x02\x03Name", "binary data"),
    ],
)
def test_it_refuses_text_that_is_no_table(tmp_path: Path, text: str, kind: str) -> None:
    with pytest.raises(ImportFailure) as failure:
        table(tmp_path, text)

    assert failure.value.problems[0].code == "file_type_mismatch"
    assert kind in failure.value.problems[0].message


def test_it_takes_the_header_row_it_is_told(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text('"Our\nfleet"\n\nName,Length\n,mm\nWagon 1,9600\n')

    found = DelimitedTable.open(path, layout=Layout(header_row=3, skip_rows=1))

    assert found.header == Record(4, ["Name", "Length"])
    assert list(found.rows()) == [Record(6, ["Wagon 1", "9600"])]
    assert [note.code for note in found.notes] == ["rows_above", "rows_skipped"]
