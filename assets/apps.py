"""The app of what is owned."""

from django.apps import AppConfig


class AssetsConfig(AppConfig):
    """Assets, equipment and groups, with their types, statuses, fields and zones."""

    name = "assets"
