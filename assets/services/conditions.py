"""What lists and exports of assets, logs and work may be filtered and sorted by."""

from collections.abc import Mapping

from django.db.models import BigIntegerField, Case, F, When
from django.db.models.functions import Coalesce

from assets.models import FieldType
from assets.querysets import EFFECTIVE_LOCATION
from assets.services.definitions import Definitions
from config.api.odata.properties import CustomProperty, Kind, Property

# The part of a location goes with whoever decides the location.
EFFECTIVE_SUB_LOCATION = Case(
    When(
        governed_by__location_id__isnull=False, then=F("governed_by__sub_location_id")
    ),
    default=F("sub_location_id"),
    output_field=BigIntegerField(),
)


def of_location(column: str) -> Coalesce:
    """Return a column, which is never null, of the effective location."""
    return Coalesce(f"governed_by__location__{column}", f"location__{column}")


PROPERTIES: Mapping[str, Property] = {
    "id": Property(Kind.ID, "id", nullable=False),
    "name": Property(Kind.TEXT, "name", nullable=False),
    "description": Property(Kind.TEXT, "description", nullable=False),
    "number": Property(Kind.INTEGER, "number", nullable=False),
    "formatted_number": Property(Kind.TEXT, "formatted_number", nullable=False),
    "active": Property(Kind.BOOLEAN, "active", nullable=False),
    "fleet_id": Property(Kind.ID, "fleet_id"),
    "type_id": Property(Kind.ID, "type_id"),
    "status_id": Property(Kind.ID, "status_id"),
    "location_id": Property(Kind.ID, EFFECTIVE_LOCATION),
    "sub_location_id": Property(Kind.ID, EFFECTIVE_SUB_LOCATION),
    "type/id": Property(Kind.ID, "type_id"),
    "type/name": Property(Kind.TEXT, "type__name"),
    "status/id": Property(Kind.ID, "status_id"),
    "status/name": Property(Kind.TEXT, "status__name"),
    "status/active": Property(Kind.BOOLEAN, "status__active"),
    "location/id": Property(Kind.ID, EFFECTIVE_LOCATION),
    "location/name": Property(Kind.TEXT, of_location("name")),
    "location/code": Property(Kind.TEXT, of_location("code")),
    "fleet/name": Property(Kind.TEXT, "fleet__name"),
    "fleet/code": Property(Kind.TEXT, "fleet__code"),
    "created_at": Property(Kind.DATETIME, "created_at", nullable=False),
    "updated_at": Property(Kind.DATETIME, "updated_at", nullable=False),
}

GROUP_PROPERTIES: Mapping[str, Property] = {
    **PROPERTIES,
    "ephemerality": Property(Kind.INTEGER, "ephemerality", nullable=False),
    "open_work_item_count": Property(
        Kind.INTEGER, "open_work_item_count", nullable=False
    ),
    "closed_work_item_count": Property(
        Kind.INTEGER, "closed_work_item_count", nullable=False
    ),
}

# Names sort without regard to case and accents.
ORDER: Mapping[str, str] = {
    "name": "normalised_name",
    "formatted_number": "formatted_number",
    "position": "position",
    "type/name": "type__normalised_name",
    "status/name": "status__normalised_name",
    "fleet/name": "fleet__normalised_name",
}

KINDS: Mapping[FieldType, Kind] = {
    FieldType.TEXT: Kind.TEXT,
    FieldType.INTEGER: Kind.INTEGER,
    FieldType.DECIMAL: Kind.DECIMAL,
    FieldType.BOOLEAN: Kind.BOOLEAN,
    FieldType.DATE: Kind.DATE,
    FieldType.DATETIME: Kind.DATETIME,
    FieldType.ENUM: Kind.TEXT,
    FieldType.DURATION: Kind.INTEGER,
    FieldType.URL: Kind.TEXT,
}

# What `$filter` and `$orderby` of logs may name (contract 7.3).
LOG_PROPERTIES: Mapping[str, Property] = {
    "id": Property(Kind.ID, "id", nullable=False),
    "type": Property(Kind.TEXT, "type", nullable=False),
    "log": Property(Kind.TEXT, "log", nullable=False),
    "logged_at": Property(Kind.DATETIME, "logged_at", nullable=False),
    "created_at": Property(Kind.DATETIME, "created_at", nullable=False),
    "updated_at": Property(Kind.DATETIME, "updated_at", nullable=False),
    "duration": Property(Kind.INTEGER, "duration"),
    "latitude": Property(Kind.NUMBER, "latitude"),
    "longitude": Property(Kind.NUMBER, "longitude"),
    "created_by/id": Property(Kind.ID, "created_by_id"),
}

WORK_ITEM_PROPERTIES: Mapping[str, Property] = {
    "id": Property(Kind.ID, "id", nullable=False),
    "type": Property(Kind.TEXT, "type", nullable=False),
    "state": Property(Kind.TEXT, "state", nullable=False),
    "number": Property(Kind.INTEGER, "number", nullable=False),
    "formatted_number": Property(Kind.TEXT, "formatted_number", nullable=False),
    "summary": Property(Kind.TEXT, "summary", nullable=False),
    "details": Property(Kind.TEXT, "details", nullable=False),
    "asset_group_id": Property(Kind.ID, "asset_group_id"),
    "occurred_at": Property(Kind.DATETIME, "occurred_at", nullable=False),
    "closed_at": Property(Kind.DATETIME, "closed_at"),
    "created_at": Property(Kind.DATETIME, "created_at", nullable=False),
    "updated_at": Property(Kind.DATETIME, "updated_at", nullable=False),
    "created_by/id": Property(Kind.ID, "created_by_id"),
}


def custom_property(definitions: Definitions, name: str) -> CustomProperty | None:
    """Find a custom field by its id or name."""
    found = definitions.find(name)
    if found is None:
        return None
    choices = None
    if found.type is FieldType.ENUM:
        choices = {key: text for text, key in found.enum_by_text.items()}
    return CustomProperty(KINDS[found.type], found.key, choices=choices)
