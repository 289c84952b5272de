"""Filters for what somebody had better look at: what ends, and what is full."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from licensing.attention import (
    HORIZONS,
    ends_within,
    has_ended,
    is_full,
    is_nearly_full,
)

PAST = "past"
FULL, NEARLY = "full", "nearly"


class EndsFilter(admin.SimpleListFilter):
    """Narrows a list to what has ended, or ends in so many days."""

    title = "end"
    parameter_name = "ends"
    column: ClassVar[str]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the past and the next months."""
        ahead = [(str(days), f"Within {days} days") for days in HORIZONS]
        return [(PAST, "Past"), *ahead]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what ends then; anything else that was typed finds nothing."""
        chosen = self.value()
        if chosen is None:
            return queryset
        if chosen == PAST:
            return queryset.filter(has_ended(self.column))
        found = [days for days in HORIZONS if str(days) == chosen]
        if not found:
            return queryset.none()
        return queryset.filter(ends_within(self.column, found[0]))


class LicenceEndsFilter(EndsFilter):
    """Licences by when they end."""

    column = "end_date"


class CertificateEndsFilter(EndsFilter):
    """Certificates by when they end."""

    column = "not_after"


class SeatsFilter(admin.SimpleListFilter):
    """Narrows licences to those with few seats left, or none."""

    title = "seats"
    parameter_name = "seats"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the licences that have no seat left, and those that have few."""
        return [(FULL, "None left"), (NEARLY, "A tenth left, or less")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep those licences; anything else that was typed finds nothing."""
        conditions = {FULL: is_full, NEARLY: is_nearly_full}
        chosen = self.value()
        if chosen is None:
            return queryset
        found = conditions.get(chosen)
        return queryset.filter(found()) if found else queryset.none()
