"""The asset and the equipment, as the fleet API shows them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assets.api.fleet.serializers.catalogue import Catalogue
from assets.api.fleet.serializers.types import AssetTypeSerializer
from assets.api.fleet.serializers.words import AssetStatusSerializer
from assets.models import Asset, Equipment, FieldType
from config.api.fields import SnowflakeString
from config.api.rows import NestedField, Page, PageField, Read, Row
from organisations.api.fleet.base import FleetSerializer, IdOf
from organisations.api.fleet.locations import (
    LocationSerializer,
    SubLocationSerializer,
)


@extend_schema_field(AssetTypeSerializer(allow_null=True))
class TypeField(NestedField):
    """The asset's type, in full."""

    def __init__(self) -> None:
        super().__init__(AssetTypeSerializer, "type")


@extend_schema_field(AssetStatusSerializer(allow_null=True))
class StatusField(NestedField):
    """The asset's status, in full."""

    def __init__(self) -> None:
        super().__init__(AssetStatusSerializer, "status")


GOVERNING = "governed_by_id"
ITS_LOCATION = "governed_by__location_id"
OWN_LOCATION = "location_id"


@extend_schema_field(LocationSerializer(allow_null=True))
class LocationField(PageField):
    """Where the asset is: where its governing group is, else its own place."""

    columns = (OWN_LOCATION, ITS_LOCATION)

    def gather(self, page: Page, prefix: str) -> None:
        """Ask for both places."""
        wanted = Catalogue.of(page).location_ids
        for column in self.columns:
            wanted |= page.distinct(prefix + column)

    def bind_page(self, page: Page, prefix: str) -> Read:
        """Prefer the group's place."""
        locations = Catalogue.of(page).locations
        own, its = (page.reader(prefix + column) for column in self.columns)

        def read(row: Row) -> Any:
            key = its(row) or own(row)
            return locations[key] if key is not None else None

        return read


@extend_schema_field(SubLocationSerializer(allow_null=True))
class SubLocationField(PageField):
    """The part of the location, which goes with whoever decides the location."""

    columns = (ITS_LOCATION,)
    nested = (
        NestedField(SubLocationSerializer, "sub_location"),
        NestedField(SubLocationSerializer, "governed_by__sub_location"),
    )

    def all_columns(self) -> tuple[str, ...]:
        """Return the columns of both candidates."""
        own, its = self.nested
        return (*self.columns, *own.all_columns(), *its.all_columns())

    def bind_page(self, page: Page, prefix: str) -> Read:
        """Prefer the group's, when the group has a location."""
        governing = page.reader(prefix + ITS_LOCATION)
        own, its = (one.bind_page(page, prefix) for one in self.nested)
        return lambda row: own(row) if governing(row) is None else its(row)


@extend_schema_field(SnowflakeString(allow_null=True))
class LocationSourceField(PageField):
    """The group from which the asset's location comes, if it is not its own."""

    columns = (GOVERNING, ITS_LOCATION)

    def bind_page(self, page: Page, prefix: str) -> Read:
        """Name the governing group where it has a location."""
        group, place = (page.reader(prefix + column) for column in self.columns)
        return lambda row: str(group(row)) if place(row) is not None else None


@extend_schema_field(serializers.BooleanField())
class InServiceField(PageField):
    """Active, and in no status or an active one (resolution 10)."""

    columns = ("active", "status__active")

    def bind_page(self, page: Page, prefix: str) -> Read:
        """Combine the two flags."""
        active, status = (page.reader(prefix + column) for column in self.columns)
        return lambda row: bool(active(row)) and status(row) is not False


class AssetFieldValueShape(serializers.Serializer[Any]):
    """A custom field's value."""

    value = serializers.JSONField(allow_null=True)
    units = serializers.CharField(allow_null=True)
    enum_value_id = SnowflakeString(required=False)


@extend_schema_field(serializers.DictField(child=AssetFieldValueShape()))
class FieldValuesField(PageField):
    """Custom field values by field id."""

    columns = ("fields",)

    def gather(self, page: Page, prefix: str) -> None:
        """Ask for the field of every value on the page."""
        keys = {
            key for values in page.values(f"{prefix}fields") for key in values or ()
        }
        Catalogue.of(page).field_ids |= {int(key[1:]) for key in keys}

    def bind_page(self, page: Page, prefix: str) -> Read:
        """Render each value with its field's units."""
        fields = Catalogue.of(page).fields
        shapes = {f"f{key}": _shape(field) for key, field in fields.items()}
        place = page.places[f"{prefix}fields"]

        def read(row: Row) -> dict[str, Any]:
            values = row[place]
            return {
                key[1:]: shapes[key](value)
                for key, value in values.items()
                if key in shapes
            }

        return read


def _shape(field: dict[str, Any]) -> Any:
    """Return the function that renders a value of the field."""
    if field["values"]:
        texts = {one["id"]: one["value"] for one in field["values"]}
        text_of = texts.get
        return lambda value: {
            "value": text_of(value),
            "units": None,
            "enum_value_id": value,
        }
    units = "s" if field["type"] == FieldType.DURATION else field["units"]
    return lambda value: {"value": value, "units": units}


class AssetSerializer(FleetSerializer):
    """One asset, with everything that describes it embedded."""

    id = SnowflakeString(read_only=True)
    organisation_id = IdOf("organisation")
    fleet_id = IdOf("fleet")
    type = TypeField()
    status = StatusField()
    location = LocationField()
    sub_location = SubLocationField()
    fields = FieldValuesField()  # type: ignore[assignment]
    prefix_id = IdOf("prefix")
    group_id = IdOf("group")
    subscription_id = IdOf("subscription")
    location_source_group_id = LocationSourceField()
    in_service = InServiceField()

    class Meta:
        model: Any = Asset
        fields: Any = (
            "id",
            "organisation_id",
            "fleet_id",
            "type",
            "status",
            "location",
            "sub_location",
            "position",
            "name",
            "description",
            "fields",
            "active",
            "in_service",
            "number",
            "prefix_id",
            "formatted_number",
            "group_id",
            "subscription_id",
            "location_source_group_id",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class EquipmentSerializer(AssetSerializer):
    """A piece of equipment: the keys of an asset."""

    class Meta(AssetSerializer.Meta):
        model = Equipment
