"""Work to be done on assets: written down, numbered, closed and counted.

The contract leaves open what is decided here: every member may write; an item need
not be about an asset; its number comes from the organisation's default series unless
another is named, and numbers that assets of the series have are passed over; `type`
is a task unless told; the number and the series stay for good, everything else may
change; closing sets `closed_at`, opening again clears it.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from assets.models import AssetGroup, WorkItem, WorkItemState
from assets.services.creation import free_numbers
from assets.services.membership import lock_groups
from config.api.errors import Refusal
from organisations.models import Organisation, Prefix, User
from organisations.services import history, rows

# A group and a state, and by how much the number of such items changes.
Counts = Counter[tuple[int | None, str]]


@transaction.atomic
def create_work_item(
    *, organisation: Organisation, values: Mapping[str, Any], actor: User
) -> WorkItem:
    """Write down work to be done; without `occurred_at` it came up now.

    Raise `group_invalid`, `prefix_invalid`, then ValidationError for other values.
    """
    now = timezone.now()
    given = dict(values)
    prefix = _prefix_of(organisation, given.pop("prefix_id", None))
    _check_group(organisation, given.get("asset_group_id"))
    item = WorkItem(
        organisation=organisation,
        prefix=prefix,
        created_by=actor,
        updated_by=actor,
        created_at=now,
        updated_at=now,
        **{"occurred_at": now, **given},
    )
    item.closed_at = None if item.is_open else now
    item.full_clean(exclude={"id", "number", "formatted_number"})
    item.number = free_numbers(prefix, 1, set())[0]
    item.formatted_number = prefix.formatted(item.number)
    item.save(force_insert=True)
    history.record_created([item], actor=actor)
    _count(Counter({_place_of(item): 1}))
    return item


@transaction.atomic
def update_work_item(
    item: WorkItem, values: Mapping[str, Any], *, actor: User
) -> WorkItem:
    """Change an item, and the counts of the groups it leaves and joins."""
    item = rows.locked(item)
    changed = {
        key: value for key, value in values.items() if getattr(item, key) != value
    }
    if not changed:
        return item
    before = _place_of(item)
    if "asset_group_id" in changed:
        # Two rows of groups change, which others may hold and wait for the other way.
        lock_groups(item.organisation_id)
        _check_group(item.organisation, changed["asset_group_id"])
    if "state" in changed:
        is_closed = changed["state"] == WorkItemState.CLOSED
        changed["closed_at"] = timezone.now() if is_closed else None
    item = rows.update(item, {**changed, "updated_by": actor}, actor=actor)
    counts: Counts = Counter({_place_of(item): 1})
    counts[before] -= 1
    _count(counts)
    return item


def _place_of(item: WorkItem) -> tuple[int | None, str]:
    return item.asset_group_id, str(item.state)


def _count(counts: Counts) -> None:
    """Change the counts of the groups concerned, in id order: no two wait in a ring."""
    changes: dict[int, dict[str, Any]] = {}
    for (group_id, state), by in counts.items():
        if group_id is not None and by:
            column = f"{state}_work_item_count"
            changes.setdefault(group_id, {})[column] = F(column) + by
    for group_id in sorted(changes):
        AssetGroup.objects.filter(pk=group_id).update(**changes[group_id])


def _check_group(organisation: Organisation, key: int | None) -> None:
    present = AssetGroup.objects.of(organisation).present()
    if key is not None and not present.filter(pk=key).exists():
        sentence = f"There is no asset or group {key}."
        raise Refusal("group_invalid", sentence, field="asset_group_id")


def _prefix_of(organisation: Organisation, key: int | None) -> Prefix:
    wanted = organisation.default_prefix_id if key is None else key
    usable = Prefix.objects.of(organisation).filter(enabled=True)
    found = usable.filter(pk=wanted).first()
    if found is None:
        sentence = "The series does not exist or is switched off."
        raise Refusal("prefix_invalid", sentence, field="prefix_id")
    return found
