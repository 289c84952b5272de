"""Attack: send a small picture that is enormous once it is opened.

Damage of every kind is tried in `tests/assets/services/test_images.py`.
"""

import struct
import tracemalloc
import zlib

import pytest

from assets.models import AssetLog
from tests.assets.api.fleet.calls import refusal, said
from tests.assets.api.fleet.files import chunk, huge_png, image_bytes, upload
from tests.assets.api.fleet.logs.sending import address, post, received, stored
from tests.cast import Cast
from tests.factories.assets import make_asset

pytestmark = pytest.mark.django_db

SOF = b"\xff\xc0\x00\x11\x08"


def jpeg_that_says(width: int, height: int) -> bytes:
    """Return a photo whose header lies about its size."""
    photo = image_bytes("JPEG")
    place = photo.index(SOF) + len(SOF)
    return photo[:place] + struct.pack(">HH", height, width) + photo[place + 4 :]


def gif_that_says(width: int, height: int) -> bytes:
    """Return a picture whose canvas is larger than what is drawn on it."""
    return b"GIF89a" + struct.pack("<HH", width, height) + image_bytes("GIF")[10:]


def png_of_comments() -> bytes:
    """Return a picture whose comment unpacks to fifty megabytes."""
    whole = image_bytes("PNG")
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(50_000_000)))
    return whole[:33] + text + whole[33:]


BOMBS = {
    "png": huge_png(),
    "wide.png": huge_png(2**31 - 1, 1),
    "just-too-large.png": huge_png(10_000, 5_001),
    "jpeg": jpeg_that_says(65_500, 65_500),
    "gif": gif_that_says(65_535, 65_535),
}


@pytest.mark.parametrize("name", BOMBS)
def test_it_opens_no_bomb(cast: Cast, name: str) -> None:
    path = f"/api/assetgroups/{make_asset(cast.organisation).pk}/logs"
    photo = upload(BOMBS[name], "photo.png", "image/png")
    before = stored()

    tracemalloc.start()
    answer = post(cast.client("member"), path, attachment=photo)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert said(answer) == refusal("invalid_body", "attachment")
    assert most < 16 << 20
    assert not AssetLog.objects.exists()
    assert stored() == before


def test_it_makes_no_picture_of_a_comment(cast: Cast) -> None:
    path = f"/api/assetgroups/{make_asset(cast.organisation).pk}/logs"
    client = cast.client("member")
    photo = upload(png_of_comments(), "photo.png", "image/png")

    sent = post(client, path, attachment=photo)

    assert sent.status_code in {201, 400}
    if sent.status_code == 201:
        shown = client.get(f"{address(sent.json())}?size=16")
        assert shown.status_code == 200
        assert len(received(shown)) < 100_000


def test_it_makes_no_picture_larger_than_asked(cast: Cast) -> None:
    path = f"/api/assetgroups/{make_asset(cast.organisation).pk}/logs"
    client = cast.client("member")
    photo = upload(image_bytes("PNG"), "x.png", "image/png")
    made = post(client, path, attachment=photo).json()

    for size in ("4097", "0", "-1", "9" * 30, "1e9"):
        assert client.get(f"{address(made)}?size={size}").status_code == 400
