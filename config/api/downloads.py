"""Stored files as answers: never taken for pages of ours, in whole or in part."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.core.files.base import File
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.response import StreamingHttpResponse
from django.utils.http import content_disposition_header, parse_etags
from rest_framework.request import Request

from config.api.errors import fleet_error_response

# The only types that a browser may show; all others it offers to save.
SHOWN_INLINE = frozenset({"image/jpeg", "image/png"})
FOR_EVER = "private, max-age=31536000, immutable"
POLICY = "default-src 'none'; sandbox"
RANGE = re.compile(r"bytes=(?:([0-9]{1,18})-([0-9]{0,18})|-([0-9]{1,18}))")
CHUNK = 64 * 1024


@dataclass(frozen=True)
class Download:
    """A file to be sent; `tag` names its bytes, which never change."""

    file: File  # type: ignore[type-arg]
    length: int
    content_type: str
    tag: str
    name: str


class Part:
    """Some bytes of an open file, read as they are sent; closing it closes the file."""

    def __init__(self, file: Any, start: int, length: int) -> None:
        self.file, self.start, self.length = file, start, length

    def __iter__(self) -> Iterator[bytes]:
        """Read the bytes in pieces."""
        self.file.seek(self.start)
        left = self.length
        while left > 0 and (piece := self.file.read(min(CHUNK, left))):
            left -= len(piece)
            yield piece

    def close(self) -> None:
        """Close the file, also when nothing was read of it."""
        self.file.close()


def not_modified(request: HttpRequest | Request, tag: str) -> HttpResponse | None:
    """Answer 304 to whom has these bytes already, None to anybody else."""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    wanted = {f'"{tag}"', f'W/"{tag}"', "*"}
    if wanted.isdisjoint(known):
        return None
    headers = {"ETag": f'"{tag}"', "Cache-Control": FOR_EVER}
    return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers=headers)


def send(request: HttpRequest | Request, download: Download) -> HttpResponseBase:
    """Answer the file, or the one range of it that the request asks for."""
    span = wanted_range(request, download)
    if span is not None and not span:
        download.file.close()
        response = fleet_error_response(
            "range_not_satisfiable", "The file is shorter than that."
        )
        response.headers["Content-Range"] = f"bytes */{download.length}"
        return response
    whole = range(download.length)
    sent = whole if span is None else span
    headers = _headers(download, len(sent))
    if span is not None:
        last = f"{span.start}-{span.stop - 1}"
        headers["Content-Range"] = f"bytes {last}/{download.length}"
    return StreamingHttpResponse(
        Part(download.file, sent.start, len(sent)),
        status=HTTPStatus.OK if span is None else HTTPStatus.PARTIAL_CONTENT,
        content_type=download.content_type,
        headers=headers,
    )


def wanted_range(request: HttpRequest | Request, download: Download) -> range | None:
    """Return the range asked for: empty for one outside the file, None for no range.

    Several ranges, and what is no range, count as none, as RFC 9110 allows.
    """
    match = RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    condition = request.headers.get("If-Range", f'"{download.tag}"')
    if match is None or condition != f'"{download.tag}"':
        return None
    first, last, suffix = match.groups()
    if suffix is not None:
        return range(max(0, download.length - int(suffix)), download.length)
    stop = int(last) + 1 if last else download.length
    if int(first) >= stop:
        return range(0) if not last else None
    return range(int(first), min(stop, download.length))


def _headers(download: Download, length: int) -> dict[str, str]:
    is_inline = download.content_type in SHOWN_INLINE
    disposition = content_disposition_header(not is_inline, download.name)
    return {
        "Accept-Ranges": "bytes",
        "Cache-Control": FOR_EVER,
        "Content-Disposition": str(disposition),
        "Content-Length": str(length),
        "Content-Security-Policy": POLICY,
        "ETag": f'"{download.tag}"',
        "X-Content-Type-Options": "nosniff",
    }
