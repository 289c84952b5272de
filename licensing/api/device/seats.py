"""`/DeviceLicence` and `/SoftwareLicenceRole`: what hangs on licences."""

from config.api.device.parameters import one_id
from config.api.device.serializers import DeviceSerializer, IdOf, NameOf
from licensing.api.device.licence_rows import LicenceRoleSerializer
from licensing.models import Allocation, LicenceRole
from organisations.api.device.base import RegisterViewSet


class SeatSerializer(DeviceSerializer):
    """A seat that an asset has."""

    device_id = IdOf("asset")
    licence_id = IdOf("licence")
    device_name = NameOf("asset")
    licence_name = NameOf("licence")

    class Meta:
        model = Allocation
        fields = ("id", "device_id", "licence_id", "device_name", "licence_name")


class SeatViewSet(RegisterViewSet):
    """The seats that assets have."""

    noun = "Device licence"
    area = "softwarelicensing"
    queryset = Allocation.objects.for_assets().filter(asset__deleted_at=None)
    serializer_class = SeatSerializer
    is_ordered = False


class LicenceRoleViewSet(RegisterViewSet):
    """The roles of licences."""

    noun = "Licence role"
    area = "softwarelicensing"
    queryset = LicenceRole.objects.filter(licence__deleted=False)
    serializer_class = LicenceRoleSerializer
    parameters = (one_id("softwarelicence_id", "licence"),)
    is_ordered = False
