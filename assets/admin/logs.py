"""What people wrote down about assets, and the work to be done on them."""

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from assets.admin.bulk import SetState
from assets.admin.files import FilesAdmin, is_picture
from assets.admin.register_filter import RegisterFilter
from assets.admin.work_items import WorkItemWritingAdmin
from assets.models import AssetLog, Attachment, WorkItem
from organisations.admin.addresses import page_of
from organisations.admin.base import ScopedAdmin
from organisations.admin.bulk import BulkAdmin
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

    ordering = ("-id",)
    list_display = ("__str__", "asset_group", "logged_at", "created_by", "organisation")
    list_filter = (
        ("organisation", RowFilter),
        ("asset_group", RegisterFilter),
        ("created_by", RowFilter),
    )
    list_select_related = (
        "asset_group",
        "attachment__blob",
        "created_by",
        "updated_by",
        "organisation",
    )
    search_fields = ("log",)
    fields = (
        "asset_group",
        "type",
        "log",
        "file",
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
    readonly_fields = ("file", "earlier_texts")

    @admin.display(description="file", empty_value="—")
    def file(self, log: AssetLog) -> SafeString | None:
        """Show the file, or lead to it."""
        attachment: Attachment | None = getattr(log, "attachment", None)
        return None if attachment is None else shown(attachment)

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
class AttachmentAdmin(FilesAdmin, ReadingAdmin):
    """Files of the log."""

    ordering = ("-id",)
    list_display = ("file_name", "log", "created_by", "created_at", "organisation")
    list_filter = (("organisation", RowFilter),)
    list_select_related = ("log", "blob", "created_by", "organisation")
    search_fields = ("file_name",)
    fields = ("content", "log", "created_by", "created_at", "organisation")
    readonly_fields = ("content",)

    @admin.display(description="file")
    def content(self, attachment: Attachment) -> SafeString:
        """Show the file, or lead to it."""
        return shown(attachment)


@admin.register(WorkItem)
class WorkItemAdmin(WorkItemWritingAdmin, BulkAdmin):
    """Tasks, defects and inspections; every member may open and close them."""

    ordering = ("-id",)
    bulk_actions = (SetState(),)
    sortable_by = ()
    list_display = (
        "formatted_number",
        "summary",
        "type",
        "state",
        "asset_group",
        "occurred_at",
        "organisation",
    )
    list_filter = (
        "type",
        "state",
        ("organisation", RowFilter),
        ("asset_group", RegisterFilter),
    )
    list_select_related = ("asset_group", "created_by", "updated_by", "organisation")
    search_fields = ("summary", "formatted_number")


def shown(attachment: Attachment) -> SafeString:
    """Return a link to a file, with a small picture of what is one."""
    name, url = attachment.file_name, page_of(attachment, "file")
    link = '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>'
    if not is_picture(attachment):
        return format_html(link, url, name)
    small = page_of(attachment, "thumbnail")
    picture = format_html('<img src="{}" alt="{}" loading="lazy">', small, name)
    return format_html(link, url, picture)
