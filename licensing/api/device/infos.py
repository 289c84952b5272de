"""`/LicenseInfo`: installations of licensed software, and their passwords."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Q
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.device.fields import DeviceSecret, DeviceUuid
from config.api.device.pairs import Pair
from config.api.device.parameters import one_id
from config.api.device.serializers import Column, DeviceSerializer, IdOf, NameOf
from config.api.device.values import Query
from config.api.errors import invalid
from licensing.models import LicenceInfo
from licensing.services.infos import create_info, read_password, update_info
from organisations.api.device.base import CLIENT, SITE, RegisterViewSet
from organisations.permissions import Permission

PLAIN = (
    "organisationname",
    "version",
    "apiurl",
    "is_trial",
    "support_type",
    "trialexpiry",
    "registrationdate",
)


class LicenceInfoSerializer(DeviceSerializer):
    """An installation; never its password."""

    id = Column("uuid", DeviceUuid())
    site_id = IdOf("location")
    client_id = IdOf("organisation")
    client_name = NameOf("organisation")

    class Meta:
        model = LicenceInfo
        fields: ClassVar[Any] = ("id", "site_id", "client_id", "client_name", *PLAIN)


class LicenceInfoInput(DeviceSerializer):
    """An installation as it is written."""

    password = DeviceSecret()

    class Meta:
        model = LicenceInfo
        fields: ClassVar[Any] = (*PLAIN, "password")


class LicencePasswordSerializer(serializers.Serializer[Any]):
    """The password of an installation."""

    id = serializers.UUIDField()
    password = serializers.CharField()


class LicenceInfoViewSet(RegisterViewSet):
    """Installations, known by ids that are no serials."""

    noun = "Licence info"
    area = "softwarelicensing"
    id_field = DeviceUuid()
    queryset = LicenceInfo.objects.all()
    serializer_class = LicenceInfoSerializer
    input_serializer_class = LicenceInfoInput
    array = "licenceinfo"
    parameters = (one_id("site_id", "location"),)
    has_advanced_search = True
    pairs: ClassVar[Sequence[Pair]] = (CLIENT, SITE)
    write_permission = Permission.MANAGE_LICENCES

    def id_of(self, row: LicenceInfo) -> Any:
        """Return the id that the wire shows."""
        return row.uuid

    def with_ids(self, ids: set[Any]) -> Q:
        """Hold for the rows with these ids."""
        return Q(uuid__in=ids)

    def perform_create(self, values: Mapping[str, Any]) -> LicenceInfo:
        """Keep an installation and its password."""
        columns = dict(values)
        return create_info(
            organisation=columns.pop("organisation"),
            password=columns.pop("password", ""),
            values=columns,
            actor=self.actor,
        )

    def perform_update(
        self, row: LicenceInfo, values: Mapping[str, Any]
    ) -> LicenceInfo:
        """Change an installation; without a password it keeps the one it has."""
        columns = dict(values)
        password = columns.pop("password", None)
        return update_info(
            info=row, values=columns, password=password, actor=self.actor
        )

    @extend_schema(
        parameters=[
            OpenApiParameter("id", {"type": "string", "format": "uuid"}, required=True)
        ],
        responses=LicencePasswordSerializer,
    )
    def password(self, request: Request) -> Response:
        """Answer the password to whom may read secrets; the history tells of it."""
        told = Query(request.query_params).text("id")
        if not told:
            raise invalid({"id": ["An id is required."]})
        info = self.find_row(told)
        password = read_password(info, actor=self.actor)
        shown = {"id": str(info.uuid), "password": password}
        return Response(shown, headers={"Cache-Control": "no-store"})
