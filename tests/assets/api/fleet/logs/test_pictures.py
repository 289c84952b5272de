"""Smaller pictures of photos: resolution 30."""

from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from PIL import Image
from rest_framework.test import APIClient

from tests.assets.api.fleet.calls import refusal, said
from tests.assets.api.fleet.files import image_bytes, upload
from tests.assets.api.fleet.logs.sending import address, post, received, stored

pytestmark = pytest.mark.usefixtures("files_on_disk")


def picture(response: Any) -> Image.Image:
    """Read the picture that was answered."""
    assert response.status_code == 200
    found = Image.open(BytesIO(received(response)))
    found.load()
    return found


@pytest.mark.parametrize(
    ("kind", "orientation", "size", "expected"),
    [
        ("JPEG", None, 100, (100, 50)),
        ("JPEG", 1, 100, (100, 50)),
        ("JPEG", 3, 100, (100, 50)),
        ("JPEG", 6, 100, (50, 100)),
        ("JPEG", 8, 16, (8, 16)),
        ("PNG", None, 199, (199, 100)),
        ("PNG", 5, 20, (10, 20)),
    ],
)
def test_it_makes_pictures_smaller_and_forgets_where_they_were_taken(
    path: str,
    member: APIClient,
    kind: str,
    orientation: int | None,
    size: int,
    expected: tuple[int, int],
) -> None:
    content = image_bytes(kind, (200, 100), orientation=orientation)
    made = post(member, path, attachment=upload(content)).json()

    response = member.get(f"{address(made)}?size={size}")

    assert response["Content-Type"] == made["attachment"]["content_type"]
    assert response["ETag"] == f'"{sha256(content).hexdigest()}-{size}"'
    assert response["Content-Disposition"].startswith("inline")
    small = picture(response)
    assert (small.format, small.size) == (kind, expected)
    assert not small.getexif()
    width, height = made["attachment"]["width"], made["attachment"]["height"]
    assert (width > height) == (expected[0] > expected[1])


def test_it_turns_the_picture_upright(path: str, member: APIClient) -> None:
    image = Image.new("RGB", (100, 50), "white")
    image.paste("red", (0, 0, 50, 50))
    buffer, exif = BytesIO(), Image.Exif()
    exif[0x0112] = 6
    image.save(buffer, "JPEG", exif=exif)

    made = post(member, path, attachment=upload(buffer.getvalue())).json()

    assert (made["attachment"]["width"], made["attachment"]["height"]) == (50, 100)
    small = picture(member.get(f"{address(made)}?size=40"))
    assert small.size == (20, 40)
    top, bottom = small.getpixel((10, 5)), small.getpixel((10, 35))
    assert top[1] < 80 < bottom[1]  # type: ignore[index]


@pytest.mark.parametrize("size", [200, 201, 4_096])
def test_it_never_enlarges(path: str, member: APIClient, size: int) -> None:
    content = image_bytes("JPEG", (200, 100), orientation=3)
    made = post(member, path, attachment=upload(content)).json()

    response = member.get(f"{address(made)}?size={size}")

    assert received(response) == content
    assert response["ETag"] == f'"{sha256(content).hexdigest()}"'


@pytest.mark.parametrize(
    "size", ["15", "4097", "0", "-1", "1.5", "big", "9" * 40, "²", "+20", "20 "]
)
def test_it_refuses_a_size(path: str, member: APIClient, size: str) -> None:
    for content in (image_bytes(), b"no image"):
        made = post(member, path, attachment=upload(content)).json()
        response = member.get(address(made), {"size": size})
        assert said(response) == refusal("invalid_filter", "size")


@pytest.mark.parametrize("mode", ["L", "RGBA", "LA", "P", "1", "I;16"])
def test_it_keeps_what_shines_through(path: str, member: APIClient, mode: str) -> None:
    content = image_bytes("PNG", (200, 100), mode=mode)
    made = post(member, path, attachment=upload(content)).json()

    small = picture(member.get(f"{address(made)}?size=50"))

    assert small.size == ((200, 100) if mode == "I;16" else (50, 25))


def test_it_converts_the_colours_of_printers(path: str, member: APIClient) -> None:
    content = image_bytes("JPEG", (200, 100), mode="CMYK")
    made = post(member, path, attachment=upload(content)).json()

    assert picture(member.get(f"{address(made)}?size=50")).mode == "RGB"


def test_it_answers_the_original_of_a_picture_that_cannot_be_read(
    path: str, member: APIClient
) -> None:
    noise, buffer = Image.effect_noise((200, 100), 80), BytesIO()
    noise.save(buffer, "JPEG")
    broken = buffer.getvalue()[:-1_000]
    made = post(member, path, attachment=upload(broken)).json()

    assert received(member.get(f"{address(made)}?size=50")) == broken


def test_it_makes_each_size_once(
    path: str, member: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = image_bytes("PNG", (200, 100))
    made = post(member, path, attachment=upload(content)).json()
    first = received(member.get(f"{address(made)}?size=50"))
    monkeypatch.setattr("assets.services.images.resized", None)

    assert received(member.get(f"{address(made)}?size=50")) == first
    assert len(stored()) == 2


def test_it_keeps_a_bounded_number_of_sizes(path: str, member: APIClient) -> None:
    content = image_bytes("PNG", (200, 100))
    made = post(member, path, attachment=upload(content)).json()

    for size in range(16, 40):
        assert picture(member.get(f"{address(made)}?size={size}")).width == size

    assert len(stored()) == 17


def test_it_does_not_trust_half_a_picture(path: str, member: APIClient) -> None:
    content = image_bytes("PNG", (200, 100))
    made = post(member, path, attachment=upload(content)).json()
    received(member.get(f"{address(made)}?size=50"))
    [kept] = [one for one in stored() if one.endswith("/50")]
    with open(default_storage.path(kept), "r+b") as file:
        file.truncate(30)

    assert picture(member.get(f"{address(made)}?size=50")).size == (50, 25)
