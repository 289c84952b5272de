"""Software on assets, as the device API shows it (DeviceApplications, section 3)."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from config.api.device.parameters import one_id, one_of, one_text
from config.api.device.serializers import DeviceSerializer, IdOf, NameOf
from config.api.device.values import Malformed, read_integer
from devices.models import Software
from organisations.api.device.base import RegisterViewSet

# What other programs know a program by, and what is stored where they do not.
THIRD_PARTY: Mapping[str, str | int] = {"snowid": "", "moduleid": 0}


class SoftwareSerializer(DeviceSerializer):
    """A program on an asset."""

    licence_id = IdOf("licence")
    licence_name = NameOf("licence")
    name = NameOf("title")
    version = NameOf("title", "version")
    did = IdOf("asset")
    user_id = IdOf("user")
    role_id = IdOf("role")
    role_name = NameOf("role")

    class Meta:
        model = Software
        ref_name = "DeviceApplications"
        fields = (
            "id",
            "licence_id",
            "licence_name",
            "name",
            "version",
            "count",
            "did",
            "bundledesc",
            "cost",
            "lastused",
            "install_date",
            "expiry_date",
            "licence_required",
            "user_id",
            "role_id",
            "role_name",
            "moduleid",
            "snowid",
        )


def known_elsewhere(rows: Any, column: str, view: RegisterViewSet) -> Any:
    """Narrow to the programs that have an identifier of this kind."""
    return rows.exclude(**{column: THIRD_PARTY[column]})


def identified(rows: Any, text: str, view: RegisterViewSet) -> Any:
    """Narrow to the programs with this identifier, of the kind asked for or of any."""
    named = view.asked.get("third_party_field")
    if named == "moduleid":
        return rows.filter(moduleid=read_integer(text, least=1))
    if named == "snowid":
        return rows.filter(snowid=text)
    either = Q(snowid=text)
    try:
        either |= Q(moduleid=read_integer(text, least=1))
    except Malformed:
        # It can be the identifier that is a text only.
        return rows.filter(either)
    return rows.filter(either)


class SoftwareViewSet(RegisterViewSet):
    """Programs on the assets of the caller's organisations."""

    noun = "Software"
    area = "software"
    queryset = Software.objects.on_present_assets()
    serializer_class = SoftwareSerializer
    is_ordered = False
    parameters = (
        one_id("device_id", "asset"),
        one_id("licence_id", "licence"),
        one_id("user_id", "user"),
        one_of("third_party_field", THIRD_PARTY, known_elsewhere),
        one_text("third_party_id", identified),
    )
