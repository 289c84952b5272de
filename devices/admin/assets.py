"""The pages of assets, which may be devices as well."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from assets.admin import assets
from assets.models import Asset
from devices.services.removal import delete_device
from organisations.admin.rights import desk_of

admin.site.unregister(Asset)


@admin.register(Asset)
class AssetAdmin(assets.AssetAdmin):
    """Assets, with what the apps above keep of them."""

    def delete_row(self, request: HttpRequest, row: Any) -> None:
        """Hide the row and free its seats of licences."""
        delete_device(row, actor=desk_of(request).actor)
