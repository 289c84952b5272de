"""A temporary group put together as a whole: what stands against it, and its writing.

What a page shows before it is saved and what the saving refuses are the same answers of
`look`.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.db import transaction
from django.db.models import F

from assets.ephemerality import ALONE, Ephemerality
from assets.models import AssetGroup, GroupMember
from assets.services.changing import update_asset
from assets.services.groups import (
    CONSIST,
    NOT_IN_FLEET,
    make_group,
    named_twice,
    outside_fleet,
    refuse_unless_temporary,
)
from assets.services.membership import (
    Place,
    governs_before,
    lock_groups,
    places_of,
    rewrite,
)
from config.api.errors import Refusal
from organisations.models import Organisation, User

RELATED = ("type", "status", "fleet", "location", "governed_by__location")
CHANGED = "Somebody has changed the group since you opened it. Nothing was saved."
# Which other group loses a member, by what is done; the sentences end with its name.
TAKEN, TAKEN_BY_ACTIVATING = "taken", "taken_by_activating"
STANDINGS = {
    TAKEN: "Saving takes it from",
    TAKEN_BY_ACTIVATING: "Activating takes it from",
    "kept": "It goes on following",
    "booked": "It is also in",
}
# An asset, and the active group that it is taken from.
Take = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Conflict:
    """What stands against a member, or is to be known of it.

    `code` is the one of the refusal where it keeps the group from being saved; `group`
    is the other active group that the sentence ends with.
    """

    code: str
    message: str
    group: AssetGroup | None = None
    is_refused: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """The assets and permanent groups that places name, and what stands against them.

    Rows of other organisations are not among `rows`.
    """

    rows: Mapping[int, AssetGroup]
    conflicts: Mapping[int, Sequence[Conflict]]

    def takes(self, *, is_activating: bool) -> dict[Take, AssetGroup]:
        """Return who would be taken from which other group."""
        codes = {TAKEN, TAKEN_BY_ACTIVATING} if is_activating else {TAKEN}
        return {
            (key, one.group.pk): one.group
            for key, found in self.conflicts.items()
            for one in found
            if one.group is not None and one.code in codes
        }


class NotAgreed(Refusal):
    """Saving would take assets from other groups, which nobody has agreed to yet."""

    def __init__(self, takes: Mapping[Take, AssetGroup]) -> None:
        super().__init__("conflict", "This takes assets from other active groups.")
        self.takes = takes


def version_of(group: AssetGroup, places: Sequence[Place]) -> str:
    """Return what changes whenever the members, their order or the activity do."""
    told = [f"{place.asset_id}.{place.source_group_id}" for place in places]
    return sha256(f"{group.active} {' '.join(told)}".encode()).hexdigest()


def settle(
    organisation: Organisation, wanted: Sequence[Place], *, group: AssetGroup | None
) -> list[Place]:
    """Return the places as they can be stored.

    Those that are stored stay part of what they came in with; of new ones only members
    of a permanent group of the organisation are part of it.
    """
    stored = {one.asset_id: one for one in places_of(group)} if group else {}
    units = {one.source_group_id for one in wanted} - {None}
    members = GroupMember.objects.of(organisation).filter(
        group__ephemerality=Ephemerality.PERMANENT,
        group__deleted_at=None,
        group__in=units,
        asset__in=[one.asset_id for one in wanted],
    )
    pairs = set(members.values_list("asset", "group")) if units else set()
    return [
        stored.get(one.asset_id)
        or (
            one if (one.asset_id, one.source_group_id) in pairs else Place(one.asset_id)
        )
        for one in wanted
    ]


def look(
    organisation: Organisation,
    places: Sequence[Place],
    *,
    group: AssetGroup | None,
    fleet_id: int | None,
) -> Look:
    """Tell what stands against these places, in a constant number of queries.

    `group` is the one to be changed, None for one to be made; `fleet_id` is its fleet.
    """
    ids = {place.asset_id for place in places}
    named = ids | {one.source_group_id for one in places if one.source_group_id}
    found = AssetGroup.objects.of(organisation).select_related(*RELATED)
    rows = found.in_bulk(named)
    known = [key for key in ids if key in rows]
    twice, outside = named_twice(places), outside_fleet(fleet_id, known)
    booked = _bookings(organisation, known, group)
    conflicts: dict[int, list[Conflict]] = {}
    for key in ids:
        against = list(_refused(key, rows.get(key), key in twice, key in outside))
        if key in known and not rows[key].in_service:
            against.append(Conflict("out_of_service", "It is out of service."))
        others = booked.get(key, [])
        against += _standings(rows[key], others, group) if others else []
        conflicts[key] = against
    return Look(rows, conflicts)


def _refused(
    key: int, row: AssetGroup | None, is_twice: bool, is_outside: bool
) -> list[Conflict]:
    """Return what the API refuses of a member, in its words."""
    told = []
    if row is None or row.ephemerality not in ALONE:
        told.append(("consist_member_invalid", f"There is no asset {key}."))
    elif row.deleted_at is not None:
        told.append(("consist_member_invalid", "It has been deleted."))
    elif is_outside:
        told.append(("asset_not_in_fleet", NOT_IN_FLEET))
    if is_twice:
        told.append(("consist_duplicate", "The asset is named twice."))
    return [Conflict(*one, is_refused=True) for one in told]


def _bookings(
    organisation: Organisation, ids: Collection[int], group: AssetGroup | None
) -> dict[int, list[AssetGroup]]:
    """Return the other active groups of each asset, the one that governs it first."""
    members = GroupMember.objects.of(organisation).bookings().filter(asset__in=ids)
    if group is not None:
        members = members.exclude(group=group)
    latest = F("group__activated_at").desc(nulls_last=True)
    found: dict[int, list[AssetGroup]] = defaultdict(list)
    for one in members.select_related("group").order_by(latest, "-group_id"):
        found[one.asset_id].append(one.group)
    return found


def _standings(
    asset: AssetGroup, others: Sequence[AssetGroup], group: AssetGroup | None
) -> list[Conflict]:
    """Tell of each other active group what becomes of an asset that is in both."""
    codes = ["booked"] * len(others)
    if group is None or not group.active:
        codes[0] = TAKEN_BY_ACTIVATING
    elif asset.governed_by_id != group.pk:
        codes[0] = TAKEN if governs_before(group, others[0]) else "kept"
    return [
        Conflict(code, STANDINGS[code], other)
        for code, other in zip(codes, others, strict=True)
    ]


@transaction.atomic
def compose(
    group: AssetGroup,
    wanted: Sequence[Place],
    *,
    version: str,
    actor: User,
    active: bool | None = None,
    agreed: Collection[Take] = (),
) -> None:
    """Make these the members of a temporary group, in this order, all or none.

    `active` switches it on or off with that. Raise `precondition_failed` unless it is
    as it was at `version`, what `look` finds refused, each member named, and
    `NotAgreed` when assets would be taken from other groups than was `agreed` to.
    """
    lock_groups(group.organisation_id)
    row = AssetGroup.objects.present().filter(pk=group.pk).first()
    if row is None:
        raise Refusal("not_found", "The asset group does not exist.")
    refuse_unless_temporary(row)
    if version_of(row, places_of(row)) != version:
        raise Refusal("precondition_failed", CHANGED)
    places = settle(row.organisation, wanted, group=row)
    seen = look(row.organisation, places, group=row, fleet_id=row.fleet_id)
    is_activating = bool(active) and not row.active
    _refuse(seen, places, is_empty_allowed=not active)
    if active is not False:
        _refuse_unless_agreed(seen, agreed, is_activating=is_activating)
    rewrite(row, places, actor=actor)
    if active is not None:
        update_asset(row, {"active": active}, actor=actor)


@transaction.atomic
def compose_new(
    organisation: Organisation,
    wanted: Sequence[Place],
    *,
    body: Mapping[str, object],
    active: bool,
    actor: User,
    agreed: Collection[Take] = (),
) -> AssetGroup:
    """Make a temporary group of these members; refuse what `compose` refuses.

    `body` has its properties by the keys of the wire.
    """

    def find_places(fleet_id: int | None) -> list[Place]:
        places = settle(organisation, wanted, group=None)
        seen = look(organisation, places, group=None, fleet_id=fleet_id)
        _refuse(seen, places, is_empty_allowed=False)
        if active:
            _refuse_unless_agreed(seen, agreed, is_activating=True)
        return places

    return make_group(
        organisation=organisation,
        kind=Ephemerality.TEMPORARY,
        body={**body, "active": active},
        find_places=find_places,
        actor=actor,
    )


def _refuse(look: Look, places: Sequence[Place], *, is_empty_allowed: bool) -> None:
    """Refuse the members that may not be in the group, each by its id."""
    if not places and not is_empty_allowed:
        sentence = "At least one member is required."
        raise Refusal("consist_required", sentence, field=CONSIST)
    refused = [
        (place.asset_id, one)
        for place in dict.fromkeys(places)
        for one in look.conflicts[place.asset_id]
        if one.is_refused
    ]
    if not refused:
        return
    errors: dict[str, list[str]] = defaultdict(list)
    for key, one in refused:
        errors[f"{CONSIST}[{key}]"].append(one.message)
    code = refused[0][1].code
    count = len({key for key, _ in refused})
    told = "1 member" if count == 1 else f"{count} members"
    raise Refusal(code, f"Nothing was saved: {told} cannot be in it.", errors=errors)


def _refuse_unless_agreed(
    look: Look, agreed: Collection[Take], *, is_activating: bool
) -> None:
    takes = look.takes(is_activating=is_activating)
    if takes.keys() - set(agreed):
        raise NotAgreed(takes)
