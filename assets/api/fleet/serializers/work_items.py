"""Work items, as the fleet API shows and takes them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assets.api.fleet.serializers.groups import AssetGroupSerializer
from assets.api.fleet.serializers.words import UserField
from assets.models import WorkItem, WorkItemState, WorkItemType
from assets.models.work_item import LONGEST_DETAILS
from config.api.fields import (
    DescriptionString,
    NameString,
    ObjectOrId,
    SnowflakeString,
)
from config.api.rows import NestedField
from organisations.api.fleet.base import FleetSerializer, IdOf

# Keys that may hold the object instead of its id.
PAIRS = {"asset": "asset_group_id", "prefix": "prefix_id"}


@extend_schema_field(AssetGroupSerializer(allow_null=True))
class AssetGroupField(NestedField):
    """The asset or group that the work is about, in full."""

    def __init__(self) -> None:
        super().__init__(AssetGroupSerializer, "asset_group")


class WorkItemSerializer(FleetSerializer):
    """Work to be done."""

    id = SnowflakeString(read_only=True)
    organisation_id = IdOf("organisation")
    prefix_id = IdOf("prefix")
    asset_group_id = IdOf("asset_group")
    asset = AssetGroupField()
    created_by = UserField("created_by")
    updated_by = UserField("updated_by")

    class Meta:
        model = WorkItem
        fields: Any = (
            "id",
            "organisation_id",
            "type",
            "state",
            "number",
            "prefix_id",
            "formatted_number",
            "summary",
            "details",
            "asset_group_id",
            "asset",
            "occurred_at",
            "closed_at",
            "created_by",
            "updated_by",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class ChangedWorkItemSerializer(serializers.Serializer[Any]):
    """What a body may say of a work item; `asset` is another way to name the group."""

    type = serializers.ChoiceField(WorkItemType.choices, required=False)
    state = serializers.ChoiceField(WorkItemState.choices, required=False)
    summary = NameString(min_length=2, max_length=100)
    details = DescriptionString(max_length=LONGEST_DETAILS, required=False)
    asset_group_id = SnowflakeString(required=False, allow_null=True)
    asset = ObjectOrId(required=False, allow_null=True)
    occurred_at = serializers.DateTimeField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Bring the two ways to name a row together."""
        for key, name in PAIRS.items():
            if key not in attrs:
                continue
            given = attrs.pop(key)
            if attrs.setdefault(name, given) != given:
                sentence = f"It is not the one that {name} names."
                raise serializers.ValidationError({key: sentence})
        return attrs


class NewWorkItemSerializer(ChangedWorkItemSerializer):
    """What a body says of a work item to be made."""

    nonce = SnowflakeString(
        required=False,
        allow_null=True,
        help_text="The same nonce again is answered 304 with the first item's address.",
    )
    prefix_id = SnowflakeString(required=False, allow_null=True)
    prefix = ObjectOrId(required=False, allow_null=True)
