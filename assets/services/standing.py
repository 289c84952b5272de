"""What a change of an asset means for its groups, its fleet and its subscription."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from typing import Any

from assets.ephemerality import ALONE, Ephemerality
from assets.models import AssetGroup, GroupMember
from assets.services.checks import check_subscription_id
from assets.services.drafts import ABSENT
from assets.services.membership import activate, deactivate, join, leave
from assets.services.references import References, reference_id
from config.api.errors import Refusal
from organisations.models import User
from organisations.services.subscriptions import KEY

# What joining and leaving groups changes of a row.
MOVED = ("group_id", "location_id", "sub_location_id")


def refuse_group_elsewhere(
    asset: AssetGroup, body: Mapping[str, object], references: References
) -> None:
    """Refuse a group in `group_id` that is not one of the asset's fleet.

    A group that has a fleet takes the assets of that fleet only (resolution 12); one
    to be joined is of the fleet that the body names, if it names one (contract row
    24). What names no row here is refused with the other references.
    """
    group = references.groups.get(_id_in(body, "group_id") or 0)
    if group is None:
        return
    wanted = _id_in(body, "fleet_id")
    fleet_id = wanted if "fleet_id" in body else asset.fleet_id
    is_bound = group.fleet_id is not None
    if wanted is not None and group.pk != asset.group_id:
        is_bound = True
    if is_bound and group.fleet_id != fleet_id:
        sentence = "The group does not belong to the fleet of the asset."
        raise Refusal("group_not_in_fleet", sentence, field="group_id")


def _id_in(body: Mapping[str, object], key: str) -> int | None:
    """Read an id of the body; None for none and for what is no id."""
    try:
        return reference_id(body.get(key))
    except ValueError:
        return None


class Bonds:
    """Which fleets rows are bound to by groups, read for all rows when it is asked."""

    def __init__(self, keys: Collection[int]) -> None:
        self.keys = keys

    @cached_property
    def of_groups(self) -> Mapping[int, set[tuple[int, bool]]]:
        """The fleets of the groups that assets are in; whether those are permanent."""
        found: dict[int, set[tuple[int, bool]]] = defaultdict(set)
        rows = GroupMember.objects.filter(
            asset__in=self.keys, group__fleet__isnull=False
        ).order_by()
        columns = ("asset_id", "group__fleet_id", "group__ephemerality")
        for key, fleet_id, kind in rows.values_list(*columns):
            found[key].add((fleet_id, kind == Ephemerality.PERMANENT))
        return found

    @cached_property
    def of_members(self) -> Mapping[int, set[int | None]]:
        """The fleets of the assets that groups are made of."""
        found: dict[int, set[int | None]] = defaultdict(set)
        rows = GroupMember.objects.filter(group__in=self.keys).order_by()
        for key, fleet_id in rows.values_list("group_id", "asset__fleet_id").distinct():
            found[key].add(fleet_id)
        return found


def refuse_fleet_change(
    asset: AssetGroup, values: Mapping[str, Any], group: Any, bonds: Bonds
) -> None:
    """Refuse a fleet that is not the one of the row's groups, or of its members.

    `group` is the one that an asset is to join; the permanent group that it leaves
    by that, or by None, does not count.
    """
    fleet_id = values.get("fleet_id", asset.fleet_id)
    if fleet_id == asset.fleet_id:
        return
    if asset.ephemerality in ALONE:
        leaves = group is None or (group is not ABSENT and _is_permanent(group))
        bound = bonds.of_groups.get(asset.pk, set())
        if any(
            one != fleet_id and not (leaves and is_permanent)
            for one, is_permanent in bound
        ):
            sentence = "The asset is in a group of another fleet."
            raise Refusal("group_not_in_fleet", sentence, field="fleet_id")
        return
    members = bonds.of_members.get(asset.pk, set())
    if fleet_id is not None and members - {fleet_id}:
        sentence = "The group has assets of another fleet."
        raise Refusal("asset_not_in_fleet", sentence, field="fleet_id")


def _is_permanent(group: AssetGroup) -> bool:
    return group.ephemerality == Ephemerality.PERMANENT


def new_subscription(
    asset: AssetGroup, body: Mapping[str, object], values: Mapping[str, Any]
) -> int | None:
    """Return the subscription the asset is to have a seat of.

    One that is switched off gives its seat back (resolution 24).
    """
    wanted: int | None = asset.subscription_id
    if KEY in body:
        wanted = check_subscription_id(body[KEY])
    if asset.active and values.get("active") is False:
        return None
    return wanted


def change_groups(
    moves: Sequence[tuple[AssetGroup, AssetGroup | None]], *, actor: User
) -> None:
    """Put each asset at the end of its group; None takes it out of its permanent one.

    In the order given, neighbours that go the same way at once. The rows then show what
    that has changed of them.
    """
    for _, alike in groupby(moves, key=lambda move: move[1] and move[1].pk):
        run = list(alike)
        keys, group = [row.pk for row, _ in run], run[0][1]
        if group is not None:
            join(group, keys, actor=actor)
        else:
            permanent = AssetGroup.objects.filter(ephemerality=Ephemerality.PERMANENT)
            leave(keys, permanent, actor=actor)
    rows = {row.pk: row for row, _ in moves}
    if not rows:
        return
    moved = AssetGroup.objects.filter(pk__in=rows).order_by()
    for key, *values in moved.values_list("pk", *MOVED):
        for name, value in zip(MOVED, values, strict=True):
            setattr(rows[key], name, value)


def follow_activity(group: AssetGroup, *, actor: User) -> None:
    """Let the group govern its members from now on, or release them."""
    if group.active:
        activate(group)
    else:
        deactivate(group, actor=actor)
