"""Column profiles, saved searches and the statuses of types."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from devices.models import AllowedStatus, ColumnProfile, ProfileColumn, SavedSearch
from organisations.admin.base import PartInline
from organisations.admin.filters import RowFilter
from organisations.admin.forms import BackOfficeForm
from organisations.admin.rights import desk_of
from organisations.admin.writing import WritingAdmin
from organisations.permissions import Permission
from organisations.services import rows


class ColumnInline(PartInline):
    """The columns of a profile, in their order."""

    model = ProfileColumn
    fields = ("column_name", "column_title_override", "column_seq", "width")


class PartAdmin(WritingAdmin):
    """Writes parts of a row that is chosen in the form and then stays."""

    permission = Permission.MANAGE_DEVICES
    is_in_organisation = False
    narrowed_by = ()
    whole = ""

    def get_readonly_fields(
        self, request: HttpRequest, obj: Any = None
    ) -> tuple[str, ...]:
        """Leave a part where it is."""
        return () if obj is None else (self.whole,)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Offer rows of organisations in which the person may write."""
        form = super().get_form(request, obj, change=change, **kwargs)
        offered = desk_of(request).organisations(self.permission)
        for field in form.base_fields.values():
            queryset = getattr(field, "queryset", None)
            if queryset is not None:
                field.queryset = queryset.filter(organisation__in=offered)
        return form


@admin.register(ColumnProfile)
class ColumnProfileAdmin(WritingAdmin):
    """Which columns lists of devices have."""

    permission = Permission.MANAGE_DEVICES
    inlines = (ColumnInline,)
    list_display = ("name", "organisation")
    list_filter = (("organisation", RowFilter),)
    list_select_related = ("organisation",)
    search_fields = ("normalised_name",)
    fields = ("name",)


@admin.register(ProfileColumn)
class ProfileColumnAdmin(PartAdmin):
    """Columns of profiles."""

    whole = "profile"
    list_display = ("column_name", "column_title_override", "column_seq", "profile")
    list_filter = (("profile", RowFilter),)
    list_select_related = ("profile",)
    search_fields = ("column_name",)
    fields = (
        "profile",
        "column_name",
        "column_title_override",
        "column_seq",
        "width",
    )


@admin.register(SavedSearch)
class SavedSearchAdmin(WritingAdmin):
    """Searches that lists of devices can name."""

    permission = Permission.MANAGE_DEVICES
    list_display = ("name", "search", "organisation")
    list_filter = (("organisation", RowFilter),)
    list_select_related = ("organisation",)
    search_fields = ("normalised_name",)
    fields = ("name", "search", "advanced_search")


@admin.register(AllowedStatus)
class AllowedStatusAdmin(PartAdmin):
    """Statuses that assets of a type may have."""

    whole = "type"
    list_display = ("type", "status")
    list_display_links = ("type", "status")
    list_filter = (("type", RowFilter), ("status", RowFilter))
    list_select_related = ("type", "status")
    search_fields = ("type__normalised_name", "status__normalised_name")
    fields = ("type", "status")

    def create_row(self, request: HttpRequest, row: Any, form: BackOfficeForm) -> Any:
        """Allow the type one more status."""
        allowed = AllowedStatus(**form.typed())
        return rows.create(allowed, actor=desk_of(request).actor)
