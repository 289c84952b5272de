"""The latest readings of an asset's meters, found without reading the others."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.http import HttpRequest

from assets.admin.sections import Section, list_of, shown_of
from devices.admin.plots import Plot, Reading, Row, plotted, rows_of
from devices.models import MeterReading

MOST_METERS = 6
MOST_READINGS = 50

# Each meter of an asset by one step down the index, however many readings it has.
METERS = """
WITH RECURSIVE meters(meter) AS (
    SELECT min(asset_meter_id) FROM devices_meterreading WHERE asset_id = %s
    UNION ALL
    SELECT (
        SELECT min(asset_meter_id) FROM devices_meterreading
        WHERE asset_id = %s AND asset_meter_id > meters.meter
    ) FROM meters WHERE meters.meter IS NOT NULL
)
SELECT meter FROM meters WHERE meter IS NOT NULL LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Meter:
    """A meter with its latest readings, drawn and in words."""

    name: str
    plot: Plot
    rows: Sequence[Row]


def readings(request: HttpRequest, row: Any) -> Section:
    """Return the meters of an asset, each with its latest readings."""
    meters = _meters(row.pk)
    found = _latest(request, row, meters[:MOST_METERS])
    return Section(
        key="readings",
        title="Readings",
        icon="speed",
        rows=[_shown(found[one]) for one in meters if one in found],
        is_cut=len(meters) > MOST_METERS,
        url=list_of(MeterReading, asset=row.pk),
        template="devices/readings.html",
        empty="No meter was read.",
    )


def _meters(asset_id: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(METERS, [asset_id, asset_id, MOST_METERS + 1])
        return [meter for (meter,) in cursor.fetchall()]


def _latest(
    request: HttpRequest, row: Any, meters: Sequence[int]
) -> Mapping[int, list[MeterReading]]:
    """Read the latest readings of each meter in one query, the earliest first."""
    if not meters:
        return {}
    shown = shown_of(MeterReading, request).filter(asset=row.pk)
    parts = [
        MeterReading.objects.filter(
            pk__in=shown.filter(asset_meter_id=meter)
            .order_by("-timestamp", "-id")
            .values("pk")[:MOST_READINGS]
        ).order_by()
        for meter in meters
    ]
    found: dict[int, list[MeterReading]] = defaultdict(list)
    for one in parts[0].union(*parts[1:], all=True):
        found[one.asset_meter_id].append(one)
    for of_meter in found.values():
        of_meter.sort(key=lambda one: (one.timestamp, one.pk))
    return found


def _shown(found: Sequence[MeterReading]) -> Meter:
    taken = [Reading(one.timestamp, one.reading, one.who) for one in found]
    latest = found[-1]
    name = latest.meter_name or f"Meter {latest.asset_meter_id}"
    return Meter(name, plotted(taken), rows_of(taken))
