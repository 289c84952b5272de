"""The pages of assets, which may be devices as well."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from assets.admin import assets
from assets.admin.sections import Section
from assets.models import Asset
from devices.admin.asset_sections import connections, custody, details, software
from devices.admin.meters import readings
from devices.admin.reverting import DeviceRevertingMixin
from devices.admin.search import with_serial
from devices.models import Device
from devices.services.removal import delete_device
from licensing.admin.asset_sections import certificates, seats
from organisations.admin.rights import desk_of
from organisations.models import User

admin.site.unregister(Asset)


@admin.register(Asset)
class AssetAdmin(DeviceRevertingMixin, assets.AssetAdmin):
    """Assets, with what the apps above keep of them."""

    search_help_text = (
        "The beginning of a name or serial number, a number, a field's value, or an id."
    )

    def found_elsewhere(self, request: HttpRequest, term: str) -> set[int]:
        """Find devices by their own numbers."""
        return with_serial(request, term)

    named = {"user_id": User, "parent_id": Asset}

    def labels(self, request: HttpRequest, row: Any) -> Mapping[str, str]:
        """Call what is kept of a device by its own names."""
        columns = Device._meta.concrete_fields
        own = {one.attname: str(one.verbose_name) for one in columns}
        return {**own, **super().labels(request, row)}

    def delete_row(self, request: HttpRequest, row: Any) -> None:
        """Hide the row and free its seats of licences."""
        delete_device(row, actor=desk_of(request).actor)

    def sections(self, request: HttpRequest, row: Any) -> list[Section]:
        """Put the parts of devices and licences before the history."""
        *own, history = super().sections(request, row)
        devices = Device.objects.select_related("user", "parent")
        return [
            *own,
            readings(request, row),
            details(row, devices.filter(pk=row.pk).first()),
            software(request, row),
            seats(request, row),
            certificates(request, row),
            connections(request, row),
            custody(request, row),
            history,
        ]
