"""How files of licences, subscriptions and certificates are loaded and written."""

from licensing.imports.certificates import CertificateResource
from licensing.imports.licence_files import LicenceResource
from licensing.imports.subscriptions import SubscriptionResource

__all__ = ["CertificateResource", "LicenceResource", "SubscriptionResource"]
