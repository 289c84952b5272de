"""A resource of the device API that exists in tests only: locations, as places."""

from typing import Any, ClassVar

from django.db.models import Q
from django.urls import path

from config.api.device.fields import DeviceMoment, DeviceNumber, DeviceString
from config.api.device.pairs import Pair
from config.api.device.parameters import (
    flag,
    many_ids,
    one_day,
    one_id,
    one_number,
    one_of,
    one_text,
)
from config.api.device.serializers import Column, DeviceSerializer, IdOf, NameOf, Not
from config.api.device.values import Malformed
from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as real
from config.urls.any_case import any_case
from config.urls.device import COLLECTION, ITEM, LIST
from config.urls.forms import both_forms
from organisations.api.device.base import CLIENT, RegisterViewSet, own_locations
from organisations.models import Location, SubLocation
from organisations.permissions import Permission

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


class PlaceSerializer(DeviceSerializer):
    """A place."""

    client_id = IdOf("organisation")
    client_name = NameOf("organisation")
    title = DeviceString(source="name", max_length=20, required=True)
    centre = DeviceNumber(source="radius")
    inactive = Not("delivery")
    made = Column("organisation__created_at", DeviceMoment())

    class Meta:
        model = Location
        fields: ClassVar[Any] = (
            "id",
            "client_id",
            "client_name",
            "title",
            "code",
            "delivery",
            "inactive",
            "centre",
            "made",
        )


def titled(rows: Any, value: str, view: Any) -> Any:
    """Narrow to the titles that end so."""
    if value == "*":
        raise Malformed("Titles do not end so.")
    return rows.filter(name__endswith=value)


class PlaceViewSet(RegisterViewSet):
    """Places."""

    noun = "Place"
    area = "assets"
    queryset = Location.objects.all()
    serializer_class = PlaceSerializer
    array = "places"
    search_columns = ("name", "code")
    has_advanced_search = True
    write_permission = Permission.MANAGE_LOCATIONS
    upsert_status = 201
    parameters = (
        one_id("client_id", "organisation"),
        many_ids("client_ids", "organisation"),
        many_ids("places", "id"),
        one_text("code", "code"),
        one_text("ending", titled),
        one_of("kind", ("depot", "station"), "code"),
        one_number("radius", "radius"),
        one_day("since", "organisation__created_at__date__gte"),
        flag("delivery", "delivery"),
        flag("idonly"),
    )
    detail_parameters = (flag("includedetails"),)

    def details(self, row: Location) -> dict[str, Any]:
        """Add the address on demand."""
        return {"address": row.address} if self.asked.get("includedetails") else {}

    def custom_condition(self, serial: int, operator: int, value: str) -> Q | None:
        """Know one custom field."""
        return Q(address=value) if serial == 7 else None


class PartSerializer(DeviceSerializer):
    """A part of a place."""

    place_id = IdOf("location")
    place_name = NameOf("location")

    class Meta:
        model = SubLocation
        fields = ("id", "place_id", "place_name", "name", "asset_capacity")


PLACE = Pair(
    "place", "location", "Place", own_locations, required="A place is required."
)


class PartViewSet(RegisterViewSet):
    """Parts of places, in a bare array."""

    noun = "Part"
    area = "software"
    queryset = SubLocation.objects.all()
    serializer_class = PartSerializer
    pairs = (CLIENT, PLACE)
    write_permission = Permission.MANAGE_LOCATIONS
    is_ordered = False


documented = [
    path("api/Place", PlaceViewSet.as_view(COLLECTION), name="places"),
    path("api/Place/<id>", PlaceViewSet.as_view(ITEM), name="place"),
    path("api/Part", PartViewSet.as_view(COLLECTION), name="parts"),
    path("api/Part/All", PartViewSet.as_view(LIST), name="all-parts"),
]
urlpatterns = [*both_forms(documented, any_case), *real]
