"""Files of licences, subscriptions and certificates, naming assets as devices are."""

from devices.imports.finding import NamedDevices
from licensing.imports import (
    CertificateResource,
    LicenceResource,
    SubscriptionResource,
)
from licensing.imports.certificates import CertificateLoader
from licensing.imports.licences import LicenceLoader
from licensing.imports.subscriptions import SubscriptionLoader


class LicenceOfDevicesLoader(LicenceLoader):
    """Finds assets by inventory and serial numbers as well."""

    finder = NamedDevices


class CertificateOfDeviceLoader(CertificateLoader):
    """Finds the asset by inventory and serial number as well."""

    finder = NamedDevices


class SubscriptionOfDevicesLoader(SubscriptionLoader):
    """Finds assets by inventory and serial numbers as well."""

    finder = NamedDevices


class LicenceOfDevicesResource(LicenceResource):
    """Files with a licence a row, with seats of devices."""

    loader_class = LicenceOfDevicesLoader


class CertificateOfDeviceResource(CertificateResource):
    """Files with a certificate a row, perhaps one of a device."""

    loader_class = CertificateOfDeviceLoader


class SubscriptionOfDevicesResource(SubscriptionResource):
    """Files with a subscription a row, with seats of devices."""

    loader_class = SubscriptionOfDevicesLoader
