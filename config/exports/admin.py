"""Rows that were chosen in a list of the back office, as a file.

`config.admin` offers this in the lists of `EXPORTED`: apps know nothing of exports.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldBooleanWidget

from assets.models import Asset, AssetGroup, Equipment, WorkItem
from config.api.errors import Refusal
from config.exports.api import sent
from config.exports.selection import Selection
from config.exports.writing import FORMATS
from devices.models import DeviceAsset
from organisations.admin.rights import desk_of
from organisations.models import Organisation
from organisations.services.access import access_to

MOST_ROWS = 10_000
EXPORTED: Mapping[type[Model], str] = {
    Asset: "assets",
    Equipment: "equipment",
    AssetGroup: "groups",
    WorkItem: "work_items",
    DeviceAsset: "devices",
}
NAMES = {"csv": "CSV", "xlsx": "Excel (XLSX)", "jsonl": "JSON Lines"}


class ExportForm(forms.Form):
    """Asks which form the file is to have, and whether it is to have every row."""

    format = forms.ChoiceField(
        choices=[(form, NAMES[form]) for form in FORMATS],
        initial="csv",
        widget=UnfoldAdminRadioSelectWidget,
        help_text="Each of them can be loaded again.",
    )
    select_across = forms.BooleanField(
        label="All rows that match the list, not the chosen ones alone",
        required=False,
        widget=UnfoldBooleanWidget,
    )


@admin.action(description="Export")
def export_rows(
    shown: Any, request: HttpRequest, queryset: QuerySet[Any]
) -> HttpResponseBase | None:
    """Ask for the form of the file, then answer it."""
    form = ExportForm(request.POST if "format" in request.POST else None)
    if not form.is_valid():
        return asked(shown, request, form)
    try:
        return sent(selection_of(shown, request, queryset, form.cleaned_data["format"]))
    except Refusal as refusal:
        shown.message_user(request, refusal.message, messages.ERROR)
        return None


def selection_of(
    shown: Any, request: HttpRequest, queryset: QuerySet[Any], form: str
) -> Selection:
    """Return what goes out; raise the Refusal of what may not, or is too much."""
    plural = shown.opts.verbose_name_plural
    found = queryset.order_by("pk").values_list("pk", "organisation_id")
    pairs = list(found[: MOST_ROWS + 1])
    organisations = {organisation for _, organisation in pairs}
    if not pairs:
        raise Refusal("not_found", f"None of the chosen {plural} is there any more.")
    if len(pairs) > MOST_ROWS:
        sentence = f"At most {MOST_ROWS:,} {plural} are exported at once."
        raise Refusal("invalid_filter", f"{sentence} Narrow the list first.")
    if len(organisations) > 1:
        sentence = f"The chosen {plural} are of {len(organisations)} organisations."
        raise Refusal("invalid_filter", f"{sentence} Export those of one at a time.")
    actor = desk_of(request).actor
    organisation = Organisation.objects.get(pk__in=organisations)
    only = frozenset(key for key, _ in pairs)
    selection = Selection(organisation, actor, EXPORTED[shown.model], form, only=only)
    if not actor.is_superuser:
        selection.check(access_to(actor, organisation.pk))
    return selection


def asked(shown: Any, request: HttpRequest, form: ExportForm) -> HttpResponse:
    """Answer the page that asks for the form of the file."""
    chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
    across = request.POST.get("select_across", "0")
    if not form.is_bound:
        form.initial["select_across"] = across not in {"", "0"}
    context = {
        **shown.admin_site.each_context(request),
        "title": f"Export {shown.opts.verbose_name_plural}",
        "opts": shown.opts,
        "form": form,
        "media": shown.media + form.media,
        "count": len(chosen),
        "checkbox_name": ACTION_CHECKBOX_NAME,
        "chosen_rows": chosen,
        "back_url": request.get_full_path(),
    }
    return TemplateResponse(request, "admin/bulk_export.html", context)
