"""A person's own tokens."""

from typing import Any, ClassVar

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.errors import Refusal
from config.api.fields import NameString, SnowflakeString, StrictInteger, StrictString
from organisations import scopes
from organisations.api.fleet.base import FleetSerializer, RegisterViewSet
from organisations.models import PersonalToken
from organisations.services.bearer import Credential
from organisations.services.tokens import (
    MOST_DAYS,
    NEVER,
    create_token,
    revoke_token,
)


class ExpiryField(serializers.DateTimeField):
    """When a token expires, null for one that does not."""

    def to_representation(self, value: Any) -> Any:
        """Write the moment that stands for never as null."""
        return None if value == NEVER else super().to_representation(value)


class TokenSerializer(FleetSerializer):
    """A token without its text, which is shown once, by the answer that made it."""

    id = SnowflakeString(read_only=True)
    scope = serializers.CharField(source="token.scope", read_only=True)
    expires_at = ExpiryField(source="token.expires", read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(source="token.created", read_only=True)

    class Meta:
        model = PersonalToken
        fields: tuple[str, ...] = (
            "id",
            "name",
            "scope",
            "created_at",
            "expires_at",
            "last_used_at",
        )


class NewTokenSerializer(TokenSerializer):
    """A token just made, with its text."""

    token = serializers.CharField(read_only=True)

    class Meta(TokenSerializer.Meta):
        fields = (*TokenSerializer.Meta.fields, "token")


class WantedTokenSerializer(serializers.Serializer[Any]):
    """What a body asks for."""

    name = NameString(min_length=1, max_length=60)
    scope = StrictString(
        max_length=200,
        default=scopes.DEFAULT,
        help_text="One or more scopes with spaces between.",
    )
    days = StrictInteger(
        default=None,
        allow_null=True,
        min_value=1,
        max_value=MOST_DAYS,
        help_text="Until it expires; null is never.",
    )

    def validate_scope(self, scope: str) -> str:
        """Refuse scopes that there are not."""
        if unknown := scopes.unknown_scopes(scope.split()):
            raise serializers.ValidationError(f"Unknown scope: {', '.join(unknown)}.")
        return scope


class TokenViewSet(RegisterViewSet):
    """The tokens of the caller, who alone sees them."""

    queryset = PersonalToken.objects.select_related("token")
    serializer_class = TokenSerializer
    shown_once = frozenset({"token"})
    missing: ClassVar[tuple[str, str]] = ("not_found", "You have no such token.")

    def authorise(self, request: Request) -> None:
        """Find the token among the caller's own; no organisation is concerned."""
        if "id" in self.kwargs:
            self.row = self.find_row()

    def get_queryset(self) -> Any:
        """Return the caller's own."""
        rows: Any = super().get_queryset()
        return rows.visible_to(self.actor)

    def listed(self) -> Any:
        """Return all of them."""
        return self.get_queryset()

    @extend_schema(request=WantedTokenSerializer, responses={201: NewTokenSerializer})
    def create(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Make a token and show its text, this once."""
        wanted = WantedTokenSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        refuse_wider(request, wanted.validated_data["scope"])
        made = create_token(user=self.actor, actor=self.actor, **wanted.validated_data)
        return Response(
            {**self.shown(made.row), "token": made.text},
            status=status.HTTP_201_CREATED,
            headers={
                "Location": self.location_of(made.row),
                "Cache-Control": "no-store",
            },
        )

    def location_of(self, row: PersonalToken) -> str:
        """Return the path of a token."""
        return reverse("token", kwargs={"id": str(row.pk)})

    def perform_destroy(self, row: PersonalToken) -> None:
        """Revoke the token."""
        revoke_token(token=row, actor=self.actor)


def refuse_wider(request: Request, scope: str) -> None:
    """Raise `insufficient_scope` for a token that may do more than the caller's own."""
    held = request.auth
    if isinstance(held, Credential) and not scopes.covers(held.scopes, scope.split()):
        raise Refusal(
            "insufficient_scope", "A token cannot make one of wider scope than its own."
        )
