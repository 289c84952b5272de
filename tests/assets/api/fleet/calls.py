"""Calls of the fleet API, and what their answers say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rest_framework.test import APIClient

# A test client's response, which has more than Django REST framework's own.
Answer = Any

UNKNOWN = 467084578272595488
LARGEST = 2**63 - 1

# No id in any spelling; each is a 400 wherever an id is expected (contract C2).
NO_IDS: tuple[Any, ...] = (
    *(True, False, 1.5, 0.0, -1, "-1", "+1", "1.0", "abc", " ", "1 ", "\u0661"),
    *(2**63, str(2**63), "9" * 30, [], {}, ["1"], {"id": "1"}),
)
# The spellings of no row at all.
NONE: tuple[Any, ...] = (None, 0, "0", "")


@dataclass(frozen=True)
class Said:
    """An error answer in short."""

    status: int
    code: str
    keys: frozenset[str] = frozenset()


def said(response: Answer) -> Said:
    """Return what an error answer says, after looking at its shape (contract C6)."""
    body = response.json()
    assert response["Content-Type"] == "application/json"
    assert response["X-Request-Id"]
    assert body.keys() - {"errors"} == {"code", "message"}, body
    assert body["message"]
    errors: Mapping[str, list[str]] = body.get("errors", {"": ["no errors"]})
    assert all(isinstance(one, str) for said in errors.values() for one in said)
    assert all(errors.values())
    keys = frozenset(errors) if "errors" in body else frozenset[str]()
    return Said(response.status_code, body["code"], keys)


def refusal(code: str, *keys: str, status: int = 400) -> Said:
    """Return what an error answer is expected to say."""
    return Said(status, code, frozenset(keys))


def send(client: APIClient, method: str, path: str, body: Any = None) -> Answer:
    """Send one request; bytes go as they are, anything else as JSON."""
    call = getattr(client, method.lower())
    if isinstance(body, bytes):
        return call(path, body, content_type="application/json")
    return call(path, body)
