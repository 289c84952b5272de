"""Filters of lists."""

from typing import Any

from django.http import HttpRequest
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.contrib.filters.forms import AutocompleteDropdownForm
from unfold.widgets import UnfoldAdminSelectWidget

from organisations.admin.ids import is_id
from organisations.admin.rights import desk_of
from organisations.admin.widgets import Search
from organisations.models import Organisation

ORGANISATION = "organisation"
CHOSEN_ORGANISATION = "organisation__id__exact"
MOST_OFFERED = 100


class ScopedForm(AutocompleteDropdownForm):  # type: ignore[misc]
    """Shows the chosen row only where the person sees it.

    Others are searched for in the organisation that the list is narrowed to.
    """

    widget = Search

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_admin, request = kwargs["model_admin"], kwargs["request"]
        field = self.fields[kwargs["name"]]
        related = kwargs["field"].related_model
        scoped = model_admin.admin_site.get_model_admin(related)
        field.queryset = scoped.get_queryset(request)
        if related is Organisation:
            offer_few(field)
        chosen = request.GET.get(CHOSEN_ORGANISATION, "")
        if is_id(chosen) and ORGANISATION in getattr(scoped, "narrowed_by", ()):
            field.widget.common = {ORGANISATION: int(chosen)}


def offer_few(field: Any) -> None:
    """Offer few rows in a list, which needs no script."""
    rows = list(field.queryset.order_by("name", "pk")[: MOST_OFFERED + 1])
    if len(rows) > MOST_OFFERED:
        return
    field.widget = UnfoldAdminSelectWidget()
    field.widget.choices = [("", "All"), *((row.pk, str(row)) for row in rows)]


class RowFilter(AutocompleteSelectFilter):  # type: ignore[misc]
    """Narrows a list to one row of another list."""

    form_class = ScopedForm

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Find nothing at once for a row that is not there or not the person's."""
        if self.lookup_val_isnull == "True":
            return self.without(queryset)
        chosen = self.value() or ""
        related = self.model_admin.admin_site.get_model_admin(self.field.related_model)
        if is_id(chosen) and not related.get_queryset(request).filter(pk=chosen):
            return queryset.none()
        return self.narrowed(request, queryset)

    def narrowed(self, request: HttpRequest, queryset: Any) -> Any:
        """Return the rows that refer to the chosen one."""
        return super().queryset(request, queryset)

    def without(self, queryset: Any) -> Any:
        """Return the rows that refer to none."""
        return queryset.filter(**{self.field_path: None})


def listed_organisation(request: HttpRequest) -> Organisation | None:
    """Return the one that the list is narrowed to, or the only one there is."""
    desk = desk_of(request)
    if ORGANISATION not in desk.memory:
        offered = Organisation.objects.staffed_by(desk.actor)
        chosen = request.GET.get(CHOSEN_ORGANISATION, "")
        if chosen:
            offered = offered.filter(pk=int(chosen) if is_id(chosen) else 0)
        first = list(offered.order_by("pk")[:2])
        desk.memory[ORGANISATION] = first[0] if len(first) == 1 else None
    found: Organisation | None = desk.memory[ORGANISATION]
    return found
