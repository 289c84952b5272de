"""Who stands where in which group, and which group governs whom (resolutions 4 to 11).

Every function here expects `lock_groups` to have been called in the transaction: the
groups of an organisation change one at a time, so no interleaving can leave
`governed_by` and `position` untrue.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import F, Q
from django.utils import timezone

from assets.ephemerality import Ephemerality
from assets.models import AssetGroup, GroupMember
from assets.querysets import AssetGroupQuerySet
from config.api.errors import Refusal
from organisations.models import Organisation, User
from organisations.services import history

GOVERNED = ("governed_by", "position")
# What statements can name one by one, with room to spare.
MOST_MEMBERS = 5_000
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """An asset in a group, and the permanent group as part of which it came in."""

    asset_id: int
    source_group_id: int | None = None


def lock_groups(organisation_id: int) -> None:
    """Make others that change groups of the organisation wait until we are done.

    The lock leaves the organisation's row usable as a reference meanwhile.
    """
    rows = Organisation.objects.select_for_update(no_key=True)
    rows.values_list("pk").get(pk=organisation_id)


def places_of(group: AssetGroup) -> list[Place]:
    """Return the group's places in order."""
    members = GroupMember.objects.filter(group=group).order_by("position")
    return [Place(one.asset_id, one.source_group_id) for one in members]


def rewrite(group: AssetGroup, places: Sequence[Place], *, actor: User | None) -> None:
    """Make these the group's places, numbered 0 to n-1, with one row of history.

    Whoever leaves takes the group's location along; an empty group is switched off.
    A group that grows past `MOST_MEMBERS` is refused as `consist_member_invalid`.
    """
    before = places_of(group)
    if list(places) == before:
        return
    if len(places) > max(len(before), MOST_MEMBERS):
        sentence = f"A group has at most {MOST_MEMBERS} assets."
        raise Refusal("consist_member_invalid", sentence)
    gone = _everybody(before) - _everybody(places)
    _release(group, gone, stay=_everybody(places), actor=actor)
    _store(group, places)
    if group.ephemerality == Ephemerality.PERMANENT:
        _note_permanent(group, {one.asset_id for one in places}, gone, actor=actor)
    history.record_value(
        group,
        "assets",
        old=[str(place.asset_id) for place in before],
        new=[str(place.asset_id) for place in places],
        actor=actor,
    )
    if places:
        AssetGroup.objects.filter(pk=group.pk).update(updated_at=timezone.now())
    else:
        _switch_off(group, actor=actor)
    govern(_everybody([*before, *places]))


def _store(group: AssetGroup, places: Sequence[Place]) -> None:
    """Write the places; rows move below zero first, so no two ever share a position."""
    wanted = {place.asset_id: index for index, place in enumerate(places)}
    members = GroupMember.objects.filter(group=group)
    members.exclude(asset__in=wanted).delete()
    members.update(position=-1 - F("position"))
    stored = {one.asset_id: one for one in members}
    for one in stored.values():
        one.position = wanted[one.asset_id]
    GroupMember.objects.bulk_update(stored.values(), ["position"])
    GroupMember.objects.bulk_create(
        GroupMember(
            group=group,
            asset_id=place.asset_id,
            source_group_id=place.source_group_id,
            position=index,
        )
        for index, place in enumerate(places)
        if place.asset_id not in stored
    )


def _switch_off(group: AssetGroup, *, actor: User | None) -> None:
    """Set a group that has lost its last member inactive, with history."""
    before = group.recorded()
    group.active = False
    group.updated_at = timezone.now()
    group.save(update_fields=["active", "updated_at"])
    history.record_changed(group, before, actor=actor)


def activate(group: AssetGroup) -> None:
    """Note that the group governs from now on: the latest activation wins."""
    group.activated_at = timezone.now()
    AssetGroup.objects.filter(pk=group.pk).update(activated_at=group.activated_at)
    govern(_everybody(places_of(group)))


def deactivate(group: AssetGroup, *, actor: User | None) -> None:
    """Release every member of a group that has been switched off."""
    everybody = _everybody(places_of(group))
    _release(group, everybody, stay=(), actor=actor)
    govern(everybody)


def come_apart(group: AssetGroup, *, actor: User | None) -> None:
    """Let a permanent group that is deleted go; its assets stay where they came in."""
    if group.governed_by is not None:
        _copy_down(group.governed_by, Q(pk=group.pk), actor=actor)
    GroupMember.objects.filter(source_group=group).update(source_group=None)
    govern([group.pk])


def _everybody(places: Iterable[Place]) -> set[int]:
    """Return the assets, and the permanent groups that came in whole."""
    ids: set[int | None] = set()
    for place in places:
        ids |= {place.asset_id, place.source_group_id}
    return {one for one in ids if one is not None}


