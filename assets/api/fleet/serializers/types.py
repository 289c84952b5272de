"""Serializers of custom fields and of asset types."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assets.api.fleet.serializers.catalogue import Catalogue
from assets.api.fleet.serializers.words import (
    AssetFieldRules,
    AssetZoneSerializer,
    EnumValueSerializer,
)
from assets.models import AssetType
from config.api.fields import (
    DescriptionString,
    NameString,
    SnowflakeString,
    StrictBoolean,
)
from config.api.rows import Page, PageField, Read
from organisations.api.fleet.base import FleetSerializer, IdOf


class FieldPart(PageField):
    """A part of a custom field that the catalogue renders with its enum values."""

    columns = ("id",)

    def gather(self, page: Page, prefix: str) -> None:
        """Ask for the fields of the page."""
        Catalogue.of(page).field_ids |= page.distinct(f"{prefix}id")

    def bind_page(self, page: Page, prefix: str) -> Read:
        """Take the part out of the rendered field."""
        catalogue, key = Catalogue.of(page), page.reader(f"{prefix}id")
        name = str(self.field_name)
        return lambda row: catalogue.fields[key(row)][name]


@extend_schema_field(serializers.JSONField(allow_null=True))
class DefaultValueField(FieldPart):
    """The default, shown as values of the type are."""


@extend_schema_field(EnumValueSerializer(many=True))
class EnumValuesField(FieldPart):
    """The values of an enum field, none for other types."""


class AssetFieldSerializer(AssetFieldRules):
    """A custom field with its enum values."""

    default_value = DefaultValueField()  # type: ignore[assignment]
    values = EnumValuesField()

    class Meta(AssetFieldRules.Meta):
        fields = (*AssetFieldRules.Meta.fields, "values")


class AssetTypeFieldShape(serializers.Serializer[Any]):
    """How a type shows one of its fields."""

    type_id = SnowflakeString()
    field = AssetFieldSerializer()
    enum_values = EnumValueSerializer(many=True)


class TypePart(PageField):
    """A part of an asset type that the catalogue reads."""

    columns = ("id",)

    def gather(self, page: Page, prefix: str) -> None:
        """Ask for the types of the page."""
        Catalogue.of(page).type_ids |= page.distinct(f"{prefix}id")


@extend_schema_field(AssetTypeFieldShape(many=True))
class TypeFieldsField(TypePart):
    """The fields that assets of the type have."""

    def bind_page(self, page: Page, prefix: str) -> Read:
        """Take them from the catalogue."""
        catalogue, key = Catalogue.of(page), page.reader(f"{prefix}id")
        return lambda row: catalogue.fields_of(key(row))


@extend_schema_field(AssetZoneSerializer(many=True))
class TypeZonesField(TypePart):
    """The zones that assets of the type have."""

    def bind_page(self, page: Page, prefix: str) -> Read:
        """Take them from the catalogue."""
        catalogue, key = Catalogue.of(page), page.reader(f"{prefix}id")
        return lambda row: catalogue.zones_of(key(row))


class KindField(serializers.IntegerField):
    """What a type is for; a service reads it on create, and nothing changes it."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Leave the key to the service."""
        raise serializers.SkipField


class AssetTypeSerializer(FleetSerializer):
    """What an asset is."""

    id = SnowflakeString(read_only=True)
    organisation_id = IdOf("organisation")
    fleet_id = IdOf("fleet", read_only=False, required=False, allow_null=True)
    ephemerality = KindField(required=False)
    name = NameString(min_length=2, max_length=20, default="new asset type")
    description = DescriptionString(max_length=1000, default="")
    active = StrictBoolean(default=True)
    prefix_id = IdOf("prefix", read_only=False, required=False, allow_null=True)
    fields = TypeFieldsField()  # type: ignore[assignment]
    zones = TypeZonesField()

    class Meta:
        model = AssetType
        fields = (
            "id",
            "organisation_id",
            "fleet_id",
            "ephemerality",
            "name",
            "description",
            "fields",
            "prefix_id",
            "zones",
            "active",
        )
