"""What people wrote down about assets, and the work to be done on them; to read."""

from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from assets.models import AssetLog, Attachment, WorkItem
from organisations.admin.base import ScopedAdmin
from organisations.admin.filters import RowFilter
from organisations.admin.history import HistoryMixin
from organisations.models import Change

# Texts shown on the page of a log; the history has all of them.
MOST_TEXTS = 50


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
        "earlier_texts",
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
    readonly_fields = ("earlier_texts",)

    @admin.display(description="earlier texts", empty_value="—")
    def earlier_texts(self, log: AssetLog) -> SafeString:
        """Show what the log said before, who wrote over it and when (resolution 32)."""
        changes = Change.objects.of(log.organisation).filter(
            model=log._meta.model_name,
            object_id=log.pk,
            action=Change.Action.CHANGED,
            field="log",
        )
        return format_html_join(
            "",
            '<p class="whitespace-pre-wrap">{}, {}:\n{}</p>',
            (
                (f"{one.at:%Y-%m-%d %H:%M:%S}", one.who or "—", one.old)
                for one in changes.order_by("-id")[:MOST_TEXTS]
            ),
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
