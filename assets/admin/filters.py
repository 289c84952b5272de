"""How lists of assets, equipment and groups are narrowed."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminSelectWidget

from assets.admin.values import input_for, sent
from assets.models import AssetField
from assets.querysets import EFFECTIVE_LOCATION
from assets.services.definitions import Definition, Definitions
from assets.services.values import canonical_value
from config.api.errors import Refusal
from organisations.admin.filters import RowFilter, listed_organisation
from organisations.admin.ids import is_id
from organisations.admin.rights import desk_of
from organisations.models import Location

# So many fields are offered in a list.
MOST_OFFERED = 500
FIELD = "field"
VALUE = "field__value"
# The names of the inputs of a value, of which a moment has two.
VALUES = (VALUE, f"{VALUE}_0", f"{VALUE}_1")


# Stands among ids for rows that name none.
NONE = "none"


def but(relation: str) -> str:
    """Name the parameter of what is left without some rows of a relation."""
    return f"{relation}__but"


class PlaceFilter(RowFilter):
    """Narrows a list to where its rows are: with their groups, else their own place."""

    def narrowed(self, request: HttpRequest, queryset: Any) -> Any:
        """Find what the column of the list shows."""
        chosen = self.value() or ""
        if not is_id(chosen):
            return super().narrowed(request, queryset)
        return queryset.placed_at(Location.objects.filter(pk=int(chosen)))

    def without(self, queryset: Any) -> Any:
        """Find what the column of the list leaves empty."""
        return queryset.filter(location=None, governed_by__location=None)


class RestFilter(admin.SimpleListFilter):
    """Narrows a list to rows outside of the largest groups, which the address names.

    `status__but=12.34.none`: what is in another status than these two, but in one.
    """

    # What the groups are made by: the id of a row, or null.
    value_of: Any

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Tell of the condition while it holds; nobody is asked for one."""
        given = self.value()
        return [] if given is None else [(given, "All but the most frequent")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Leave out the rows of the groups; find nothing for what names none."""
        given = self.value()
        if given is None:
            return queryset
        words = set(given.split("."))
        keys = words - {NONE}
        if not all(map(is_id, keys)):
            return queryset.none()
        rest = ~Q(rest_of__in=[int(key) for key in keys])
        is_of_none = Q(rest_of=None)
        wanted = rest & ~is_of_none if NONE in words else rest | is_of_none
        return queryset.alias(rest_of=self.value_of).filter(wanted)


class RestOfStatuses(RestFilter):
    """All but some statuses."""

    title, parameter_name = "other statuses", but("status")
    value_of = F("status_id")


class RestOfTypes(RestFilter):
    """All but some types."""

    title, parameter_name = "other types", but("type")
    value_of = F("type_id")


class RestOfPlaces(RestFilter):
    """All but some locations, of those where the rows are."""

    title, parameter_name = "other locations", but("location")
    value_of = EFFECTIVE_LOCATION


class InServiceFilter(admin.SimpleListFilter):
    """Narrows a list to what is in service, or to what is not."""

    title = "in service"
    parameter_name = "in_service"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer both."""
        return [("yes", "Yes"), ("no", "No")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what is active, and in no status or an active one; or the rest."""
        match self.value():
            case "yes":
                in_use = Q(status=None) | Q(status__active=True)
                return queryset.filter(in_use, active=True)
            case "no":
                return queryset.filter(Q(active=False) | Q(status__active=False))
        return queryset


class FieldForm(forms.Form):
    """Asks for a custom field, and for its value once it is known which field."""

    def __init__(
        self, fields: list[tuple[str, str]], definition: Definition | None, data: Any
    ) -> None:
        super().__init__(data)
        self.fields[FIELD] = forms.ChoiceField(
            label="By field",
            required=False,
            choices=[("", "All"), *fields],
            widget=UnfoldAdminSelectWidget,
            error_messages={"invalid_choice": "There is no such field."},
            help_text="" if fields else "Choose an organisation that has fields first.",
        )
        if definition is not None:
            value = input_for(definition, None)
            value.label, value.help_text = f"{value.label} is", ""
            self.fields[VALUE] = value


class FieldFilter(admin.ListFilter):
    """Narrows a list to rows that have a value in a custom field.

    The field is chosen first, one of the organisation that the list is narrowed to; the
    form then asks for a value of the field's type.
    """

    title = "field"
    # What makes the list allow these parameters.
    parameter_name = FIELD
    template = "unfold/filters/filters_field.html"

    def __init__(
        self, request: HttpRequest, params: Any, model: Any, model_admin: Any
    ) -> None:
        super().__init__(request, params, model, model_admin)
        self.request = request
        self.given: dict[str, str] = {}
        for name in (FIELD, *VALUES):
            if name in params:
                self.given[name] = params.pop(name)[-1]

    def expected_parameters(self) -> list[str | None]:
        """Return the names of the inputs."""
        return [FIELD, *VALUES]

    def has_output(self) -> bool:
        """Show the form in any case."""
        return True

    @cached_property
    def fields(self) -> QuerySet[AssetField]:
        """The fields that may be chosen."""
        organisation = listed_organisation(self.request)
        if organisation is not None:
            return AssetField.objects.of(organisation)
        return AssetField.objects.staffed_by(desk_of(self.request).actor)

    @cached_property
    def definition(self) -> Definition | None:
        """The chosen field."""
        key = self.given.get(FIELD, "")
        if not is_id(key):
            return None
        return Definitions(self.fields.filter(pk=int(key))).by_id.get(int(key))

    @cached_property
    def form(self) -> FieldForm:
        """The form, with what was chosen."""
        offered: list[tuple[str, str]] = []
        if listed_organisation(self.request) is not None:
            ordered = self.fields.order_by("normalised_name", "pk")
            pairs = ordered.values_list("pk", "name")[:MOST_OFFERED]
            offered = [(str(key), name) for key, name in pairs]
        if self.definition is not None:
            chosen = (str(self.definition.id), self.definition.name)
            offered += [] if chosen in offered else [chosen]
        return FieldForm(offered, self.definition, self.given)

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Show the form."""
        yield {"form": self.form}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Find the rows by the index of values; nothing for what is no field or value.

        A value that is not given yet narrows nothing.
        """
        if not self.given.get(FIELD):
            return queryset
        definition = self.definition
        if definition is None or not self.form.is_valid():
            return queryset.none()
        given = sent(self.form.cleaned_data[VALUE])
        if given is None:
            return queryset
        try:
            value = canonical_value(definition, given, key=definition.name)
        except Refusal as refusal:
            self.form.add_error(VALUE, refusal.message)
            return queryset.none()
        return queryset.filter(fields__holds={definition.key: value})
