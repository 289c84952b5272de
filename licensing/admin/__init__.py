"""The back office of licences, certificates and records of other systems."""

from licensing.admin import licences, secrets

__all__ = ["licences", "secrets"]
