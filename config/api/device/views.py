"""The base of every view of the device API (device contract, section 1)."""

from config.api.device.listing import ListViewSet
from config.api.device.upserting import UpsertViewSet


class DeviceViewSet(ListViewSet, UpsertViewSet):
    """A resource of the device API.

    Declare `queryset`, `serializer_class`, the tables of parameters, `area` and
    permissions; override a hook for what truly differs.
    """
