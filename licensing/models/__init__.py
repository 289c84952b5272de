"""Rights to use, and the secrets that come with them."""

from licensing.models.certificate import Certificate
from licensing.models.info import LicenceInfo
from licensing.models.licence import Allocation, Licence, LicenceMatch, LicenceRole
from licensing.models.reference import Reference

__all__ = [
    "Allocation",
    "Certificate",
    "Licence",
    "LicenceInfo",
    "LicenceMatch",
    "LicenceRole",
    "Reference",
]
