"""The app of IT devices."""

from django.apps import AppConfig


class DevicesConfig(AppConfig):
    """Assets as IT devices: software, readings, links, custody."""

    name = "devices"
