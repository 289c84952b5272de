"""Work to be done on assets: written down, numbered, closed and counted.

The contract leaves open what is decided here: every member may write; an item need
not be about an asset; its number comes from the organisation's default series unless
another is named, and numbers that assets of the series have are passed over; `type`
is a task unless told; the number and the series stay for good, everything else may
change; closing sets `closed_at`, opening again clears it.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from assets.models import AssetGroup, WorkItem, WorkItemState
from assets.services.creation import free_numbers
from assets.services.membership import lock_groups
from config.api.errors import Refusal, invalid
from organisations.models import Organisation, Prefix, User
from organisations.models.prefix import LARGEST_NUMBER
from organisations.services import history, rows

# A group and a state, and by how much the number of such items changes.
Counts = Counter[tuple[int | None, str]]


@transaction.atomic
def create_work_item(
    *, organisation: Organisation, values: Mapping[str, Any], actor: User
) -> WorkItem:
    """Write down work to be done; without `occurred_at` it came up now.

    An import gives the `number` and `closed_at` of what was numbered and closed
    elsewhere. Raise `group_invalid`, `prefix_invalid`, then ValidationError for other
    values, and `number_in_use`.
    """
    now = timezone.now()
    given = dict(values)
    prefix = _prefix_of(organisation, given.pop("prefix_id", None))
    number = given.pop("number", None)
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
    item.closed_at = None if item.is_open else (item.closed_at or now)
    item.full_clean(exclude={"id", "number", "formatted_number"})
    item.number = _number_of(prefix, number)
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
    if changed.get("state", item.state) == WorkItemState.OPEN:
        # Only what is closed has been closed some time.
        changed.pop("closed_at", None)
    if not changed:
        return item
    before = _place_of(item)
    if "asset_group_id" in changed:
        # Two rows of groups change, which others may hold and wait for the other way.
        lock_groups(item.organisation_id)
        _check_group(item.organisation, changed["asset_group_id"])
    if "state" in changed:
        is_closed = changed["state"] == WorkItemState.CLOSED
        now = changed.get("closed_at") or timezone.now()
        changed["closed_at"] = now if is_closed else None
    item = rows.update(item, {**changed, "updated_by": actor}, actor=actor)
    counts: Counts = Counter({_place_of(item): 1})
    counts[before] -= 1
    _count(counts)
    return item


def set_states(items: Sequence[WorkItem], state: str, *, actor: User) -> None:
    """Open or close items that the caller has locked, in statements for all of them.

    The groups of the organisation are locked, so that no two wait in a ring.
    """
    changed = [item for item in items if item.state != state]
    is_closed = state == WorkItemState.CLOSED
    closed_at = timezone.now() if is_closed else None
    values = {"state": state, "closed_at": closed_at, "updated_by": actor}
    rows.update_all([(item, values) for item in changed], actor=actor)
    by_count: dict[int, list[int]] = defaultdict(list)
    for key, count in Counter(item.asset_group_id for item in changed).items():
        if key is not None:
            by_count[count if is_closed else -count].append(key)
    for more, keys in by_count.items():
        AssetGroup.objects.filter(pk__in=keys).update(
            open_work_item_count=F("open_work_item_count") - more,
            closed_work_item_count=F("closed_work_item_count") + more,
        )


def _number_of(prefix: Prefix, number: int | None) -> int:
    """Return the number asked for, else the next one that nothing has."""
    items = WorkItem.objects.filter(prefix=prefix)
    if number is None:
        ahead = items.filter(number__gt=prefix.last_number)
        return free_numbers(prefix, 1, {*ahead.values_list("number", flat=True)})[0]
    if not 1 <= number <= LARGEST_NUMBER:
        sentence = f"A number from 1 to {LARGEST_NUMBER} is expected."
        raise invalid({"number": [sentence]})
    if items.filter(number=number).exists():
        raise Refusal("number_in_use", "The number is in use.", field="number")
    return number


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
