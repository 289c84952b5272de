import gzip
import os
import resource
import struct
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile, ZipInfo

import pytest

from config.imports.failures import ImportFailure, Problem
from config.imports.readers import archives, packages
from config.imports.readers.files import open_table
from organisations.imports import Record
from tests.config.imports.files import DATA

ROWS = b"Name,Type\nWagon 1,Wagon\n"
WAGON = [Record(2, ["Wagon 1", "Wagon"])]


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files, in which nothing may be left."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", os.fspath(folder))
    yield folder
    assert [*folder.iterdir()] == []


def zipped(
    tmp_path: Path, files: Mapping[str, bytes], method: int = ZIP_DEFLATED
) -> Path:
    path = tmp_path / "fleet.zip"
    with ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def problem(path: Path, sheet: str = "") -> Problem:
    with pytest.raises(ImportFailure) as failure:
        open_table(path, sheet=sheet)
    return failure.value.problems[0]


def test_it_reads_a_gzip_file(tmp_path: Path, temporary: Path) -> None:
    path = tmp_path / "fleet.csv.gz"
    path.write_bytes(gzip.compress(ROWS[:12]) + gzip.compress(ROWS[12:]))

    with closing(open_table(path)) as table:
        assert len([*temporary.iterdir()]) == 1
        assert (table.kind, table.header.cells) == ("csv", ["Name", "Type"])
        assert (list(table.rows()), table.nested) == (WAGON, frozenset())
        assert [note.message for note in table.notes] == [
            "'fleet.csv' of the archive was read."
        ]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("network-devices.json", "json"),
        ("coaches.jsonl", "jsonl"),
        ("trams-and-buses.xlsx", "xlsx"),
        ("bundle.pem", "pem"),
        ("utf-16.csv", "csv"),
    ],
)
def test_it_reads_every_kind_of_file_packed(
    tmp_path: Path, name: str, kind: str
) -> None:
    packed = tmp_path / f"{name}.gz"
    packed.write_bytes(gzip.compress((DATA / name).read_bytes()))
    archive = zipped(tmp_path, {name: (DATA / name).read_bytes()})

    for path in (packed, archive):
        with (
            closing(open_table(path)) as table,
            closing(open_table(DATA / name)) as plain,
        ):
            assert table.kind == kind
            assert table.header == plain.header
            assert list(table.rows()) == list(plain.rows())


def test_it_reads_the_only_file_of_an_archive(tmp_path: Path) -> None:
    path = zipped(
        tmp_path,
        {
            "export/fleet.csv": ROWS,
            "__MACOSX/export/._fleet.csv": b"\0",
            "export/.DS_Store": b"\0",
            "export/": b"",
        },
    )

    with closing(open_table(path)) as table:
        assert list(table.rows()) == WAGON


def test_it_reads_the_file_it_is_told(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"a.csv": b"Name\nA\n", "b/b.csv": b"Name\nB\n"})

    assert problem(path) == Problem(
        "sheet_required",
        "The archive holds several files: a.csv, b.csv. Say --sheet NAME.",
    )
    assert problem(path, "c.csv") == Problem(
        "sheet_not_found", "The archive has no file 'c.csv', only: a.csv, b.csv."
    )
    for name in ("B.csv", "b/b.csv"):
        with closing(open_table(path, sheet=name)) as table:
            assert list(table.rows()) == [Record(2, ["B"])]


def test_it_takes_the_name_of_a_sheet_inside_an_archive(tmp_path: Path) -> None:
    content = (DATA / "two-sheets.xlsx").read_bytes()
    path = zipped(tmp_path, {"fleet.xlsx": content})

    with closing(open_table(path, sheet="cranes")) as table:
        assert len(list(table.rows())) == 2


def test_it_makes_nothing_of_paths_in_names(tmp_path: Path, temporary: Path) -> None:
    path = zipped(tmp_path, {"../../../evil\\..\\fl\x1beet.csv": ROWS})
    before = {*tmp_path.iterdir()}

    with closing(open_table(path)) as table:
        assert list(table.rows()) == WAGON
        assert "'fl eet.csv'" in table.notes[0].message
        assert {*tmp_path.iterdir()} == before


@pytest.mark.parametrize("inner", ["inner.zip", "inner.csv.gz", "inner"])
def test_it_refuses_an_archive_in_an_archive(tmp_path: Path, inner: str) -> None:
    outer = tmp_path / "outer.zip"
    content = gzip.compress(ROWS)
    if inner == "inner.zip":
        content = zipped(tmp_path, {"fleet.csv": ROWS}).read_bytes()
    with ZipFile(outer, "w") as archive:
        archive.writestr(inner, content)

    assert problem(outer) == Problem(
        "file_type_mismatch", f"The archive holds another archive, '{inner}'."
    )


def test_it_refuses_a_file_that_is_not_what_its_name_in_the_archive_says(
    tmp_path: Path,
) -> None:
    assert problem(zipped(tmp_path, {"fleet.xlsx": ROWS})).message == (
        "'fleet.xlsx' is a text file, not an Excel workbook."
    )


