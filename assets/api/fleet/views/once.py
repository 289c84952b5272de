"""Submissions with a nonce: a copy is answered with where the first one is."""

from typing import Any, ClassVar

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from assets.models import Nonce
from assets.services import nonces
from organisations.api.fleet.base import RegisterViewSet


class OnceViewSet(RegisterViewSet):
    """A resource whose POST may carry a nonce (resolution 25).

    A nonce that came before is answered before anything else in the body is looked at.
    """

    nonce_kind: ClassVar[Nonce.Kind]

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Make what is submitted, or point to what the same submission has made."""
        submission = nonces.claim(
            user=self.actor, kind=self.nonce_kind, value=self.body.get("nonce")
        )
        if submission.original is not None:
            address = f"/api/{self.path}/{submission.original}"
            return Response(
                status=status.HTTP_304_NOT_MODIFIED, headers={"Location": address}
            )
        row = self.submit()
        nonces.settle(submission, row)
        return self.created(row)

    def submit(self) -> Any:
        """Call the service that makes the row."""
        raise NotImplementedError
