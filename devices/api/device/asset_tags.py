"""GET /Asset/NextTag: the tag that the next asset would have."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assets.models import AssetType
from config.api.device.parameters import one_id, read_parameters
from config.api.device.schema import described
from config.api.device.values import Errors, Query
from config.api.errors import invalid
from devices.api.device.asset_writing import own_types
from devices.services.tags import tags_of
from organisations.api.device.base import CLIENT, RegisterViewSet, own_organisations
from organisations.models import Organisation

PARAMETERS = (one_id("client_id"), one_id("assettype_id"))


class NextTagSerializer(serializers.Serializer[Any]):
    """The last tag that was given out, and the next one."""

    last_tag = serializers.CharField()
    next_tag = serializers.CharField()


class AssetTags(RegisterViewSet):
    """Tells tags without taking them."""

    @extend_schema(responses=NextTagSerializer, parameters=described(PARAMETERS))
    def next_tag(self, request: Request) -> Response:
        """Answer the tags of a client's series, or of that of an asset type."""
        errors: Errors = {}
        asked = read_parameters(Query(request.query_params), PARAMETERS, errors)
        if errors:
            raise invalid(errors)
        kind = self.tagged_type(asked.get("assettype_id"), asked.get("client_id"))
        client = kind.organisation if kind else self.tagged_client(asked)
        tags = tags_of(organisation=client, kind=kind)
        return Response({"last_tag": tags.last_tag, "next_tag": tags.next_tag})

    def tagged_type(self, serial: int | None, client: int | None) -> AssetType | None:
        """Return the type that is asked for, of the client if one is named."""
        if serial is None:
            return None
        rows = own_types(self.actor).filter(id__serial=serial)
        if client is not None:
            rows = rows.filter(
                organisation__in=Organisation.objects.filter(id__serial=client)
            )
        found: AssetType | None = rows.select_related("organisation").first()
        if found is None:
            raise invalid({"assettype_id": [f"Asset type {serial} was not found."]})
        return found

    def tagged_client(self, asked: dict[str, Any]) -> Organisation:
        """Return the client that is asked for, else the caller's only one."""
        rows = own_organisations(self.actor)
        serial = asked.get("client_id")
        if serial is not None:
            rows = rows.filter(id__serial=serial)
        found: list[Organisation] = list(rows[:2])
        if len(found) == 1:
            return found[0]
        told = f"Client {serial} was not found." if serial else CLIENT.required
        raise invalid({"client_id": [told]})
