"""The record of changes, to read."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.timezone import localtime

from organisations.admin.base import ScopedAdmin
from organisations.admin.filters import RowFilter
from organisations.admin.ids import is_id
from organisations.models import Change
from organisations.models.base import Recorded


def recorded_models() -> dict[str, str]:
    """Return the names of the models whose changes are kept, and what they mean."""
    return {
        model._meta.model_name: str(model._meta.verbose_name_plural)
        for model in apps.get_models()
        if issubclass(model, Recorded) and not model._meta.proxy
        if model is not Change and model._meta.model_name
    }


class ModelFilter(admin.SimpleListFilter):
    """Narrows the record to one kind of row."""

    title = "kind of row"
    parameter_name = "model"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer every kind whose changes are kept."""
        return sorted(recorded_models().items(), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the changes of that kind."""
        kind = self.value()
        return queryset.filter(model=kind) if kind else queryset


@admin.register(Change)
class ChangeAdmin(ScopedAdmin):
    """Who changed what; nobody rewrites it."""

    ordering = ("-id",)
    sortable_by = ()
    list_display = (
        "moment",
        "who",
        "action",
        "kind",
        "object_id",
        "field",
        "before",
        "after",
        "organisation",
    )
    list_filter = (
        "action",
        ModelFilter,
        ("organisation", RowFilter),
        ("user", RowFilter),
    )
    list_select_related = ("organisation",)
    search_fields = ("object_id",)
    search_help_text = "The id of a row."
    fields = (
        "at",
        "who",
        "action",
        "model",
        "object_id",
        "field",
        "old",
        "new",
        "request_id",
        "organisation",
    )

    def matching(self, request: HttpRequest, term: str) -> Q:
        """Find the changes of a row, through the index that starts with its kind."""
        if not is_id(term):
            return Q(pk__in=[])
        return Q(model__in=list(recorded_models()), object_id=int(term))

    @admin.display(description="at")
    def moment(self, change: Change) -> str:
        """Keep the moment on one line, however wide the values are."""
        shown = localize(localtime(change.at))
        return format_html('<span class="whitespace-nowrap">{}</span>', shown)

    @admin.display(description="kind of row")
    def kind(self, change: Change) -> str:
        """Call the kind of the row as everything else does."""
        return recorded_models().get(change.model, change.model)

    @admin.display(description="before", empty_value="—")
    def before(self, change: Change) -> str:
        """Shorten the old value to a cell."""
        return shortened(change.old)

    @admin.display(description="after", empty_value="—")
    def after(self, change: Change) -> str:
        """Shorten the new value to a cell."""
        return shortened(change.new)


def shortened(value: object, longest: int = 60) -> str:
    """Return a value as the text of a cell."""
    text = "" if value is None else str(value)
    return text if len(text) <= longest else f"{text[:longest]}…"
