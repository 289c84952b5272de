"""Making devices: assets of the register, each with its device, all or none."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.db import transaction

from assets.ephemerality import Ephemerality
from assets.models import AssetGroup, AssetType
from assets.services.changing import update_assets
from assets.services.checks import NAME
from assets.services.creation import check_assets, free_numbers, write_assets
from assets.services.drafts import ABSENT, AssetDraft
from config.api.errors import Refusal, all_of
from devices.models import Device
from devices.services.drafts import DeviceDraft
from devices.services.saving import prepare, save_devices
from devices.words import ASSET_WORDS
from organisations.models import Organisation, User
from organisations.names import clean_name

LONGEST_NAME = 20
SHORTEST_NAME = 2
Pair = tuple[AssetDraft, DeviceDraft]


@transaction.atomic
def create_devices(
    *, organisation: Organisation, pairs: Sequence[Pair], actor: User
) -> list[Device]:
    """Make an asset and its device of each pair of drafts.

    Without an inventory number it is the number that the series gives, and without a
    name the name is the first 20 characters of that (contract section 5). Errors are
    in the API's words; of several pairs every one at fault is named, keyed `[i].key`.
    """
    prepared = prepare(organisation, [draft for _, draft in pairs], actor=actor)
    drafts = [
        draft if draft.name is not ABSENT else replace(draft, name=_name_of(device))
        for draft, device in pairs
    ]
    checked = check_assets(organisation=organisation, drafts=drafts)
    refused = {
        place: in_device_words(one)
        for place, one in enumerate(checked)
        if isinstance(one, Refusal)
    }
    if refused:
        raise all_of(refused, of=len(pairs))
    rows = [one for one in checked if isinstance(one, AssetGroup)]
    _name(rows, pairs)
    try:
        write_assets(organisation=organisation, rows=rows, actor=actor)
    except Refusal as refusal:
        raise in_device_words(refusal) from refusal
    for row in rows:
        row.organisation = organisation
    devices = [device for _, device in pairs]
    return save_devices(
        organisation=organisation,
        pairs=list(zip(rows, devices, strict=True)),
        actor=actor,
        prepared=prepared,
    )


def in_device_words(refusal: Refusal) -> Refusal:
    """Give the keys at fault the names that the device API has for them."""
    errors = {}
    for key, said in refusal.errors.items():
        place, dot, name = key.rpartition("].")
        errors[f"{place}{dot}{ASSET_WORDS.get(name, name)}"] = said
    return Refusal(refusal.code, refusal.message, errors=errors)


def _name_of(draft: DeviceDraft) -> str:
    """Return the name that an inventory number gives; any text where it gives none.

    A number of one character gets the type's name before it, once that is known.
    """
    tag = clean_name(str(draft.values.get("inventory_number", "")))[:LONGEST_NAME]
    try:
        NAME.clean(tag, None)
    except ValidationError:
        return "new device"
    return tag.strip()


def _name(rows: Sequence[AssetGroup], pairs: Sequence[Pair]) -> None:
    """Name the assets that nobody has named, after the numbers they are to have.

    The numbers are taken here, in the order in which `write_assets` would.
    """
    waiting: dict[int, list[AssetGroup]] = defaultdict(list)
    chosen: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        if row.number:
            chosen[row.prefix_id].add(row.number)
        else:
            waiting[row.prefix_id].append(row)
    for key in sorted(waiting):
        series = waiting[key]
        free = free_numbers(series[0].prefix, len(series), chosen[key])
        for row, number in zip(series, free, strict=True):
            row.number = number
    kinds = AssetType.objects.in_bulk({row.type_id for row in rows if row.type_id})
    for row, (draft, device) in zip(rows, pairs, strict=True):
        if draft.name is ABSENT:
            tag = str(device.values.get("inventory_number") or "").strip()
            row.name = _fitting(
                tag or row.prefix.formatted(row.number), kinds[row.type_id or 0].name
            )


def _fitting(tag: str, kind: str) -> str:
    """Return the tag as a name; a short one gets the type's name before it."""
    name = clean_name(clean_name(tag)[:LONGEST_NAME])
    if len(name) >= SHORTEST_NAME:
        return name
    return clean_name(f"{kind[: LONGEST_NAME - len(name) - 1]} {name}")


@dataclass(frozen=True, slots=True)
class DeviceChange:
    """An asset by id, what changes of it as the fleet API's body, and of its device."""

    asset_id: int
    body: Mapping[str, object]
    draft: DeviceDraft


@transaction.atomic
def update_devices(
    *, organisation: Organisation, changes: Sequence[DeviceChange], actor: User
) -> list[Device]:
    """Change assets of the organisation and their devices, all or none.

    Raise `not_found` for an id that is no present asset of it; errors are in the API's
    words, of several keyed `[i].key`.
    """
    drafts = [change.draft for change in changes]
    prepared = prepare(organisation, drafts, actor=actor)
    try:
        rows = update_assets(
            organisation,
            [(change.asset_id, change.body) for change in changes],
            actor=actor,
            ephemerality=Ephemerality.SINGLE,
            missing="not_found",
        )
    except Refusal as refusal:
        raise in_device_words(refusal) from refusal
    pairs = list(zip(rows, drafts, strict=True))
    return save_devices(
        organisation=organisation, pairs=pairs, actor=actor, prepared=prepared
    )
