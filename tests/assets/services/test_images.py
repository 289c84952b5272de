"""Pictures that were made to break their readers."""

from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from assets.services import images
from tests.assets.api.fleet.files import huge_png, image_bytes

WHOLE = {
    "image/jpeg": image_bytes("JPEG", (40, 20), orientation=6),
    "image/png": image_bytes("PNG", (40, 20), mode="P"),
    "image/gif": image_bytes("GIF", (40, 20)),
    "image/webp": image_bytes("WEBP", (40, 20)),
    "image/bmp": image_bytes("BMP", (40, 20)),
    "image/tiff": image_bytes("TIFF", (40, 20)),
}


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_it_measures_a_picture_as_it_is_looked_at(kind: str, orientation: int) -> None:
    content = BytesIO(image_bytes(kind, (40, 20), orientation=orientation))

    size = images.measure(content, f"image/{kind.lower()}")

    assert size == ((20, 40) if orientation >= 5 else (40, 20))


@pytest.mark.parametrize("orientation", [0, 9, 65_535])
def test_it_takes_no_notice_of_impossible_ways_to_hold_a_camera(
    orientation: int,
) -> None:
    content = BytesIO(image_bytes("JPEG", (40, 20), orientation=orientation))

    assert images.measure(content, "image/jpeg") == (40, 20)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_turns_every_way_of_holding_a_camera_upright(orientation: int) -> None:
    upright = Image.new("L", (64, 32))
    upright.paste(255, (0, 0, 16, 16))
    held = upright
    if orientation in images.UPRIGHT:
        undo = images.UPRIGHT[orientation]
        swap = {
            Image.Transpose.ROTATE_90: Image.Transpose.ROTATE_270,
            Image.Transpose.ROTATE_270: Image.Transpose.ROTATE_90,
        }
        held = upright.transpose(swap.get(undo, undo))
    exif, buffer = Image.Exif(), BytesIO()
    exif[0x0112] = orientation
    held.save(buffer, "PNG", exif=exif)

    small = Image.open(BytesIO(images.resized(buffer, "image/png", 32) or b""))

    assert small.size == (32, 16)
    corners = [small.getpixel(at) for at in ((2, 2), (29, 2), (2, 13), (29, 13))]
    assert [one > 128 for one in corners] == [True, False, False, False]  # type: ignore[operator]


@pytest.mark.parametrize(("width", "height"), [(50_000, 50_000), (7_072, 7_072)])
def test_it_opens_no_bomb(width: int, height: int) -> None:
    bomb = BytesIO(huge_png(width, height))

    with pytest.raises(ValueError, match="50 million pixels"):
        images.measure(bomb, "image/png")
    assert images.resized(bomb, "image/png", 16) is None


@pytest.mark.parametrize("content_type", WHOLE)
@settings(max_examples=150, suppress_health_check=[HealthCheck.differing_executors])
@given(data=st.data())
def test_it_survives_damage(content_type: str, data: st.DataObject) -> None:
    content = bytearray(WHOLE[content_type])
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content) - 1)) :]

    try:
        width, height = images.measure(BytesIO(content), content_type)
    except ValueError:
        return
    assert 0 < width * height <= images.MOST_PIXELS
    if content_type in images.RESIZABLE:
        made = images.resized(BytesIO(content), content_type, 16)
        assert made is None or images.is_whole(made, content_type)
