"""Licences with the assets that have seats, certificates with their asset."""

from typing import Any

from config.api.device.lists import LARGEST_COUNT, read_page
from config.api.device.on_demand import Extra, many, one
from devices.api.device.rows import DeviceRowSerializer
from devices.models import DeviceAsset
from licensing.api.device.certificates import CertificateViewSet
from licensing.api.device.licences import LicenceViewSet
from licensing.models import Certificate, Licence
from organisations.api.device.base import RegisterViewSet


def list_rows(assets: Any, view: RegisterViewSet) -> list[dict[str, Any]]:
    """Render those of the assets that the caller sees, as rows of a list."""
    seen = assets.present().visible_to(view.actor).order_by("id")
    context = dict(view.get_serializer_context())
    return read_page(DeviceRowSerializer, seen[:LARGEST_COUNT], context)


class LicenceOfDevicesViewSet(LicenceViewSet):
    """Licences, with the assets that have a seat of one."""

    detail_extras = (
        *LicenceViewSet.detail_extras,
        Extra("configuration_items", "includedetails", many(DeviceRowSerializer)),
    )

    def details(self, row: Licence) -> dict[str, Any]:
        """Add the assets beside roles and matches."""
        found = super().details(row)
        if self.asked.get("includedetails"):
            assets = DeviceAsset.objects.licensed_by(row.pk)
            found["configuration_items"] = list_rows(assets, self)
        return found


class CertificateOfDeviceViewSet(CertificateViewSet):
    """Certificates, with the asset that one is of."""

    detail_extras = (Extra("asset", "includedetails", one(DeviceRowSerializer)),)

    def details(self, row: Certificate) -> dict[str, Any]:
        """Add the asset, null without one."""
        if not self.asked.get("includedetails"):
            return {}
        rows = list_rows(DeviceAsset.objects.filter(pk=row.asset_id or 0), self)
        return {"asset": rows[0] if rows else None}
