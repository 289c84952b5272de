"""Readings of meters by the thousand, by the rules of single ones."""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from assets.models import AssetGroup
from config.api.errors import Refusal, all_of
from devices.models import MeterReading
from devices.services.readings import refuse_lower
from devices.services.rows import lock_devices
from licensing.services.words import in_words
from organisations.models import User
from organisations.services import history

BATCH = 500
RELATED = {"id", "organisation", "asset", "created_by", "ticket"}
Meter = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ReadingDraft:
    """A reading to be kept: `values` by column, the timestamp among them.

    `is_confirmed` allows it to be lower than the last.
    """

    asset: AssetGroup
    values: Mapping[str, Any]
    is_confirmed: bool = False

    @property
    def meter(self) -> Meter:
        """The asset, and the meter's number there."""
        return self.asset.pk, self.values.get("asset_meter_id", 0)


@dataclass
class _Known:
    """What meters showed so far, in the order of time."""

    turn: Iterator[int] = field(default_factory=count)
    shown: dict[Meter, list[tuple[datetime, int, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def note(self, meter: Meter, at: datetime, reading: int) -> None:
        insort(self.shown[meter], (at, next(self.turn), reading))

    def last(self, meter: Meter, at: datetime) -> int | None:
        """Return what the meter showed last, at the moment or before."""
        shown = self.shown[meter]
        place = bisect_right(shown, at, key=lambda one: one[0])
        return shown[place - 1][2] if place else None


@transaction.atomic
def add_readings(drafts: Sequence[ReadingDraft], *, actor: User) -> list[MeterReading]:
    """Keep readings of devices, all or none, in a constant number of queries.

    They are taken in the order of time. Raise `invalid_body` naming every one at fault,
    keyed `[i].key`: also one that is lower than the last, unless that is confirmed.
    """
    lock_devices(list({one.asset.pk: one.asset for one in drafts}.values()))
    known = _known(drafts)
    rows: dict[int, MeterReading] = {}
    refused: dict[int, Refusal] = {}
    in_time = sorted(enumerate(drafts), key=lambda pair: pair[1].values["timestamp"])
    for place, draft in in_time:
        row = MeterReading(
            organisation_id=draft.asset.organisation_id,
            asset_id=draft.asset.pk,
            created_by=actor,
            **{"who": actor.username, **draft.values},
        )
        last = known.last(draft.meter, row.timestamp)
        row.previous_reading = last or 0
        try:
            _check(row)
            refuse_lower(row.reading, last, is_confirmed=draft.is_confirmed)
        except Refusal as refusal:
            refused[place] = refusal
            continue
        known.note(draft.meter, row.timestamp, row.reading)
        rows[place] = row
    if refused:
        raise all_of(refused, of=len(drafts))
    made = MeterReading.objects.bulk_create(rows.values(), batch_size=BATCH)
    history.record_created(made, actor=actor)
    return [rows[place] for place in range(len(drafts))]


def _check(row: MeterReading) -> None:
    try:
        row.clean_fields(exclude=RELATED)
    except ValidationError as error:
        raise in_words(error) from error


def _known(drafts: Sequence[ReadingDraft]) -> _Known:
    known = _Known()
    if not drafts:
        return known
    found = MeterReading.objects.filter(
        asset__in={one.asset.pk for one in drafts},
        asset_meter_id__in={one.meter[1] for one in drafts},
        timestamp__lte=max(one.values["timestamp"] for one in drafts),
    )
    columns = ("asset_id", "asset_meter_id", "timestamp", "reading")
    told = found.order_by("timestamp", "pk").values_list(*columns)
    for asset, meter, at, reading in told.iterator(chunk_size=10_000):
        known.note((asset, meter), at, reading)
    return known
