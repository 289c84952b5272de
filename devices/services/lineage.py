"""Which assets stand above and below one (`Device.parent`), in one query."""

from dataclasses import dataclass

from django.db import connection

DEEPEST = 100
MOST = 1_000
# Steps are counted: a ring, which no service makes, would never end.
LINE = """
WITH RECURSIVE
above(asset, steps) AS (
    SELECT parent_id, 1 FROM devices_device
    WHERE asset_id = %s AND parent_id IS NOT NULL
    UNION
    SELECT device.parent_id, above.steps + 1
    FROM above JOIN devices_device AS device ON device.asset_id = above.asset
    WHERE device.parent_id IS NOT NULL AND above.steps < %s
),
below(asset, parent, steps) AS (
    SELECT asset_id, parent_id, 1 FROM devices_device WHERE parent_id = %s
    UNION
    SELECT device.asset_id, device.parent_id, below.steps + 1
    FROM below JOIN devices_device AS device ON device.parent_id = below.asset
    WHERE below.steps < %s
)
SELECT asset, 0, -steps FROM above
UNION ALL
SELECT asset, parent, steps FROM below
ORDER BY 3, 1 LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Relative:
    """An asset above another (its level is below 0) or below it, and what it hangs on.

    What is right above or right below is one level away.
    """

    asset: int
    parent: int
    level: int


def lineage(asset: int, *, deepest: int = DEEPEST) -> list[Relative]:
    """Return the assets above one, from the top, then those below, level by level.

    Deleted ones are among them; at most 1,000 are read.
    """
    with connection.cursor() as cursor:
        cursor.execute(LINE, [asset, deepest, asset, deepest, MOST])
        return [Relative(*row) for row in cursor.fetchall()]
