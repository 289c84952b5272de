"""Files of licences and certificates, naming assets as devices are named."""

from devices.imports.finding import NamedDevices
from licensing.imports import CertificateResource, LicenceResource
from licensing.imports.certificates import CertificateLoader
from licensing.imports.licences import LicenceLoader


class LicenceOfDevicesLoader(LicenceLoader):
    """Finds assets by inventory and serial numbers as well."""

    finder = NamedDevices


class CertificateOfDeviceLoader(CertificateLoader):
    """Finds the asset by inventory and serial number as well."""

    finder = NamedDevices


class LicenceOfDevicesResource(LicenceResource):
    """Files with a licence a row, with seats of devices."""

    loader_class = LicenceOfDevicesLoader


class CertificateOfDeviceResource(CertificateResource):
    """Files with a certificate a row, perhaps one of a device."""

    loader_class = CertificateOfDeviceLoader
