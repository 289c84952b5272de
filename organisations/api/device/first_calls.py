"""The small calls that clients of the device API make first."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.device.base import DeviceManners
from config.api.device.fields import DeviceId, DeviceString
from config.api.device.parameters import one_number, read_parameters
from config.api.device.serializers import DeviceSerializer, Not
from config.api.device.values import Errors, Query
from config.api.errors import invalid
from config.api.rows import Page, PageField, Read
from config.api.throttling import AddressThrottle
from organisations.api.device.base import RegisterViewSet
from organisations.models import User

# Words that clients offer for choice, by the number that the API knows them by.
LOOKUPS: dict[int, Sequence[str]] = {
    11: ("Weekly", "Monthly", "Quarterly", "Half-yearly", "Yearly"),
}


class AuthInfoSerializer(serializers.Serializer[Any]):
    """Where tokens are given out."""

    auth_url = serializers.CharField()
    tenant_id = serializers.CharField()


class LookupSerializer(serializers.Serializer[Any]):
    """A word, and the number that stands for it."""

    id = serializers.IntegerField()
    name = serializers.CharField()


@extend_schema_field({"type": "string"})
class FullName(PageField):
    """A person's first and last name, else the name they log in with."""

    columns = ("first_name", "last_name", "username")

    def bind_page(self, page: Page, prefix: str) -> Read:
        """Return the function from a row to the name."""
        first, last, login = (page.reader(prefix + name) for name in self.columns)
        return lambda row: f"{first(row)} {last(row)}".strip() or login(row)


class AgentSerializer(DeviceSerializer):
    """A person, as they see themselves."""

    id = DeviceId(read_only=True)
    name = FullName()
    firstname = DeviceString(source="first_name", read_only=True)
    surname = DeviceString(source="last_name", read_only=True)
    phonenumber = DeviceString(source="phone_number", read_only=True)
    jobtitle = DeviceString(source="position", read_only=True)
    isdisabled = Not("is_active")

    class Meta:
        model = User
        fields = (
            "id",
            "name",
            "username",
            "email",
            "firstname",
            "surname",
            "phonenumber",
            "jobtitle",
            "isdisabled",
        )


class AuthInfoView(DeviceManners):
    """Where a client gets its token; it has none yet."""

    authentication_classes = []
    permission_classes = []
    throttle_classes = [AddressThrottle]
    metadata_class = None

    @extend_schema(responses=AuthInfoSerializer, parameters=[])
    def get(self, request: Request) -> Response:
        """Answer with the address of the token endpoint, without its last word."""
        address = request.build_absolute_uri(reverse("auth-token"))
        return Response({"auth_url": address.removesuffix("/token"), "tenant_id": ""})


class LookupViewSet(RegisterViewSet):
    """Words to choose from."""

    noun = "Lookup"
    serializer_class = LookupSerializer
    queryset = User.objects.none()
    parameters = (one_number("lookupid"),)
    is_ordered = False

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer the words of one lookup, or of all; none for an unknown one."""
        errors: Errors = {}
        asked = read_parameters(Query(request.query_params), self.parameters, errors)
        if errors:
            raise invalid(errors)
        wanted = [asked["lookupid"]] if "lookupid" in asked else list(LOOKUPS)
        words = [LOOKUPS.get(number, ()) for number in wanted]
        return Response(
            [
                {"id": place, "name": word}
                for one in words
                for place, word in enumerate(one, start=1)
            ]
        )


class AgentViewSet(RegisterViewSet):
    """The caller."""

    noun = "Agent"
    queryset = User.objects.all()
    serializer_class = AgentSerializer

    def authorise(self, request: Request) -> None:
        """Let everybody read themselves."""
        self.refuse_scope(request)
        self.row = self.actor
