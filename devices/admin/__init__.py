"""The back office of IT devices."""

from devices.admin import assets, custody, devices, links, views

__all__ = ["assets", "custody", "devices", "links", "views"]
