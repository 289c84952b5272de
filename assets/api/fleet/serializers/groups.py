"""The asset group, with its assets in order."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assets.api.fleet.serializers.assets import (
    AssetSerializer,
    FieldValuesField,
    LocationField,
    StatusField,
    SubLocationField,
    TypeField,
)
from assets.ephemerality import ALONE
from assets.models import AssetGroup, GroupMember
from config.api.fields import SnowflakeString
from config.api.kept import kept_rows
from config.api.keyed import rows_of_keys
from config.api.rows import Page, PageField, Read, build, columns_of, gather
from organisations.api.fleet.base import FleetSerializer, IdOf

MEMBERS = "members"


class GroupAssetShape(serializers.Serializer[Any]):
    """An asset and its place in the group."""

    asset = AssetSerializer()
    position = serializers.IntegerField()


@extend_schema_field(GroupAssetShape(many=True))
class GroupAssetsField(PageField):
    """The assets of each group on the page, in one query; a single asset holds itself.

    They share the page's types, fields and locations with the groups themselves.
    """

    columns = ("id", "ephemerality")

    def gather(self, page: Page, prefix: str) -> None:
        """Read the members, and let them say what they need."""
        own = columns_of(AssetSerializer)
        rows = kept_rows(_members_of, page.distinct(f"{prefix}id"))
        kinds, keys = page.values(f"{prefix}ephemerality"), page.values(f"{prefix}id")
        alone = [key for key, kind in zip(keys, kinds, strict=True) if kind in ALONE]
        if alone:
            found = rows_of_keys(AssetGroup, ("id", *own), alone)
            rows += [(row[0], 0, *row[1:]) for row in found]
        members = Page(("group", "position", *own), rows, page.shared)
        page.shared[MEMBERS] = members
        gather(AssetSerializer, members)

    def bind_page(self, page: Page, prefix: str) -> Read:
        """Render the members of each group."""
        members: Page = page.shared[MEMBERS]
        shown = build(AssetSerializer, members, "", members.rows)
        assets: dict[int, list[Any]] = {}
        for row, asset in zip(members.rows, shown, strict=True):
            one = {"asset": asset, "position": row[1]}
            assets.setdefault(row[0], []).append(one)
        key = page.reader(f"{prefix}id")
        return lambda row: assets.get(key(row), [])


def _members_of(groups: Collection[int]) -> QuerySet[Any, Any]:
    """Select the assets of groups in their order, each after its group and place."""
    members = GroupMember.objects.filter(group__in=groups, asset__deleted_at=None)
    columns = (f"asset__{name}" for name in columns_of(AssetSerializer))
    return members.order_by("group_id", "position").values_list(
        "group_id", "position", *columns
    )


class AssetGroupSerializer(FleetSerializer):
    """A consist, a fixed set of assets, or one asset seen as a group of itself."""

    id = SnowflakeString(read_only=True)
    organisation_id = IdOf("organisation")
    fleet_id = IdOf("fleet")
    type = TypeField()
    status = StatusField()
    location = LocationField()
    sub_location = SubLocationField()
    fields = FieldValuesField()  # type: ignore[assignment]
    prefix_id = IdOf("prefix")
    assets = GroupAssetsField()

    class Meta:
        model = AssetGroup
        fields: Any = (
            "id",
            "organisation_id",
            "ephemerality",
            "type",
            "fleet_id",
            "status",
            "active",
            "name",
            "description",
            "location",
            "sub_location",
            "fields",
            "number",
            "prefix_id",
            "formatted_number",
            "assets",
            "open_work_item_count",
            "closed_work_item_count",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields
