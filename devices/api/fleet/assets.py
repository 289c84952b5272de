"""Assets of the fleet API, which may be devices as well."""

from assets.api.fleet.views import assets
from assets.models import AssetGroup
from devices.services.removal import delete_device


class AssetViewSet(assets.AssetViewSet):
    """Contract rows 23 to 27, with what the apps above keep of an asset."""

    def perform_destroy(self, row: AssetGroup) -> None:
        """Hide the row and free its seats of licences."""
        delete_device(row, actor=self.actor)
