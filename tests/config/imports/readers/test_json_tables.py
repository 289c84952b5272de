import json
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.imports.failures import ImportFailure, Problem
from config.imports.readers import decoding, flattening, json_items, json_tables
from config.imports.readers.json_tables import JsonTable
from organisations.imports import Record, Refused
from tests.config.imports.files import DATA

Read = Callable[..., JsonTable]


@pytest.fixture
def read(tmp_path: Path) -> Iterator[Read]:
    tables: list[JsonTable] = []

    def read_text(
        text: str, name: str = "file.json", encoding: str = "utf-8", sheet: str = ""
    ) -> JsonTable:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        tables.append(JsonTable.open(path, sheet=sheet))
        return tables[-1]

    yield read_text
    for table in tables:
        table.close()


def cells(table: JsonTable) -> list[list[str]]:
    return [row.cells for row in table.rows() if isinstance(row, Record)]


def refusals(table: JsonTable) -> list[tuple[int, str, str]]:
    rows = (row for row in table.rows() if isinstance(row, Refused))
    return [(row.line, row.code, row.reason) for row in rows]


def notes(table: JsonTable) -> list[tuple[str, str]]:
    return [(note.code, note.message) for note in table.notes]


def problem(read: Read, *arguments: str, **options: str) -> Problem:
    with pytest.raises(ImportFailure) as failure:
        read(*arguments, **options)
    return failure.value.problems[0]


def test_it_reads_an_array_of_objects() -> None:
    table = JsonTable.open(DATA / "network-devices.json")

    assert (table.kind, table.notes) == ("json", [])
    assert table.header == Record(
        0,
        [
            *("name", "site.id", "site.name", "site.city.name", "status.value"),
            *("status.label", "rack_units", "tags", "interfaces", "serial"),
        ],
    )
    assert list(table.rows()) == [
        Record(
            1,
            [
                *("Router 1", "7", "Äänekoski", "Äänekoski", "active", "Active"),
                *("1.50", "core, 10, true"),
                '[{"name": "eth0", "mtu": 1500, "up": null}]',
            ],
        ),
        Record(2, ["Switch 1", "8", "Siauliai", *[""] * 6, "000123"]),
    ]
    assert table.nested == {"interfaces"}
    table.close()


def test_it_reads_the_same_rows_at_every_call(read: Read) -> None:
    table = read('[{"a": 1}, {"a": 2}]')

    assert list(table.rows()) == list(table.rows())


def test_it_makes_a_header_of_all_keys_in_order_of_appearance(read: Read) -> None:
    table = read('[{"b": 1}, {"c": 2, "b": 3}, {"a": 4}]')

    assert table.header.cells == ["b", "c", "a"]
    assert cells(table) == [["1"], ["3", "2"], ["", "", "4"]]


def test_it_keeps_columns_that_hold_nothing_behind_the_others(read: Read) -> None:
    table = read('[{"site": null, "rack": null, "a": 1}, {"site": {"name": "X"}}]')

    assert table.header.cells == ["a", "site.name", "rack"]


def test_it_writes_values_as_text(read: Read) -> None:
    table = read(
        '[{"a": 1.50, "b": -0, "c": 1e3, "d": 1.5E-3, "e": 1e999999999, "f": false,'
        ' "g": " x ", "h": [], "i": {}, "j": [1, null, "x"], "k": [[1]]}]'
    )

    assert table.header.cells == ["a", "b", "c", "d", "e", "f", "g", "j", "k", "h", "i"]
    assert cells(table) == [
        ["1.50", "-0", "1000", "0.0015", "1e999999999", "false", "x", "1, x", "[[1]]"]
    ]


def test_it_keeps_numbers_of_any_length(read: Read) -> None:
    assert cells(read(f'[{{"a": {"9" * 5_000}}}]')) == [["9" * 5_000]]


def test_it_reads_json_lines() -> None:
    table = JsonTable.open(DATA / "coaches.jsonl")

    assert (table.kind, table.header.cells) == ("jsonl", ["name", "type", "seats"])
    assert list(table.rows()) == [
        Record(1, ["Coach 1", "Coach", "64"]),
        Record(2, []),
        Refused(
            *(3, "", "", "json_invalid"),
            "The line is not valid JSON: Expecting value (column 26).",
        ),
        Refused(4, "", "", "item_not_object", "The item is not an object."),
        Record(5, ["Coach 2", "Coach"]),
        Refused(
            *(6, "", "", "json_invalid"),
            "Something follows after the object (column 20).",
        ),
    ]
    table.close()


