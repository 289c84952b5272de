"""How files of devices, software and readings are loaded and written."""

from devices.imports.device_files import DeviceResource
from devices.imports.licensing import (
    CertificateOfDeviceResource,
    LicenceOfDevicesResource,
)

__all__ = [
    "CertificateOfDeviceResource",
    "DeviceResource",
    "LicenceOfDevicesResource",
]
