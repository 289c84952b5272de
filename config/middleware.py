"""What happens to every request before a view is chosen, and after it answered."""

import logging
import re
from collections.abc import Callable
from time import perf_counter
from urllib.parse import unquote_to_bytes
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from config.api.context import request_id
from config.database.counting import Counting
from config.handlers import error_response, in_back_office
from config.metrics import count

GetResponse = Callable[[HttpRequest], HttpResponseBase]

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
CONTROL_CHARACTER = re.compile(rb"[\x00-\x1f\x7f]")

logger = logging.getLogger("config.request")


class RequestLogMiddleware:
    """Names the request (`X-Request-Id`, theirs or ours), counts it, logs one line."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the request's id."""
        started = perf_counter()
        given = request.headers.get("X-Request-Id", "")
        identifier = given if REQUEST_ID.fullmatch(given) else uuid4().hex
        context = request_id.set(identifier)
        counting = Counting()
        try:
            with connection.execute_wrapper(counting):
                response = self.get_response(request)
            response.headers["X-Request-Id"] = identifier
            seconds = perf_counter() - started
            count(request, response, seconds, counting.queries)
            _log(request, response, seconds, counting.queries)
        finally:
            request_id.reset(context)
        return response


def _log(
    request: HttpRequest, response: HttpResponseBase, seconds: float, queries: int
) -> None:
    """Log the request, as a warning when it took longer than the operator allows."""
    match = request.resolver_match
    milliseconds = round(seconds * 1_000, 1)
    fields = {
        "user": _user(request),
        "method": request.method,
        "route": f"/{match.route}" if match else None,
        "status": response.status_code,
        "milliseconds": milliseconds,
        "queries": queries,
    }
    if milliseconds >= settings.SLOW_REQUEST_MILLISECONDS:
        logger.warning("slow request", extra={"fields": fields})
        return
    logger.info("request", extra={"fields": fields})


def _user(request: HttpRequest) -> str | None:
    user = getattr(request, "user", None)
    if isinstance(user, SimpleLazyObject):
        # Nobody asked who it is; asking here would cost a query.
        user = getattr(request, "_cached_user", None)
    key = getattr(user, "pk", None)
    return None if key is None else str(key)


class MalformedRequestMiddleware:
    """Refuses paths and queries that no database takes: NUL, not UTF-8."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer 400, or pass the request on."""
        # Django leaves what is not UTF-8 percent-encoded.
        path = unquote_to_bytes(request.path_info)
        if CONTROL_CHARACTER.search(path) or not _is_text(path):
            return error_response(request, "invalid_body", "The path is malformed.")
        query = request.META.get("QUERY_STRING", "").encode("latin-1")
        if not _is_text(unquote_to_bytes(query)):
            sentence = "The query is malformed."
            return error_response(request, "invalid_filter", sentence)
        return self.get_response(request)


def _is_text(encoded: bytes) -> bool:
    try:
        return "\0" not in encoded.decode()
    except UnicodeDecodeError:
        return False


class TrailingSlashMiddleware:
    """Drops one trailing slash of an API path; a redirect would lose the body."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on under the path without the slash."""
        path = request.path_info
        if len(path) > 1 and path.endswith("/") and not _has_own_slashes(path):
            request.path_info = path.removesuffix("/")
            request.path = request.path.removesuffix("/")
        return self.get_response(request)


def _has_own_slashes(path: str) -> bool:
    return in_back_office(path) or path.startswith(settings.STATIC_URL)