@pytest.mark.parametrize("text", ['{"a": 1}\n{"a": 2}', '\ufeff{"a": 1}\r{"a": 2}\r'])
def test_it_knows_json_lines_by_their_content(read: Read, text: str) -> None:
    table = read(text)

    assert (table.kind, cells(table)) == ("jsonl", [["1"], ["2"]])


def test_it_reads_a_single_line_as_its_name_says(read: Read) -> None:
    assert read('{"results": [{"a": 1}]}', "a.ndjson").kind == "jsonl"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_it_reads_json_in_other_encodings(read: Read, encoding: str) -> None:
    assert cells(read('[{"name": "Seinäjoki"}]', encoding=encoding)) == [["Seinäjoki"]]


@pytest.mark.parametrize("key", ["results", "rows", "assets"])
def test_it_reads_the_array_that_an_answer_wraps(read: Read, key: str) -> None:
    table = read(f'{{"count": 2, "tags": ["x"], "{key}": [{{"a": 1}}], "next": null}}')

    assert cells(table) == [["1"]]
    assert notes(table) == [
        (
            "array_chosen",
            f"The objects of '{key}' were read; left out: count, tags, next.",
        )
    ]


def test_it_asks_which_of_several_arrays_is_meant(read: Read) -> None:
    text = '{"assets": [{"a": 1}], "users": [{"b": 1}]}'

    found = problem(read, text)

    assert found.code == "sheet_required"
    assert "assets, users" in found.message
    assert read(text, sheet="users").header.cells == ["b"]


def test_it_reads_the_array_that_it_is_told(read: Read) -> None:
    text = '{"id": 1, "content": {"cpus": [{"a": 1}], "software": [{"b": 2}]}}'

    assert cells(read(text, sheet="content.software")) == [["2"]]
    assert problem(read, text, sheet="content.drives").code == "sheet_not_found"
    assert problem(read, '[{"a": 1}]', sheet="a").code == "sheet_not_found"
    assert problem(read, '{"a": 1}\n{"a": 2}', sheet="a").code == "sheet_not_found"


def test_it_reads_one_object_as_one_row(read: Read) -> None:
    table = read('{"name": "A",\n "content": {"disks": [{"size": 1.50}]}}')

    assert table.header.cells == ["name", "content.disks"]
    assert cells(table) == [["A", '[{"size": 1.50}]']]
    assert [note.code for note in table.notes] == ["object_alone"]


def test_it_leaves_out_lists_too_long_for_a_cell(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flattening, "LONGEST_CELL", 10)

    table = read('{"id": 1, "content": {"software": [{"name": "Editor"}]}}')

    assert (table.header.cells, cells(table)) == (["id", "content.software"], [["1"]])
    assert notes(table)[1] == (
        "list_left_out",
        "Lists in 'content.software' are too long for a cell and were left out; "
        "to load them instead, say --sheet content.software.",
    )


