"""What a token may be used for: scopes narrow what its user may do, never widen it."""

from collections.abc import Collection, Mapping
from typing import Any, cast

from django.conf import settings

# What each scope lets a token do.
IN_WORDS: Mapping[str, str] = cast(Any, settings.OAUTH2_PROVIDER)["SCOPES"]
KNOWN: frozenset[str] = frozenset(IN_WORDS)
EVERYTHING = frozenset({"all", "all:standard", "admin"})
DEFAULT = "all"


def unknown_scopes(scopes: Collection[str]) -> list[str]:
    """Return those that the register does not know, in order."""
    return sorted(set(scopes) - KNOWN)


def may_use(held: Collection[str], *, writing: bool, area: str | None = None) -> bool:
    """Tell whether the scopes held allow reading or writing, in an area if given.

    An area is the second word of a scope, such as `assets`; who may edit may read.
    """
    if EVERYTHING.intersection(held):
        return True
    verbs = {"edit"} if writing else {"read", "edit"}
    pairs = (scope.partition(":") for scope in held)
    return any(verb in verbs and area in {None, of} for verb, _, of in pairs)


def covers(held: Collection[str], wanted: Collection[str]) -> bool:
    """Tell whether a token with the scopes held may make one with those wanted."""
    if EVERYTHING.intersection(held):
        return True
    readable = {f"read:{scope.removeprefix('edit:')}" for scope in held}
    return set(wanted) <= readable.union(held)
