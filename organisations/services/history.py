"""Writing the one history: who changed what, from what, to what, when."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.utils import timezone

from config.api.context import request_id
from organisations.models import Change, User
from organisations.models.base import Recorded

BATCH = 2_000

_leaves_lines: ContextVar[bool] = ContextVar("leaves_lines", default=True)


@contextmanager
def leaving_none() -> Iterator[None]:
    """Write no lines of many rows, in the body of what is to be taken back anyway."""
    token = _leaves_lines.set(False)
    try:
        yield
    finally:
        _leaves_lines.reset(token)


def leaves_lines() -> bool:
    """Tell whether lines of many rows are to be written."""
    return _leaves_lines.get()


def _change(row: Recorded, action: str, actor: User | None, **values: object) -> Change:
    """Return the line about a row; `values` are what it tells of the change."""
    return next(_changes([(row, values)], action, actor))


def _changes(
    told: Iterable[tuple[Recorded, Mapping[str, object]]],
    action: str,
    actor: User | None,
) -> Iterator[Change]:
    """Return a line about each row, all by one actor at one moment."""
    shared = {
        "action": action,
        "user_id": actor.pk if actor else None,
        "who": actor.username if actor else "",
        "request_id": request_id.get(),
        "at": timezone.now(),
    }
    for row, values in told:
        model: Any = row._meta.concrete_model
        about = {
            "organisation_id": row.history_organisation_id,
            "model": model._meta.model_name,
            "object_id": row.pk,
        }
        yield Change.of_columns({**shared, **about, **values})


def record_created(rows: Iterable[Recorded], *, actor: User | None) -> None:
    """Leave one row for each new row, with all its values that are set."""
    record(lines_of_created(rows, actor=actor))


def lines_of_created(rows: Iterable[Recorded], *, actor: User | None) -> list[Change]:
    """Return what `record` is to leave of new rows; reads nothing, writes nothing."""
    told = ((row, {"new": _set_values(row)}) for row in rows)
    return list(_changes(told, Change.Action.CREATED, actor))


def record(lines: Iterable[Change]) -> None:
    """Leave the lines, many in one statement."""
    if leaves_lines():
        Change.objects.bulk_create(lines, batch_size=BATCH)


def _set_values(row: Recorded) -> dict[str, object]:
    values = row.recorded().items()
    return {key: value for key, value in values if value is not None and value != ""}


def record_changed(
    row: Recorded, before: Mapping[str, object], *, actor: User | None
) -> None:
    """Leave one row for each value that differs from those in `before`."""
    record_all_changed([(row, before)], actor=actor)


def record_all_changed(
    rows: Iterable[tuple[Recorded, Mapping[str, object]]], *, actor: User | None
) -> None:
    """Leave one row for each value of each row that differs from those before."""
    told = ((row, one) for row, before in rows for one in _differences(row, before))
    record(_changes(told, Change.Action.CHANGED, actor))


def _differences(
    row: Recorded, before: Mapping[str, object]
) -> Iterator[dict[str, object]]:
    after = row.recorded()
    for key in [*after, *(key for key in before if key not in after)]:
        old, new = before.get(key), after.get(key)
        if old != new:
            yield {"field": key, "old": old, "new": new}


def record_links(
    links: Iterable[tuple[Recorded, str, str]], *, actor: User | None
) -> None:
    """Leave one row for each new link of a row: the row, what it is, the other's id."""
    told = ((row, {"field": field, "new": new}) for row, field, new in links)
    record(_changes(told, Change.Action.CHANGED, actor))


def record_value(
    row: Recorded, field: str, *, old: object, new: object, actor: User | None
) -> None:
    """Leave one row for a change that no column of the row shows, such as a link."""
    change = _change(row, Change.Action.CHANGED, actor, field=field, old=old, new=new)
    change.save(force_insert=True)


def record_deleted(row: Recorded, *, actor: User | None) -> None:
    """Leave one row for a deletion, with the values the row had."""
    change = _change(row, Change.Action.DELETED, actor, old=row.recorded())
    change.save(force_insert=True)


def record_all_deleted(rows: Iterable[Recorded], *, actor: User | None) -> None:
    """Leave one row for each deletion, with the values the row had."""
    told = ((row, {"old": row.recorded()}) for row in rows)
    record(_changes(told, Change.Action.DELETED, actor))


def record_restored(row: Recorded, *, actor: User | None) -> None:
    """Leave one row for a deletion that was undone."""
    _change(row, Change.Action.RESTORED, actor).save(force_insert=True)


def record_values(
    told: Iterable[tuple[Recorded, str, object, object]], *, actor: User | None
) -> None:
    """Leave one row for each value: the row, what it is called, the old, the new."""
    lines = (
        (row, {"field": field, "old": old, "new": new}) for row, field, old, new in told
    )
    record(_changes(lines, Change.Action.CHANGED, actor))


def record_read(row: Recorded, field: str, *, actor: User) -> None:
    """Leave one row for a secret that somebody looked at; never what it is."""
    _change(row, Change.Action.READ, actor, field=field).save(force_insert=True)
