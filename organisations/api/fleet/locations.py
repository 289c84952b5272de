"""Locations and their sub-locations."""

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import ValidationError

from config.api.fields import OptionalString, SnowflakeString
from config.api.rows import Page, PageField, Read, build, columns_of
from organisations.api.fleet.base import FleetSerializer, IdOf, RegisterViewSet
from organisations.api.fleet.filters import NamedFilter
from organisations.models import Location, SubLocation
from organisations.permissions import Permission
from organisations.services import locations


class SubLocationSerializer(FleetSerializer):
    """A part of a location."""

    id = SnowflakeString(read_only=True)
    organisation_id = IdOf("organisation")
    location_id = IdOf("location")
    code = OptionalString(max_length=12)
    name = OptionalString(max_length=200)

    class Meta:
        model = SubLocation
        fields = (
            "id",
            "organisation_id",
            "location_id",
            "code",
            "name",
            "asset_capacity",
            "enabled",
        )


class LocationRow(FleetSerializer):
    """A location's own columns; `color` repeats `colour` for older clients.

    Of the two that a body names, the one that differs from what is stored counts.
    """

    id = SnowflakeString(read_only=True)
    organisation_id = IdOf("organisation")
    code = OptionalString(max_length=12)
    name = OptionalString(max_length=200)
    colour = OptionalString(max_length=7)
    color = OptionalString(max_length=7, source="colour")
    address = OptionalString(max_length=500)
    timezone_code = OptionalString(max_length=64)

    class Meta:
        model = Location
        fields: Any = (
            "id",
            "organisation_id",
            "code",
            "name",
            "colour",
            "color",
            "latitude",
            "longitude",
            "radius",
            "address",
            "delivery",
            "timezone_code",
        )

    def to_internal_value(self, data: Any) -> Any:
        """Settle which of the two spellings is meant."""
        if isinstance(data, Mapping) and {"colour", "color"} <= data.keys():
            stored = getattr(self.instance, "colour", None) or None
            spellings = (data["colour"], data["color"])
            given = [None if colour == "" else colour for colour in spellings]
            changed = [colour for colour in given if colour != stored] or [stored]
            if changed[0] != changed[-1]:
                raise ValidationError({"color": ["It differs from colour."]})
            data = {**data, "colour": changed[0], "color": changed[0]}
        return super().to_internal_value(data)


@extend_schema_field(SubLocationSerializer(many=True))
class SubLocationsField(PageField):
    """The parts of each location on the page, in one query."""

    columns = ("id",)

    def gather(self, page: Page, prefix: str) -> None:
        """Note the locations."""
        found = page.shared.setdefault("sub_locations_of", set())
        found |= page.distinct(f"{prefix}id")

    def bind_page(self, page: Page, prefix: str) -> Read:
        """Read the parts of every location noted."""
        wanted = page.shared["sub_locations_of"]
        columns = columns_of(SubLocationSerializer)
        rows = SubLocation.objects.filter(location__in=wanted)
        nested = Page(columns, list(rows.values_list(*columns)))
        parts: dict[int, list[Any]] = {key: [] for key in wanted}
        owners = nested.values("location_id")
        shown = build(SubLocationSerializer, nested, "", nested.rows)
        for owner, part in zip(owners, shown, strict=True):
            parts[owner].append(part)
        key = page.reader(f"{prefix}id")
        return lambda row: parts.get(key(row), [])


class LocationSerializer(LocationRow):
    """A location with its parts."""

    sub_locations = SubLocationsField()

    class Meta(LocationRow.Meta):
        fields = (*LocationRow.Meta.fields, "sub_locations")


class LocationViewSet(RegisterViewSet):
    """Locations, each with its parts."""

    queryset = Location.objects.all()
    serializer_class = LocationSerializer
    filterset_class = NamedFilter
    ordering_fields: ClassVar = {"name": "normalised_name", "code": "code"}
    write_permission = Permission.MANAGE_LOCATIONS
    path = "locations"

    def perform_create(self, serializer: Any) -> Location:
        """Make the location."""
        return locations.create_location(
            organisation=self.access.organisation,
            values=serializer.validated_data,
            actor=self.actor,
        )

    def perform_update(self, serializer: Any) -> Location:
        """Change the location."""
        return locations.update_location(
            location=self.row, values=serializer.validated_data, actor=self.actor
        )

    def perform_destroy(self, row: Location) -> None:
        """Delete the location with its parts, unless something is there."""
        locations.delete_location(location=row, actor=self.actor)


class SubLocationViewSet(RegisterViewSet):
    """One part of a location."""

    queryset = SubLocation.objects.all()
    serializer_class = SubLocationSerializer
    write_permission = Permission.MANAGE_LOCATIONS
    path = "sublocations"


class PartOfLocationViewSet(RegisterViewSet):
    """The parts of the location in the path."""

    queryset = Location.objects.all()
    serializer_class = SubLocationSerializer
    write_permission = Permission.MANAGE_LOCATIONS
    path = "sublocations"

    def listed(self) -> Any:
        """Return those of the location."""
        return SubLocation.objects.filter(location=self.row)

    def perform_create(self, serializer: Any) -> SubLocation:
        """Make the part."""
        return locations.create_sub_location(
            location=self.row, values=serializer.validated_data, actor=self.actor
        )
