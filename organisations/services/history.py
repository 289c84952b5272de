"""Writing the one history: who changed what, from what, to what, when."""

from collections.abc import Iterable, Iterator, Mapping

from django.utils import timezone

from config.api.context import request_id
from organisations.models import Change, User
from organisations.models.base import Recorded

BATCH = 2_000


def _change(row: Recorded, action: str, actor: User | None) -> Change:
    return Change(
        organisation_id=row.history_organisation_id,
        model=str(row._meta.concrete_model._meta.model_name),  # type: ignore[union-attr]
        object_id=row.pk,
        action=action,
        user_id=actor.pk if actor else None,
        who=actor.username if actor else "",
        request_id=request_id.get(),
        at=timezone.now(),
    )


def record_created(rows: Iterable[Recorded], *, actor: User | None) -> None:
    """Leave one row for each new row, with all its values that are set."""
    changes = []
    for row in rows:
        change = _change(row, Change.Action.CREATED, actor)
        change.new = {
            key: value
            for key, value in row.recorded().items()
            if value is not None and value != ""
        }
        changes.append(change)
    Change.objects.bulk_create(changes, batch_size=BATCH)


def record_changed(
    row: Recorded, before: Mapping[str, object], *, actor: User | None
) -> None:
    """Leave one row for each value that differs from those in `before`."""
    record_all_changed([(row, before)], actor=actor)


def record_all_changed(
    rows: Iterable[tuple[Recorded, Mapping[str, object]]], *, actor: User | None
) -> None:
    """Leave one row for each value of each row that differs from those before."""
    changes = [
        change for row, before in rows for change in _differences(row, before, actor)
    ]
    Change.objects.bulk_create(changes, batch_size=BATCH)


def _differences(
    row: Recorded, before: Mapping[str, object], actor: User | None
) -> Iterator[Change]:
    after = row.recorded()
    for key in [*after, *(key for key in before if key not in after)]:
        if before.get(key) == after.get(key):
            continue
        change = _change(row, Change.Action.CHANGED, actor)
        change.field, change.old, change.new = key, before.get(key), after.get(key)
        yield change


def record_links(
    links: Iterable[tuple[Recorded, str, str]], *, actor: User | None
) -> None:
    """Leave one row for each new link of a row: the row, what it is, the other's id."""
    changes = []
    for row, field, new in links:
        change = _change(row, Change.Action.CHANGED, actor)
        change.field, change.new = field, new
        changes.append(change)
    Change.objects.bulk_create(changes, batch_size=BATCH)


def record_value(
    row: Recorded, field: str, *, old: object, new: object, actor: User | None
) -> None:
    """Leave one row for a change that no column of the row shows, such as a link."""
    change = _change(row, Change.Action.CHANGED, actor)
    change.field, change.old, change.new = field, old, new
    change.save(force_insert=True)


def record_deleted(row: Recorded, *, actor: User | None) -> None:
    """Leave one row for a deletion, with the values the row had."""
    change = _change(row, Change.Action.DELETED, actor)
    change.old = row.recorded()
    change.save(force_insert=True)


def record_restored(row: Recorded, *, actor: User | None) -> None:
    """Leave one row for a deletion that was undone."""
    _change(row, Change.Action.RESTORED, actor).save(force_insert=True)
