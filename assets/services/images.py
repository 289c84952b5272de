"""Pictures: how large they are, and smaller ones made of them (resolution 30)."""

import struct
import zlib
from io import BytesIO
from threading import Lock
from typing import IO, Any

from PIL import ExifTags, Image

# What Pillow may be asked to open; it is never left to guess.
FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
    "image/bmp": "BMP",
    "image/tiff": "TIFF",
}
RESIZABLE = {"image/jpeg": {"quality": 85}, "image/png": {}}
# How a whole file of the type ends.
ENDINGS = {"image/jpeg": b"\xff\xd9", "image/png": b"IEND\xaeB`\x82"}
MOST_PIXELS = 50_000_000
BROKEN = "The file is not a whole image."
TOO_MANY_PIXELS = "The image has more than 50 million pixels."

# Pillow itself refuses, when it opens a file, more than twice as many.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS

BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
# What Pillow's readers let through when bytes are not what they expect; of damaged
# metadata they warn, and whoever runs us may have made errors of warnings.
DAMAGE = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    Warning,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)

# What undoes each way of holding a camera; from 5 on, width and height change places.
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
FIRST_SWAPPED = 5

# Rows of a large picture that are worked on at a time.
BAND = 256

# Decoding takes some bytes a pixel: one picture at a time bounds the memory.
DECODING = Lock()


def measure(file: IO[bytes] | Any, content_type: str) -> tuple[int, int]:
    """Return width and height as the image is looked at.

    Raise ValueError with a sentence for a broken image and for too many pixels.
    """
    file.seek(0)
    try:
        with Image.open(file, formats=[FORMATS[content_type]]) as image:
            width, height = image.size
            swapped = _orientation(image) >= FIRST_SWAPPED
            image.verify()
    except BOMBS as error:
        raise ValueError(TOO_MANY_PIXELS) from error
    except DAMAGE as error:
        raise ValueError(BROKEN) from error
    if width * height > MOST_PIXELS:
        raise ValueError(TOO_MANY_PIXELS)
    return (height, width) if swapped else (width, height)


def resized(file: IO[bytes] | Any, content_type: str, size: int) -> bytes | None:
    """Return the image with `size` pixels on its longer edge, upright, nothing else.

    None for an image that turns out to be damaged, or whose colours are too rare to
    be worth the trouble.
    """
    name = FORMATS[content_type]
    try:
        with DECODING, Image.open(file, formats=[name]) as image:
            orientation = _orientation(image)
            mode = _plain_mode(image)
            if mode is None:
                return None
            # A JPEG can be read at a fraction of its size.
            image.draft(None, (2 * size, 2 * size))
            small = _smaller(image, mode, size)
            if orientation in UPRIGHT:
                small = small.transpose(UPRIGHT[orientation])
            return _encoded(small, name, RESIZABLE[content_type])
    except DAMAGE:
        return None


def is_whole(data: bytes, content_type: str) -> bool:
    """Tell whether bytes that `resized` made have all been written."""
    return data.endswith(ENDINGS[content_type])


def _orientation(image: Image.Image) -> int:
    """Return how the camera was held; damaged or missing data is the usual way."""
    if "exif" not in image.info:
        return 1
    try:
        found = image.getexif().get(ExifTags.Base.Orientation, 1)
    except DAMAGE:
        return 1
    return found if found in UPRIGHT else 1


def _plain_mode(image: Image.Image) -> str | None:
    """Return the colours in which a smaller picture is made, None for rare ones."""
    if "transparency" in image.info or image.mode in {"RGBA", "LA", "PA"}:
        return None if image.format == "JPEG" else "RGBA"
    return {"1": "L", "L": "L", "P": "RGB", "RGB": "RGB", "CMYK": "RGB"}.get(image.mode)


def _smaller(image: Image.Image, mode: str, size: int) -> Image.Image:
    """Return the picture with `size` pixels on its longer edge.

    A much larger one is first averaged in bands: its colours are never spread out in
    memory as a whole.
    """
    factor = max(image.size) // (2 * size)
    if factor > 1:
        small = _averaged(image, mode, factor)
    else:
        small = image if image.mode == mode else image.convert(mode)
    small.thumbnail((size, size), Image.Resampling.LANCZOS)
    return small


def _averaged(image: Image.Image, mode: str, factor: int) -> Image.Image:
    """Make one pixel of each square of `factor` pixels."""
    width, height = (-(-edge // factor) for edge in image.size)
    small = Image.new(mode, (width, height))
    rows = max(1, BAND // factor)
    for top in range(0, height, rows):
        bottom = min((top + rows) * factor, image.height)
        band = image.crop((0, top * factor, image.width, bottom)).convert(mode)
        small.paste(band.reduce(factor), (0, top))
    return small


def _encoded(image: Image.Image, name: str, options: dict[str, Any]) -> bytes:
    """Write the pixels without what else the file told: where, when, with what."""
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    buffer = BytesIO()
    bare.save(buffer, name, **options)
    return buffer.getvalue()
