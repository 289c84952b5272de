"""Assets as IT devices, and what hangs on them."""

from devices.models.custody import Checkout
from devices.models.device import AllowedStatus, Device, DeviceAsset
from devices.models.links import (
    AssetLink,
    Bookmark,
    DeviceReference,
    IntegrationLink,
    IntegrationType,
)
from devices.models.reading import MeterReading
from devices.models.software import Software, SoftwareTitle
from devices.models.views import ColumnProfile, ProfileColumn, SavedSearch

__all__ = [
    "AllowedStatus",
    "AssetLink",
    "Bookmark",
    "Checkout",
    "ColumnProfile",
    "Device",
    "DeviceAsset",
    "DeviceReference",
    "IntegrationLink",
    "IntegrationType",
    "MeterReading",
    "ProfileColumn",
    "SavedSearch",
    "Software",
    "SoftwareTitle",
]
