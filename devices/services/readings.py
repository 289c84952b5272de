"""Readings of meters: each knows the one before, and is not lower without a word."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from assets.models import AssetGroup
from config.api.errors import Refusal
from devices.models import MeterReading
from devices.services.rows import lock_device
from licensing.services import words
from organisations.models import User


@transaction.atomic
def add_reading(
    *,
    asset: AssetGroup,
    values: Mapping[str, Any],
    is_confirmed: bool = False,
    actor: User,
) -> MeterReading:
    """Keep a reading of a meter, and fill in the one before it.

    `who` and `timestamp` are the actor and now unless given. Raise `invalid_body` at
    `reading` for one that is lower than the last, unless that is confirmed.
    """
    lock_device(asset)
    reading = MeterReading(
        organisation_id=asset.organisation_id,
        asset_id=asset.pk,
        created_by=actor,
        **{"who": actor.username, "timestamp": timezone.now(), **values},
    )
    _follow(reading, is_confirmed)
    return words.create(reading, actor=actor)


@transaction.atomic
def update_reading(
    *,
    reading: MeterReading,
    values: Mapping[str, Any],
    is_confirmed: bool = False,
    actor: User,
) -> MeterReading:
    """Change a reading, by the same rules; the asset it is of stays."""
    lock_device(reading.asset)
    row = MeterReading.objects.select_related("asset").get(pk=reading.pk)
    changed = MeterReading.objects.get(pk=row.pk)
    for name, value in values.items():
        setattr(changed, name, value)
    _follow(changed, is_confirmed)
    previous = {"previous_reading": changed.previous_reading}
    return words.update(row, {**values, **previous}, actor=actor)


def _follow(reading: MeterReading, is_confirmed: bool) -> None:
    """Fill in the last reading at or before this one, or refuse one that is lower."""
    same = MeterReading.objects.filter(
        asset=reading.asset_id, asset_meter_id=reading.asset_meter_id
    )
    if reading.pk is not None:
        same = same.exclude(pk=reading.pk).filter(
            Q(timestamp__lt=reading.timestamp) | Q(pk__lt=reading.pk)
        )
    earlier = same.filter(timestamp__lte=reading.timestamp)
    last = earlier.order_by("-timestamp", "-id").first()
    reading.previous_reading = last.reading if last else 0
    previous = last.reading if last else None
    refuse_lower(reading.reading, previous, is_confirmed=is_confirmed)


def refuse_lower(reading: int, last: int | None, *, is_confirmed: bool) -> None:
    """Raise `invalid_body` for a reading below the last one, unless it is meant so."""
    if last is not None and reading < last and not is_confirmed:
        sentence = f"The last reading was {last}."
        raise Refusal("invalid_body", sentence, field="reading")
