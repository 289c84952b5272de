"""The app of rights to use."""

from django.apps import AppConfig


class LicensingConfig(AppConfig):
    """Licences and their seats, licence infos, certificates, references elsewhere."""

    name = "licensing"
