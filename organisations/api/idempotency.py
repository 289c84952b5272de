"""The `Idempotency-Key` header of either family."""

import re
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.errors import invalid
from config.api.renderers import JsonRenderer
from organisations.models import User
from organisations.services import idempotency
from organisations.services.idempotency import Answer

HEADER = "Idempotency-Key"
KEY = re.compile(r"[\x21-\x7e]{1,255}")


@dataclass(slots=True)
class KeyClaim:
    """The claim of one request on its key."""

    holder: uuid.UUID
    answer: Answer | None

    def replay(self) -> Response:
        """Return the first answer again."""
        answer = self.answer
        if answer is None:
            raise LookupError("nothing to replay")
        headers = {"Idempotent-Replayed": "true"}
        if answer.location:
            headers["Location"] = answer.location
        body = orjson.loads(answer.body) if answer.body else None
        return Response(body, status=answer.status, headers=headers)

    def keep(self, response: Response, *, without: Collection[str]) -> None:
        """Keep the answer as it is rendered, but for keys that are shown once."""
        data = response.data
        if isinstance(data, dict):
            data = {key: value for key, value in data.items() if key not in without}
        body = JsonRenderer().render(data).decode()
        location = response.headers.get("Location", "")
        idempotency.keep(self.holder, Answer(response.status_code, body, location))

    def release(self) -> None:
        """Free the key."""
        idempotency.release(self.holder)


def claim_key(request: Request) -> KeyClaim | None:
    """Claim the request's key, None when it has none."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not KEY.fullmatch(key):
        raise invalid({HEADER: ["1 to 255 printable characters are expected."]})
    user: Any = request.user
    return KeyClaim(*_claimed(user, key, request))


def _claimed(user: User, key: str, request: Request) -> tuple[uuid.UUID, Answer | None]:
    return idempotency.claim(user=user, key=key, fingerprint=fingerprint(request))


def fingerprint(request: Request) -> str:
    """Return a hash of what is asked: method, path, query and body."""
    digest = sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if not request.FILES:
        digest.update(orjson.dumps(request.data, default=str))
        return digest.hexdigest()
    form: Any = request.data
    for name in sorted(form):
        digest.update(name.encode())
        for value in form.getlist(name):
            _add_part(digest, value)
    return digest.hexdigest()


def _add_part(digest: Any, value: Any) -> None:
    if not hasattr(value, "chunks"):
        digest.update(str(value).encode())
        return
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
