"""Statuses, zones and types."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from assets.ephemerality import Ephemerality
from assets.models import (
    AssetField,
    AssetStatus,
    AssetType,
    AssetTypeField,
    AssetTypeZone,
    AssetZone,
)
from assets.services import types
from organisations.admin.base import ScopedAdmin
from organisations.admin.filters import RowFilter
from organisations.admin.forms import BackOfficeForm
from organisations.admin.history import HistoryMixin
from organisations.admin.organisations import DescribedAdmin
from organisations.admin.rights import desk_of
from organisations.admin.widgets import ManyRows, SearchMany
from organisations.permissions import Permission
from organisations.services import rows

KINDS = [
    (kind.value, kind.label)
    for kind in Ephemerality
    if kind is not Ephemerality.TEMPORARY
]


@admin.register(AssetStatus)
class AssetStatusAdmin(DescribedAdmin):
    """States that assets are in."""

    permission = Permission.MANAGE_FLEETS
    list_display = ("name", "description", "active", "organisation")
    list_filter = ("active", ("organisation", RowFilter))
    list_select_related = ("organisation",)
    search_fields = ("normalised_name",)
    fields = ("name", "description", "active")


@admin.register(AssetZone)
class AssetZoneAdmin(DescribedAdmin):
    """Parts of assets."""

    permission = Permission.MANAGE_FLEETS
    list_display = ("name", "code", "description", "organisation")
    list_filter = (("organisation", RowFilter),)
    list_select_related = ("organisation",)
    search_fields = ("normalised_name", "code")
    fields = ("name", "code", "description")

    def delete_row(self, request: HttpRequest, row: Any) -> None:
        """Delete a zone that no type has."""
        types.delete_zone(row, actor=desk_of(request).actor)


class TypeForm(BackOfficeForm):
    """Reads a type with its fields and zones."""

    def input_of(self, key: str) -> str | None:
        """Return the inputs of the links, which columns would be called otherwise."""
        return super().input_of(f"type_{key}" if key in {"fields", "zones"} else key)


@admin.register(AssetType)
class AssetTypeAdmin(DescribedAdmin):
    """What assets are, with the fields and zones they have."""

    form = TypeForm
    permission = Permission.MANAGE_FLEETS
    narrowed_by = ("organisation", "ephemerality")
    named = {"fields": AssetField, "zones": AssetZone}
    list_display = (
        "name",
        "ephemerality",
        "description",
        "fleet",
        "prefix",
        "active",
        "organisation",
    )
    list_filter = ("ephemerality", "active", ("organisation", RowFilter))
    list_select_related = ("fleet", "prefix", "organisation")
    search_fields = ("normalised_name",)
    own_fields = ("name", "ephemerality", "description", "fleet", "prefix", "active")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        """Ask for fields and zones, or show them to those who may not choose."""
        if obj is None or self.has_change_permission(request, obj):
            return (*self.own_fields, "type_fields", "type_zones")
        return (*self.own_fields, "field_names", "zone_names")

    def get_readonly_fields(
        self, request: HttpRequest, obj: Any = None
    ) -> Sequence[str]:
        """Leave what the type is for."""
        return () if obj is None else ("ephemerality",)

    def inputs(self, request: HttpRequest, row: Any) -> dict[str, forms.Field]:
        """Ask for the kinds that have types, for fields and for zones."""
        asked: dict[str, forms.Field] = {}
        for name, model in (("fields", AssetField), ("zones", AssetZone)):
            asked[f"type_{name}"] = ManyRows(
                model.objects.all(),
                required=False,
                label=name.capitalize(),
                initial=getattr(row, name).all() if row is not None else (),
                widget=SearchMany(AssetType._meta.get_field(name), self.admin_site),
            )
        return asked

    def formfield_for_choice_field(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Leave out temporary groups, which have no type."""
        if db_field.name == "ephemerality":
            kwargs["choices"] = KINDS
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def create_row(self, request: HttpRequest, row: Any, form: BackOfficeForm) -> Any:
        """Make the type by the rules of the API."""
        body = form.keyed(form.typed())
        values = {**form.typed(), "ephemerality": types.check_ephemerality(body)}
        values |= types.check_type(row.organisation, body, fleet_code="fleet_not_found")
        for name, value in values.items():
            setattr(row, name, value)
        rows.create(row, actor=desk_of(request).actor)
        self.link(request, row, form)
        return row

    def update_row(self, request: HttpRequest, row: Any, form: BackOfficeForm) -> Any:
        """Change the type by the rules of the API."""
        body = form.keyed(form.changed())
        values = form.changed() | types.check_type(
            row.organisation, body, fleet_code="fleet_not_in_organisation"
        )
        row = rows.update(rows.locked(row), values, actor=desk_of(request).actor)
        self.link(request, row, form)
        return row

    def link(self, request: HttpRequest, row: AssetType, form: BackOfficeForm) -> None:
        """Give the type the chosen fields and zones, and take the others away."""
        actor = desk_of(request).actor
        parts: Any = (
            (row.fields, "type_fields", types.add_field, types.remove_field),
            (row.zones, "type_zones", types.add_zone, types.remove_zone),
        )
        for links, name, add, remove in parts:
            had, wanted = set(links.all()), set(form.cleaned_data[name])
            for part in sorted(wanted - had, key=_id):
                add(row, part, actor=actor)
            for part in sorted(had - wanted, key=_id):
                remove(row, part, actor=actor)

    @admin.display(description="fields")
    def field_names(self, row: AssetType) -> str:
        """Name the fields."""
        return ", ".join(str(field) for field in row.fields.all())

    @admin.display(description="zones")
    def zone_names(self, row: AssetType) -> str:
        """Name the zones."""
        return ", ".join(str(zone) for zone in row.zones.all())


def _id(row: Any) -> int:
    return int(row.pk)


class LinkAdmin(HistoryMixin, ScopedAdmin):
    """Shows links that the pages of types write."""

    is_listed = False
    search_fields = ("type__normalised_name",)
    list_filter = (("type", RowFilter),)


@admin.register(AssetTypeField)
class AssetTypeFieldAdmin(LinkAdmin):
    """Which types have which fields."""

    list_display = ("type", "field")
    list_select_related = ("type", "field")
    fields = ("type", "field")


@admin.register(AssetTypeZone)
class AssetTypeZoneAdmin(LinkAdmin):
    """Which types have which zones."""

    list_display = ("type", "zone")
    list_select_related = ("type", "zone")
    fields = ("type", "zone")
