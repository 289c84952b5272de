"""Refusals as the device API words them (device contract, section 1)."""

import re
from http import HTTPStatus
from typing import Any

from django.http import JsonResponse
from rest_framework.response import Response

from config.api.errors import Refusal, as_refusal, headers_of

# Rules that forbid what was asked, although the input is well-formed.
RULES = frozenset({"in_use"})
WHOLE = re.compile(r"\.?\bnon_field_errors$")


def not_valid(value: object) -> str:
    """Return the sentence about a malformed value."""
    return f"The value '{str(value)[:100]}' is not valid."


def model_state(refusal: Refusal) -> dict[str, list[str]]:
    """Return all that is wrong by wire key; `body` where no key is at fault."""
    errors: dict[str, list[str]] = {}
    for key, sentences in refusal.errors.items():
        errors.setdefault(WHOLE.sub("", key) or "body", []).extend(sentences)
    return errors or {"body": [refusal.message]}


def class_name(code: str) -> str:
    """Return the exception that the code is called: `NotFoundException`."""
    return "".join(word.capitalize() for word in code.split("_")) + "Exception"


def device_body(refusal: Refusal) -> dict[str, Any]:
    """Render a refusal: bad input by key, anything else by name and sentence."""
    is_input = refusal.status == HTTPStatus.BAD_REQUEST and refusal.code not in RULES
    if is_input:
        return model_state(refusal)
    return {"ClassName": class_name(refusal.code), "Message": refusal.message}


def device_error_response(code: str, message: str) -> JsonResponse:
    """Answer from outside a view (middleware, unknown paths) in the device's shape."""
    refusal = Refusal(code, message)
    return JsonResponse(device_body(refusal), status=refusal.status)


def device_exception_handler(
    error: Exception, context: dict[str, Any]
) -> Response | None:
    """Answer an exception of a device view; None lets a bug become a 500."""
    refusal = as_refusal(error)
    if refusal is None:
        return None
    headers = headers_of(error, refusal)
    return Response(device_body(refusal), status=refusal.status, headers=headers)
