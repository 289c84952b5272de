"""Groups of assets, and the assets in them."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from assets.api.fleet.filters import AssetGroupFilter
from assets.api.fleet.serializers.groups import AssetGroupSerializer
from assets.api.fleet.serializers.requests import (
    FIELD_VALUES,
    ChangedEquipmentRequest,
    GroupRequest,
    OrderRequest,
    PlaceRequest,
)
from assets.api.fleet.views.assets import AssetRowViewSet
from assets.ephemerality import ALONE, Ephemerality
from assets.models import AssetGroup
from assets.services import groups
from assets.services.conditions import GROUP_PROPERTIES
from assets.services.membership import lock_groups
from config.api.errors import Refusal
from config.api.parsers import JsonParser
from organisations.api.fleet.base import RegisterViewSet
from organisations.permissions import Permission


class AssetGroupViewSet(AssetRowViewSet):
    """Contract rows 28 to 32."""

    queryset = AssetGroup.objects.present()
    serializer_class = AssetGroupSerializer
    filterset_class = AssetGroupFilter
    filter_properties = GROUP_PROPERTIES
    write_permission = Permission.MANAGE_FLEETS
    shared_actions = frozenset({"retrieve"})
    missing = ("not_found", "The asset group does not exist.")
    path = "assetgroups"

    @property
    def body(self) -> dict[str, Any]:
        """The request's body; a change of anything but a group is refused next."""
        body = super().body
        if self.row is not None:
            refuse_alone(self.row)
        return body

    @extend_schema(request=GroupRequest)
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Make a group from the body."""
        group = groups.create_group(
            organisation=self.access.organisation, body=self.body, actor=self.actor
        )
        return self.created(group)

    @extend_schema(request=ChangedEquipmentRequest)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change what the body names, of anything but a single asset."""
        return super().partial_update(request, *args, **kwargs)

    @extend_schema(request=FIELD_VALUES)
    def update_fields(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change values by field name or id, of anything but a single asset."""
        return super().update_fields(request, *args, **kwargs)

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Delete a group; its assets are released."""
        refuse_alone(self.row)
        return super().destroy(request, *args, **kwargs)


def refuse_alone(row: AssetGroup) -> None:
    """Refuse single assets and equipment, which have endpoints of their own."""
    if row.ephemerality in ALONE:
        sentence = "It is one asset: use its own endpoint."
        raise Refusal("single_type_group", sentence)


class GroupAssetViewSet(RegisterViewSet):
    """Contract rows 33 to 35: PUT adds, PATCH reorders, DELETE takes out."""

    queryset = AssetGroup.objects.present()
    serializer_class = AssetGroupSerializer
    parser_classes = [JsonParser, FormParser, MultiPartParser]
    write_permission = Permission.MANAGE_FLEETS
    open_to_members = frozenset({"update", "partial_update", "destroy"})
    asset: AssetGroup

    def find_row(self) -> AssetGroup:
        """Find the group, then the asset or permanent group, of one organisation."""
        group: AssetGroup = super().find_row()
        own = AssetGroup.objects.present().filter(organisation=group.organisation_id)
        items = own.exclude(ephemerality=Ephemerality.TEMPORARY)
        found = items.filter(pk=self.path_id("asset_id") or 0).first()
        if found is None:
            raise Refusal("not_found", "The asset does not exist.")
        self.asset = found
        return group

    def lock_row(self) -> None:
        """Lock the groups before the row, in the order in which services do."""
        lock_groups(self.row.organisation_id)
        super().lock_row()

    @extend_schema(request=PlaceRequest)
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Add the asset, or the assets of a permanent group."""
        position = self.parameter("position")
        groups.add_to_group(self.row, self.asset, position=position, actor=self.actor)
        return Response(self.shown(self.row))

    @extend_schema(request=OrderRequest)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Move the asset to another place."""
        order = self.parameter("order")
        groups.move_in_group(self.row, self.asset, order=order, actor=self.actor)
        return Response(self.shown(self.row))

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take the asset out."""
        groups.remove_from_group(self.row, self.asset, actor=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def parameter(self, name: str) -> object:
        """Read a parameter from the body, JSON or form, or from the query."""
        data = self.request.data
        given = data.get(name) if hasattr(data, "get") else None
        return self.request.query_params.get(name) if given is None else given
