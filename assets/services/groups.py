"""Groups of assets: made, filled, reordered and emptied (contract rows 28 to 35)."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

from django.db import transaction

from assets.ephemerality import ALONE, Ephemerality
from assets.models import AssetGroup
from assets.services.creation import check_group_draft, write_assets
from assets.services.drafts import AssetDraft, without_groups
from assets.services.membership import (
    MOST_MEMBERS,
    Place,
    activate,
    join,
    lock_groups,
    places_of,
    rewrite,
)
from assets.services.references import reference_id
from config.api.errors import Refusal
from config.api.snowflake import parse_snowflake
from organisations.models import Organisation, User

MOST_IDS = 200
CONSIST = "consist_asset_group_ids"
NOT_IN_FLEET = "The asset does not belong to the fleet of the group."


@transaction.atomic
def create_group(
    *,
    organisation: Organisation,
    body: Mapping[str, object],
    actor: User,
    is_emptied: bool = False,
) -> AssetGroup:
    """Make a temporary or permanent group with its first members (contract row 28).

    `is_emptied` makes one as it was left that everybody has left since.
    """
    kind = check_kind(body)

    def find_places(fleet_id: int | None) -> list[Place]:
        if is_emptied:
            return []
        return _consist(organisation, kind, body.get(CONSIST), fleet_id)

    return make_group(
        organisation=organisation,
        kind=kind,
        body=body,
        find_places=find_places,
        actor=actor,
    )


@transaction.atomic
def make_group(
    *,
    organisation: Organisation,
    kind: Ephemerality,
    body: Mapping[str, object],
    find_places: Callable[[int | None], list[Place]],
    actor: User,
) -> AssetGroup:
    """Make a group of the places that are found for its fleet, under the lock."""
    lock_groups(organisation.pk)
    draft = AssetDraft.from_wire(without_groups(body))
    places: list[Place] = []

    def check_consist(fleet_id: int | None) -> None:
        places.extend(find_places(fleet_id))

    group = check_group_draft(
        organisation=organisation,
        draft=draft,
        ephemerality=kind,
        check_consist=check_consist,
    )
    write_assets(organisation=organisation, rows=[group], actor=actor)
    if kind is Ephemerality.PERMANENT:
        join(group, [place.asset_id for place in places], actor=actor)
    else:
        rewrite(group, places, actor=actor)
    if group.active:
        activate(group)
    return group


def check_kind(body: Mapping[str, object]) -> Ephemerality:
    """Return the kind of group asked for; single assets and equipment are none."""
    key = "ephemerality"
    try:
        kind = Ephemerality.parse(body.get(key))
    except ValueError:
        kind = Ephemerality.SINGLE
    if kind in ALONE:
        sentence = "1 (temporary) or 2 (permanent) is expected."
        raise Refusal("invalid_ephemerality", sentence, field=key)
    return kind


def _consist(
    organisation: Organisation,
    kind: Ephemerality,
    value: object,
    fleet_id: int | None,
) -> list[Place]:
    """Return the places of a new group, groups among the ids expanded in order."""
    if kind is Ephemerality.PERMANENT and value in (None, []):
        return []
    if not isinstance(value, list) or not value:
        raise Refusal("consist_required", "At least one id is required.", field=CONSIST)
    if len(value) > MOST_IDS:
        sentence = f"At most {MOST_IDS} ids are taken."
        raise Refusal("consist_member_invalid", sentence, field=CONSIST)
    places: list[Place] = []
    for item in _items(organisation, value):
        if kind is Ephemerality.PERMANENT and item.ephemerality not in ALONE:
            sentence = "A permanent group is made of single assets."
            raise Refusal("consist_member_invalid", sentence, field=CONSIST)
        places += expand(item)
        if len(places) > MOST_MEMBERS:
            sentence = f"A group has at most {MOST_MEMBERS} assets."
            raise Refusal("consist_member_invalid", sentence, field=CONSIST)
    if named_twice(places):
        raise Refusal("consist_duplicate", "An asset is named twice.", field=CONSIST)
    if not places:
        raise Refusal("consist_member_invalid", "The groups are empty.", field=CONSIST)
    refuse_other_fleet(fleet_id, places, key=CONSIST)
    return places


def _items(organisation: Organisation, values: Sequence[object]) -> list[AssetGroup]:
    """Find every row named, in order, or refuse all ids that name none."""
    ids: list[int | None] = []
    for value in values:
        try:
            ids.append(reference_id(value))
        except ValueError:
            ids.append(None)
    present = AssetGroup.objects.of(organisation).present()
    found = present.in_bulk([one for one in ids if one is not None])
    wrong = [str(v) for v, key in zip(values, ids, strict=True) if key not in found]
    if wrong:
        sentences = [f"There is no asset or group {one}." for one in wrong]
        raise Refusal(
            "consist_member_invalid", sentences[0], errors={CONSIST: sentences}
        )
    return [found[key] for key in ids if key is not None]


def expand(item: AssetGroup) -> list[Place]:
    """Return the assets of a row: itself, or a group's members (resolution 7)."""
    if item.ephemerality in ALONE:
        return [Place(item.pk)]
    if item.ephemerality == Ephemerality.TEMPORARY:
        return places_of(item)
    return [Place(place.asset_id, item.pk) for place in places_of(item)]


