"""Query filters as the fleet API reads them (contract C12)."""

import re
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from datetime import UTC, datetime
from functools import cache
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.dateparse import parse_datetime

from config.api.errors import Refusal
from config.api.kept import Value
from config.api.keyed import Narrowing
from config.api.snowflake import parse_snowflake, seconds_of

Filters = type[django_filters.FilterSet] | None
# The values that a filter puts into SQL which is the same for all; None for no such.
Compared = tuple[Value, ...] | None

MOST_IDS = 200
# A time whose offset has lost its `+` to the query string.
LOST_PLUS = re.compile(r"(.*\d:\d.*) (\d\d:?\d\d)")
# Longer than any moment; what is longer still is none, and costs no more to refuse.
LONGEST_MOMENT = 64


class IdListField(forms.CharField):
    """One id, or several separated by commas."""

    def clean(self, value: Any) -> list[int] | None:
        """Return the ids; None when the parameter is absent or empty."""
        text = super().clean(value)
        if not text:
            return None
        parts = text.split(",")
        if len(parts) > MOST_IDS:
            raise ValidationError(f"At most {MOST_IDS} ids are taken.")
        try:
            return [parse_snowflake(part.strip()) for part in parts]
        except ValueError as error:
            raise ValidationError(str(error)) from error


class IdFilter(django_filters.Filter):
    """Rows whose reference is one of the ids; `0` stands for those without one."""

    field_class = IdListField

    def filter(
        self, queryset: QuerySet[Any, Any], value: Sequence[int] | None
    ) -> QuerySet[Any, Any]:
        """Narrow the queryset."""
        if value is None:
            return queryset
        wanted = Q(**{f"{self.field_name}__in": [one for one in value if one]})
        if 0 in value:
            wanted |= Q(**{f"{self.field_name}__isnull": True})
        return queryset.filter(wanted)

    def compared(self, model: Any, value: Sequence[int] | None) -> Compared:
        """Return the ids, unless some rows without one are wanted."""
        return (value,) if value and 0 not in value else None

    def compare(self, rows: Any, ids: Sequence[int]) -> Any:
        """Narrow to rows whose reference is one of the ids."""
        return self.filter(rows, ids)


class FlagField(forms.CharField):
    """`true`, `false`, `1` or `0`."""

    def clean(self, value: Any) -> bool | None:
        """Return the flag; None when the parameter is absent or empty."""
        text = super().clean(value).lower()
        if not text:
            return None
        if text not in {"true", "false", "1", "0"}:
            raise ValidationError("true or false is expected.")
        return text in {"true", "1"}


class FlagFilter(django_filters.Filter):
    """Rows whose flag is as asked."""

    field_class = FlagField


class TextField(forms.CharField):
    """A text that a database can compare with."""

    def clean(self, value: Any) -> str:
        """Refuse lone surrogates; forms refuse null characters already."""
        text: str = super().clean(value)
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise ValidationError("The text is not valid.")
        return text


class MomentField(TextField):
    """A moment in ISO 8601, naive in UTC; or a snowflake, for the time it carries."""

    def clean(self, value: Any) -> datetime | None:  # type: ignore[override]
        """Return the moment; None when the parameter is absent or empty."""
        text = super().clean(value)
        if not text:
            return None
        try:
            if text.isdigit():
                return datetime.fromtimestamp(seconds_of(parse_snowflake(text)), UTC)
            found = parse_datetime(LOST_PLUS.sub(r"\1+\2", text[:LONGEST_MOMENT]))
            if found is None:
                raise ValueError(text)
            moment = found if found.tzinfo else found.replace(tzinfo=UTC)
            return moment.astimezone(UTC)
        except (ValueError, OverflowError) as error:
            sentence = "A time in ISO 8601 or an id is expected."
            raise ValidationError(sentence) from error


class MomentFilter(django_filters.Filter):
    """Rows from a moment on."""

    field_class = MomentField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["lookup_expr"] = "gte"
        super().__init__(*args, **kwargs)


class NamePrefixFilter(django_filters.Filter):
    """Rows whose normalised name starts with the text (contract C11)."""

    field_class = TextField

    def filter(self, queryset: Any, value: str) -> Any:
        """Narrow the queryset through its own `named`."""
        return queryset.named(value) if value else queryset

    def compared(self, model: Any, value: str) -> Compared:
        """Return the bounds of the names."""
        found: tuple[str, ...] = model.objects.all().bounds(value)
        return found

    def compare(self, rows: Any, *bounds: str) -> Any:
        """Narrow to rows whose normalised name is within the bounds."""
        return rows.between(*bounds)


@cache
def fields_of(
    filterset_class: type[django_filters.FilterSet],
) -> Mapping[str, forms.Field]:
    """Return what reads each parameter, made once: a form anew takes long to make."""
    return {name: one.field for name, one in filterset_class.base_filters.items()}


def kept_narrowing(
    filterset_class: Filters, sent: Mapping[str, str], model: type[Model]
) -> Narrowing | None:
    """Return what the filters do to a list where no more than one of them is sent.

    None where more is sent, or what is malformed or no mere value of the SQL.
    """
    filters = filterset_class.base_filters if filterset_class else {}
    if not sent:
        return Narrowing(_narrow(filterset_class))
    (name, text), *others = sent.items()
    one = filters.get(name)
    if others or not isinstance(one, IdFilter | NamePrefixFilter):
        return None
    try:
        values = one.compared(model, one.field.clean(text))
    except ValidationError:
        return None
    return None if values is None else Narrowing(_narrow(filterset_class, name), values)


@cache
def _narrow(filterset_class: Filters, sent: str = "") -> Callable[..., Any]:
    filters: Any = filterset_class.base_filters if filterset_class else {}

    def narrow(rows: Any, *values: Any) -> Any:
        for name, one in filters.items():
            if name == sent:
                rows = one.compare(rows, *values)
            else:
                rows = one.filter(rows, one.field.clean(None))
        return rows

    return narrow


class FleetFilterBackend:
    """Applies a view's `filterset_class`; what is wrong with a value is a refusal."""

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe the filters in the OpenAPI document: each is a text."""
        filters = view.filterset_class.base_filters if view.filterset_class else {}
        return [
            {
                "name": name,
                "in": "query",
                "required": False,
                "schema": {"type": "string"},
            }
            for name in filters
        ]

    def filter_queryset(
        self, request: Any, queryset: QuerySet[Any, Any], view: Any
    ) -> QuerySet[Any, Any]:
        """Narrow the list, or raise `invalid_filter` naming every parameter."""
        if view.filterset_class is None:
            return queryset
        filters = view.filterset_class.base_filters
        values = self._values(view.filterset_class, request.query_params)
        for name, value in values.items():
            # Filters are shared by all requests; a copy may know its own.
            one = copy(filters[name])
            one.view = view
            queryset = one.filter(queryset, value)
        return queryset

    def _values(
        self,
        filterset_class: type[django_filters.FilterSet],
        query: Mapping[str, str],
    ) -> dict[str, Any]:
        values: dict[str, Any] = {}
        errors: dict[str, list[str]] = {}
        for name, field in fields_of(filterset_class).items():
            try:
                values[name] = field.clean(query.get(name))
            except ValidationError as error:
                errors[name] = [str(message) for message in error.messages]
        if errors:
            key = next(iter(errors))
            raise Refusal("invalid_filter", f"{key}: {errors[key][0]}", errors=errors)
        return values
