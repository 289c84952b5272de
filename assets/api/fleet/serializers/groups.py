"""The asset group, with its assets in order."""

from typing import Any

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
        ids = page.distinct(f"{prefix}id")
        in_groups = GroupMember.objects.filter(
            group__in=ids, asset__deleted_at=None
        ).order_by("group_id", "position")
        nested = (f"asset__{name}" for name in own)
        rows = list(in_groups.values_list("group_id", "position", *nested))
        kinds, keys = page.values(f"{prefix}ephemerality"), page.values(f"{prefix}id")
        alone = [key for key, kind in zip(keys, kinds, strict=True) if kind in ALONE]
        if alone:
            found = AssetGroup.objects.filter(pk__in=alone).values_list("id", *own)
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
