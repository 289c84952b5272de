"""Custom fields and their enum values."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from assets.api.fleet.filters import AssetFieldFilter
from assets.api.fleet.serializers.requests import EnumValueRequest, FieldRequest
from assets.api.fleet.serializers.types import AssetFieldSerializer
from assets.api.fleet.serializers.words import EnumValueSerializer
from assets.models import AssetField, EnumValue
from assets.services import enum_values, fields
from config.api.errors import Refusal
from organisations.api.fleet.base import RegisterViewSet
from organisations.permissions import Permission


class AssetFieldViewSet(RegisterViewSet):
    """Contract rows 17 to 19 and 21."""

    queryset = AssetField.objects.all()
    serializer_class = AssetFieldSerializer
    filterset_class = AssetFieldFilter
    write_permission = Permission.MANAGE_FLEETS
    path = "assetfield"

    @extend_schema(request=FieldRequest)
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Make a field from its definition."""
        field = fields.create_field(
            organisation=self.access.organisation, body=self.body, actor=self.actor
        )
        return self.created(field)

    @extend_schema(request=FieldRequest)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change the definition, the enum values included."""
        field = fields.update_field(self.row, self.body, actor=self.actor)
        return Response(self.shown(field))

    def perform_destroy(self, row: AssetField) -> None:
        """Delete the field unless something has it."""
        fields.delete_field(row, actor=self.actor)


class EnumValueViewSet(RegisterViewSet):
    """Contract rows 20 and 22: the values of the field in the path."""

    queryset = AssetField.objects.all()
    serializer_class = EnumValueSerializer
    write_permission = Permission.MANAGE_FLEETS

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer one value of the field."""
        return Response(self.shown(self.value()))

    @extend_schema(request=EnumValueRequest)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Give a value another text."""
        value, text = self.value(), self.body.get("value")
        renamed = enum_values.change_value(value, text, actor=self.actor)
        return Response(self.shown(renamed))

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Delete a value; `force=true` also where assets have it."""
        force = request.query_params.get("force", "").lower() == "true"
        force = force or self.body.get("force") is True
        enum_values.delete_value(self.value(), force=force, actor=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def answered_row(self) -> EnumValue:
        """Return the value: it, not its field, is what the path shows."""
        return self.value()

    def value(self) -> EnumValue:
        """Return the value that the path names (400 when the field has none such)."""
        values = EnumValue.objects.select_related("field")
        found: EnumValue | None = values.filter(
            field=self.row, pk=self.path_id("value_id") or 0
        ).first()
        if found is None:
            raise Refusal("enum_value_not_found", "The field has no such value.")
        return found

    @extend_schema(request=EnumValueRequest)
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Add a value to the field."""
        text = self.body.get("value")
        return self.created(enum_values.add_value(self.row, text, actor=self.actor))

    def location_of(self, row: EnumValue) -> str:
        """Return the path of a value."""
        return f"/api/assetfield/{row.field_id}/values/{row.pk}"
