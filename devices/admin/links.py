"""What devices are connected with, to look at."""

from collections.abc import Sequence
from typing import ClassVar

from django.contrib import admin

from devices.models import AssetLink, DeviceReference, IntegrationLink
from licensing.admin.licences import ReadingAdmin
from organisations.admin.filters import RowFilter


@admin.register(DeviceReference)
class DeviceReferenceAdmin(ReadingAdmin):
    """Records of other systems that devices refer to."""

    narrowed_by: ClassVar[Sequence[str]] = ()
    list_display = ("asset", "kind", "reference", "line")
    list_filter = ("kind", ("asset", RowFilter), ("reference", RowFilter))
    list_select_related = ("asset", "reference")
    search_fields = ("reference__normalised_label",)
    fields = ("asset", "kind", "reference", "line")


@admin.register(AssetLink)
class AssetLinkAdmin(ReadingAdmin):
    """Assets side by side."""

    list_display = ("first", "second", "organisation")
    list_filter = (("organisation", RowFilter), ("first", RowFilter))
    list_select_related = ("first", "second", "organisation")
    search_fields = ("first__normalised_name", "second__normalised_name")
    fields = ("first", "second", "organisation")


@admin.register(IntegrationLink)
class IntegrationLinkAdmin(ReadingAdmin):
    """Devices as other programs know them."""

    narrowed_by: ClassVar[Sequence[str]] = ()
    list_display = ("integration_type", "third_party_id", "tenant_id", "asset", "url")
    list_filter = ("integration_type", ("asset", RowFilter))
    list_select_related = ("asset",)
    search_fields = ("third_party_id",)
    fields = ("asset", "integration_type", "tenant_id", "third_party_id", "url")
