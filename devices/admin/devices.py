"""Devices with what they have installed and what their meters showed."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from assets.admin.filters import FieldFilter, InServiceFilter, PlaceFilter
from devices.models import (
    Device,
    DeviceAsset,
    MeterReading,
    Software,
    SoftwareTitle,
)
from licensing.admin.licences import ReadingAdmin
from organisations.admin.base import PartInline
from organisations.admin.filters import RowFilter
from organisations.admin.ids import is_id


class SoftwareInline(PartInline):
    """What is installed on a device."""

    model = Software
    fields = ("title", "licence", "count", "install_date")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read what the programs are named after."""
        return super().get_queryset(request).select_related("title", "licence")


@admin.register(DeviceAsset)
class DeviceAssetAdmin(ReadingAdmin):
    """Assets as IT devices; their other side is among the assets."""

    inlines = (SoftwareInline,)
    list_display = (
        "tag",
        "name",
        "serial_number",
        "type",
        "status",
        "place",
        "has_user",
        "organisation",
    )
    list_display_links = ("tag", "name")
    list_filter = (
        ("organisation", RowFilter),
        ("type", RowFilter),
        ("status", RowFilter),
        ("device__user", RowFilter),
        ("location", PlaceFilter),
        InServiceFilter,
        FieldFilter,
    )
    list_select_related = (
        "type",
        "status",
        "location",
        "governed_by__location",
        "device__user",
        "organisation",
    )
    search_fields = ("normalised_name",)
    search_help_text = "Words of the tag, name, serial number, username or key fields."
    fields = (
        "tag",
        "name",
        "type",
        "status",
        "has_user",
        "device_values",
        "organisation",
    )
    readonly_fields = ("tag", "has_user", "device_values")

    def scoped(self, rows: Any, request: HttpRequest) -> Any:
        """Show present devices only, those that somebody has written as such."""
        return super().scoped(rows, request).present().exclude(device=None)

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """Find rows as the API does, or by id."""
        term = search_term.strip()
        if not term:
            return queryset, False
        if is_id(term) and queryset.filter(pk=int(term)).exists():
            return queryset.filter(pk=int(term)), False
        return queryset.matching(term.replace("\0", "")), False

    @admin.display(description="tag")
    def tag(self, row: DeviceAsset) -> str:
        """Return the inventory number."""
        return row.device.inventory_number or row.formatted_number

    @admin.display(description="serial number", empty_value="—")
    def serial_number(self, row: DeviceAsset) -> str:
        """Return the number its maker gave it."""
        return row.device.serial_number

    @admin.display(description="location", empty_value="—")
    def place(self, row: DeviceAsset) -> str | None:
        """Return where it is: where its group is, else its own place."""
        governed = row.governed_by and row.governed_by.location
        found = governed or row.location
        return str(found) if found else None

    @admin.display(description="user", empty_value="—")
    def has_user(self, row: DeviceAsset) -> str | None:
        """Return who has the device."""
        return str(row.device.user) if row.device.user else None

    @admin.display(description="values")
    def device_values(self, row: DeviceAsset) -> str:
        """Write out what is kept of the device."""
        labels = {one.attname: one for one in Device._meta.concrete_fields}
        return "\n".join(
            f"{labels[key].verbose_name}: {value}"
            for key, value in row.device.recorded().items()
            if value and not labels[key].is_relation
        )


@admin.register(SoftwareTitle)
class SoftwareTitleAdmin(ReadingAdmin):
    """Versions of programs."""

    list_display = ("name", "version", "organisation")
    list_filter = (("organisation", RowFilter),)
    list_select_related = ("organisation",)
    search_fields = ("name", "version")
    fields = ("name", "version", "organisation")


@admin.register(Software)
class SoftwareAdmin(ReadingAdmin):
    """Programs on devices."""

    list_display = ("title", "asset", "licence", "user", "count", "organisation")
    list_filter = (
        "licence_required",
        ("organisation", RowFilter),
        ("asset", RowFilter),
        ("licence", RowFilter),
    )
    list_select_related = ("title", "asset", "licence", "user", "role", "organisation")
    search_fields = ("title__name", "snowid")
    fields = (
        "asset",
        "title",
        ("licence", "role"),
        "user",
        "count",
        "bundledesc",
        "cost",
        ("lastused", "install_date", "expiry_date"),
        "licence_required",
        ("moduleid", "snowid"),
        "organisation",
    )


@admin.register(MeterReading)
class MeterReadingAdmin(ReadingAdmin):
    """What meters showed, the newest first."""

    ordering = ("-id",)
    list_display = (
        "timestamp",
        "asset",
        "meter_name",
        "previous_reading",
        "reading",
        "who",
        "organisation",
    )
    list_filter = ("reviewed", ("organisation", RowFilter), ("asset", RowFilter))
    list_select_related = ("asset", "created_by", "ticket", "organisation")
    search_fields = ("meter_name", "who")
    fields = (
        "asset",
        ("asset_meter_id", "meter_name"),
        "timestamp",
        ("previous_reading", "reading"),
        "who",
        "created_by",
        "ticket",
        ("invoice_id", "recurringinvoice_line_id"),
        ("reading_type", "pack_id"),
        "reason",
        "reviewed",
        "organisation",
    )
