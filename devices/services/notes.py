"""Lines of an asset's history that somebody writes by hand (POST /AssetChange)."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from assets.models import AssetGroup
from config.api.context import request_id
from config.api.errors import Refusal
from licensing.services.words import in_words
from organisations.fields import refuse_unstorable
from organisations.models import Change, User

LONGEST_VALUE = 16_000
MEMBERS = {"field": "field_name", "at": "datetime"}


@dataclass(frozen=True, slots=True)
class Note:
    """What a line says; without who and when it is the actor, now."""

    field_name: str = ""
    old_value: str = ""
    new_value: str = ""
    who: str = ""
    at: datetime | None = None


@transaction.atomic
def add_note(asset: AssetGroup, note: Note, *, actor: User) -> Change:
    """Leave a line that is marked as written by hand (`action` is `noted`)."""
    change = Change(
        organisation_id=asset.organisation_id,
        model="assetgroup",
        object_id=asset.pk,
        action=Change.Action.NOTED,
        user=actor,
        request_id=request_id.get(),
    )
    _fill(change, note, actor)
    change.save(force_insert=True)
    return change


@transaction.atomic
def update_note(change: Change, note: Note, *, actor: User) -> Change:
    """Change a line that was written by hand.

    Raise `not_noted` for one that the register has recorded itself.
    """
    row = Change.objects.select_for_update(no_key=True).get(pk=change.pk)
    if row.action != Change.Action.NOTED:
        sentence = "What the register has recorded cannot be altered."
        raise Refusal("not_noted", sentence, field="id")
    _fill(row, note, actor)
    row.save(update_fields=["field", "old", "new", "who", "at"])
    return row


def _fill(change: Change, note: Note, actor: User) -> None:
    change.field = note.field_name
    change.old, change.new = note.old_value or None, note.new_value or None
    change.who = note.who or actor.username
    change.at = note.at or timezone.now()
    for name in ("field_name", "old_value", "new_value", "who"):
        _check_text(name, getattr(note, name))
    try:
        change.clean_fields(exclude={"id", "user", "organisation", "transaction"})
    except ValidationError as error:
        raise in_words(error, **MEMBERS) from error


def _check_text(name: str, text: str) -> None:
    try:
        refuse_unstorable(text)
    except ValidationError as error:
        raise Refusal("invalid_body", error.messages[0], field=name) from error
    if len(text) > LONGEST_VALUE:
        sentence = f"At most {LONGEST_VALUE} characters are kept."
        raise Refusal("invalid_body", sentence, field=name)
