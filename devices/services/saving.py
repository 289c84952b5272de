"""Writing devices with all that a body may say of them, all or none."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from assets.models import Asset, AssetGroup
from assets.services.membership import lock_groups
from config.api.errors import Refusal, all_of
from devices.models import Device
from devices.services.drafts import DeviceDraft
from devices.services.integrations import upsert_links
from devices.services.links import set_bookmarks
from devices.services.references import all_wanted, set_references
from devices.services.rows import check_device, lock_devices, write_devices
from devices.services.software import upsert_software
from licensing.models import Licence
from licensing.services.references import Found, ensure_references
from licensing.services.seats import Seat, allocate
from organisations.models import Membership, Organisation, User

LICENCES = "add_licences"
DEEPEST = 100
Pair = tuple[AssetGroup, DeviceDraft]


@transaction.atomic
def prepare(
    organisation: Organisation, drafts: Sequence[DeviceDraft], *, actor: User
) -> Found:
    """Find or make the records that the drafts name, before any row is locked.

    Takes the organisation's lock where it is needed.
    """
    if any(draft.values.get("parent_id") for draft in drafts):
        # Two who put each other above themselves must not pass.
        lock_groups(organisation.pk)
    return ensure_references(
        organisation=organisation, wanted=all_wanted(drafts), actor=actor
    )


@transaction.atomic
def save_devices(
    *,
    organisation: Organisation,
    pairs: Sequence[Pair],
    actor: User,
    prepared: Found | None = None,
) -> list[Device]:
    """Write the draft of each asset of the organisation, and return the devices.

    The device is made where there is none. Errors carry the API's members; of several
    drafts every one at fault is named, keyed `[i].member`. A caller that has locked
    rows already has called `prepare` before, and gives what that returned.
    """
    found = prepared
    if found is None:
        found = prepare(organisation, [draft for _, draft in pairs], actor=actor)
    devices = lock_devices([asset for asset, _ in pairs], is_kept=False)
    before = {key: device.recorded() for key, device in devices.items()}
    _fill(organisation, devices, pairs)
    write_devices([(one, before[one.pk]) for one in devices.values()], actor=actor)
    set_references(pairs, found, actor=actor)
    upsert_software([(asset, one.software) for asset, one in pairs], actor=actor)
    upsert_links([(asset, one.external_links) for asset, one in pairs], actor=actor)
    _allocate(organisation, pairs, actor)
    bookmarks = {asset.pk: one.bookmarked for asset, one in pairs}
    set_bookmarks(bookmarks, user=actor)
    return [devices[asset.pk] for asset, _ in pairs]


def save_device(asset: AssetGroup, draft: DeviceDraft, *, actor: User) -> Device:
    """Write one device."""
    pairs = [(asset, draft)]
    return save_devices(organisation=asset.organisation, pairs=pairs, actor=actor)[0]


def _fill(
    organisation: Organisation, devices: Mapping[int, Device], pairs: Sequence[Pair]
) -> None:
    """Set what the drafts say; refuse every draft that is at fault."""
    values = [draft.values for _, draft in pairs]
    people = {key for one in values if (key := one.get("user_id"))}
    above = {key for one in values if (key := one.get("parent_id"))}
    members = Membership.objects.of(organisation).filter(user__in=people)
    known = set(members.values_list("user_id", flat=True)) if people else set()
    parents = _present(organisation, above)
    refused: dict[int, Refusal] = {}
    for place, (asset, draft) in enumerate(pairs):
        device = devices[asset.pk]
        held: int | None = device.user_id
        for name, value in draft.values.items():
            setattr(device, name, value)
        if not device.inventory_number.strip():
            device.inventory_number = asset.formatted_number
        errors = _wrong_links(device, draft, {*known, held}, parents)
        try:
            check_device(device)
        except Refusal as refusal:
            errors |= {key: [*said] for key, said in refusal.errors.items()}
        if errors:
            sentence = next(iter(errors.values()))[0]
            refused[place] = Refusal("invalid_body", sentence, errors=errors)
    _refuse_rings(pairs, devices, refused)
    if refused:
        raise all_of(refused, of=len(pairs))


def _present(organisation: Organisation, keys: set[int]) -> set[int]:
    if not keys:
        return set()
    rows = Asset.objects.of(organisation).present().filter(pk__in=keys)
    return set(rows.values_list("pk", flat=True))


def _wrong_links(
    device: Device, draft: DeviceDraft, people: set[int | None], parents: set[int]
) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if draft.values.get("user_id") and device.user_id not in people:
        errors["user_id"] = ["The user does not exist."]
    if draft.values.get("parent_id") and device.parent_id not in parents:
        errors["parent_id"] = ["The asset does not exist."]
    return errors


def _refuse_rings(
    pairs: Sequence[Pair], devices: Mapping[int, Device], refused: dict[int, Refusal]
) -> None:
    """Refuse what would put an asset under itself, however many steps away."""
    if not any(draft.values.get("parent_id") for _, draft in pairs):
        return
    parents = _all_above(devices)
    for place, (asset, draft) in enumerate(pairs):
        if place in refused or not draft.values.get("parent_id"):
            continue
        above, steps = draft.values["parent_id"], 0
        while above and above != asset.pk and steps < DEEPEST:
            above, steps = parents.get(above), steps + 1
        if above:
            sentence = "An asset cannot be under itself."
            if above != asset.pk:
                sentence = f"At most {DEEPEST} assets stand above one another."
            refused[place] = Refusal("invalid_body", sentence, field="parent_id")


def _all_above(devices: Mapping[int, Device]) -> dict[int, int | None]:
    """Return what is right above each device and each asset above those.

    One query a level, however many devices there are.
    """
    found: dict[int, int | None] = {
        key: device.parent_id for key, device in devices.items()
    }
    for _ in range(DEEPEST):
        asking = {above for above in found.values() if above} - found.keys()
        if not asking:
            break
        rows = Device.objects.filter(asset__in=asking)
        known = dict(rows.values_list("asset_id", "parent_id"))
        found |= {key: known.get(key) for key in asking}
    return found


def _allocate(organisation: Organisation, pairs: Sequence[Pair], actor: User) -> None:
    wanted = {key for _, draft in pairs for key in draft.licences}
    if not wanted:
        return
    own = Licence.objects.of(organisation).present().filter(pk__in=wanted)
    known = set(own.values_list("pk", flat=True))
    refused = {
        place: Refusal("invalid_body", "The licence does not exist.", field=LICENCES)
        for place, (_, draft) in enumerate(pairs)
        if {*draft.licences} - known
    }
    if refused:
        raise all_of(refused, of=len(pairs))
    seats = [
        Seat(key, asset_id=asset.pk) for asset, draft in pairs for key in draft.licences
    ]
    allocate(seats, actor=actor, field=LICENCES)
