"""How a request says who it is: a bearer token, or the session of the docs page."""

import re

from django.db import transaction
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from config.api.errors import Refusal
from organisations.models import User
from organisations.scopes import may_use
from organisations.services.bearer import Credential, find_credential
from organisations.services.tokens import note_use

# The characters of RFC 6750; no token of ours comes near the length.
TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{1,200}={0,2}")
SAME_ORIGIN = {"same-origin", "none"}


class TokenAuthentication(authentication.BaseAuthentication):
    """Takes `Authorization: Bearer` with a personal or an application's token.

    `request.auth` is the Credential. Nothing is kept between requests, so that a
    revoked token or a disabled user is refused by the next one in every process.
    """

    keyword = "bearer"

    def authenticate(self, request: Request) -> tuple[User, Credential] | None:
        """Return the person and the credential, None without a bearer token."""
        header: str = request.META.get("HTTP_AUTHORIZATION", "")
        scheme, _, text = header.partition(" ")
        if scheme.lower() != self.keyword:
            return None
        text = text.strip(" ")
        credential = find_credential(text) if TOKEN.fullmatch(text) else None
        if credential is None:
            raise AuthenticationFailed("The token is unknown, revoked or expired.")
        _note_use(credential)
        return credential.user, credential

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme that a 401 asks for."""
        return "Bearer"


def _note_use(credential: Credential) -> None:
    """Write the last use when it is due, after the request's own transaction.

    Inside, it would lock the token's row until the end; robust, because a database
    that is busy must not turn a reader away.
    """
    token_id = credential.personal_token_id
    if token_id and credential.is_use_unnoted:
        transaction.on_commit(lambda: note_use(token_id), robust=True)


class SessionAuthentication(authentication.SessionAuthentication):
    """Takes the session of the back office, for the docs page of the same origin.

    Writing needs the CSRF token; a page of another origin is not answered at all.
    """

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        """Return the person of the session, None without one."""
        if request.META.get("HTTP_SEC_FETCH_SITE", "none") not in SAME_ORIGIN:
            return None
        found: tuple[User, None] | None = super().authenticate(request)
        return found


def check_scope(request: Request, area: str | None = None) -> None:
    """Raise `insufficient_scope` where the token's scopes do not allow the request.

    `area` is what the request is about (`assets`, `software`, `softwarelicensing`);
    without one any area will do. A session is not narrowed.
    """
    credential = request.auth
    if not isinstance(credential, Credential):
        return
    writing = request.method not in SAFE_METHODS
    if not may_use(credential.scopes, writing=writing, area=area):
        raise Refusal(
            "insufficient_scope", "The scopes of the token do not allow this."
        )


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the bearer token in the OpenAPI documents."""

    target_class = TokenAuthentication
    name = "bearer"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """Return the security scheme."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A personal token, or an access token of `/auth/token`.",
        }