@pytest.mark.parametrize(
    ("item", "code", "reason"),
    [
        ('{"a": NaN}', "json_invalid", "NaN is not a number in JSON."),
        ('{"a": [-Infinity]}', "json_invalid", "-Infinity is not a number in JSON."),
        ('{"a": 1, "a": 2}', "key_duplicate", "The key 'a' stands twice."),
        ('{"a": {"b": 1, "b": 1}}', "key_duplicate", "The key 'b' stands twice."),
        ('{"a": {"b": 1}, "a.b": 2}', "key_duplicate", "'a.b' stands twice."),
        (
            '{"a": "\\ud800"}',
            "invalid_characters",
            "The item holds half of a character (a lone surrogate).",
        ),
        (
            '{"\\udc00": 1}',
            "invalid_characters",
            "The item holds half of a character (a lone surrogate).",
        ),
        (
            '{"a": ' * 30 + "1" + "}" * 30,
            "nesting_too_deep",
            "The item is nested more than 20 deep.",
        ),
        (
            '{"a": ' + "[" * 30 + "]" * 30 + "}",
            "nesting_too_deep",
            "The item is nested more than 20 deep.",
        ),
        ("7", "item_not_object", "The item is not an object."),
        ("[]", "item_not_object", "The item is not an object."),
        ("null", "item_not_object", "The item is not an object."),
        (
            f'{{"{"k" * 1_001}": 1}}',
            "cell_too_long",
            "A key is longer than 1,000 characters.",
        ),
    ],
)
def test_it_refuses_an_item_and_goes_on(
    read: Read, item: str, code: str, reason: str
) -> None:
    array = read(f'[{{"a": 1}}, {item}, {{"a": 2}}]')
    lines = read(f'{{"a": 1}}\n{item}\n{{"a": 2}}\n', "file.jsonl")

    for table in (array, lines):
        assert refusals(table) == [(2, code, reason)]
        assert cells(table) == [["1"], ["2"]]


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ('[\n{"a": 1},\n{"a": }\n]', "expecting value", 3),
        ('[\n{"a": 1},\n{"a": 2}', "',' or ']' is expected", 3),
        ('[{"a": 1}\n{"a": 2}]', "',' or ']' is expected", 2),
        ('[{"a": 1},\n]', "expecting value", 2),
        ('[{"a": "x', "unterminated string starting at", 1),
        ('[{"a": "x\ny"}]', "invalid control character at", 1),
        ('[{"a": 1}]\n[{"a": 1}]', "something follows after its end", 2),
        ('{"results": [{"a": 1}]', "',' or '}' is expected", 1),
        ('{"a": 1,}', "a key is expected", 1),
        ('{"a" 1}', "':' is expected", 1),
        ('{"a": [1],\n "a": [2]}', "the key 'a' stands twice", 2),
        ('[{"a": ' + "[" * 5_000 + "]" * 5_000 + "}]", "nested too deep", 1),
    ],
)
def test_it_tells_where_a_file_is_not_json(
    read: Read, text: str, reason: str, line: int
) -> None:
    assert problem(read, text) == Problem(
        "json_invalid", f"The file is not valid JSON: {reason}.", "", line
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[]", "file_empty"),
        ("{}", "file_empty"),
        ("[{}, {}]", "file_empty"),
        ('{"results": []}', "file_empty"),
        ("[1, 2]", "item_not_object"),
        ('[{"a": NaN}]', "json_invalid"),
    ],
)
def test_it_refuses_a_file_without_objects(read: Read, text: str, code: str) -> None:
    assert problem(read, text).code == code


def test_it_reads_items_that_are_longer_than_what_is_in_memory(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_items, "CHUNK", 1)
    items = [{"a": "x" * length, "b": [1.5, {"ä": 1}]} for length in range(1, 40)]

    table = read(json.dumps(items, indent=1))

    assert [len(row[0]) for row in cells(table)] == [*range(1, 40)]
    assert refusals(table) == []


def test_it_refuses_an_item_that_never_ends(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_items, "LONGEST_ITEM", 100_000)
    monkeypatch.setattr(json_tables, "LONGEST_ITEM", 100_000)
    cell = f'{{"a": "{"x" * 100_000}"}}'

    assert cells(read(f"[{cell[:99_990]}" + '"}]')) == [["x" * 99_983]]
    assert problem(read, f"[{cell}]").code == "item_too_long"
    assert problem(read, cell, "file.jsonl").code == "line_too_long"


def test_it_refuses_too_many_columns(read: Read) -> None:
    wide = json.dumps([dict.fromkeys(map(str, range(2_000)), 1)])
    stairs = json.dumps([{str(number): 1} for number in range(501)])

    assert problem(read, wide).code == "too_many_columns"
    assert problem(read, stairs).line == 501


def test_it_refuses_too_many_members(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_items, "MOST_MEMBERS", 10)

    assert problem(read, json.dumps(dict.fromkeys(map(str, range(11)), 1))).code == (
        "json_invalid"
    )


def test_it_needs_no_more_memory_for_more_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "CHUNK", 1 << 14)
    monkeypatch.setattr(json_items, "CHUNK", 1 << 14)
    peaks = []
    for count in (1_000, 4_000):
        path = tmp_path / f"{count}.json"
        item = json.dumps({"name": "Wagon", "site": {"name": "Yard"}, "note": "x" * 80})
        path.write_text(f"[{','.join([item] * count)}]")
        tracemalloc.start()
        table = JsonTable.open(path)
        assert sum(1 for _ in table.rows()) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        table.close()

    assert peaks[1] < peaks[0] * 1.2
