"""Locations and their parts."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from organisations.admin.base import PartInline
from organisations.admin.filters import RowFilter
from organisations.admin.forms import BackOfficeForm
from organisations.admin.rights import desk_of
from organisations.admin.writing import WritingAdmin
from organisations.models import Location, SubLocation
from organisations.permissions import Permission
from organisations.services.locations import (
    create_location,
    create_sub_location,
    delete_location,
    update_location,
)


class SubLocationInline(PartInline):
    """The parts of a location."""

    model = SubLocation
    fields = ("code", "name", "asset_capacity", "enabled")


@admin.register(Location)
class LocationAdmin(WritingAdmin):
    """Depots, offices and yards."""

    permission = Permission.MANAGE_LOCATIONS
    inlines = (SubLocationInline,)
    list_display = ("__str__", "code", "address", "timezone_code", "organisation")
    list_filter = ("delivery", ("organisation", RowFilter))
    list_select_related = ("organisation",)
    search_fields = ("normalised_name", "code", "address")
    fields = (
        "code",
        "name",
        "address",
        "colour",
        ("latitude", "longitude"),
        "radius",
        "timezone_code",
        "delivery",
    )

    def create_row(self, request: HttpRequest, row: Any, form: BackOfficeForm) -> Any:
        """Make the location."""
        return create_location(
            organisation=row.organisation,
            values=form.typed(),
            actor=desk_of(request).actor,
        )

    def update_row(self, request: HttpRequest, row: Any, form: BackOfficeForm) -> Any:
        """Change the location."""
        actor = desk_of(request).actor
        return update_location(location=row, values=form.changed(), actor=actor)

    def delete_row(self, request: HttpRequest, row: Any) -> None:
        """Delete the location with its parts."""
        delete_location(location=row, actor=desk_of(request).actor)


@admin.register(SubLocation)
class SubLocationAdmin(WritingAdmin):
    """Tracks, bays and rooms."""

    permission = Permission.MANAGE_LOCATIONS
    is_in_organisation = False
    list_display = (
        "__str__",
        "code",
        "location",
        "asset_capacity",
        "enabled",
        "organisation",
    )
    list_filter = ("enabled", ("location", RowFilter), ("organisation", RowFilter))
    list_select_related = ("location", "organisation")
    search_fields = ("name", "code", "location__normalised_name")
    fields = ("location", "code", "name", "asset_capacity", "enabled")

    def get_readonly_fields(
        self, request: HttpRequest, obj: Any = None
    ) -> tuple[str, ...]:
        """Leave a part where it is."""
        return () if obj is None else ("location",)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Offer locations of organisations in which the person may write."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if "location" in form.base_fields:
            offered = desk_of(request).organisations(self.permission)
            field = form.base_fields["location"]
            field.queryset = field.queryset.filter(organisation__in=offered)
        return form

    def create_row(self, request: HttpRequest, row: Any, form: BackOfficeForm) -> Any:
        """Make the part in the organisation of its location."""
        values = form.typed()
        location = values.pop("location")
        actor = desk_of(request).actor
        return create_sub_location(location=location, values=values, actor=actor)
