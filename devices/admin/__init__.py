"""The back office of IT devices."""

from devices.admin import custody, devices, links, views

__all__ = ["custody", "devices", "links", "views"]
