"""How the lists of the assets app narrow."""

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q

from assets.ephemerality import Ephemerality
from assets.models import AssetGroup, GroupMember
from assets.querysets import EFFECTIVE_LOCATION
from config.api.filters import FlagFilter, IdFilter, NamePrefixFilter, TextField
from organisations.names import normalise_name


class NamedFilter(django_filters.FilterSet):
    """By the start of the name."""

    name = NamePrefixFilter()


class AssetStatusFilter(NamedFilter):
    """Statuses by name and flag."""

    active = FlagFilter()


class EphemeralityField(forms.CharField):
    """An ephemerality as a number or a name."""

    def clean(self, value: Any) -> Ephemerality | None:
        """Return the kind; None when the parameter is absent or empty."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return Ephemerality.parse(text)
        except ValueError as error:
            raise ValidationError(str(error)) from error


class EphemeralityFilter(django_filters.Filter):
    """Rows of one ephemerality; `0` is one."""

    field_class = EphemeralityField

    def filter(self, queryset: Any, value: Ephemerality | None) -> Any:
        """Narrow the queryset."""
        return queryset if value is None else queryset.filter(ephemerality=value)


class AssetTypeFilter(NamedFilter):
    """Types by what they are types of."""

    ephemerality = EphemeralityFilter()
    active = FlagFilter()


class LinkFilter(IdFilter):
    """Rows linked to any of the ids through another table, each row once."""

    def filter(self, queryset: Any, value: Any) -> Any:
        """Find the rows in a query of their own, which may meet a row twice."""
        if value is None:
            return queryset
        linked = super().filter(queryset.model.objects.order_by(), value)
        return queryset.filter(pk__in=linked.values("pk"))


class NamePartFilter(django_filters.Filter):
    """Rows whose normalised name contains the text: the zones' rule (C11)."""

    field_class = TextField

    def filter(self, queryset: Any, value: str) -> Any:
        """Narrow the queryset."""
        key = normalise_name(value)
        return queryset.filter(normalised_name__contains=key) if key else queryset


class AssetZoneFilter(django_filters.FilterSet):
    """Zones by type and part of the name."""

    type = LinkFilter("types")
    name = NamePartFilter()


class AssetFieldFilter(NamedFilter):
    """Fields by type."""

    type = LinkFilter("types")


class PlaceFilter(IdFilter):
    """Rows by their effective location."""

    def filter(self, queryset: Any, value: Any) -> Any:
        """Compare where the asset is, not where it belongs."""
        if value is None:
            return queryset
        wanted = Q(place__in=[one for one in value if one])
        if 0 in value:
            wanted |= Q(place__isnull=True)
        return queryset.annotate(place=EFFECTIVE_LOCATION).filter(wanted)


class GroupFilter(IdFilter):
    """Members of any of the groups; `0` stands for those in none.

    Only groups that the list's reader sees count: a shared asset does not tell of
    the others that it is in.
    """

    view: Any

    def filter(self, queryset: Any, value: Any) -> Any:
        """Find the members in a query of their own, which may meet a row twice."""
        if value is None:
            return queryset
        groups = self.view.in_sight(AssetGroup.objects.groups())
        members = GroupMember.objects.order_by()
        chosen = members.filter(group__in=groups.filter(pk__in=value))
        wanted = Q(pk__in=chosen.values("asset"))
        if 0 in value:
            own = members.filter(group__in=groups, asset=OuterRef("pk"))
            wanted |= Q(~Exists(own))
        return queryset.filter(wanted)

    def compared(self, model: Any, value: Any) -> None:
        """Keep no SQL: who asks decides it."""


class AssetFilter(NamedFilter):
    """Assets by what describes them (contract row 27)."""

    type = IdFilter("type")
    fleet = IdFilter("fleet")
    status = IdFilter("status")
    location = PlaceFilter()
    asset_group = GroupFilter()


class GroupKindFilter(EphemeralityFilter):
    """Rows of one ephemerality; groups when none is asked for (resolution 3)."""

    def filter(self, queryset: Any, value: Ephemerality | None) -> Any:
        """Narrow the queryset."""
        if value is None:
            return queryset.groups()
        return super().filter(queryset, value)


class AssetGroupFilter(AssetFilter):
    """Groups by what describes them (contract row 29)."""

    ephemerality = GroupKindFilter()
    active = FlagFilter()
