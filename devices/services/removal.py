"""Deleting a device: its asset is hidden, what it held is given back."""

from django.db import transaction

from assets.models import AssetGroup
from assets.services.removal import delete_asset
from licensing.services.seats import release_assets
from organisations.models import User


@transaction.atomic
def delete_device(asset: AssetGroup, *, actor: User) -> None:
    """Hide the asset and free its seats; history stays, the back office restores it."""
    delete_asset(asset, actor=actor)
    release_assets([asset.pk], actor=actor)
