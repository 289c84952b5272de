"""Two people on one form: whoever saves later is told what the other has written.

A form carries the number of the last change that the row had when it was drawn. What
was changed since is neither overwritten nor lost: the form comes back with both, and a
second save says that its values are meant.
"""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, QueryDict

from config.api.errors import Refusal
from organisations.admin.forms import BackOfficeForm
from organisations.admin.history import Entry
from organisations.admin.ids import is_id
from organisations.admin.recorded import before, held, input_of, write
from organisations.admin.rights import desk_of
from organisations.models import Change

SEEN = "seen_change"
CHANGED_SINCE = "changed_since"
# Of more changes than these the latest are told.
MOST = 200
SUMMARY = (
    "Somebody has changed this since you opened it, so nothing was saved. "
    "Look at what is said below; saving once more writes what stands here then."
)


def seen_change(request: HttpRequest, row: Any) -> str:
    """Return the number that the form is to carry."""
    remembered = desk_of(request).memory.get(SEEN)
    if remembered is not None:
        return str(remembered)
    if request.method == "POST" and SEEN in request.POST:
        return request.POST[SEEN]
    newest = _changes(row).order_by("-id").values_list("pk", flat=True).first()
    return str(newest or 0)


def refuse_overwriting(
    admin: Any, request: HttpRequest, row: Any, form: BackOfficeForm
) -> None:
    """Raise `changed_since` where the form would undo what came in between.

    The row is locked and read again: what differs from it was typed, or is out of
    date. Inputs that were left alone take over what was written meanwhile.
    """
    if SEEN not in request.POST:
        return
    given = request.POST[SEEN]
    later = _changes(row).filter(pk__gt=int(given) if is_id(given) else 0)
    between = list(later.order_by("-id")[:MOST])
    clashing = [one for one in between if input_of(form, one) in form.changed_data]
    if not clashing:
        return
    clashes: dict[str, list[Entry]] = {}
    for entry in admin.entries(request, row, clashing):
        clashes.setdefault(str(input_of(form, entry.change)), []).append(entry)
    desk_of(request).memory[SEEN] = between[0].pk
    data = request.POST.copy()
    said = {name: [_sentence(data, form, name, one)] for name, one in clashes.items()}
    request.POST = data  # type: ignore[assignment] # what the form is drawn from again
    errors = {"non_field_errors": [SUMMARY], **said}
    raise Refusal(CHANGED_SINCE, SUMMARY, errors=errors)


def _changes(row: Any) -> Any:
    kind = row._meta.concrete_model._meta.model_name
    changed = Change.objects.filter(model=kind, object_id=row.pk)
    return changed.filter(action=Change.Action.CHANGED)


def _sentence(
    data: QueryDict, form: BackOfficeForm, name: str, entries: Sequence[Entry]
) -> str:
    """Tell what was written; leave what was typed, or let it follow if nothing was."""
    opened_with: Any = held(form, name)
    for entry in entries:
        opened_with = before(form, name, entry.change, opened_with)
    latest, old = entries[0].change, entries[-1].lines[0].old
    who, at = latest.who or "Somebody", f"{latest.at:%Y-%m-%d %H:%M:%S}"
    told = f"{who} changed this from {old} to {entries[0].lines[0].new} at {at}."
    if form.fields[name].has_changed(opened_with, form[name].data):
        return f"{told} What you typed still stands here."
    write(data, form, name)
    return f"{told} You had left it alone, so the new value stands here now."
