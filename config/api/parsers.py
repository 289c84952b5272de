"""Request bodies as JSON, bounded in size and depth before anything reads them."""

import re
from collections.abc import Mapping
from typing import IO, Any

import orjson
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import UnreadablePostError
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

MAX_DEPTH = 64

# Possessive, so that a long text costs neither memory nor a second look.
STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"')
NUL = re.compile(rb"(?<!\\)(?:\\\\)*+\\u0000")


class JsonParser(BaseParser):
    """Reads `application/json`; a body that is not there counts as `{}`."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the document, or raise RequestDataTooBig or ParseError."""
        body = read_body(stream)
        return parse_json(body) if body.strip() else {}


def read_body(stream: IO[Any]) -> bytes:
    """Read the whole body whatever its length is said to be.

    Raises RequestDataTooBig beyond the limit, ParseError when the client hung up.
    """
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    try:
        body: bytes = stream.read(limit + 1)
    except UnreadablePostError as error:
        raise ParseError("The body ended before it was complete.") from error
    if len(body) > limit:
        raise RequestDataTooBig
    return body


def parse_json(body: bytes) -> Any:
    """Return the document, or raise ParseError (`invalid_json`).

    Refuses what no column or serializer can take: NaN, infinity, text that is not
    Unicode, NUL, nesting beyond MAX_DEPTH, and keys that come twice in one object.
    An integer beyond 64 bits arrives as a float, which no integer field accepts.
    """
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise ParseError(f"The body is not JSON: {error}.") from error
    if b"\\u0000" in body and NUL.search(body):
        raise ParseError("Text must not contain the character NUL.")
    # Every colon outside a text stands behind one key.
    if STRING.sub(b"", body).count(b":") != _count_keys(document):
        raise ParseError("A key comes twice in one object.")
    return document


def _count_keys(document: object) -> int:
    """Count the keys of all objects, level by level: no recursion to exhaust."""
    keys = depth = 0
    level = [document]
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise ParseError(f"The body is nested deeper than {MAX_DEPTH} levels.")
        below: list[object] = []
        for value in level:
            if isinstance(value, dict):
                keys += len(value)
                below.extend(value.values())
            elif isinstance(value, list):
                below.extend(value)
        level = below
    return keys
