"""What the objects of contract 3 look like, written out by hand."""

from typing import Any

from assets.models import (
    AssetField,
    AssetGroup,
    AssetStatus,
    AssetType,
    AssetZone,
    EnumValue,
)
from organisations.models import Location, SubLocation, User

Json = dict[str, Any]


def reference(row: Any) -> str | None:
    """Return an id as the fleet API shows it."""
    return None if row is None else str(row.pk)


def moment(value: Any) -> str:
    """Return a moment as the fleet API shows it."""
    return str(value.isoformat()).replace("+00:00", "Z")


def user_shape(row: User | None) -> Json | None:
    """Return the embedded user."""
    if row is None:
        return None
    names = {"firstname": row.first_name, "lastname": row.last_name}
    return {"id": reference(row), **names}


def status_shape(row: AssetStatus) -> Json:
    """Return the AssetStatus."""
    return {
        "id": reference(row),
        "organisation_id": reference(row.organisation),
        "active": row.active,
        "name": row.name,
        "description": row.description,
    }


def zone_shape(row: AssetZone) -> Json:
    """Return the AssetZone."""
    return {
        "id": reference(row),
        "organisation_id": reference(row.organisation),
        "name": row.name,
        "code": row.code,
        "description": row.description,
    }


def value_shape(row: EnumValue) -> Json:
    """Return the EnumValue."""
    return {
        "id": reference(row),
        "asset_field_id": reference(row.field),
        "value": row.value,
        "updated_by": user_shape(row.updated_by),
        "updated_at": moment(row.updated_at),
    }


def field_shape(row: AssetField) -> Json:
    """Return the AssetField with its values."""
    return {
        "id": reference(row),
        "organisation_id": reference(row.organisation),
        "name": row.name,
        "description": row.description,
        "type": row.type,
        "required": row.required,
        "is_result": row.is_result,
        "units": row.units or None,
        "multi_line": row.multi_line,
        "max_length": row.max_length,
        "default_value": row.default_value,
        "values": [value_shape(value) for value in row.values.order_by("id")],
    }


def type_shape(row: AssetType) -> Json:
    """Return the AssetType with its fields and zones."""
    fields = [field_shape(link.field) for link in row.type_fields.order_by("id")]
    return {
        "id": reference(row),
        "organisation_id": reference(row.organisation),
        "fleet_id": reference(row.fleet),
        "ephemerality": row.ephemerality,
        "name": row.name,
        "description": row.description,
        "fields": [
            {"type_id": reference(row), "field": one, "enum_values": one["values"]}
            for one in fields
        ],
        "prefix_id": reference(row.prefix),
        "zones": [zone_shape(link.zone) for link in row.type_zones.order_by("id")],
        "active": row.active,
    }


def sub_location_shape(row: SubLocation) -> Json:
    """Return the SubLocation."""
    return {
        "id": reference(row),
        "organisation_id": reference(row.organisation),
        "location_id": reference(row.location),
        "code": row.code or None,
        "name": row.name or None,
        "asset_capacity": row.asset_capacity,
        "enabled": row.enabled,
    }


def location_shape(row: Location) -> Json:
    """Return the Location with its parts."""
    return {
        "id": reference(row),
        "organisation_id": reference(row.organisation),
        "code": row.code or None,
        "name": row.name or None,
        "colour": row.colour or None,
        "color": row.colour or None,
        "latitude": row.latitude,
        "longitude": row.longitude,
        "radius": row.radius,
        "address": row.address or None,
        "delivery": row.delivery,
        "timezone_code": row.timezone_code or None,
        "sub_locations": [
            sub_location_shape(part) for part in row.sub_locations.order_by("id")
        ],
    }


def asset_shape(row: AssetGroup, **instead: Any) -> Json:
    """Return the Asset of a row that no group governs and that has no values."""
    shape = {
        "id": reference(row),
        "organisation_id": reference(row.organisation),
        "fleet_id": reference(row.fleet),
        "type": type_shape(row.type) if row.type else None,
        "status": status_shape(row.status) if row.status else None,
        "location": location_shape(row.location) if row.location else None,
        "sub_location": (
            sub_location_shape(row.sub_location) if row.sub_location else None
        ),
        "position": 0,
        "name": row.name,
        "description": row.description,
        "fields": {},
        "active": row.active,
        "in_service": row.active,
        "number": row.number,
        "prefix_id": reference(row.prefix),
        "formatted_number": row.formatted_number,
        "group_id": None,
        "subscription_id": None,
        "location_source_group_id": None,
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
    }
    assert instead.keys() <= shape.keys()
    return {**shape, **instead}
