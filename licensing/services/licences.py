"""Licences: made, changed and deleted, with what hangs on them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from config.api.errors import Refusal
from config.api.snowflake import serial_of
from licensing.models import Allocation, Licence, LicenceMatch, LicenceRole
from licensing.services import words
from licensing.services.seats import release
from organisations.models import Organisation, User
from organisations.services import history, rows

# Of a licence, `type` and `status` are plain members.
PLAIN = {"type": "type", "status": "status"}
GONE = "The licence has just been deleted."


@dataclass(frozen=True, slots=True)
class RoleDraft:
    """A role as a body names it: by its serial, or by the name that it has or gets."""

    id: int | None = None
    name: str | None = None
    note: str | None = None

    def values(self) -> dict[str, Any]:
        """Return the columns that it sets."""
        return _given(name=self.name, note=self.note)


@dataclass(frozen=True, slots=True)
class MatchDraft:
    """A match as a body names it: by its serial, or by its type and text."""

    id: int | None = None
    type: int | None = None
    text: str | None = None

    def values(self) -> dict[str, Any]:
        """Return the columns that it sets."""
        return _given(type=self.type, text=self.text)


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


@transaction.atomic
def create_licence(
    *, organisation: Organisation, values: Mapping[str, Any], actor: User
) -> Licence:
    """Make a licence; `values` by column, references as rows or `..._id`."""
    licence = Licence(organisation=organisation, **values)
    return words.create(licence, actor=actor, **PLAIN)


@transaction.atomic
def update_licence(
    *, licence: Licence, values: Mapping[str, Any], actor: User
) -> Licence:
    """Change a licence; raise `invalid_body` at `count` below the seats taken."""
    licence = locked_licence(licence)
    used = licence.seats_in_use
    if values.get("count", licence.count) < used:
        sentence = f"{used} seats are taken."
        raise Refusal("invalid_body", sentence, field="count")
    return words.update(licence, values, actor=actor, **PLAIN)


@transaction.atomic
def delete_licence(*, licence: Licence, actor: User) -> None:
    """Free the seats and mark the licence as deleted; its history stays."""
    licence = locked_licence(licence)
    release(Allocation.objects.filter(licence=licence), actor=actor)
    licence.refresh_from_db()
    history.record_deleted(licence, actor=actor)
    licence.deleted = True
    licence.save(update_fields=["deleted", "updated_at"])


@transaction.atomic
def restore_licence(*, licence: Licence, actor: User) -> Licence:
    """Bring a deleted licence back, with every seat free."""
    licence = rows.locked(licence)
    if licence.deleted:
        licence.deleted = False
        licence.save(update_fields=["deleted", "updated_at"])
        history.record_restored(licence, actor=actor)
    return licence


def locked_licence(licence: Licence) -> Licence:
    """Read a licence again under its lock; raise `not_found` for a deleted one."""
    found = rows.locked(licence)
    if found.deleted:
        raise Refusal("not_found", GONE)
    return found


@transaction.atomic
def save_roles(
    licence: Licence, drafts: Iterable[RoleDraft], *, actor: User
) -> list[LicenceRole]:
    """Make the roles that are new and change the others; none goes away.

    Raise `invalid_body` at `licence_roles` for an id that is no role of the licence.
    """
    stored = list(LicenceRole.objects.of_licence(licence))
    by_name = {role.name: role for role in stored}
    by_id = {serial_of(role.pk): role for role in stored}
    saved = []
    for draft in drafts:
        found = by_id.get(draft.id) if draft.id else by_name.get(_name(draft.name))
        if draft.id and found is None:
            raise _unknown("Role", draft.id, "licence_roles")
        values = draft.values()
        role = found or LicenceRole(**_of(licence), **values)
        saved.append(_saved(role, values, actor, "licence_roles"))
        by_name[role.name] = role
    return saved


@transaction.atomic
def save_matches(
    licence: Licence, drafts: Iterable[MatchDraft], *, actor: User
) -> list[LicenceMatch]:
    """Make the matches that are new and change those named by id; none goes away.

    Raise `invalid_body` at `licence_match` for an id that is no match of the licence.
    """
    stored = list(LicenceMatch.objects.of_licence(licence))
    by_text = {(match.type, match.text): match for match in stored}
    by_id = {serial_of(match.pk): match for match in stored}
    saved = []
    for draft in drafts:
        same = by_text.get((draft.type or 0, _name(draft.text)))
        found = by_id.get(draft.id) if draft.id else same
        if draft.id and found is None:
            raise _unknown("Match", draft.id, "licence_match")
        values = draft.values()
        match = found or LicenceMatch(**_of(licence), **values)
        saved.append(_saved(match, values, actor, "licence_match"))
        by_text[match.type, match.text] = match
    return saved


def _name(text: str | None) -> str:
    return (text or "").strip()


def _of(licence: Licence) -> dict[str, Any]:
    return {"organisation_id": licence.organisation_id, "licence": licence}


def _unknown(what: str, serial: int, member: str) -> Refusal:
    return Refusal("invalid_body", f"{what} {serial} was not found.", field=member)


def _saved(row: Any, values: Mapping[str, Any], actor: User, member: str) -> Any:
    """Insert or change a part of a licence; what is wrong, the member is to blame."""
    own = dict.fromkeys(("name", "note", "type", "text", "__all__"), member)
    if row.pk is None:
        return words.create(row, actor=actor, **own)
    return words.update(row, values, actor=actor, **own)
