"""Answers as JSON."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import orjson
from rest_framework.renderers import BaseRenderer
from rest_framework.utils.encoders import JSONEncoder

# Keys that are not plain text are printed as the standard library prints them.
OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS

encoder = JSONEncoder()


def written(data: Any) -> bytes:
    """Return the text of an answer."""
    return orjson.dumps(data, default=encoder.default, option=OPTIONS)


class Whole(dict[str, Any]):
    """An object that is the whole answer, written once; nothing changes it then."""

    @cached_property
    def text(self) -> bytes:
        """The text of the object."""
        return written(self)


class JsonRenderer(BaseRenderer):
    """Renders with orjson; moments in UTC end in `Z`, rare types as DRF prints them."""

    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "binary"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Return the body; None is no body."""
        if data is None:
            return b""
        return data.text if isinstance(data, Whole) else written(data)
