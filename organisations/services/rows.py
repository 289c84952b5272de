"""What every write does: check the row, store it, leave history; or refuse."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils import timezone

from config.api.errors import Refusal
from organisations.models import User
from organisations.models.base import Recorded
from organisations.services import history

R = TypeVar("R", bound=Recorded)

COUNTED = 1_000
BATCH = 500


def locked(row: R) -> R:
    """Read the row again under a lock that lasts until the transaction ends.

    What it holds now is what rules compare with and what history calls old. Raises
    `not_found` when somebody has just deleted it.
    """
    # Rows that refer to this one may come and go meanwhile.
    lockable = type(row)._base_manager.select_for_update(no_key=True)
    found = lockable.filter(pk=row.pk).first()
    if found is None:
        raise Refusal("not_found", "It has just been deleted.")
    return found


@transaction.atomic
def create(row: R, *, actor: User | None) -> R:
    """Validate and insert a new row; raise ValidationError naming what is wrong."""
    row.full_clean(exclude={"id"})
    row.save(force_insert=True)
    history.record_created([row], actor=actor)
    return row


@transaction.atomic
def update(
    row: R,
    values: Mapping[str, Any],
    *,
    actor: User | None,
    is_checked: bool = False,
) -> R:
    """Set the values given; a row that does not change is not written.

    The row must be fresh: its attributes are what history calls the old values.
    `is_checked` tells that the caller's service has checked the values itself.
    """
    before = row.recorded()
    for name, value in values.items():
        setattr(row, name, value)
    if not is_checked:
        row.full_clean(exclude={"id"})
    after = row.recorded()
    changed = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    if not changed:
        return row
    if hasattr(row, "updated_at"):
        row.updated_at = timezone.now()
    # What history leaves out may have been set beside what it keeps.
    row.save(update_fields=columns_to_save(row, changed | values.keys()))
    history.record_changed(row, before, actor=actor)
    return row


@transaction.atomic
def update_all(
    changes: Sequence[tuple[R, Mapping[str, Any]]], *, actor: User | None
) -> None:
    """Set values of many rows of one model, in statements for all of them.

    The rows must be fresh and the values checked; rows that stay as they are are not
    written.
    """
    changed: list[tuple[R, Mapping[str, object]]] = []
    columns: set[str] = set()
    for row, values in changes:
        before = row.recorded()
        for name, value in values.items():
            setattr(row, name, value)
        after = row.recorded()
        different = {
            key for key in {*before, *after} if before.get(key) != after.get(key)
        }
        if different:
            changed.append((row, before))
            columns.update(columns_to_save(row, different))
    if not changed:
        return
    for row, _ in changed:
        _derive(row)
    written = [row for row, _ in changed]
    manager = type(written[0])._base_manager
    manager.bulk_update(written, sorted(columns), batch_size=BATCH)
    history.record_all_changed(changed, actor=actor)


def _derive(row: Recorded) -> None:
    """Set what is derived from other columns, which a bulk update does not do."""
    for field in row._meta.concrete_fields:
        if hasattr(field, "source"):
            field.pre_save(row, add=False)
        elif field.name == "updated_at":
            setattr(row, field.name, timezone.now())


def columns_to_save(row: Recorded, changed: Collection[str]) -> list[str]:
    """Name the changed columns and those that are derived from them.

    Of a key such as `fields/5` the part before the slash is the column.
    """
    changed = {key.partition("/")[0] for key in changed}
    return [
        field.name
        for field in row._meta.concrete_fields
        if {field.name, field.attname} & changed
        or getattr(field, "source", None) in changed
        or field.name == "updated_at"
    ]


@transaction.atomic
def delete(row: Recorded, *, actor: User | None) -> None:
    """Delete a row for good; raise `in_use` with counts while others refer to it."""
    refuse_uses(uses_of(row))
    history.record_deleted(row, actor=actor)
    row.delete()


def uses_of(row: models.Model) -> dict[str, int]:
    """Count the rows of each kind that protect this one, up to 1,000 of a kind."""
    counts: dict[str, int] = {}
    for relation in row._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel):
            continue
        if relation.on_delete is not models.PROTECT:
            continue
        model: Any = relation.related_model
        users = model._base_manager.filter(**{relation.field.name: row})
        if count := users.order_by()[:COUNTED].count():
            name = str(model._meta.verbose_name_plural)
            counts[name] = counts.get(name, 0) + count
    return counts


def refuse_uses(uses: Mapping[str, int]) -> None:
    """Raise `in_use` with the counts, if there are any."""
    uses = {name: count for name, count in uses.items() if count}
    if not uses:
        return
    summary = ", ".join(f"{count} {name}" for name, count in uses.items())
    raise Refusal(
        "in_use",
        f"The row is still in use: {summary}.",
        errors={name: [str(count)] for name, count in uses.items()},
    )
