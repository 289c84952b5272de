"""Types, and the fields and zones that hang on them."""

from collections.abc import Callable
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from assets.api.fleet.filters import AssetTypeFilter
from assets.api.fleet.serializers.types import AssetTypeSerializer
from assets.models import AssetField, AssetType, AssetZone
from assets.services import types
from config.api.errors import Refusal
from organisations.api.fleet.base import RegisterViewSet
from organisations.permissions import Permission
from organisations.services import rows


class AssetTypeViewSet(RegisterViewSet):
    """Contract rows 5 to 8."""

    queryset = AssetType.objects.all()
    serializer_class = AssetTypeSerializer
    filterset_class = AssetTypeFilter
    write_permission = Permission.MANAGE_FLEETS
    path = "assettype"

    # What the checks before the rest of the body found.
    given: dict[str, Any]

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Check kind, fleet and prefix before the rest of the body."""
        self.given = {"ephemerality": types.check_ephemerality(self.body)}
        self.given |= types.check_type(
            self.access.organisation, self.body, fleet_code="fleet_not_found"
        )
        return super().create(request, *args, **kwargs)

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Check fleet and prefix before the rest of the body."""
        self.given = types.check_type(
            self.access.organisation,
            self.body,
            fleet_code="fleet_not_in_organisation",
            kind=self.row,
        )
        return super().partial_update(request, *args, **kwargs)

    def perform_create(self, serializer: Any) -> AssetType:
        """Make the type."""
        values = {**serializer.validated_data, **self.given}
        row = AssetType(organisation=self.access.organisation, **values)
        return rows.create(row, actor=self.actor)

    def perform_update(self, serializer: Any) -> AssetType:
        """Change the type."""
        values = {**serializer.validated_data, **self.given}
        kind: AssetType = self.row
        return rows.update(kind, values, actor=self.actor)


class AssetTypePartViewSet(RegisterViewSet):
    """A field or a zone of a type: PUT adds it, DELETE takes it away."""

    queryset = AssetType.objects.all()
    serializer_class = AssetTypeSerializer
    write_permission = Permission.MANAGE_FLEETS
    part_queryset: ClassVar[Any]
    add: ClassVar[Callable[..., None]]
    remove: ClassVar[Callable[..., None]]
    part: Any

    def find_row(self) -> AssetType:
        """Find the type, then the part; each that is missing answers 404."""
        found: AssetType = super().find_row()
        self.part = self.part_queryset.filter(pk=self.path_id("part_id")).first()
        if self.part is None:
            raise Refusal(*self.missing)
        return found

    @extend_schema(request=None)
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Add the part and answer the type."""
        type(self).add(self.row, self.part, actor=self.actor)
        return Response(self.shown(self.row))

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take the part away."""
        type(self).remove(self.row, self.part, actor=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)


class AssetTypeFieldViewSet(AssetTypePartViewSet):
    """Contract rows 9 and 10."""

    part_queryset = AssetField.objects.all()
    add = types.add_field
    remove = types.remove_field


class AssetTypeZoneViewSet(AssetTypePartViewSet):
    """Contract rows 11 and 12."""

    part_queryset = AssetZone.objects.all()
    add = types.add_zone
    remove = types.remove_zone
