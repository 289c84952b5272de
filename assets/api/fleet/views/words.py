"""Statuses and zones."""

from assets.api.fleet.filters import AssetStatusFilter, AssetZoneFilter
from assets.api.fleet.serializers.words import (
    AssetStatusSerializer,
    AssetZoneSerializer,
)
from assets.models import AssetStatus, AssetZone
from assets.services import types
from organisations.api.fleet.base import RegisterViewSet
from organisations.permissions import Permission


class AssetStatusViewSet(RegisterViewSet):
    """Contract rows 1 to 4."""

    queryset = AssetStatus.objects.all()
    serializer_class = AssetStatusSerializer
    filterset_class = AssetStatusFilter
    write_permission = Permission.MANAGE_FLEETS
    open_to_members = frozenset({"partial_update"})
    path = "assetstatuses"


class AssetZoneViewSet(RegisterViewSet):
    """Contract rows 13 to 16."""

    queryset = AssetZone.objects.all()
    serializer_class = AssetZoneSerializer
    filterset_class = AssetZoneFilter
    write_permission = Permission.MANAGE_FLEETS
    path = "assetzones"

    def perform_destroy(self, row: AssetZone) -> None:
        """Delete the zone unless a type has it."""
        types.delete_zone(row, actor=self.actor)
