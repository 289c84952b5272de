"""How files of licences and certificates are loaded and written."""

from licensing.imports.certificates import CertificateResource
from licensing.imports.licence_files import LicenceResource

__all__ = ["CertificateResource", "LicenceResource"]
