"""The fleet API's views and serializers, knowing organisations."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from rest_framework import serializers
from rest_framework.request import Request

from config.api.errors import Refusal
from config.api.fields import (
    DescriptionString,
    NameString,
    SnowflakeString,
    StrictBoolean,
    StrictInteger,
    StrictNumber,
    StrictString,
)
from config.api.fleet import FleetViewSet
from config.api.snowflake import SnowflakeField
from organisations.api.authentication import (
    SessionAuthentication,
    TokenAuthentication,
    check_scope,
)
from organisations.api.idempotency import KeyClaim, claim_key
from organisations.fields import DescriptionField, NameField
from organisations.models import User
from organisations.services import rows
from organisations.services.access import Access, access_to


class FleetSerializer(serializers.ModelSerializer[Any]):
    """A serializer whose model fields become the fleet API's types."""

    serializer_field_mapping: ClassVar[Any] = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.CharField: StrictString,
        models.BooleanField: StrictBoolean,
        models.FloatField: StrictNumber,
        models.IntegerField: StrictInteger,
        models.BigIntegerField: StrictInteger,
        models.PositiveIntegerField: StrictInteger,
        models.PositiveSmallIntegerField: StrictInteger,
        SnowflakeField: SnowflakeString,
        NameField: NameString,
        DescriptionField: DescriptionString,
    }
    serializer_choice_field: ClassVar[Any] = serializers.ChoiceField


class IdOf(SnowflakeString):
    """The id of a row that another refers to, read-only unless told otherwise."""

    def __init__(self, relation: str, **kwargs: Any) -> None:
        kwargs.setdefault("read_only", True)
        super().__init__(source=f"{relation}_id", **kwargs)

    def bind(self, field_name: str, parent: Any) -> None:
        """Allow the source to repeat the field's own name."""
        if self.source == field_name:
            self.source = None
        super().bind(field_name, parent)


class RegisterViewSet(FleetViewSet):
    """A resource that belongs to an organisation of the register.

    Creating, changing and deleting call the generic row service; override
    `perform_*` where a resource has a service of its own.
    """

    authentication_classes = [TokenAuthentication, SessionAuthentication]
    access: Access
    # Where one row is found, without the prefix of the family.
    path: ClassVar[str]
    # Writes that the source allows every member, unless the operator is strict
    # (resolution 16).
    open_to_members: ClassVar[frozenset[str]] = frozenset()

    @property
    def needed_permission(self) -> str | None:
        """The permission of the action; or None: membership alone."""
        is_open = self.action in self.open_to_members
        if is_open and not settings.FLEET_STRICT_PERMISSIONS:
            return None
        return super().needed_permission

    def location_of(self, row: Any) -> str:
        """Return the path of a row of this resource."""
        return f"/api/{self.path}/{row.pk}"

    def check_scope(self, request: Request) -> None:
        """Refuse what the token's scope does not cover."""
        check_scope(request)

    def claim_key(self, request: Request) -> KeyClaim | None:
        """Claim the request's idempotency key, if it has one."""
        return claim_key(request)

    def access_to(self, organisation_id: int | None) -> Access:
        """Tell the caller's standing in the organisation."""
        return access_to(self.actor, organisation_id)

    @property
    def actor(self) -> User:
        """The person the request acts as."""
        user: User = self.request.user  # type: ignore[assignment]
        return user

    @property
    def body(self) -> dict[str, Any]:
        """The request's body, which must be an object."""
        data = self.request.data
        if not isinstance(data, dict):
            raise Refusal("invalid_body", "The body must be an object.")
        return data

    def perform_create(self, serializer: Any) -> Any:
        """Make the row in the organisation of the path."""
        model = serializer.Meta.model
        row = model(organisation=self.access.organisation, **serializer.validated_data)
        return rows.create(row, actor=self.actor)

    def perform_update(self, serializer: Any) -> Any:
        """Change the row, as it is once nobody else is changing it."""
        row = rows.locked(self.row)
        return rows.update(row, serializer.validated_data, actor=self.actor)

    def perform_destroy(self, row: Any) -> None:
        """Delete the row unless it is in use."""
        rows.delete(row, actor=self.actor)
