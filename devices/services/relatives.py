"""How many assets stand above and below others (`Device.parent`)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection

DEEPEST = 100
# Steps are counted: a ring, which no service makes, would never end.
COUNTED = """
WITH RECURSIVE
above(origin, asset, steps) AS (
    SELECT asset_id, parent_id, 1 FROM devices_device
    WHERE parent_id IS NOT NULL AND asset_id {keys}
    UNION
    SELECT above.origin, device.parent_id, above.steps + 1
    FROM above JOIN devices_device AS device ON device.asset_id = above.asset
    WHERE device.parent_id IS NOT NULL AND above.steps < {deepest}
),
below(origin, asset, steps) AS (
    SELECT parent_id, asset_id, 1 FROM devices_device WHERE parent_id {keys}
    UNION
    SELECT below.origin, device.asset_id, below.steps + 1
    FROM below JOIN devices_device AS device ON device.parent_id = below.asset
    WHERE below.steps < {deepest}
)
SELECT origin, 1, COUNT(DISTINCT asset)
FROM above JOIN assets_assetgroup AS one ON one.id = asset
WHERE one.deleted_at IS NULL GROUP BY origin
UNION ALL
SELECT origin, 0, COUNT(DISTINCT asset)
FROM below JOIN assets_assetgroup AS one ON one.id = asset
WHERE one.deleted_at IS NULL GROUP BY origin
"""


@dataclass(slots=True)
class Relatives:
    """How many present assets stand above one, and below it."""

    above: int = 0
    below: int = 0


def count_relatives(assets: Collection[int]) -> dict[int, Relatives]:
    """Return the counts of those of the assets that have any, in one query."""
    if not assets:
        return {}
    keys = f"IN ({', '.join(['%s'] * len(assets))})"
    values: list[Any] = [*assets]
    if connection.vendor == "postgresql":
        # One parameter, so that the statement is the same for any number of them.
        keys, values = "= ANY(%s)", ["{" + ",".join(map(str, assets)) + "}"]
    with connection.cursor() as cursor:
        cursor.execute(COUNTED.format(keys=keys, deepest=DEEPEST), [*values, *values])
        rows = cursor.fetchall()
    found: dict[int, Relatives] = {}
    for asset, is_above, count in rows:
        one = found.setdefault(asset, Relatives())
        if is_above:
            one.above = count
        else:
            one.below = count
    return found
