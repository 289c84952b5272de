"""Filters of lists."""

from typing import Any

from django.http import HttpRequest
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.contrib.filters.forms import AutocompleteDropdownForm

from organisations.admin.ids import is_id
from organisations.admin.widgets import Search


class ScopedForm(AutocompleteDropdownForm):  # type: ignore[misc]
    """Shows the chosen row only where the person sees it."""

    widget = Search

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_admin, request = kwargs["model_admin"], kwargs["request"]
        field = self.fields[kwargs["name"]]
        related = kwargs["field"].related_model
        scoped = model_admin.admin_site.get_model_admin(related)
        field.queryset = scoped.get_queryset(request)


class RowFilter(AutocompleteSelectFilter):  # type: ignore[misc]
    """Narrows a list to one row of another list."""

    form_class = ScopedForm

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Find nothing at once for a row that is not there or not the person's."""
        chosen = self.value() or ""
        related = self.model_admin.admin_site.get_model_admin(self.field.related_model)
        if is_id(chosen) and not related.get_queryset(request).filter(pk=chosen):
            return queryset.none()
        return super().queryset(request, queryset)
