"""Serializers of the words assets are described with: statuses, zones, fields."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assets.models import AssetField, AssetStatus, AssetZone, EnumValue
from config.api.fields import (
    DescriptionString,
    NameString,
    OptionalString,
    SnowflakeString,
    StrictBoolean,
)
from config.api.rows import NestedField
from organisations.api.fleet.base import FleetSerializer, IdOf
from organisations.api.fleet.people import EmbeddedUserSerializer


class AssetStatusSerializer(FleetSerializer):
    """A state of assets."""

    id = SnowflakeString(read_only=True)
    organisation_id = IdOf("organisation")
    name = NameString(min_length=2, max_length=20, default="new asset status")
    description = DescriptionString(max_length=1000, default="")
    active = StrictBoolean(default=True)

    class Meta:
        model = AssetStatus
        fields = ("id", "organisation_id", "active", "name", "description")


class AssetZoneSerializer(FleetSerializer):
    """A part of assets."""

    id = SnowflakeString(read_only=True)
    organisation_id = IdOf("organisation")
    name = NameString(min_length=2, max_length=20, default="new asset zone")
    code = NameString(max_length=12, allow_blank=True, default="")
    description = DescriptionString(max_length=1000, default="")

    class Meta:
        model = AssetZone
        fields = ("id", "organisation_id", "name", "code", "description")


@extend_schema_field(EmbeddedUserSerializer(allow_null=True))
class UserField(NestedField):
    """A person who did something to the row."""

    def __init__(self, relation: str) -> None:
        super().__init__(EmbeddedUserSerializer, relation)


class EnumValueSerializer(FleetSerializer):
    """One of the values that an enum field allows."""

    id = SnowflakeString(read_only=True)
    asset_field_id = IdOf("field")
    updated_by = UserField("updated_by")

    class Meta:
        model = EnumValue
        fields = ("id", "asset_field_id", "value", "updated_by", "updated_at")
        read_only_fields = ("updated_at",)


class AssetFieldRules(FleetSerializer):
    """A custom field without its enum values."""

    id = SnowflakeString(read_only=True)
    organisation_id = IdOf("organisation")
    units = OptionalString(max_length=20)
    default_value = serializers.JSONField(required=False, allow_null=True)

    class Meta:
        model = AssetField
        fields: Any = (
            "id",
            "organisation_id",
            "name",
            "description",
            "type",
            "required",
            "is_result",
            "units",
            "multi_line",
            "max_length",
            "default_value",
        )
        extra_kwargs = {"type": {"read_only": True}}
