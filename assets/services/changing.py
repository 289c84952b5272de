"""Changing assets: their properties and their field values."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from assets.ephemerality import ALONE, Ephemerality
from assets.models import AssetGroup, AssetType
from assets.models.field_names import WRITABLE, bare_name
from assets.services.checks import (
    check_body,
    check_fields,
    check_place,
    find_fields,
    is_read_only,
    refuse_read_only,
    split_built_ins,
)
from assets.services.definitions import Definitions
from assets.services.drafts import ABSENT, SINGLE_ONLY, without_groups
from assets.services.membership import lock_groups
from assets.services.references import References, names
from assets.services.standing import (
    Bonds,
    change_groups,
    follow_activity,
    new_subscription,
    refuse_fleet_change,
    refuse_group_elsewhere,
)
from config.api.errors import Refusal, all_of
from organisations.models import Organisation, User
from organisations.services import rows
from organisations.services.subscriptions import move_seats

# What changes who stands in which group and whom a group governs, or waits for more
# than the row itself: whoever holds rows and wants others has locked the groups.
STRUCTURAL = frozenset(
    {"group_id", "fleet_id", "active", "sub_location_id", "subscription_id"}
)
TABLES = {
    "fleet_id": ("fleets", "fleet_invalid"),
    "status_id": ("statuses", "status_invalid"),
    "location_id": ("locations", "location_invalid"),
}


@dataclass(slots=True)
class Change:
    """One row to be changed, with its checked values."""

    row: AssetGroup
    values: dict[str, Any]
    # The group that `group_id` names; ABSENT when the body does not say.
    group: Any


def update_asset(
    asset: AssetGroup, body: Mapping[str, object], *, actor: User
) -> AssetGroup:
    """Change what the body names of an asset, a piece of equipment or a group.

    Keys that are not there stay. Raise `field_unknown`, then the refusals of the
    group, of references, of field values, of name, description and active, and of the
    subscription, in this order (contract rows 24, 31 and 43).
    """
    is_single = asset.ephemerality == Ephemerality.SINGLE
    missing = "asset_not_found" if is_single else "not_found"
    return update_assets(
        asset.organisation, [(asset.pk, body)], actor=actor, missing=missing
    )[0]


@transaction.atomic
def update_assets(
    organisation: Organisation,
    changes: Sequence[tuple[int | None, Mapping[str, object]]],
    *,
    actor: User,
    ephemerality: Ephemerality | None = None,
    missing: str = "asset_not_found",
) -> list[AssetGroup]:
    """Change many rows, all or none, in a constant number of queries (C16).

    Ids that name no row of the organisation, or one of another ephemerality than the
    one given, or that come twice, are refused as `missing`; of several bodies every
    one at fault is named, keyed `[i].key`.
    """
    checked = check_changes(
        organisation, changes, ephemerality=ephemerality, missing=missing
    )
    refused = {at: one for at, one in enumerate(checked) if isinstance(one, Refusal)}
    if refused:
        raise all_of(refused, of=len(changes))
    accepted = [one for one in checked if isinstance(one, Change)]
    _write(organisation, accepted, actor)
    return [change.row for change in accepted]


@transaction.atomic
def check_changes(
    organisation: Organisation,
    changes: Sequence[tuple[int | None, Mapping[str, object]]],
    *,
    ephemerality: Ephemerality | None = None,
    missing: str = "asset_not_found",
) -> list[Change | Refusal]:
    """Return for each change what would be written, or why it is refused.

    Reads in sets, a constant number of queries; the rows stay locked as long as the
    caller's transaction, and nothing is written.
    """
    bodies = [body for _, body in changes]
    if len(bodies) > 1 or any(STRUCTURAL & body.keys() for body in bodies):
        lock_groups(organisation.pk)
    rows_by_id = _locked(organisation, [key for key, _ in changes])
    references = References.load(organisation, bodies)
    bonds = Bonds([*rows_by_id])
    checked: list[Change | Refusal] = []
    for key, body in changes:
        try:
            row = rows_by_id.pop(key or 0, None)
            if row is None or ephemerality not in (None, row.ephemerality):
                raise Refusal(missing, "The asset does not exist.", field="id")
            checked.append(_checked(row, body, references, bonds))
        except Refusal as refusal:
            checked.append(refusal)
    return checked


def _checked(
    row: AssetGroup,
    body: Mapping[str, object],
    references: References,
    bonds: Bonds,
) -> Change:
    if row.ephemerality != Ephemerality.SINGLE:
        body = without_groups(body)
    definitions = references.definitions
    found = find_fields(body.get("fields"), definitions, definitions.by_id)
    refuse_group_elsewhere(row, body, references)
    values = _references_of(row, body, references)
    group, key = ABSENT, "group_id"
    if key in body:
        group = references.find("groups", body[key], "group_invalid", key)
    refuse_fleet_change(row, values, group, bonds)
    given = check_fields(found)
    values |= check_body(body)
    if given:
        values["fields"] = _merged(row.fields, given)
    values["subscription_id"] = new_subscription(row, body, values)
    return Change(row, values, group)


def _write(organisation: Organisation, changes: Sequence[Change], actor: User) -> None:
    """Move seats, then those that change groups, write the rows, let groups follow.

    What leaves a group takes its location along, unless the body names another.
    """
    _move_seats(organisation, changes)
    moving = [(one.row, one.group) for one in changes if one.group is not ABSENT]
    change_groups(moving, actor=actor)
    was_active = [change.row.active for change in changes]
    rows.update_all([(one.row, one.values) for one in changes], actor=actor)
    for change, before in zip(changes, was_active, strict=True):
        row = change.row
        if row.ephemerality not in ALONE and row.active != before:
            follow_activity(row, actor=actor)


def _move_seats(organisation: Organisation, changes: Sequence[Change]) -> None:
    """Give back the seats that rows leave, and take those that they are to have."""
    taken: Counter[int] = Counter()
    left: Counter[int] = Counter()
    for change in changes:
        old = change.row.subscription_id
        new = change.values.get("subscription_id", old)
        if new != old:
            taken.update([new] if new is not None else [])
            left.update([old] if old is not None else [])
    move_seats(organisation, taken=taken, left=left)


@transaction.atomic
def update_asset_fields(
    asset: AssetGroup, body: Mapping[str, object], *, actor: User
) -> AssetGroup:
    """Change values by field name or id, built-in ones included (contract row 25).

    A refusal names the keys as the body does.
    """
    try:
        is_single = asset.ephemerality == Ephemerality.SINGLE
        without = () if is_single else SINGLE_ONLY
        built_in, custom = split_built_ins(body, without=without)
        if "group_id" in built_in:
            references = References.load(asset.organisation, [built_in])
            refuse_group_elsewhere(asset, built_in, references)
        definitions = Definitions.of_organisation(asset.organisation)
        writable = {key: custom[key] for key in custom if not is_read_only(key)}
        find_fields(writable, definitions, definitions.by_id)
        refuse_read_only(custom)
        return update_asset(asset, {**built_in, "fields": custom}, actor=actor)
    except Refusal as refusal:
        raise _as_sent(refusal, body) from refusal


def _as_sent(refusal: Refusal, body: Mapping[str, object]) -> Refusal:
    """Give the keys at fault the names that the body has for them."""
    sent = {WRITABLE.get(bare_name(key), key): key for key in body}
    keys = {key: key.removeprefix("fields.") for key in refusal.errors}
    errors = {sent.get(keys[key], keys[key]): refusal.errors[key] for key in keys}
    return Refusal(refusal.code, refusal.message, errors=errors)


def _locked(
    organisation: Organisation, keys: Iterable[int | None]
) -> dict[int, AssetGroup]:
    """Read the rows under a lock: what they are now is what history calls old."""
    present = (
        AssetGroup.objects.of(organisation)
        .present()
        .filter(pk__in=[key for key in keys if key is not None])
    )
    found = present.select_for_update(of=("self",), no_key=True)
    found = found.select_related("organisation")
    return {row.pk: row for row in found.order_by("pk")}


def _merged(stored: Mapping[str, object], given: Mapping[str, object]) -> Any:
    """Return the stored values with the given ones over them; None takes one out."""
    merged = {**stored, **given}
    return {key: value for key, value in merged.items() if value is not None}


def _references_of(
    asset: AssetGroup, body: Mapping[str, object], references: References
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, (table, code) in TABLES.items():
        if key in body:
            row = references.find(table, body[key], code, key)
            values[key] = row.pk if row else None
    if "location_id" in body or "sub_location_id" in body:
        values.setdefault("location_id", asset.location_id)
        values["sub_location_id"] = _place_of(asset, body, values, references)
    if "type_id" in body:
        kind = _type_of(asset, body["type_id"], references)
        values["type_id"] = kind.pk if kind else None
    return values


def _place_of(
    asset: AssetGroup,
    body: Mapping[str, object],
    values: Mapping[str, Any],
    references: References,
) -> int | None:
    """Return the new sub-location; moving to another location clears the old one."""
    location_id = values.get("location_id", asset.location_id)
    stays = location_id == asset.location_id
    if "sub_location_id" not in body:
        return asset.sub_location_id if stays else None
    wanted = body["sub_location_id"]
    if stays and asset.sub_location_id and names(wanted, asset.sub_location_id):
        return asset.sub_location_id
    location = references.locations.get(location_id or 0) or asset.location
    place = check_place(references, location if location_id else None, wanted)
    return place.pk if place else None


def _type_of(
    asset: AssetGroup, value: object, references: References
) -> AssetType | None:
    """Return the new type: of the row's own kind, none for temporary groups."""
    found: AssetType | None = references.find("types", value, "type_invalid", "type_id")
    kind = found.ephemerality if found else Ephemerality.TEMPORARY
    if kind != asset.ephemerality:
        sentence = "The type is not one of the asset's kind."
        raise Refusal("type_invalid", sentence, field="type_id")
    return found
