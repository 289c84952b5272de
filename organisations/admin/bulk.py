"""Many rows of a list changed at once: chosen, asked for a value, shown, confirmed.

The pages carry the ids of the chosen rows with the moments of their last changes. What
was changed since it was shown is told, and shown again before anything is written.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IS_POPUP_VAR
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path

from config.api.errors import as_refusal
from organisations.admin.addresses import address_of, name_of
from organisations.admin.base import ScopedAdmin
from organisations.admin.bulk_actions import (
    BulkAction,
    Chosen,
    summary_of,
    warnings_about,
)
from organisations.admin.forms import REFUSED
from organisations.admin.rights import desk_of
from organisations.admin.seen import read_seen, written_seen
from organisations.models import Organisation
from organisations.services.seen import Seen

MOST_SHOWN = 50
# What is done with the chosen rows, by the name of the button.
STEPS = ("preview", "without", "confirm")


class BulkAdmin(ScopedAdmin):
    """Offers to change many rows of the list at once, where the person may change them.

    Rows of several organisations are not changed together: what a row may refer to is
    its organisation's.
    """

    permission: ClassVar[str | None] = None
    bulk_actions: ClassVar[Sequence[BulkAction]] = ()

    def offers_bulk(self, request: HttpRequest) -> bool:
        """Tell whether the list's rows can be changed at once."""
        is_popup = IS_POPUP_VAR in request.GET
        return not is_popup and desk_of(request).may_somewhere(self.permission)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Offer what can be done to the chosen rows."""
        found: dict[str, Any] = super().get_actions(request)
        if self.offers_bulk(request):
            for one in self.bulk_actions:
                found[one.name] = (partial(start, action=one), one.name, one.title)
        return found

    def get_urls(self) -> list[Any]:
        """Add the pages of each action."""
        pages = [
            path(
                f"bulk/{one.name}/",
                self.admin_site.admin_view(partial(self.bulk_view, action=one)),
                name=name_of(self.model, one.name),
            )
            for one in self.bulk_actions
        ]
        return pages + list(super().get_urls())

    def bulk_view(self, request: HttpRequest, action: BulkAction) -> HttpResponse:
        """Ask, show what would become of the rows, or write it."""
        if request.method != "POST":
            return self.to_bulk_list(request)
        given = read_seen(request.POST.get("rows", ""))
        chosen = self.bulk_chosen(request, action, given)
        if chosen is None:
            return self.to_bulk_list(request)
        step = next((one for one in STEPS if one in request.POST), "")
        form = action.form(self, chosen.organisation, request.POST if step else None)
        if not step or not form.is_valid():
            return self.bulk_asked(request, chosen, form)
        if step == "confirm" and not chosen.gone and not chosen.changed:
            if self.is_bulk_written(request, chosen, form):
                return self.to_bulk_list(request)
            chosen = self.bulk_chosen(request, action, given)
            if chosen is None:
                return self.to_bulk_list(request)
        return self.bulk_shown(request, chosen, form, without=step == "without")

    def bulk_chosen(
        self, request: HttpRequest, action: BulkAction, given: Seen
    ) -> Chosen | None:
        """Return the rows as they are now, told apart from how they were seen."""
        keys = list(given)[: action.most + 1]
        found = self.get_queryset(request).filter(pk__in=keys).order_by("pk")
        chosen = self.bulk_rows(request, action, list(found))
        if chosen is not None:
            chosen.gone = len(keys) - len(chosen.rows)
            now = chosen.seen
            chosen.changed = [
                one for one in chosen.rows if given[one.pk] != now[one.pk]
            ]
        return chosen

    def bulk_rows(
        self, request: HttpRequest, action: BulkAction, rows: list[Any]
    ) -> Chosen | None:
        """Return rows that may be changed together, or say why they may not."""
        plural = self.opts.verbose_name_plural
        organisations = {row.organisation_id for row in rows}
        first = Organisation.objects.filter(pk__in=list(organisations)[:1]).first()
        sentence = ""
        if first is None:
            sentence = f"None of the chosen {plural} is there any more."
        elif len(rows) > action.most:
            sentence = f"At most {action.most:,} {plural} are changed at once."
        elif len(organisations) > 1:
            sentence = (
                f"The chosen {plural} are of {len(organisations)} organisations. "
                "Change those of one at a time; the filter by organisation helps."
            )
        elif not desk_of(request).may(self.permission, first.pk):
            sentence = f"You may not change {plural} of {first}."
        if first is None or sentence:
            self.message_user(request, sentence, messages.ERROR)
            return None
        return Chosen(action, first, rows)

    def bulk_asked(
        self, request: HttpRequest, chosen: Chosen, form: forms.Form
    ) -> HttpResponse:
        """Answer the page that asks for the value."""
        return self.bulk_page(request, chosen, form, {"is_asking": True})

    def bulk_shown(
        self, request: HttpRequest, chosen: Chosen, form: Any, *, without: bool
    ) -> HttpResponse:
        """Answer the page that shows what would become of each row."""
        value = form.cleaned_data
        try:
            outcomes = chosen.action.outcomes(chosen.organisation, chosen.rows, value)
        except REFUSED as error:
            refusal = as_refusal(error)
            form.add_error(None, str(refusal and refusal.message))
            return self.bulk_asked(request, chosen, form)
        if without:
            outcomes = [one for one in outcomes if not one.refusal]
            chosen.rows = [one.row for one in outcomes]
        refused = [one for one in outcomes if one.refusal]
        changing = [one for one in outcomes if one.is_change]
        listed = (refused + changing) or outcomes
        more = {
            "outcomes": listed[:MOST_SHOWN],
            "more": max(len(listed) - MOST_SHOWN, 0),
            "changing": len(changing),
            "changing_noun": self.bulk_noun(len(changing)),
            "refused": len(refused),
            "summary": summary_of(len(outcomes), len(changing), len(refused)),
            "has_notes": any(one.note for one in listed[:MOST_SHOWN]),
        }
        return self.bulk_page(request, chosen, form, more)

    def is_bulk_written(self, request: HttpRequest, chosen: Chosen, form: Any) -> bool:
        """Write what was shown, all or nothing; say why not."""
        actor, action = desk_of(request).actor, chosen.action
        try:
            action.write(self, chosen.organisation, chosen.seen, form, actor)
        except REFUSED as error:
            refusal = as_refusal(error)
            sentence = f"Nothing was changed. {refusal and refusal.message}"
            self.message_user(request, sentence, messages.ERROR)
            return False
        count = len(chosen.rows)
        sentence = f"{action.title}: done for {count:,} {self.bulk_noun(count)}."
        self.message_user(request, sentence, messages.SUCCESS)
        return True

    def bulk_page(
        self, request: HttpRequest, chosen: Chosen, form: Any, more: Mapping[str, Any]
    ) -> HttpResponse:
        """Answer a page about the chosen rows."""
        count = len(chosen.rows)
        own = {"csrfmiddlewaretoken", "rows", "back", *STEPS}
        context = {
            **self.admin_site.each_context(request),
            "title": f"{chosen.action.title}: {count:,} {self.bulk_noun(count)}",
            "opts": self.opts,
            "form": form,
            "media": self.media + form.media,
            "chosen": {"Organisation": chosen.organisation},
            "warnings": list(warnings_about(chosen)),
            "rows": written_seen(chosen.seen),
            "kept": [pair for pair in request.POST.items() if pair[0] not in own],
            "back": self.bulk_query(request),
            "back_url": self.bulk_list_url(request),
            "action_url": address_of(self.model, chosen.action.name),
            **more,
        }
        return TemplateResponse(request, "admin/bulk.html", context)

    def bulk_noun(self, count: int) -> str:
        """Return what so many rows are called."""
        names = self.opts.verbose_name, self.opts.verbose_name_plural
        return str(names[count != 1])

    def bulk_query(self, request: HttpRequest) -> str:
        """Return what the list was narrowed by when rows were chosen."""
        return request.POST.get("back", request.GET.urlencode())

    def bulk_list_url(self, request: HttpRequest) -> str:
        """Return the address of the list that rows were chosen from."""
        address, query = address_of(self.model, "changelist"), self.bulk_query(request)
        return f"{address}?{query}" if query else address

    def to_bulk_list(self, request: HttpRequest) -> HttpResponse:
        """Lead back to the list."""
        return HttpResponseRedirect(self.bulk_list_url(request))


def start(
    admin: BulkAdmin, request: HttpRequest, rows: QuerySet[Any], *, action: BulkAction
) -> HttpResponse | None:
    """Answer the first page about rows that were chosen in the list."""
    found = list(rows.select_related(None).order_by("pk")[: action.most + 1])
    chosen = admin.bulk_rows(request, action, found)
    if chosen is None:
        return None
    form = action.form(admin, chosen.organisation)
    across = {"action": action.name, "select_across": "1", ACTION_CHECKBOX_NAME: "0"}
    is_across = request.POST.get("select_across", "0") not in {"", "0"}
    more = {"is_asking": True, "across": {} if is_across else across}
    return admin.bulk_page(request, chosen, form, more)
