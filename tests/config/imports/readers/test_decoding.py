from pathlib import Path

import pytest

from config.imports.failures import ImportFailure
from config.imports.readers.decoding import detect


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("Name\nÄänekoski\n".encode(), "utf-8"),
        ("Name\nÄänekoski\n".encode("utf-8-sig"), "utf-8-sig"),
        ("Name\nÄänekoski\n".encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + "Name\nÄänekoski\n".encode("utf-16-be"), "utf-16"),
        ("Name\nÄänekoski\n".encode("utf-32"), "utf-32"),
    ],
)
def test_it_trusts_marks_and_valid_utf_8(
    tmp_path: Path, content: bytes, encoding: str
) -> None:
    decoding = detect(written(tmp_path, content))

    assert (decoding.encoding, decoding.notes) == (encoding, [])


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_it_finds_utf_16_without_a_mark(tmp_path: Path, encoding: str) -> None:
    decoding = detect(written(tmp_path, "Name\nÄänekoski €\n".encode(encoding)))

    assert decoding.encoding == encoding
    assert [note.message for note in decoding.notes] == [
        f"The file was read as {encoding.upper()}; it has no byte-order mark."
    ]


@pytest.mark.parametrize("content", [b"Na\0me\nA\n" * 9, b"\0\0A\0\0\0B\0" * 9])
def test_it_takes_other_zeros_for_what_they_are(tmp_path: Path, content: bytes) -> None:
    assert detect(written(tmp_path, content)).encoding == "utf-8"


def test_it_falls_back_to_cp1252_and_shows_words(tmp_path: Path) -> None:
    decoding = detect(written(tmp_path, "Name\nSeinäjoki\n€ 5\n".encode("cp1252")))

    assert decoding.encoding == "cp1252"
    assert [note.code for note in decoding.notes] == ["encoding_guessed"]
    assert "Seinäjoki, €" in decoding.notes[0].message


def test_it_takes_files_with_lone_carriage_returns_for_mac_roman(
    tmp_path: Path,
) -> None:
    decoding = detect(written(tmp_path, "Name\rSeinäjoki\r".encode("mac_roman")))

    assert decoding.encoding == "mac_roman"


def test_it_reads_bytes_that_cp1252_lacks_as_mac_roman(tmp_path: Path) -> None:
    decoding = detect(written(tmp_path, b"Name\nTu\x8depi\n"))

    assert decoding.encoding == "mac_roman"


def test_it_finds_what_is_not_utf_8_far_into_the_file(tmp_path: Path) -> None:
    content = b"Name\n" + b"plain\n" * 300_000 + "Jyväskylä\n".encode("cp1252")

    assert detect(written(tmp_path, content)).encoding == "cp1252"


def test_it_takes_the_encoding_it_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, "Название\n".encode("cp1251"))

    assert detect(path, wanted="cp1251").encoding == "cp1251"


@pytest.mark.parametrize("wanted", ["klingon", "hex", "utf-8"])
def test_it_refuses_encodings_that_do_not_work(tmp_path: Path, wanted: str) -> None:
    path = written(tmp_path, "Seinäjoki\n".encode("cp1252"))

    with pytest.raises(ImportFailure) as failure:
        detect(path, wanted=wanted)

    assert [one.code for one in failure.value.problems] == ["encoding_invalid"]


def test_it_refuses_a_broken_utf_16_file(tmp_path: Path) -> None:
    with pytest.raises(ImportFailure) as failure:
        detect(written(tmp_path, "Name\nA\n".encode("utf-16") + b"x"))

    assert failure.value.problems[0].message == "The file is not valid UTF-16 text."
