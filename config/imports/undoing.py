"""Taking a whole import back: what it made goes, what it changed is as it was."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from config.api.errors import Refusal
from config.api.snowflake import SERIAL_MASK
from config.imports import ledger
from config.imports.records import batches
from config.imports.reverting import (
    ASSET,
    Line,
    dissolve,
    is_group,
    model_named,
    reason_against,
    revert,
)
from organisations.models import Change, ImportRun, User
from organisations.services import history

BATCH = 1_000
# Rows whose coming and going stand in the history of another, and which one that is.
PARTS = {
    "device": "asset",
    "software": "asset",
    "devicereference": "asset",
    "integrationlink": "asset",
    "groupmember": "group",
    "allocation": "licence",
    "assettypefield": "type",
    "assettypezone": "type",
    "enumvalue": "field",
    "licencerole": "licence",
    "licencematch": "licence",
    "membership_roles": "membership",
}
# What people have for themselves goes with the row.
PERSONAL = frozenset({"bookmark"})
# What groups keep on their members; the groups' own lines tell of it.
KEPT_BY_GROUPS = frozenset({"group", "governed_by"})


@dataclass(frozen=True, slots=True)
class Kept:
    """A row that stays as the import left it, and why."""

    model: str
    id: int
    row: str
    reason: str


@dataclass
class Undone:
    """What became of an import: rows deleted, rows that are as they were, rows kept."""

    deleted: int = 0
    reverted: int = 0
    kept: list[Kept] = field(default_factory=list)


@transaction.atomic
def undo(noted: ImportRun, *, actor: User, keep_changed: bool = False) -> Undone:
    """Delete what an import made, and give what it changed its old values.

    Rows that were changed since, or that others refer to by now, stand against it:
    then nothing is done, unless `keep_changed` leaves those rows as they are. Raise
    `import_not_undoable` for an import that did nothing or was taken back already.
    """
    free = ImportRun.objects.select_for_update(skip_locked=True)
    locked = free.filter(pk=noted.pk, is_dry_run=False).first()
    if locked is None or locked.state not in {
        ImportRun.State.DONE,
        ImportRun.State.RUNNING,
    }:
        reason = f"Import {noted.pk} has nothing that could be taken back."
        raise Refusal("import_not_undoable", reason)
    work = _Undoing(locked, actor)
    undone = work.look()
    if undone.kept and not keep_changed:
        return undone
    with ledger.named(locked.undo_id):
        work.take_back(undone)
    noted.state = locked.state = ImportRun.State.UNDONE
    noted.undone_at = locked.undone_at = timezone.now()
    noted.undone_by = locked.undone_by = actor.username
    locked.save(update_fields=["state", "undone_at", "undone_by"])
    return undone


@dataclass
class _Undoing:
    """The lines that an import left in the history, by what they are about."""

    noted: ImportRun
    actor: User
    made: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    changed: dict[tuple[str, int], list[Line]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def look(self) -> Undone:
        """Read what the import did, and find what stands against taking it back."""
        last: dict[tuple[str, int], int] = {}
        for line in self._lines():
            about = line.model, line.object_id
            last[about] = line.pk
            if line.action == Change.Action.CREATED:
                self.made[line.model][line.object_id] = line.pk
            elif line.object_id not in self.made[line.model]:
                self.changed[about].append(line)
        reasons = dict(self._changed_since(last))
        for about, lines in self.changed.items():
            if said := next(filter(None, map(self._reason_against, lines)), ""):
                reasons.setdefault(about, said)
        undone = Undone()
        reasons |= self._in_use()
        while reasons:
            # What a row refers to that is kept is kept, too.
            undone.kept += [
                self._kept(*about, reasons[about]) for about in sorted(reasons)
            ]
            reasons = self._in_use()
        return undone

    def _reason_against(self, line: Line) -> str:
        """Say why a line cannot be taken back; leaving a group that goes can."""
        groups = self.made.get(ASSET, {})
        if line.model == ASSET and line.field == "group_id" and line.new:
            return "" if int(line.new) in groups else "Its group stays."
        return reason_against(line)

    def _kept(self, model: str, key: int, reason: str) -> Kept:
        """Leave a row as it is."""
        self.made[model].pop(key, None)
        self.changed.pop((model, key), None)
        row = model_named(model)._base_manager.filter(pk=key).first()
        return Kept(model, key, str(row or key), reason)

    def take_back(self, undone: Undone) -> None:
        """Revert, then delete: what was made last goes first."""
        undone.reverted = revert(
            self.noted.organisation, self.changed, actor=self.actor
        )
        kinds = [model for model, ids in self.made.items() if ids]
        for model in sorted(kinds, key=self._began, reverse=True):
            for keys in batches(sorted(self.made[model], reverse=True), BATCH):
                undone.deleted += self._delete(model_named(model), keys)

    @property
    def _since(self) -> int:
        """An id older than every line of the import."""
        return self.noted.pk & ~SERIAL_MASK

    def _began(self, model: str) -> int:
        """Return when the first row of a kind was made, as the id of its line."""
        return min(self.made[model].values())

    def _lines(self) -> Iterator[Line]:
        found = Change.objects.filter(
            organisation=self.noted.organisation,
            request_id=self.noted.request_id,
            # Lines are younger than the note of the import: no others are read.
            id__gt=self._since,
        )
        columns = ("pk", "model", "object_id", "action", "field", "old", "new")
        for values in found.order_by("id").values_list(*columns).iterator(BATCH):
            yield Line(*values)

    def _changed_since(
        self, last: dict[tuple[str, int], int]
    ) -> Iterator[tuple[tuple[str, int], str]]:
        by_model: dict[str, list[int]] = defaultdict(list)
        for model, key in last:
            by_model[model].append(key)
        # What a later import did and what took it back cancel each other.
        gone = ImportRun.objects.of(self.noted.organisation).filter(
            state=ImportRun.State.UNDONE, pk__gt=self.noted.pk
        )
        without = [name for one in gone for name in (one.request_id, one.undo_id)]
        without.append(self.noted.request_id)
        for model, keys in by_model.items():
            for some in batches(keys, BATCH):
                later = Change.objects.filter(
                    model=model, object_id__in=some, id__gt=self._since
                ).exclude(request_id__in=without)
                rows = later.order_by("id").values_list("object_id", "id", "who", "at")
                for key, pk, who, at in rows:
                    if pk > last[model, key]:
                        reason = (
                            f"{who or 'Somebody'} changed it at {at:%Y-%m-%d %H:%M}."
                        )
                        yield (model, key), reason

    def _in_use(self) -> dict[tuple[str, int], str]:
        """Find rows that are to go, and rows that stay and refer to them."""
        return {
            (model, key): f"Others refer to it: {nouns}."
            for model, ids in list(self.made.items())
            for key, nouns in self._users_of(model, ids)
        }

    def _users_of(self, model: str, ids: Collection[int]) -> Iterator[tuple[int, str]]:
        for relation in model_named(model)._meta.get_fields(include_hidden=True):
            users: Any = relation.related_model
            if not isinstance(relation, models.ManyToOneRel) or users._meta.proxy:
                continue
            name = users._meta.model_name
            column = relation.field.name
            if name in PERSONAL or column == PARTS.get(name):
                continue
            if name == ASSET and column in KEPT_BY_GROUPS:
                continue
            owner = PARTS.get(name, "pk")
            about = name
            if owner != "pk":
                about = _model_name(users._meta.get_field(owner).related_model)
            for some in batches(ids, BATCH):
                found = users._base_manager.filter(**{f"{column}__in": some})
                pairs = found.values_list(relation.field.attname, owner)
                for key, user in pairs.iterator(BATCH):
                    if not self._goes(about, user):
                        yield key, str(users._meta.verbose_name_plural)

    def _goes(self, model: str, key: int) -> bool:
        """Tell whether a row is deleted, or gets the values that it had."""
        return key in self.made.get(model, {}) or (model, key) in self.changed

    def _delete(self, model: Any, keys: Collection[int]) -> int:
        rows = list(model._base_manager.filter(pk__in=keys))
        others = [row for row in rows if not is_group(row)]
        for group in (row for row in rows if is_group(row)):
            dissolve(group, actor=self.actor)
        history.record_all_deleted(others, actor=self.actor)
        model._base_manager.filter(pk__in=keys).delete()
        return len(rows)


def _model_name(model: Any) -> str:
    """Return what the history calls a model."""
    return str(model._meta.concrete_model._meta.model_name)
