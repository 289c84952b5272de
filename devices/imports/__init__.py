"""How files of devices, and of what hangs on them, are loaded and written."""

from devices.imports.checkouts import CheckoutResource
from devices.imports.device_files import DeviceResource
from devices.imports.licensing import (
    CertificateOfDeviceResource,
    LicenceOfDevicesResource,
    SubscriptionOfDevicesResource,
)
from devices.imports.links import LinkResource
from devices.imports.readings import ReadingResource
from devices.imports.software import SoftwareResource

__all__ = [
    "CertificateOfDeviceResource",
    "CheckoutResource",
    "DeviceResource",
    "LicenceOfDevicesResource",
    "LinkResource",
    "ReadingResource",
    "SoftwareResource",
    "SubscriptionOfDevicesResource",
]