def refuse_other_fleet(
    fleet_id: int | None, places: Sequence[Place], *, key: str | None = None
) -> None:
    """Refuse assets outside the fleet of a group that has one (resolution 12)."""
    if outside_fleet(fleet_id, [place.asset_id for place in places]):
        raise Refusal("asset_not_in_fleet", NOT_IN_FLEET, field=key)


def outside_fleet(fleet_id: int | None, ids: Collection[int]) -> set[int]:
    """Return the assets that a group of the fleet does not take (resolution 12)."""
    if fleet_id is None:
        return set()
    others = AssetGroup.objects.filter(pk__in=ids).exclude(fleet=fleet_id)
    return set(others.order_by().values_list("pk", flat=True))


def named_twice(places: Sequence[Place]) -> set[int]:
    """Return the assets that stand in more than one of the places."""
    counts = Counter(place.asset_id for place in places)
    return {key for key, count in counts.items() if count > 1}


@transaction.atomic
def add_to_group(
    group: AssetGroup, item: AssetGroup, *, position: object = None, actor: User
) -> None:
    """Add an asset, or a permanent group's assets, to a temporary group (row 33).

    Those already in stay where they are.
    """
    group, item = _locked(group, item)
    refuse_unless_temporary(group)
    places = places_of(group)
    inside = {place.asset_id for place in places}
    added = [place for place in expand(item) if place.asset_id not in inside]
    if not added:
        return
    refuse_other_fleet(group.fleet_id, added)
    at = len(places)
    if position is not None:
        at = checked_order(position, at + 1, key="position")
    rewrite(group, [*places[:at], *added, *places[at:]], actor=actor)


@transaction.atomic
def set_members(group: AssetGroup, ids: Sequence[int], *, actor: User) -> None:
    """Make these the members of a group, in this order, as a file names all of them.

    Those who are in it already stay part of what they came in with. Raise the refusals
    of a new group's members; an empty list leaves those there are.
    """
    lock_groups(group.organisation_id)
    organisation, kind = group.organisation, Ephemerality(group.ephemerality)
    places: list[Place] = []
    for start in range(0, len(ids), MOST_IDS):
        part = [*ids[start : start + MOST_IDS]]
        places += _consist(organisation, kind, part, group.fleet_id)
    if named_twice(places):
        raise Refusal("consist_duplicate", "An asset is named twice.", field=CONSIST)
    if not places:
        return
    if kind is Ephemerality.PERMANENT:
        join(group, [place.asset_id for place in places], actor=actor)
    stored = {place.asset_id: place for place in places_of(group)}
    kept = [stored.get(place.asset_id, place) for place in places]
    rewrite(group, kept, actor=actor)


@transaction.atomic
def empty_group(group: AssetGroup, *, actor: User) -> None:
    """Let all members of a group go, by the rules for each of them."""
    lock_groups(group.organisation_id)
    rewrite(group, [], actor=actor)


@transaction.atomic
def move_in_group(
    group: AssetGroup, asset: AssetGroup, *, order: object, actor: User
) -> None:
    """Take an asset out of its place and put it in at `order` (resolution 5)."""
    group, asset = _locked(group, asset)
    if group.ephemerality in ALONE:
        raise Refusal("single_type_group", "It is no group of assets.")
    places = places_of(group)
    moved = next((one for one in places if one.asset_id == asset.pk), None)
    if moved is None:
        raise Refusal("asset_not_in_group", "The asset is not in the group.")
    at = checked_order(order, len(places), key="order")
    others = [place for place in places if place is not moved]
    rewrite(group, [*others[:at], moved, *others[at:]], actor=actor)


def checked_order(value: object, count: int, *, key: str) -> int:
    """Read a position from 0 to count - 1, in JSON, a form or a query."""
    try:
        order = parse_snowflake(value)
    except ValueError:
        order = count
    if order >= count:
        sentence = f"A position from 0 to {count - 1} is expected."
        raise Refusal("order_out_of_range", sentence, field=key)
    return order


@transaction.atomic
def remove_from_group(group: AssetGroup, item: AssetGroup, *, actor: User) -> None:
    """Take an asset, or what came in as a permanent group, out (row 35)."""
    group, item = _locked(group, item)
    refuse_unless_temporary(group)
    places = places_of(group)
    kept = [
        place
        for place in places
        if item.pk not in {place.asset_id, place.source_group_id}
    ]
    if len(kept) == len(places):
        raise Refusal("asset_not_in_group", "The asset is not in the group.")
    rewrite(group, kept, actor=actor)


def _locked(group: AssetGroup, item: AssetGroup) -> tuple[AssetGroup, AssetGroup]:
    """Read both again under the lock; either may have been deleted meanwhile."""
    lock_groups(group.organisation_id)
    found = AssetGroup.objects.present().in_bulk([group.pk, item.pk])
    if group.pk not in found:
        raise Refusal("not_found", "The asset group does not exist.")
    if item.pk not in found:
        raise Refusal("not_found", "The asset does not exist.")
    return found[group.pk], found[item.pk]


def refuse_unless_temporary(group: AssetGroup) -> None:
    """Refuse what is done to consists only."""
    if group.ephemerality != Ephemerality.TEMPORARY:
        raise Refusal("not_temporary", "The group is not a temporary one.")
