"""Invented files, good and hostile."""

import struct
import zlib
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import ExifTags, Image


def image_bytes(
    kind: str = "PNG",
    size: tuple[int, int] = (64, 32),
    *,
    mode: str = "RGB",
    orientation: int | None = None,
    colour: object = None,
) -> bytes:
    """Return an image; an orientation is told by the metadata of a camera."""
    image = Image.new(mode, size, colour)  # type: ignore[arg-type]
    buffer = BytesIO()
    options: dict[str, object] = {}
    if orientation is not None:
        exif = Image.Exif()
        exif[ExifTags.Base.Orientation] = orientation
        exif[ExifTags.Base.Make] = "A camera that knows where you live"
        options["exif"] = exif
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    """Return one chunk of a PNG."""
    checksum = struct.pack(">I", zlib.crc32(name + data))
    return struct.pack(">I", len(data)) + name + data + checksum


def huge_png(width: int = 50_000, height: int = 50_000) -> bytes:
    """Return a small PNG that says it is a huge one."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1_000))
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", header),
            chunk(b"IDAT", pixels),
            chunk(b"IEND", b""),
        ]
    )


def upload(
    content: bytes = b"some bytes", name: str = "note.txt", kind: str = "text/plain"
) -> SimpleUploadedFile:
    """Return a file as a form carries it."""
    return SimpleUploadedFile(name, content, content_type=kind)
