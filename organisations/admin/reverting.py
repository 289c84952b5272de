"""Taking one change back: the old value goes in by the way of every other value."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path

from config.api.errors import Refusal, as_refusal
from organisations.admin.addresses import name_of, page_of
from organisations.admin.base import gone
from organisations.admin.forms import REFUSED, BackOfficeForm
from organisations.admin.history import HistoryMixin, Offer, changes_of
from organisations.admin.ids import is_id
from organisations.admin.recorded import before, form_of, held, input_of, stands
from organisations.models import Change


class RevertingMixin(HistoryMixin):
    """Takes back changes of values that the form of the row writes."""

    def get_urls(self) -> list[Any]:
        """Add the page that asks whether a change is to be taken back."""
        address = path(
            "<path:object_id>/history/<str:change_id>/revert/",
            self.admin_site.admin_view(self.revert_view),
            name=name_of(self.model, "revert"),
        )
        return [address, *super().get_urls()]  # type: ignore[misc]

    def offers(
        self, request: HttpRequest, row: Any, changes: Iterable[Change]
    ) -> Mapping[int, Offer]:
        """Offer to take back what still stands; one form tells of all changes."""
        me: Any = self
        if not me.has_change_permission(request, row):
            return {}
        form, found = form_of(self, request, row), {}
        for change in changes:
            name = input_of(form, change)
            if name is not None:
                is_standing = stands(form, name, change)
                url = page_of(row, "revert", change.pk) if is_standing else ""
                found[change.pk] = Offer(url)
        return found

    def revert_view(
        self, request: HttpRequest, object_id: str, change_id: str
    ) -> HttpResponse:
        """Ask first; then write the old value back, or say why not."""
        me: Any = self
        row = me.get_object(request, unquote(object_id))
        if row is None:
            return gone(me, request, object_id)
        key = int(change_id) if is_id(change_id) else 0
        change = changes_of(row, request).filter(pk=key).first()
        if change is None:
            raise Http404
        if not self.may_take_back(request, row, change):
            raise PermissionDenied
        if request.method != "POST":
            return self.ask(request, row, change)
        try:
            self.take_back(request, row, change)
        except REFUSED as error:
            refusal = as_refusal(error)
            sentence = f"Nothing was changed. {refusal and refusal.message}"
            me.message_user(request, sentence, messages.ERROR)
        else:
            me.message_user(request, "The change was taken back.", messages.SUCCESS)
        return HttpResponseRedirect(page_of(row, "history"))

    def may_take_back(self, request: HttpRequest, row: Any, change: Change) -> bool:
        """Tell whether the person may write what was changed."""
        me: Any = self
        return bool(me.has_change_permission(request, row))

    def ask(self, request: HttpRequest, row: Any, change: Change) -> HttpResponse:
        """Answer the page that shows what would be written, or why it cannot be."""
        reason = ""
        try:
            self.refuse_taking_back(request, row, change)
        except Refusal as refusal:
            reason = refusal.message
        context = {
            **self.admin_site.each_context(request),
            "title": "Take back a change",
            "subtitle": str(row),
            "entry": self.entries(request, row, [change])[0],
            "reason": reason,
            "back_url": page_of(row, "history"),
            "object": row,
            "opts": self.opts,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/revert.html", context)

    def refuse_taking_back(
        self, request: HttpRequest, row: Any, change: Change
    ) -> None:
        """Raise Refusal where a change cannot be taken back any more."""
        self.input_to_revert(form_of(self, request, row), request, row, change)

    def input_to_revert(
        self, form: BackOfficeForm, request: HttpRequest, row: Any, change: Change
    ) -> str:
        """Return the input that a change is taken back by; raise Refusal for none."""
        name = input_of(form, change)
        if name is None:
            sentence = "This is not a change of a value that is written here."
            raise Refusal("not_revertible", sentence)
        if not stands(form, name, change):
            refuse_overwritten(request, row, change)
        return name

    @transaction.atomic
    def take_back(self, request: HttpRequest, row: Any, change: Change) -> None:
        """Write what was there before the change; raise what the services refuse."""
        me: Any = self
        row = me.get_object(request, str(row.pk))
        if row is None:
            raise Refusal("not_found", "It has just been deleted.")
        form = form_of(self, request, row, data={})
        name = self.input_to_revert(form, request, row, change)
        value = before(form, name, change, held(form, name))
        for other, field in form.fields.items():
            field.disabled = True
            form.initial[other] = held(form, other)
        form.initial[name] = value
        form.full_clean()
        _refuse_unusable(form, name)
        form.changed_data = [name]
        me.update_row(request, row, form)


def refuse_overwritten(request: HttpRequest, row: Any, change: Change) -> None:
    """Refuse to take back what a later change of the value has replaced."""
    later = changes_of(row, request).filter(pk__gt=change.pk, field=change.field)
    if later.exists():
        raise Refusal("changed_since", "The value has been changed since.")


def _refuse_unusable(form: BackOfficeForm, name: str) -> None:
    """Refuse an old value that the input would not take any more."""
    if form.has_error(name, "invalid_choice"):
        label = form.fields[name].label or name
        sentence = f"What it named before as {label} is not there any more."
        raise Refusal("not_found", sentence)
    if form.has_error(name):
        raise Refusal("invalid_body", str(form.errors[name][0]), field=name)
