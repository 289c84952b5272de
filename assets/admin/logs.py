"""What people wrote down about assets, and the work to be done on them; to read."""

from django.contrib import admin

from assets.models import AssetLog, Attachment, WorkItem
from organisations.admin.base import ScopedAdmin
from organisations.admin.filters import RowFilter
from organisations.admin.history import HistoryMixin


class ReadingAdmin(HistoryMixin, ScopedAdmin):
    """Shows rows that are written through the API."""

    narrowed_by = ("organisation",)
    sortable_by = ()


@admin.register(AssetLog)
class AssetLogAdmin(ReadingAdmin):
    """Entries of the log."""

    list_display = ("__str__", "asset_group", "logged_at", "created_by", "organisation")
    list_filter = (("organisation", RowFilter), ("created_by", RowFilter))
    list_select_related = ("asset_group", "created_by", "updated_by", "organisation")
    search_fields = ("log",)
    fields = (
        "asset_group",
        "type",
        "log",
        "duration",
        "latitude",
        "longitude",
        "logged_at",
        "created_by",
        "created_at",
        "updated_by",
        "updated_at",
        "organisation",
    )


@admin.register(Attachment)
class AttachmentAdmin(ReadingAdmin):
    """Files of the log."""

    list_display = ("file_name", "log", "created_by", "created_at", "organisation")
    list_filter = (("organisation", RowFilter),)
    list_select_related = ("log", "created_by", "organisation")
    search_fields = ("file_name",)
    fields = ("file_name", "log", "created_by", "created_at", "organisation")


@admin.register(WorkItem)
class WorkItemAdmin(ReadingAdmin):
    """Tasks, defects and inspections."""

    list_display = (
        "formatted_number",
        "summary",
        "type",
        "state",
        "asset_group",
        "occurred_at",
        "organisation",
    )
    list_filter = ("type", "state", ("organisation", RowFilter))
    list_select_related = ("asset_group", "created_by", "updated_by", "organisation")
    search_fields = ("summary", "formatted_number")
    fields = (
        "formatted_number",
        "type",
        "state",
        "summary",
        "details",
        "asset_group",
        "occurred_at",
        "closed_at",
        "created_by",
        "created_at",
        "updated_by",
        "updated_at",
        "organisation",
    )
