"""Which files of a folder or an archive hold what, and in what order they load."""

import zipfile
from pathlib import Path

import pytest

from config.imports.failures import ImportFailure
from config.imports.whole import parts_of

NAMES = ["05-fleets.jsonl", "assets.csv", "1_locations.csv.gz", ".hidden", "users.csv"]


def folder(path: Path, names: list[str]) -> Path:
    path.mkdir()
    for name in names:
        (path / name).write_bytes(b"" if "users" in name else b"x")
    return path


def archive(path: Path, names: list[str]) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("depot/", b"")
        for name in names:
            prefix = "" if name.startswith(".") else "depot/"
            packed.writestr(prefix + name, b"" if "users" in name else b"x")
    return path


def codes(path: Path) -> list[str]:
    with pytest.raises(ImportFailure) as failed:
        parts_of(path)
    return [problem.code for problem in failed.value.problems]


def test_it_finds_files_by_their_stems_and_orders_them(tmp_path: Path) -> None:
    parts = parts_of(folder(tmp_path / "all", NAMES))

    assert [(part.type, part.name) for part in parts] == [
        ("locations", "1_locations.csv.gz"),
        ("fleets", "05-fleets.jsonl"),
        ("assets", "assets.csv"),
    ]


def test_it_finds_files_in_an_archive(tmp_path: Path) -> None:
    path = archive(tmp_path / "all.zip", NAMES)

    parts = parts_of(path)

    assert [part.path for part in parts] == [path] * 3
    assert [part.member for part in parts][:1] == ["depot/1_locations.csv.gz"]


def test_it_refuses_files_that_mean_no_type(tmp_path: Path) -> None:
    path = folder(tmp_path / "all", ["assets.csv", "trams.csv", "notes.txt"])

    with pytest.raises(ImportFailure, match=r"notes\.txt, trams\.csv\. Known are: .*"):
        parts_of(path)


def test_it_refuses_two_files_of_one_type(tmp_path: Path) -> None:
    names = ["assets.csv", "01-assets.jsonl"]

    assert codes(folder(tmp_path / "all", names)) == ["part_duplicate"]


@pytest.mark.parametrize(
    ("name", "code"),
    [("none", "file_unreadable"), ("a.txt", "file_type_mismatch")],
)
def test_it_refuses_what_is_neither_folder_nor_archive(
    tmp_path: Path, name: str, code: str
) -> None:
    (tmp_path / "a.txt").write_text("text")

    assert codes(tmp_path / name) == [code]


def test_it_refuses_a_folder_that_holds_nothing(tmp_path: Path) -> None:
    assert codes(folder(tmp_path / "all", ["users.csv"])) == ["file_empty"]
