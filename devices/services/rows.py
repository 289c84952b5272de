"""The device rows of assets: made when first needed, locked, written with history."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from assets.models import Asset, AssetGroup
from config.api.errors import Refusal
from devices.models import Device
from licensing.services.words import in_words
from organisations.models import User
from organisations.services import history
from organisations.services.rows import columns_to_save

BATCH = 500
RELATED = frozenset({"asset", "user", "parent"})


def without_device(assets: Collection[int]) -> set[int]:
    """Return those of the assets that have no device yet.

    Their first write by the device family needs MANAGE_FLEETS as well (contract 1).
    """
    have = Device.objects.filter(asset__in=assets).values_list("asset_id", flat=True)
    return {*assets} - {*have}


@transaction.atomic
def lock_devices(
    assets: Sequence[AssetGroup], *, is_kept: bool = True
) -> dict[int, Device]:
    """Return the device of each asset, made where there is none, under a lock.

    Unless it `is_kept`, a new device is left to `write_devices` to store.
    What is locked are the assets, in id order, so that writes of the other family wait
    as well. Whoever locks the organisation too has done so before.
    """
    by_id = {asset.pk: asset for asset in assets}
    keys = sorted(by_id)
    locked = AssetGroup.objects.select_for_update(no_key=True).filter(pk__in=keys)
    list(locked.order_by("pk").values_list("pk"))
    found = Device.objects.in_bulk(keys)
    new = [
        Device(asset_id=key, inventory_number=by_id[key].formatted_number)
        for key in keys
        if key not in found
    ]
    if is_kept:
        Device.objects.bulk_create(new, batch_size=BATCH)
    found |= {device.pk: device for device in new}
    for key, device in found.items():
        device.asset = by_id[key]
    return {key: found[key] for key in keys}


def lock_device(asset: AssetGroup) -> Device:
    """Return the asset's device under a lock."""
    return lock_devices([asset])[asset.pk]


def check_device(device: Device) -> None:
    """Raise `invalid_body` in the API's words for values that cannot be kept."""
    try:
        device.clean_fields(exclude=RELATED)
    except ValidationError as error:
        raise in_words(error) from error


def write_devices(
    changes: Iterable[tuple[Device, Mapping[str, Any]]], *, actor: User | None
) -> list[Device]:
    """Store devices that were changed in memory; return those that differ.

    Each comes with what it recorded before. Lines go into the history of the asset,
    whose time of change moves.
    """
    told: list[tuple[AssetGroup, str, object, object]] = []
    written: list[Device] = []
    columns: set[str] = set()
    changes = list(changes)
    new = [device for device, _ in changes if device._state.adding]
    Device.objects.bulk_create(new, batch_size=BATCH)
    fresh = {device.pk for device in new}
    for device, before in changes:
        after = device.recorded()
        different = [key for key in after if before.get(key) != after[key]]
        if not different:
            continue
        told += [(device.asset, key, before.get(key), after[key]) for key in different]
        columns.update(columns_to_save(device, different))
        written.append(device)
    if not written:
        return []
    stored = [device for device in written if device.pk not in fresh]
    for column in Device._meta.concrete_fields:
        if column.name in columns:
            for device in stored:
                column.pre_save(device, add=False)
    Device.objects.bulk_update(stored, sorted(columns), batch_size=BATCH)
    history.record_values(told, actor=actor)
    touch(device.pk for device in written)
    return written


def touch(assets: Iterable[int]) -> None:
    """Move the time at which the assets were last changed."""
    AssetGroup.objects.filter(pk__in=sorted({*assets})).update(
        updated_at=timezone.now()
    )


def present_asset(organisation_id: int, key: int, *, field: str) -> Asset:
    """Return an asset of the organisation; raise `invalid_body` at the field."""
    rows = Asset.objects.present().filter(organisation=organisation_id, pk=key)
    found: Asset | None = rows.first()
    if found is None:
        raise Refusal("invalid_body", "The asset does not exist.", field=field)
    return found
