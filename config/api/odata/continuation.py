"""Where a list goes on: a signed token with the sort keys of the last row shown.

A page found so costs the same at any depth, and rows that come or go meanwhile make it
neither skip nor repeat another row.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db.models import Q
from rest_framework.request import Request

from config.api.odata.errors import refuse
from config.api.odata.expressions import Row, RowAfter, RowBefore
from config.api.odata.ordering import SortKey, form

# What a client may change between two pages.
FREE = frozenset(
    {"$skiptoken", "$skip", "$top", "$count", "$select", "$format", "$expand"}
)
TYPES: tuple[type[Any], ...] = (datetime, date, Decimal)


def binding_of(request: Request) -> str:
    """Return a digest of the list, its filters and its order."""
    pairs = sorted(
        (name, values)
        for name, values in request.query_params.lists()
        # An empty parameter is an absent one.
        if name not in FREE and any(values)
    )
    written = json.dumps([request.path, pairs]).encode()
    return blake2b(written, digest_size=12).hexdigest()


def token_after(binding: str, values: Sequence[Any]) -> str:
    """Return the token that continues after the row with these sort keys."""
    written = [_written(value) for value in values]
    return _signer().sign_object([binding, written], compress=True)


def values_in(token: str, binding: str, keys: Sequence[SortKey]) -> list[Any]:
    """Return the sort keys in a token, or refuse one that is not of this list."""
    try:
        found = _signer().unsign_object(token) if token.isascii() else None
    except BadSignature:
        found = None
    if found is None or found[0] != binding or len(found[1]) != len(keys):
        raise refuse("$skiptoken", "The token does not belong to this list.")
    return [_read(value) for value in found[1]]


def after(keys: Sequence[SortKey], values: Sequence[Any]) -> Q:
    """Hold for the rows that sort after the one with these keys."""
    directions = {key.descending for key in keys}
    if len(directions) == 1 and not any(key.nullable for key in keys):
        compare = RowBefore if keys[0].descending else RowAfter
        return Q(compare(Row(*(key.value for key in keys)), Row(*map(form, values))))
    alternatives = []
    equal: list[Q] = []
    for key, value in zip(keys, values, strict=True):
        later = key.follows(value)
        if later is not None:
            alternatives.append(Q(*equal, later))
        equal.append(key.equals(value))
    return keys[0].bound(values[0]) & Q(*alternatives, _connector=Q.OR)


def _signer() -> Signer:
    return Signer(salt="config.api.odata.continuation")


def _written(value: Any) -> Any:
    """Write what JSON has no form for as its type and text."""
    for kind in TYPES:
        if isinstance(value, kind):
            text = str(value) if kind is Decimal else value.isoformat()
            return {kind.__name__: text}
    return value


def _read(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    [(name, text)] = value.items()
    kind = next(kind for kind in TYPES if kind.__name__ == name)
    return Decimal(text) if kind is Decimal else kind.fromisoformat(text)
