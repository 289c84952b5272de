"""Exports through the fleet API: files that imports take again."""

from collections.abc import Iterator
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import Any

from django.http import HttpResponseBase
from django.http.response import StreamingHttpResponse
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from config.api.downloads import POLICY, Part
from config.api.errors import Refusal
from config.api.schema import FILTER, query
from config.exports.selection import Selection, exportable
from config.exports.whole import name_of, pieces_of
from config.exports.writing import FORMATS, MEDIA_TYPES
from config.imports.whole import EVERYTHING
from organisations.api.fleet.base import RegisterViewSet

OPTIONS = frozenset({"$filter", "$format"})
TYPES = [*exportable(), EVERYTHING]


class Begun:
    """The pieces of a file, the first of which is there: nothing refuses it any more.

    Closing it ends the reading, also when nothing more was taken.
    """

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces = pieces
        self.first = next(pieces, b"")

    def __iter__(self) -> Iterator[bytes]:
        """Return the first piece and those that follow."""
        yield self.first
        yield from self.pieces

    def close(self) -> None:
        """Let go of the database."""
        close = getattr(self.pieces, "close", None)
        if close:
            close()


class ExportViewSet(RegisterViewSet):
    """Rows of an organisation as a file, for those who may read them one by one."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Take any `Accept`: the format of the file is asked for by name."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        parameters=[
            query(
                "type",
                {"type": "string", "enum": TYPES, "default": "assets"},
                "What rows; all is a ZIP archive with a file for each type.",
            ),
            query(
                "format",
                {"type": "string", "enum": list(FORMATS), "default": "csv"},
                "The format of the file, or of the files in the archive.",
            ),
            FILTER,
        ],
        responses={
            (200, kind.partition(";")[0]): OpenApiTypes.BINARY
            for kind in MEDIA_TYPES.values()
        },
    )
    def export(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer the file, which is written while it is sent."""
        asked = request.query_params
        for option in asked:
            if option.startswith("$") and option not in OPTIONS:
                message = f"{option} is not an option of exports."
                raise Refusal("unsupported_query_option", message, field=option)
        selection = Selection(
            self.access.organisation,
            self.actor,
            asked.get("type", "assets"),
            asked.get("format", "csv"),
            asked.get("$filter", ""),
        )
        selection.check(self.access)
        return sent(selection)


def sent(selection: Selection) -> HttpResponseBase:
    """Answer the file of a selection; raise the Refusal of what cannot be written.

    A workbook is there as a whole before it is sent, as a cell far down may not fit.
    """
    is_whole = selection.type == EVERYTHING
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": str(
            content_disposition_header(True, name_of(selection))
        ),
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
    }
    pieces: Any = pieces_of(selection)
    if selection.form == "xlsx":
        pieces = _spooled(pieces)
        headers["Content-Length"] = str(pieces.length)
    else:
        pieces = Begun(pieces)
    kind = MEDIA_TYPES["zip" if is_whole else selection.form]
    return StreamingHttpResponse(pieces, content_type=kind, headers=headers)


def _spooled(pieces: Iterator[bytes]) -> Part:
    with ExitStack() as stack:
        file = stack.enter_context(TemporaryFile())
        file.writelines(pieces)
        # Closed with the answer that is read from it.
        stack.pop_all()
    return Part(file, 0, file.tell())
