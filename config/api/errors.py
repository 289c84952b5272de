"""Domain errors and their one translation into the bodies of the API families."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import RequestDataTooBig
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import IntegrityError
from django.db.models import ProtectedError, RestrictedError
from django.http import Http404, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response

logger = logging.getLogger(__name__)

FieldErrors = Mapping[str, Sequence[str]]

# Contract C19. A code that is not listed here answers 400.
STATUS: dict[str, int] = {
    "not_authenticated": 401,
    "not_found": 404,
    "not_a_member": 403,
    "missing_permission": 403,
    "not_member_no_share": 403,
    "not_creator": 403,
    "insufficient_scope": 403,
    "field_other_organisation": 403,
    "zone_other_organisation": 403,
    "method_not_allowed": 405,
    "not_acceptable": 406,
    "conflict": 409,
    "already_checked_out": 409,
    "not_checked_out": 409,
    "idempotency_in_progress": 409,
    "import_running": 409,
    "import_changed_since": 409,
    "import_not_undoable": 409,
    "precondition_failed": 412,
    "file_too_large": 413,
    "body_too_large": 413,
    "unsupported_media_type": 415,
    "range_not_satisfiable": 416,
    "idempotency_key_reused": 422,
    "rate_limited": 429,
    "subscription_allocation_failed": 429,
    "server_error": 500,
}


class Refusal(Exception):
    """What the register answers when a rule forbids what was asked.

    `code` is one of contract C19, `message` a sentence for people, `errors` the
    sentences by wire key when keys of the request are at fault. The refusal of an array
    has those of its objects in `parts`, by their places.
    """

    parts: Mapping[int, "Refusal"] = MappingProxyType({})

    def __init__(
        self,
        code: str,
        message: str,
        *,
        field: str | None = None,
        errors: FieldErrors | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.errors: FieldErrors = errors or ({field: [message]} if field else {})

    @property
    def status(self) -> int:
        """The HTTP status of the code."""
        return STATUS.get(self.code, HTTPStatus.BAD_REQUEST)


class BodyTooLarge(exceptions.APIException):
    """The request body passes the limit."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_code = "body_too_large"
    default_detail = "The request body is larger than 16 MB."


def invalid(errors: FieldErrors) -> Refusal:
    """Refuse a body for what is wrong with its keys."""
    key, messages = next(iter(errors.items()))
    sentence = messages[0] if messages else "The value is not valid."
    message = sentence if key == "non_field_errors" else f"{key}: {sentence}"
    return Refusal("invalid_body", message, errors=errors)


def all_of(refusals: Mapping[int, Refusal], *, of: int) -> Refusal:
    """Return the refusal of a whole array: the first one, with every error keyed `[i]`.

    An array of one is refused like the object alone.
    """
    first = min(refusals)
    if of == 1:
        return refusals[first]
    errors: dict[str, list[str]] = {}
    for index, refusal in sorted(refusals.items()):
        said: FieldErrors = refusal.errors or {"non_field_errors": [refusal.message]}
        errors |= {f"[{index}].{key}": list(value) for key, value in said.items()}
    message = f"[{first}] {refusals[first].message}"
    whole = Refusal(refusals[first].code, message, errors=errors)
    whole.parts = refusals
    return whole


def _leaves(detail: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(detail, Mapping):
        for key, value in detail.items():
            # A list's items are told apart by their places.
            step = f"[{key}]" if isinstance(key, int) else f".{key}"
            yield from _leaves(value, (path + step).removeprefix("."))
        return
    if not isinstance(detail, list):
        yield path or "non_field_errors", str(detail)
        return
    for index, value in enumerate(detail):
        nested = isinstance(value, Mapping | list)
        yield from _leaves(value, f"{path}[{index}]" if nested else path)


def field_errors(detail: Any) -> FieldErrors:
    """Flatten DRF's nested detail to `{"[1].name": ["..."]}`."""
    errors: dict[str, list[str]] = {}
    for path, sentence in _leaves(detail):
        errors.setdefault(path, []).append(sentence)
    return errors


def _from_django(error: DjangoValidationError) -> Refusal:
    if not hasattr(error, "error_dict"):
        return invalid({"non_field_errors": list(error.messages)})
    return invalid(
        {
            "non_field_errors" if key == "__all__" else key: [str(m) for m in messages]
            for key, messages in error.message_dict.items()
        }
    )


DJANGO_CODES: tuple[tuple[type[Exception], str, str], ...] = (
    (Http404, "not_found", "There is nothing at this address."),
    (DjangoPermissionDenied, "missing_permission", "You may not do this."),
    (RequestDataTooBig, "body_too_large", "The body is larger than 16 MB."),
    (ProtectedError, "in_use", "Other rows still refer to this one."),
    (RestrictedError, "in_use", "Other rows still refer to this one."),
)

DRF_CODES: tuple[tuple[type[exceptions.APIException], str], ...] = (
    (exceptions.ParseError, "invalid_json"),
    (exceptions.NotAuthenticated, "not_authenticated"),
    (exceptions.AuthenticationFailed, "not_authenticated"),
    (exceptions.PermissionDenied, "missing_permission"),
    (exceptions.NotFound, "not_found"),
    (exceptions.MethodNotAllowed, "method_not_allowed"),
    (exceptions.NotAcceptable, "not_acceptable"),
    (exceptions.UnsupportedMediaType, "unsupported_media_type"),
    (exceptions.Throttled, "rate_limited"),
    (BodyTooLarge, "body_too_large"),
)


def as_refusal(error: Exception) -> Refusal | None:
    """Name any error of the layers below as a refusal, or None when it is a bug."""
    match error:
        case Refusal():
            return error
        case exceptions.ValidationError():
            return invalid(field_errors(error.detail))
        case DjangoValidationError():
            return _from_django(error)
    for known, code, sentence in DJANGO_CODES:
        if isinstance(error, known):
            return Refusal(code, sentence)
    if isinstance(error, IntegrityError):
        logger.warning("integrity error answered as a conflict", exc_info=error)
        return Refusal("conflict", "The change conflicts with another one.")
    for kind, code in DRF_CODES:
        if isinstance(error, kind):
            return Refusal(code, str(error.detail))
    return None


def fleet_body(refusal: Refusal) -> dict[str, Any]:
    """Render a refusal as the fleet API does (contract C6)."""
    body: dict[str, Any] = {"code": refusal.code, "message": refusal.message}
    if refusal.errors:
        body["errors"] = {key: list(value) for key, value in refusal.errors.items()}
    return body


def fleet_error_response(code: str, message: str) -> JsonResponse:
    """Answer from outside a view (middleware, unknown paths) in the fleet's shape."""
    refusal = Refusal(code, message)
    return JsonResponse(fleet_body(refusal), status=refusal.status)


def headers_of(error: Exception, refusal: Refusal) -> dict[str, str]:
    """Return the headers that belong to a refusal."""
    headers = {}
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    wait = getattr(error, "wait", None)
    if isinstance(error, exceptions.Throttled) and wait is not None:
        headers["Retry-After"] = str(max(1, int(wait)))
    return headers


def fleet_exception_handler(
    error: Exception, context: dict[str, Any]
) -> Response | None:
    """Answer an exception of a fleet view; None lets a bug become a 500."""
    refusal = as_refusal(error)
    if refusal is None:
        return None
    return Response(
        fleet_body(refusal), status=refusal.status, headers=headers_of(error, refusal)
    )
