"""What a change of an asset means for its groups, its fleet and its subscription."""

from collections.abc import Mapping
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


def refuse_fleet_change(
    asset: AssetGroup, values: Mapping[str, Any], group: Any
) -> None:
    """Refuse a fleet that is not the one of the row's groups, or of its members.

    `group` is the one that an asset is to join; the permanent group that it leaves
    by that, or by None, does not count.
    """
    fleet_id = values.get("fleet_id", asset.fleet_id)
    if fleet_id == asset.fleet_id:
        return
    if asset.ephemerality in ALONE:
        groups = GroupMember.objects.filter(asset=asset, group__fleet__isnull=False)
        if group is None or (group is not ABSENT and _is_permanent(group)):
            groups = groups.exclude(group__ephemerality=Ephemerality.PERMANENT)
        if groups.exclude(group__fleet=fleet_id).exists():
            sentence = "The asset is in a group of another fleet."
            raise Refusal("group_not_in_fleet", sentence, field="fleet_id")
        return
    members = AssetGroup.objects.in_group(asset.pk)
    if fleet_id is not None and members.exclude(fleet=fleet_id).exists():
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


def change_group(asset: AssetGroup, group: AssetGroup | None, *, actor: User) -> None:
    """Put the asset at the end of the group; None takes it out of its permanent one."""
    if group is not None:
        join(group, [asset.pk], actor=actor)
    else:
        permanent = AssetGroup.objects.filter(ephemerality=Ephemerality.PERMANENT)
        leave([asset.pk], permanent, actor=actor)


def follow_activity(group: AssetGroup, *, actor: User) -> None:
    """Let the group govern its members from now on, or release them."""
    if group.active:
        activate(group)
    else:
        deactivate(group, actor=actor)
