"""Equipment: the asset's endpoints for rows of the other kind."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from assets.api.fleet.serializers.assets import EquipmentSerializer
from assets.api.fleet.serializers.requests import (
    ChangedEquipmentRequest,
    EquipmentRequest,
)
from assets.api.fleet.views.assets import AssetRowViewSet
from assets.ephemerality import Ephemerality
from assets.models import Equipment
from assets.services.drafts import without_groups
from organisations.permissions import Permission


class EquipmentViewSet(AssetRowViewSet):
    """Contract rows 42 to 46: no group and no subscription of its own."""

    queryset = Equipment.objects.present()
    serializer_class = EquipmentSerializer
    write_permission = Permission.MANAGE_EQUIPMENT
    ephemerality = Ephemerality.EQUIPMENT
    missing = ("not_found", "The equipment does not exist.")
    path = "equipment"

    @extend_schema(request=EquipmentRequest)
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Make a piece of equipment, or one of each body in an array."""
        return super().create(request, *args, **kwargs)

    @extend_schema(request=ChangedEquipmentRequest)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change what the body names."""
        return super().partial_update(request, *args, **kwargs)

    def known(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return the body without the keys that equipment does not have."""
        return without_groups(body)
