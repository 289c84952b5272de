"""How a form names another row: by searching, among the rows it may refer to."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.admin.widgets import (
    AutocompleteSelect,
    AutocompleteSelectMultiple,
    RelatedFieldWidgetWrapper,
)
from django.core.exceptions import ValidationError

from organisations.admin.ids import is_id


class Narrowed:
    """Searches among some rows only, and shows nothing for what is no id."""

    # What the searched rows have in common, such as their organisation.
    common: Mapping[str, int] = MappingProxyType({})

    def get_url(self) -> str:
        """Name in the address what the rows have in common."""
        url: str = super().get_url()  # type: ignore[misc]
        return f"{url}?{urlencode(self.common)}" if self.common else url

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        """Show the chosen rows; a text that is no id would break the query."""
        ids = [one for one in value if is_id(str(one))]
        if ids:
            return super().optgroups(name, ids, attr)  # type: ignore[misc]
        me: Any = self
        is_fixed = me.is_required or me.allow_multiple_selected
        options = [] if is_fixed else [me.create_option(name, "", "", False, 0)]
        return [(None, options, 0)]


class Search(Narrowed, AutocompleteSelect):
    """One row, found by searching."""


class SearchMany(Narrowed, AutocompleteSelectMultiple):
    """Several rows, found by searching."""


def narrow_input(field: Any, rows: Any, common: Mapping[str, int]) -> None:
    """Let an input offer these rows; `common` is what a search narrows by."""
    field.queryset = rows
    for widget in (field.widget, getattr(field.widget, "widget", None)):
        if isinstance(widget, Narrowed | Related):
            widget.common = {**widget.common, **common}


class ManyRows(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Names several rows; SQLite would break on an id that is too long for it."""

    def clean(self, value: Any) -> Any:
        """Refuse what is no id like what is no row."""
        for key in value or ():
            if not is_id(str(key)):
                message = self.error_messages["invalid_choice"]
                raise ValidationError(message, "invalid_choice", {"value": key})
        return super().clean(value)


class Related(RelatedFieldWidgetWrapper):
    """Offers to look at the chosen row and to add one, in the form's organisation."""

    template_name = "unfold/widgets/related_widget_wrapper.html"
    common: Mapping[str, int] = MappingProxyType({})

    @classmethod
    def around(cls, wrapper: RelatedFieldWidgetWrapper) -> "Related":
        """Take the place of Django's wrapper; what one form shows, another deletes."""
        return cls(
            wrapper.widget,
            wrapper.rel,
            wrapper.admin_site,
            can_add_related=wrapper.can_add_related,
            can_view_related=wrapper.can_view_related,
        )

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Carry the organisation into the window that adds a row."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        if self.common:
            context["url_params"] += f"&{urlencode(self.common)}"
        return context
