"""Access tokens for applications at `/auth/token` (RFC 6749, sections 4.4 and 6).

An application acts as the user it belongs to; without an active one it is refused.
"""

from collections.abc import Mapping
from datetime import datetime
from math import ceil
from typing import Any

from django.core.exceptions import (
    BadRequest,
    SuspiciousOperation,
)
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from oauth2_provider.models import AbstractAccessToken, AbstractApplication
from oauth2_provider.oauth2_backends import OAuthLibCore
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.views import TokenView as ToolkitTokenView
from oauthlib.common import Request as OAuthRequest
from oauthlib.oauth2.rfc6749.errors import (
    InvalidGrantError,
    InvalidRequestError,
    OAuth2Error,
    UnsupportedGrantTypeError,
)
from oauthlib.oauth2.rfc6749.tokens import random_token_generator
from rest_framework.request import Request
from rest_framework.views import APIView

from config.api.throttling import AddressThrottle

LONGEST_BODY = 64 * 1024
GRANTS = {"client_credentials", "refresh_token"}
PARAMETERS = ("grant_type", "client_id", "client_secret", "scope", "refresh_token")
FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
# Clients of the device API send it; the register has one tenant.
IGNORED = {"tenant"}


class ActingValidator(OAuth2Validator):  # type: ignore[misc]
    """Lets an application act as its user, and gives it a refresh token too."""

    def _extract_basic_auth(self, request: OAuthRequest) -> str | None:
        encoded: str | None = super()._extract_basic_auth(request)
        return encoded if encoded and encoded.isascii() else None

    def _load_application(
        self, client_id: str | None, request: OAuthRequest
    ) -> AbstractApplication | None:
        if not client_id or "\0" in client_id:
            return None
        application = super()._load_application(client_id, request)
        if application is None or not _has_active_user(application):
            request.client = None
            return None
        return application

    def _save_bearer_token(
        self,
        token: dict[str, Any],
        request: OAuthRequest,
        *args: object,
        **kwargs: object,
    ) -> None:
        if request.grant_type == "client_credentials":
            token["refresh_token"] = random_token_generator(request)
        super()._save_bearer_token(token, request, *args, **kwargs)
        if not token["access_token"]:
            # Another request has used the refresh token in this moment, and only it
            # knows the text of the new one.
            raise InvalidGrantError(request=request)

    def _create_access_token(
        self, expires: datetime, request: OAuthRequest, *args: object, **kwargs: object
    ) -> AbstractAccessToken:
        request.user = request.client.user
        return super()._create_access_token(expires, request, *args, **kwargs)


def _has_active_user(application: AbstractApplication) -> bool:
    return application.user is not None and application.user.is_active


class KnownParameters(OAuthLibCore):  # type: ignore[misc]
    """Passes on what the endpoint knows of a request, and nothing else.

    The library takes any key of the form for an attribute of its own.
    """

    def _get_escaped_full_path(self, request: HttpRequest) -> str:
        return request.path

    def extract_headers(self, request: HttpRequest) -> dict[str, str]:
        """Return the header of client authentication, under Django's name for it."""
        name = "HTTP_AUTHORIZATION"
        return {name: request.META[name]} if name in request.META else {}

    def extract_body(self, request: HttpRequest) -> list[tuple[str, str]]:
        """Return the parameters that have a value; an empty one counts as absent."""
        form = request.POST
        return [(name, form[name]) for name in PARAMETERS if form.get(name)]


class TooManyRequests(OAuth2Error):  # type: ignore[misc]
    """The address has made too many requests, of whatever kind."""

    error = "rate_limited"
    status_code = 429
    description = "Too many requests from this address."

    def __init__(self, wait: float) -> None:
        super().__init__()
        self.wait = wait

    @property
    def headers(self) -> dict[str, str]:
        """Say when to come again."""
        return {"Retry-After": str(ceil(self.wait))}


def limit_address(request: HttpRequest) -> None:
    """Count the request under the limit of its address, or raise TooManyRequests."""
    throttle = AddressThrottle()
    if not throttle.allow_request(Request(request), APIView()):
        raise TooManyRequests(throttle.wait())


def check_form(request: HttpRequest) -> None:
    """Raise InvalidRequestError unless a form of known fields can be read."""
    if set(request.GET) - IGNORED:
        raise InvalidRequestError("Parameters belong in the body, not in the address.")
    if request.content_type not in FORMS:
        raise InvalidRequestError("The body must be a form.")
    if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST_BODY:
        raise InvalidRequestError("The body is too large.", status_code=413)
    form = read_form(request)
    if any("\0" in form.get(name, "") for name in PARAMETERS):
        raise InvalidRequestError("A parameter is malformed.")
    if not form.get("grant_type"):
        raise InvalidRequestError("The parameter grant_type is missing.")
    if form["grant_type"] not in GRANTS:
        raise UnsupportedGrantTypeError


def read_form(request: HttpRequest) -> QueryDict:
    """Return the form, or raise InvalidRequestError for a body that is none."""
    try:
        return request.POST
    except (
        BadRequest,
        MultiPartParserError,
        SuspiciousOperation,
        UnreadablePostError,
    ) as error:
        raise InvalidRequestError("The body is malformed.") from error


def answer(body: str, status: int, headers: Mapping[str, str]) -> HttpResponse:
    """Return the answer as JSON that nothing on the way may keep."""
    response = HttpResponse(body, status=status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    for name, value in headers.items():
        response.headers[name] = value
    return response


@method_decorator(csrf_exempt, name="dispatch")
class TokenView(ToolkitTokenView):  # type: ignore[misc]
    """Gives an application a token for its secret, or for a refresh token."""

    http_method_names = ["post"]
    validator_class = ActingValidator
    oauthlib_backend_class = KnownParameters

    def dispatch(
        self, request: HttpRequest, *args: object, **kwargs: object
    ) -> HttpResponse:
        """Answer the request, every error in the shape of RFC 6749."""
        try:
            limit_address(request)
            response: HttpResponse = super().dispatch(request, *args, **kwargs)
        except OAuth2Error as error:
            return answer(error.json, error.status_code, error.headers)
        return response

    @method_decorator(sensitive_post_parameters("client_secret", "refresh_token"))
    def post(
        self, request: HttpRequest, *args: object, **kwargs: object
    ) -> HttpResponse:
        """Answer with a token."""
        check_form(request)
        _, headers, body, status = self.create_token_response(request)
        return answer(body, status, headers)

    def http_method_not_allowed(
        self, request: HttpRequest, *args: object, **kwargs: object
    ) -> HttpResponse:
        """Answer 405."""
        error = InvalidRequestError("The method must be POST.", status_code=405)
        return answer(error.json, error.status_code, {"Allow": "POST"})