def test_it_refuses_an_archive_without_files(tmp_path: Path) -> None:
    assert problem(zipped(tmp_path, {})).code == "file_empty"
    assert problem(zipped(tmp_path, {"folder/": b""})).code == "file_empty"

    path = zipped(tmp_path, {"x": ROWS})
    path.write_bytes(
        path.read_bytes().replace(b"xName", b"\0Name").replace(b"x", b"\0")
    )
    assert problem(path).code == "file_empty"


def test_it_refuses_a_password(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"fleet.csv": ROWS})
    content = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + place] |= 1
    path.write_bytes(content)

    assert problem(path) == Problem(
        "file_unreadable", "The archive is protected by a password."
    )


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_it_refuses_a_gzip_file_cut_short(tmp_path: Path, share: float) -> None:
    whole = gzip.compress(os.urandom(2_000).hex().encode())
    path = tmp_path / "fleet.csv.gz"
    path.write_bytes(whole[: int(len(whole) * share)])

    assert problem(path) == Problem("file_unreadable", "The archive is cut short.")


def test_it_refuses_damage(tmp_path: Path) -> None:
    noisy = tmp_path / "fleet.csv.gz"
    noisy.write_bytes(gzip.compress(ROWS) + b"noise")
    wrong = zipped(tmp_path, {"fleet.csv": ROWS}, ZIP_STORED)
    wrong.write_bytes(wrong.read_bytes().replace(b"Wagon 1", b"Wagon 2"))
    headless = tmp_path / "headless.zip"
    headless.write_bytes(b"PK\x03\x04" + b"\0" * 100)

    assert problem(noisy).code == "file_unreadable"
    assert problem(wrong).code == "file_unreadable"
    assert problem(headless).code == "file_unreadable"


def test_it_refuses_a_method_of_packing_that_it_does_not_know(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"fleet.csv": ROWS}, ZIP_STORED)
    content = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        content[content.index(mark) + place] = 99
    path.write_bytes(content)

    assert problem(path) == Problem(
        "file_unreadable", "The archive is not packed by Deflate."
    )


@pytest.mark.parametrize("method", [ZIP_BZIP2, ZIP_LZMA])
def test_it_refuses_methods_that_unpack_without_limits(
    tmp_path: Path, method: int
) -> None:
    path = zipped(tmp_path, {"fleet.csv": ROWS}, method)

    assert problem(path).message == "The archive is not packed by Deflate."


def test_it_refuses_an_archive_of_a_later_version(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"fleet.csv": ROWS})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 6] = 64
    path.write_bytes(content)

    assert problem(path).code == "file_unreadable"


@pytest.mark.parametrize("name", ["fleet.csv.gz", "fleet.zip"])
def test_it_refuses_a_bomb(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(packages, "LEAST_BOMB", 100_000)
    zeros = b"0" * 1_000_000
    zipped(tmp_path, {"fleet.csv": zeros})
    (tmp_path / "fleet.csv.gz").write_bytes(gzip.compress(zeros))

    assert problem(tmp_path / name) == Problem(
        "file_too_large", "The archive unpacks to too much data."
    )


def test_it_refuses_more_than_a_disk_should_have_to_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "LARGEST_FILE", 10)

    assert problem(zipped(tmp_path, {"a.csv": ROWS})).code == "file_too_large"


def test_it_packs_nothing_in_earnest_so_small() -> None:
    assert not packages.is_bomb(packages.LEAST_BOMB, 1)
    assert packages.is_bomb(packages.LEAST_BOMB + 1, 1)
    assert not packages.is_bomb(200 << 20, 1 << 20)
    assert packages.is_bomb((200 << 20) + 1, 1 << 20)


def test_it_refuses_a_list_of_contents_that_would_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = zipped(tmp_path, {f"{number}.csv": ROWS for number in range(10)})

    monkeypatch.setattr(archives, "MOST_PARTS", 9)
    assert problem(path).code == "file_too_large"
    monkeypatch.setattr(packages, "LARGEST_DIRECTORY", 100)
    assert problem(path).message == "The archive holds too many files."


def test_it_is_not_misled_about_the_list_of_contents(tmp_path: Path) -> None:
    whole = zipped(tmp_path, {"fleet.csv": ROWS}).read_bytes()
    place = whole.index(b"PK\x05\x06")
    large = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, 5 << 20, 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, place, 1)
    path = tmp_path / "fleet.zip"
    path.write_bytes(whole[:place] + large + locator + whole[place:])

    assert problem(path).message == "The archive holds too many files."


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let no file grow beyond a size, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_it_tells_that_the_disk_is_full(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"fleet.csv": ROWS * 10_000})
    array = tmp_path / "fleet.json"
    array.write_text(f"[{'{},' * 10_000}{{}}]")

    with room_for(100):
        for full in (path, array, DATA / "trams-and-buses.xlsx"):
            assert problem(full) == Problem(
                "disk_full",
                "The disk has no room for the temporary copy of the file.",
            )


def test_it_unpacks_names_of_any_length(tmp_path: Path) -> None:
    path = tmp_path / "fleet.zip"
    with ZipFile(path, "w") as archive:
        archive.writestr(ZipInfo("x" * 60_000 + ".csv"), ROWS)

    with closing(open_table(path)) as table:
        assert len(table.notes[0].message) < 150
