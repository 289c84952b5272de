"""How the lists of the organisations app narrow."""

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError

from config.api.filters import FlagFilter, NamePrefixFilter, TextField
from organisations.models import FleetShare


class NamedFilter(django_filters.FilterSet):
    """By the start of the name."""

    name = NamePrefixFilter()


class EnabledFilter(django_filters.FilterSet):
    """By whether the row may be used."""

    enabled = FlagFilter()


class PersonFilter(django_filters.Filter):
    """Members whose first name, last name or address starts with the text."""

    field_class = TextField

    def filter(self, queryset: Any, value: str) -> Any:
        """Narrow the queryset."""
        return queryset.matching(value) if value else queryset


class MemberFilter(django_filters.FilterSet):
    """Members by who they are."""

    filter = PersonFilter()


class StatusField(forms.CharField):
    """Where a share stands."""

    def clean(self, value: Any) -> str:
        """Refuse what no share can be."""
        text: str = super().clean(value)
        if text and text not in FleetShare.Status.values:
            known = ", ".join(FleetShare.Status.values)
            raise ValidationError(f"One of {known} is expected.")
        return text


class StatusFilter(django_filters.Filter):
    """Shares that stand so."""

    field_class = StatusField


class ShareFilter(django_filters.FilterSet):
    """Shares by where they stand."""

    status = StatusFilter()
