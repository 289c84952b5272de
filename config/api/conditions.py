"""Requests that depend on an earlier one: entity tags and idempotency keys."""

from collections.abc import Collection
from hashlib import sha256
from typing import Any, Protocol

from rest_framework.response import Response

from config.api.renderers import Whole


class Single(Whole):
    """One object as the whole answer: such answers carry an entity tag (C18)."""

    def entity_tag(self) -> str:
        """Return the strong tag: a hash of the rendered body."""
        return f'"{sha256(self.text).hexdigest()[:32]}"'


def entity_tags(header: str) -> list[str]:
    """Return the strong tags of an `If-Match` or `If-None-Match` header."""
    return [part.strip() for part in header.split(",")]


class Claim(Protocol):
    """The right to be the one request that runs for an idempotency key (C17)."""

    @property
    def answer(self) -> Any:
        """The answer of the request that ran before, None if this is the first."""

    def replay(self) -> Response:
        """Return that answer again, marked as such."""

    def keep(self, response: Response, *, without: Collection[str]) -> None:
        """Keep the answer for later requests with the key, but for these keys."""

    def release(self) -> None:
        """Let a later request with the key run anew."""
