"""What a file is told to be by its bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.services.contents import (
    LONGEST_NAME,
    check_content,
    clean_file_name,
    promises_image,
    sniffed,
)
from config.api.errors import Refusal
from tests.assets.api.fleet.files import image_bytes, upload


@given(name=st.text(max_size=600))
def test_it_makes_a_name_of_any_text(name: str) -> None:
    shown = clean_file_name(name)

    assert 1 <= len(shown) <= LONGEST_NAME
    assert shown.isprintable()
    assert "/" not in shown
    assert "\\" not in shown
    assert shown not in {".", ".."}
    assert clean_file_name(shown) == shown


@given(head=st.binary(max_size=32))
def test_it_tells_a_type_of_any_bytes(head: bytes) -> None:
    assert "/" in sniffed(head)


@pytest.mark.parametrize(
    "head",
    [b"", b"<svg", b"<!doctype html>", b"\xef\xbb\xbf<html>", b" \x89PNG\r\n\x1a\n"],
)
def test_it_knows_no_type_of_texts(head: bytes) -> None:
    assert sniffed(head) == "application/octet-stream"


def test_it_measures_from_the_beginning_of_the_file() -> None:
    file = upload(image_bytes("PNG", (3, 2)))
    file.read(20)

    content = check_content(file)

    assert (content.width, content.height) == (3, 2)
    assert content.length == file.size


def test_it_refuses_a_file_without_bytes() -> None:
    with pytest.raises(Refusal) as refused:
        check_content(upload(b""))

    assert refused.value.errors == {"attachment": ["The file is empty."]}


@pytest.mark.parametrize(
    ("name", "declared", "expected"),
    [
        ("a.PNG", None, True),
        ("a.svg.jpeg", "", True),
        ("a.png.svg", "image/svg+xml", False),
        ("png", "text/plain", False),
        ("drawing.dwg", "image/vnd.dwg", False),
        ("a", " IMAGE/TIFF", True),
    ],
)
def test_it_tells_what_promises_a_picture(
    name: str, declared: str | None, expected: bool
) -> None:
    assert promises_image(name, declared) is expected


def test_it_takes_a_picture_under_the_name_of_another_kind() -> None:
    content = check_content(upload(image_bytes("JPEG"), "photo.png", "image/png"))

    assert content.content_type == "image/jpeg"
