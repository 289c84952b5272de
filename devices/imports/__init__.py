"""How files of devices, software and readings are loaded and written."""

from devices.imports.device_files import DeviceResource
from devices.imports.licensing import (
    CertificateOfDeviceResource,
    LicenceOfDevicesResource,
    SubscriptionOfDevicesResource,
)
from devices.imports.readings import ReadingResource
from devices.imports.software import SoftwareResource

__all__ = [
    "CertificateOfDeviceResource",
    "DeviceResource",
    "LicenceOfDevicesResource",
    "ReadingResource",
    "SoftwareResource",
    "SubscriptionOfDevicesResource",
]
