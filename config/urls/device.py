"""Every route of the device API, on one page.

`documented` holds the paths as clients of the API write them; `urlpatterns` answers at
both forms of each, with and without `/api`, in any case (device contract, section 1).
"""

from typing import Any

from django.urls import URLPattern, path

from config.urls.any_case import any_case
from config.urls.forms import PREFIX, both_forms
from devices.api.device.assets import AssetViewSet
from devices.api.device.changes import AssetChangeViewSet
from devices.api.device.licences import (
    CertificateOfDeviceViewSet,
    LicenceOfDevicesViewSet,
)
from devices.api.device.readings import ReadingViewSet
from devices.api.device.software import SoftwareViewSet
from devices.api.device.software_versions import SoftwareVersionViewSet
from licensing.api.device.changes import LicenceChangeViewSet
from licensing.api.device.infos import LicenceInfoViewSet
from licensing.api.device.seats import LicenceRoleViewSet, SeatViewSet
from organisations.api.device.first_calls import (
    AgentViewSet,
    AuthInfoView,
    LookupViewSet,
)

# Which method of a view answers which HTTP method.
Actions = dict[str, Any]

LIST: Actions = {"get": "list"}
COLLECTION: Actions = {"get": "list", "post": "create"}
READ: Actions = {"get": "retrieve"}
ITEM: Actions = {"get": "retrieve", "delete": "destroy"}
PASSWORD: Actions = {"get": "password"}

documented: list[URLPattern] = [
    # First calls
    path("api/authinfo", AuthInfoView.as_view(), name="device-authinfo"),
    path("api/lookup", LookupViewSet.as_view(LIST), name="device-lookup"),
    path("api/Agent/me", AgentViewSet.as_view(READ), name="device-agent"),
    # Devices
    path("api/Asset", AssetViewSet.as_view(COLLECTION), name="device-assets"),
    path(
        "api/Asset/NextTag",
        AssetViewSet.as_view({"get": "next_tag"}),
        name="device-next-tag",
    ),
    path(
        "api/Asset/GetAllSoftwareVersions",
        SoftwareVersionViewSet.as_view(LIST),
        name="device-software-versions",
    ),
    path("api/Asset/<id>", AssetViewSet.as_view(ITEM), name="device-asset"),
    path("api/AssetSoftware", SoftwareViewSet.as_view(LIST), name="device-software"),
    path(
        "api/AssetChange",
        AssetChangeViewSet.as_view(COLLECTION),
        name="device-asset-changes",
    ),
    path(
        "api/MeterReading",
        ReadingViewSet.as_view(COLLECTION),
        name="device-readings",
    ),
    path("api/MeterReading/<id>", ReadingViewSet.as_view(READ), name="device-reading"),
    # Licensing
    path(
        "api/SoftwareLicence",
        LicenceOfDevicesViewSet.as_view(COLLECTION),
        name="device-licences",
    ),
    path(
        "api/SoftwareLicence/<id>",
        LicenceOfDevicesViewSet.as_view(ITEM),
        name="device-licence",
    ),
    path(
        "api/SoftwareLicenceRole",
        LicenceRoleViewSet.as_view(LIST),
        name="device-licence-roles",
    ),
    path("api/DeviceLicence", SeatViewSet.as_view(LIST), name="device-seats"),
    path(
        "api/LicenceChange",
        LicenceChangeViewSet.as_view(LIST),
        name="device-licence-changes",
    ),
    path(
        "api/LicenseInfo",
        LicenceInfoViewSet.as_view(COLLECTION),
        name="device-licence-infos",
    ),
    path(
        "api/LicenseInfo/password",
        LicenceInfoViewSet.as_view(PASSWORD),
        name="device-licence-password",
    ),
    path(
        "api/Certificate",
        CertificateOfDeviceViewSet.as_view(COLLECTION),
        name="device-certificates",
    ),
    path(
        "api/Certificate/<id>",
        CertificateOfDeviceViewSet.as_view(ITEM),
        name="device-certificate",
    ),
]

urlpatterns = both_forms(documented, any_case)

# What the paths of the family begin with; an unknown one is refused in its shape.
RESOURCES = frozenset(
    str(one.pattern).removeprefix(PREFIX).partition("/")[0].lower()
    for one in documented
)


def is_device_path(route: str) -> bool:
    """Tell whether a path, known or not, is one of the device API's."""
    words = route.lower().removeprefix("/").removeprefix(PREFIX)
    return words.partition("/")[0] in RESOURCES
