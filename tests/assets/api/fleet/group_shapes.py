"""What the AssetGroup of contract 3 looks like, written out by hand."""

from collections.abc import Sequence
from typing import Any

from assets.models import AssetGroup, GroupMember
from tests.assets.api.fleet.shapes import (
    Json,
    location_shape,
    moment,
    reference,
    status_shape,
    sub_location_shape,
    type_shape,
)


def group_shape(row: AssetGroup, assets: Sequence[Json], **instead: Any) -> Json:
    """Return the AssetGroup of a row that has these assets and no field values."""
    shape = {
        "id": reference(row),
        "organisation_id": reference(row.organisation),
        "ephemerality": row.ephemerality,
        "type": type_shape(row.type) if row.type else None,
        "fleet_id": reference(row.fleet),
        "status": status_shape(row.status) if row.status else None,
        "active": row.active,
        "name": row.name,
        "description": row.description,
        "location": location_shape(row.location) if row.location else None,
        "sub_location": (
            sub_location_shape(row.sub_location) if row.sub_location else None
        ),
        "fields": {},
        "number": row.number,
        "prefix_id": reference(row.prefix),
        "formatted_number": row.formatted_number,
        "assets": [
            {"asset": asset, "position": place} for place, asset in enumerate(assets)
        ],
        "open_work_item_count": 0,
        "closed_work_item_count": 0,
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
    }
    assert instead.keys() <= shape.keys()
    return {**shape, **instead}


def members_of(group: AssetGroup) -> list[int]:
    """Return the ids of the assets in a group, after looking at their numbering."""
    rows = GroupMember.objects.filter(group=group).order_by("position")
    found = list(rows.values_list("position", "asset_id"))
    assert [position for position, _ in found] == list(range(len(found)))
    return [asset for _, asset in found]
