"""What a file is, told by its bytes: nothing that a client says is believed."""

import unicodedata
from dataclasses import dataclass
from hashlib import sha256

from django.core.files.base import File

from assets.services import images
from config.api.errors import Refusal, invalid
from config.api.uploads import MOST_FILE_BYTES, TOO_LARGE, UNNAMED

KEY = "attachment"
UNKNOWN = "application/octet-stream"
HEAD = 16
LONGEST_NAME = 255
LONGEST_SUFFIX = 20

# Where the signature begins, the signature, and the type it stands for.
SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftyp", "video/mp4"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
)
# Other files begin like these too: texts, what cameras store before it is a picture.
SHARED = {"image/bmp", "image/tiff"}

# What promises a picture: whoever opens such a file expects nothing else.
IMAGE_SUFFIXES = frozenset(
    {"bmp", "dib", "gif", "jfif", "jpe", "jpeg", "jpg", "png", "tif", "tiff", "webp"}
)
IMAGE_TYPES = frozenset(
    {
        "image/bmp",
        "image/gif",
        "image/jpeg",
        "image/jpg",
        "image/pjpeg",
        "image/png",
        "image/tiff",
        "image/webp",
        "image/x-ms-bmp",
        "image/x-png",
    }
)


@dataclass(frozen=True)
class Content:
    """A file that may be stored, and what its bytes say."""

    file: File  # type: ignore[type-arg]
    file_name: str
    file_hash: str
    content_type: str
    length: int
    width: int | None = None
    height: int | None = None


def check_content(file: File) -> Content:  # type: ignore[type-arg]
    """Look at a file that somebody sends, of any kind.

    Raise `file_too_large` beyond 25 MiB, and `invalid_body` for an empty file, a
    broken image, an image of too many pixels and what only calls itself an image.
    """
    if file.size > MOST_FILE_BYTES:
        raise Refusal("file_too_large", TOO_LARGE, field=KEY)
    if not file.size:
        raise invalid({KEY: ["The file is empty."]})
    file.seek(0)
    head = file.read(HEAD)
    file_name = clean_file_name(file.name or "")
    declared = getattr(file, "content_type", None)
    is_promised = promises_image(file_name, declared)
    try:
        content_type, width, height = _looked_at(file, sniffed(head), is_promised)
    except ValueError as error:
        raise invalid({KEY: [str(error)]}) from error
    return Content(
        file=file,
        file_name=file_name,
        file_hash=_hash_of(file),
        content_type=content_type,
        length=file.size,
        width=width,
        height=height,
    )


def promises_image(file_name: str, declared: str | None) -> bool:
    """Tell whether a name, or the type that a client declares, is that of a picture."""
    _, dot, suffix = file_name.rpartition(".")
    is_named = bool(dot) and suffix.lower() in IMAGE_SUFFIXES
    return is_named or (declared or "").strip().lower() in IMAGE_TYPES


def _looked_at(
    file: File,  # type: ignore[type-arg]
    content_type: str,
    is_promised: bool,
) -> tuple[str, int | None, int | None]:
    """Return the type, and of an image width and height; or raise ValueError."""
    if content_type not in images.FORMATS:
        if is_promised:
            raise ValueError(images.BROKEN)
        return content_type, None, None
    try:
        return content_type, *images.measure(file, content_type)
    except ValueError:
        if is_promised or content_type not in SHARED:
            raise
        return UNKNOWN, None, None


def sniffed(head: bytes) -> str:
    """Return the type that the first bytes of a file tell.

    What may hold a script (HTML, SVG) and all other text has no signature, so it is
    of the unknown type.
    """
    for start, signature, content_type in SIGNATURES:
        if head.startswith(signature, start):
            return content_type
    return UNKNOWN


def clean_file_name(name: str) -> str:
    """Return the last part of a path as a name to be shown: 1 to 255 characters.

    A long name loses its middle, not its suffix.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(
        one for one in unicodedata.normalize("NFC", last) if one.isprintable()
    )
    shown = shown.strip()
    if shown in {"", ".", ".."}:
        return UNNAMED
    if len(shown) <= LONGEST_NAME:
        return shown
    stem, dot, suffix = shown.rpartition(".")
    if not dot or len(suffix) > LONGEST_SUFFIX:
        return shown[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(suffix) - 1]}.{suffix}"


def _hash_of(file: File) -> str:  # type: ignore[type-arg]
    digest = sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()