def _release(
    group: AssetGroup,
    gone: Collection[int],
    *,
    stay: Collection[int],
    actor: User | None,
) -> None:
    """Leave those that go out of the group where it is.

    With a permanent group go the assets that have joined it since; what leaves a
    permanent group that is coupled leaves the train too, unless it is in it itself.
    """
    late = Q(group__in=gone) & ~Q(pk__in=stay)
    _copy_down(group, Q(pk__in=gone) | late, actor=actor)
    if group.ephemerality != Ephemerality.PERMANENT:
        return
    train = AssetGroup.objects.filter(governed=group.pk).first()
    if train is not None:
        coupled = _everybody(places_of(train))
        _copy_down(train, Q(pk__in={*gone} - coupled), actor=actor)


def _copy_down(group: AssetGroup, these: Q, *, actor: User | None) -> None:
    """Leave those that the group governs where the group is (resolution 9)."""
    if not group.location_id:
        return
    governed = AssetGroup.objects.filter(these, governed_by=group)
    elsewhere = governed.exclude(
        location=group.location_id, sub_location=group.sub_location_id
    )
    rows = list(elsewhere.select_for_update(no_key=True).order_by("pk"))
    changed = []
    for row in rows:
        changed.append((row, row.recorded()))
        row.location_id, row.sub_location_id = group.location_id, group.sub_location_id
        row.updated_at = timezone.now()
    AssetGroup.objects.bulk_update(rows, ["location", "sub_location", "updated_at"])
    history.record_all_changed(changed, actor=actor)


def govern(ids: Collection[int]) -> None:
    """Make `governed_by` and `position` of these rows true.

    A temporary group governs before a permanent one, and of several the one that was
    activated last; a permanent group is governed where its members came in with it,
    and so are the assets that have joined it since.
    """
    found = AssetGroup.objects.filter(Q(pk__in=ids) | Q(group__in=ids))
    rows = list(found.only("pk", "group", *GOVERNED).order_by("pk"))
    first: dict[int | None, tuple[int | None, int]] = {}
    for member in _active_memberships(rows):
        for key in (member.asset_id, member.source_group_id):
            first.setdefault(key, (member.group_id, member.position))
    first[None] = None, 0
    changed = []
    for row in rows:
        governing = first.get(row.pk, first[None])
        # Of a permanent group that is coupled: the train, where the group stands.
        group_id, position = first.get(governing[0], governing)
        if (row.governed_by_id, row.position) != (group_id, position):
            row.governed_by_id, row.position = group_id, position  # type: ignore[assignment]
            changed.append(row)
    AssetGroup.objects.bulk_update(changed, GOVERNED)


def _active_memberships(rows: Sequence[AssetGroup]) -> Iterable[GroupMember]:
    """Return the memberships in active groups, the governing one of a row first.

    With them those of the permanent groups that the rows are in.
    """
    ids = {row.pk for row in rows}
    units = {row.group_id for row in rows if row.group_id is not None}
    of_these = Q(asset__in=ids) | Q(source_group__in=ids | units)
    return (
        GroupMember.objects.filter(of_these)
        .filter(group__active=True, group__deleted_at=None)
        .order_by(
            "group__ephemerality",
            F("group__activated_at").desc(nulls_last=True),
            "-group_id",
            "position",
        )
    )


def governs_before(group: AssetGroup, other: AssetGroup) -> bool:
    """Tell which of two active temporary groups governs what is in both."""
    return _since(group) > _since(other)


def _since(group: AssetGroup) -> tuple[datetime, int]:
    return group.activated_at or NEVER, group.pk


def _note_permanent(
    group: AssetGroup, inside: set[int], gone: set[int], *, actor: User | None
) -> None:
    """Show on each asset which permanent group it is in."""
    joined = Q(pk__in=inside) & ~Q(group=group.pk) | Q(pk__in=inside, group=None)
    left = Q(pk__in=gone, group=group.pk)
    found = AssetGroup.objects.filter(joined | left).order_by("pk")
    rows = list(found.select_for_update(no_key=True))
    changed = []
    for row in rows:
        changed.append((row, row.recorded()))
        row.group_id = group.pk if row.pk in inside else None  # type: ignore[assignment]
        row.updated_at = timezone.now()
    AssetGroup.objects.bulk_update(rows, ["group", "updated_at"])
    history.record_all_changed(changed, actor=actor)


def join(group: AssetGroup, ids: Sequence[int], *, actor: User | None) -> None:
    """Put assets at the end of a group; a permanent one replaces the one before.

    Those already in stay where they are.
    """
    before = places_of(group)
    inside = {place.asset_id for place in before}
    added = [Place(one) for one in ids if one not in inside]
    if group.ephemerality == Ephemerality.PERMANENT:
        leave(
            [place.asset_id for place in added],
            AssetGroup.objects.filter(ephemerality=Ephemerality.PERMANENT),
            actor=actor,
        )
    rewrite(group, [*before, *added], actor=actor)


def leave(
    ids: Collection[int],
    groups: AssetGroupQuerySet[AssetGroup],
    *,
    actor: User | None,
) -> None:
    """Take assets out of those of the groups that they are in."""
    for group in groups.filter(members__asset__in=ids).distinct().order_by("pk"):
        places = [one for one in places_of(group) if one.asset_id not in ids]
        rewrite(group, places, actor=actor)
