"""The base of every API view: who asks, what for, may they; then one transaction."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from http import HTTPStatus
from typing import Any, ClassVar, Protocol

from django.db import models, transaction
from django.http import HttpRequest, HttpResponseBase
from rest_framework.exceptions import MethodNotAllowed, NotAuthenticated
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from config.api.conditions import Claim, Single, entity_tags
from config.api.errors import Refusal
from config.api.throttling import AddressThrottle, PrincipalThrottle

# Answers that a second try with the same idempotency key does not get again.
NOT_KEPT = frozenset({429, *range(500, 600)})


class Standing(Protocol):
    """What the caller may do in an organisation; the layer above tells."""

    @property
    def organisation(self) -> Any:
        """The organisation."""

    @property
    def is_member(self) -> bool:
        """Whether the caller is a member of it."""

    def require_member(self) -> None:
        """Raise a refusal unless the caller is a member."""

    def require(self, permission: str) -> None:
        """Raise a refusal unless the caller holds the permission."""


class ScopedViewSet(GenericViewSet):  # type: ignore[type-arg]
    """Checks in the contract's order (C7), before the body is read.

    Address limit, 401, the token's limit, its scope, then `authorise`, which a family
    fills in: the row or the organisation in the path, and what the caller may do there.
    What an unsafe request does is one transaction, which an error rolls back.
    """

    # The row that the path names, once it has been found.
    row: Any = None
    metadata_class = None
    throttle_classes = [PrincipalThrottle]
    read_permission: ClassVar[str | None] = None
    write_permission: ClassVar[str | None] = None
    # For actions that need another permission than reading and writing do; None asks
    # for membership only.
    permissions: ClassVar[Mapping[str, str | None]] = {}

    # Secret keys of an answer, which a replay does not show again.
    shown_once: ClassVar[frozenset[str]] = frozenset()
    # The claim on the request's idempotency key, while the request runs.
    claim: Claim | None = None

    def dispatch(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Answer the request; what an unsafe one does is one transaction."""
        name = str(request.method).lower()
        handler = getattr(self, name, None)
        if handler is not None and request.method not in SAFE_METHODS:
            setattr(self, name, partial(self.write, handler))
        return super().dispatch(request, *args, **kwargs)

    def write(
        self, handler: Callable[..., Response], request: Request, *args: Any, **kw: Any
    ) -> Response:
        """Run an unsafe handler once for its idempotency key, in one transaction.

        The body is read first, as a slow one must not hold the transaction open. The
        answer is kept in the same transaction as what it tells of.
        """
        request.data  # noqa: B018 - the attribute reads the body
        self.claim = self.claim_key(request)
        if self.claim is not None and self.claim.answer is not None:
            return self.claim.replay()
        with transaction.atomic():
            self.check_match(request)
            response = handler(request, *args, **kw)
            self._set_tag(response)
            if self.claim is not None:
                self.claim.keep(response, without=self.shown_once)
        return response

    def handle_exception(self, exc: Exception) -> Response:
        """Answer an exception; what was claimed is kept with the answer, or freed."""
        if self.claim is None:
            return super().handle_exception(exc)
        with ExitStack() as undo:
            undo.callback(self.claim.release)
            response = super().handle_exception(exc)
            if response.status_code not in NOT_KEPT:
                undo.pop_all()
                self.claim.keep(response, without=self.shown_once)
        return response

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Any:
        """Tag a single object, and answer 304 to whom has it already (C18)."""
        self._set_tag(response)
        tag = response.headers.get("ETag")
        if tag and request.method in SAFE_METHODS and response.status_code == 200:
            known = request.headers.get("If-None-Match", "")
            if known == "*" or tag in entity_tags(known):
                response = Response(
                    status=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag}
                )
        return super().finalize_response(request, response, *args, **kwargs)

    def _set_tag(self, response: Any) -> None:
        body = getattr(response, "data", None)
        if isinstance(body, Single) and "ETag" not in response.headers:
            response.headers["ETag"] = body.entity_tag()

    def check_match(self, request: Request) -> None:
        """Refuse a change of an object that is not the one the client has seen.

        The row is locked first, so that nobody changes it between this and the write.
        """
        wanted = request.headers.get("If-Match", "")
        if not wanted or self.row is None or self.action == "create":
            return
        self.lock_row()
        tag = self.shown(self.answered_row()).entity_tag()
        if wanted != "*" and tag not in entity_tags(wanted):
            raise Refusal("precondition_failed", "The object has changed since.")

    def claim_key(self, request: Request) -> Claim | None:
        """Claim the request's idempotency key, if it has one; filled in above."""
        return None

    def answered_row(self) -> Any:
        """Return the row that the answer shows: the inner one where paths nest."""
        return self.row

    def lock_row(self) -> None:
        """Lock the row of the path until the transaction ends."""
        manager = type(self.row)._base_manager
        manager.select_for_update(of=("self",)).filter(pk=self.row.pk).first()

    def shown(self, row: Any) -> Single:
        """Render one row as the resource shows it; filled in by a family."""
        raise NotImplementedError

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Run the checks that come before the body."""
        self._limit_address(request)
        super().initial(request, *args, **kwargs)
        if not request.user.is_authenticated:
            raise NotAuthenticated
        if self.action is None:
            raise MethodNotAllowed(str(request.method))
        self.check_scope(request)
        self.authorise(request)

    def check_scope(self, request: Request) -> None:
        """Refuse what the token's scope does not cover; filled in above."""

    def authorise(self, request: Request) -> None:
        """Find what the path names and refuse who may not; filled in by a family."""

    @property
    def needed_permission(self) -> str | None:
        """The permission that the current action needs beside membership."""
        if self.action in self.permissions:
            return self.permissions[self.action]
        if self.request.method in SAFE_METHODS:
            return self.read_permission
        return self.write_permission

    def get_queryset(self) -> "models.QuerySet[Any, Any]":
        """Return a fresh copy of the view's queryset."""
        queryset: models.QuerySet[Any, Any] = super().get_queryset()
        return queryset

    def _limit_address(self, request: Request) -> None:
        throttle = AddressThrottle()
        if not throttle.allow_request(request, self):
            self.throttled(request, throttle.wait())
