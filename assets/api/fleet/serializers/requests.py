"""What the bodies of the assets app look like, for the OpenAPI document.

The services read the bodies themselves: every key is checked there in the contract's
order, whichever door it came through.
"""

from typing import Any

from rest_framework import serializers

from config.api.fields import SnowflakeString

NAME: dict[str, Any] = {"required": False, "min_length": 2, "max_length": 20}
REFERENCE: dict[str, Any] = {"required": False, "allow_null": True}


# Field names or ids, and the values they get.
FIELD_VALUES = {"application/json": {"type": "object", "additionalProperties": {}}}


class DescribedRequest(serializers.Serializer[Any]):
    """What every row of the register has."""

    name = serializers.CharField(**NAME)
    description = serializers.CharField(
        required=False, allow_null=True, allow_blank=True, max_length=1000
    )
    fleet_id = SnowflakeString(**REFERENCE)
    location_id = SnowflakeString(**REFERENCE)
    sub_location_id = SnowflakeString(**REFERENCE)
    status_id = SnowflakeString(**REFERENCE)
    active = serializers.BooleanField(required=False)
    # Named below, because `fields` is what a serializer calls its own.
    custom = serializers.DictField(child=serializers.JSONField(), required=False)

    def get_fields(self) -> dict[str, Any]:
        """Call the custom values what the wire calls them."""
        return {
            "fields" if name == "custom" else name: field
            for name, field in super().get_fields().items()
        }


class ChangedEquipmentRequest(DescribedRequest):
    """The body of rows 31 and 43."""

    type_id = SnowflakeString(required=False)


class ChangedAssetRequest(ChangedEquipmentRequest):
    """The body of row 24."""

    group_id = SnowflakeString(**REFERENCE)
    subscription_id = SnowflakeString(**REFERENCE)


class ChangedAssetsItem(ChangedAssetRequest):
    """One object of a bulk change."""

    id = SnowflakeString()


class EquipmentRequest(DescribedRequest):
    """The body of row 45."""

    type_id = SnowflakeString()
    prefix_id = SnowflakeString(**REFERENCE)
    number = serializers.IntegerField(required=False, allow_null=True, min_value=1)


class AssetRequest(EquipmentRequest):
    """The body of row 26."""

    group_id = SnowflakeString(**REFERENCE)
    subscription_id = SnowflakeString(**REFERENCE)


class GroupRequest(DescribedRequest):
    """The body of row 28."""

    ephemerality = serializers.ChoiceField([1, 2])
    type_id = SnowflakeString(**REFERENCE)
    prefix_id = SnowflakeString(**REFERENCE)
    number = serializers.IntegerField(required=False, allow_null=True, min_value=1)
    consist_asset_group_ids = serializers.ListField(
        child=SnowflakeString(), required=False, min_length=1, max_length=200
    )


class PlaceRequest(serializers.Serializer[Any]):
    """The body of row 33."""

    position = serializers.IntegerField(required=False, min_value=0)


class OrderRequest(serializers.Serializer[Any]):
    """The body of row 34."""

    order = serializers.IntegerField(min_value=0)


class EnumValueItem(serializers.Serializer[Any]):
    """One enum value of a field's definition."""

    id = SnowflakeString(required=False)
    value = serializers.CharField(required=False, max_length=100)
    removed = serializers.BooleanField(required=False)


class FieldRequest(serializers.Serializer[Any]):
    """The body of rows 17 and 21."""

    name = serializers.CharField(**NAME)
    description = serializers.CharField(
        required=False, allow_null=True, allow_blank=True, max_length=1000
    )
    type = serializers.IntegerField(min_value=0, max_value=8)
    required_value = serializers.BooleanField(required=False)
    is_result = serializers.BooleanField(required=False)
    units = serializers.CharField(required=False, allow_null=True, max_length=20)
    multi_line = serializers.BooleanField(required=False)
    max_length = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=65_535
    )
    default_value = serializers.JSONField(required=False, allow_null=True)
    values = EnumValueItem(many=True, required=False)
    force = serializers.BooleanField(required=False)

    def get_fields(self) -> dict[str, Any]:
        """Call the flag what the wire calls it."""
        return {
            "required" if name == "required_value" else name: field
            for name, field in super().get_fields().items()
        }


class EnumValueRequest(serializers.Serializer[Any]):
    """The body of row 22."""

    value = serializers.CharField(max_length=100)
