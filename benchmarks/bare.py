"""The same answers by hand: psycopg, prepared statements, dictionaries, orjson.

No framework, no authentication, no permission: what the database and JSON cost. It
knows the world that is measured (no groups, no zones), and nothing more general.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, LiteralString

import orjson
import psycopg
from psycopg.rows import dict_row

Json = dict[str, Any]

ASSETS: LiteralString = """
    SELECT asset.id::text AS id, organisation_id::text AS organisation_id,
        fleet_id::text AS fleet_id, type_id AS type, status_id AS status,
        location_id AS location, NULL AS sub_location, position, name, description,
        fields, active, NULL AS in_service, number, prefix_id::text AS prefix_id,
        formatted_number, group_id::text AS group_id,
        subscription_id::text AS subscription_id, NULL AS location_source_group_id,
        created_at, updated_at
    FROM assets_assetgroup AS asset
"""
PAGE: LiteralString = f"""{ASSETS} WHERE asset.id IN (
        SELECT id FROM assets_assetgroup
        WHERE organisation_id = %s AND ephemerality = 0 AND deleted_at IS NULL
        ORDER BY id LIMIT 50 OFFSET %s
    ) ORDER BY asset.id
"""  # noqa: S608 - of constants
NAMED: LiteralString = f"""{ASSETS}
    WHERE organisation_id = %s AND ephemerality = 0 AND deleted_at IS NULL
        AND normalised_name >= %s AND normalised_name < %s
    ORDER BY asset.id LIMIT 50
"""
ONE: LiteralString = f"{ASSETS} WHERE asset.id = %s AND deleted_at IS NULL"
TYPES: LiteralString = """
    SELECT id::text AS id, organisation_id::text AS organisation_id,
        fleet_id::text AS fleet_id, ephemerality, name, description, NULL AS fields,
        prefix_id::text AS prefix_id, NULL AS zones, active, id AS key
    FROM assets_assettype WHERE id = ANY(%s)
"""
FIELDS: LiteralString = """
    SELECT link.type_id AS link, field.id::text AS id,
        field.organisation_id::text AS organisation_id, field.name, description, type,
        required, is_result, NULLIF(units, '') AS units, multi_line, max_length,
        default_value
    FROM assets_assettypefield AS link JOIN assets_assetfield AS field
        ON field.id = link.field_id
    WHERE link.type_id = ANY(%s) ORDER BY link.id
"""
VALUES: LiteralString = """
    SELECT value.id::text AS id, field_id::text AS asset_field_id, value,
        NULL AS updated_by, value.updated_at
    FROM assets_enumvalue AS value WHERE field_id IN (
        SELECT field_id FROM assets_assettypefield WHERE type_id = ANY(%s)
    ) ORDER BY value.id
"""
STATUSES: LiteralString = """
    SELECT id::text AS id, organisation_id::text AS organisation_id, active, name,
        description, id AS key
    FROM assets_assetstatus WHERE id = ANY(%s)
"""
LOCATIONS: LiteralString = """
    SELECT id::text AS id, organisation_id::text AS organisation_id,
        NULLIF(code, '') AS code, NULLIF(name, '') AS name,
        NULLIF(colour, '') AS colour, NULLIF(colour, '') AS color, latitude, longitude,
        radius, NULLIF(address, '') AS address, delivery,
        NULLIF(timezone_code, '') AS timezone_code, id AS key
    FROM organisations_location WHERE id = ANY(%s)
"""
SUB_LOCATIONS: LiteralString = """
    SELECT id::text AS id, organisation_id::text AS organisation_id,
        location_id::text AS location_id, NULLIF(code, '') AS code,
        NULLIF(name, '') AS name, asset_capacity, enabled
    FROM organisations_sublocation WHERE location_id = ANY(%s) ORDER BY id
"""


def connect(settings: Json) -> "psycopg.Connection[Json]":
    """Open a connection from Django's settings of one."""
    return psycopg.connect(
        host=settings["HOST"],
        port=settings["PORT"],
        user=settings["USER"],
        password=settings["PASSWORD"],
        dbname=settings["NAME"],
        autocommit=True,
        row_factory=dict_row,
    )


class Bare:
    """Answers over one connection."""

    def __init__(self, connection: "psycopg.Connection[Json]") -> None:
        self.connection = connection

    def page(self, organisation: int, offset: int = 0) -> bytes:
        """Answer 50 assets in id order."""
        return self._answer(self._read(PAGE, organisation, offset))

    def named(self, organisation: int, first: str, beyond: str) -> bytes:
        """Answer the first 50 assets whose search name lies in the range."""
        return self._answer(self._read(NAMED, organisation, first, beyond))

    def one(self, key: int) -> bytes:
        """Answer one asset."""
        return self._answer(self._read(ONE, key))[1:-1]

    def _read(self, statement: LiteralString, *parameters: object) -> list[Json]:
        return self.connection.execute(statement, parameters, prepare=True).fetchall()

    def _answer(self, assets: list[Json]) -> bytes:
        types = self._types({asset["type"] for asset in assets})
        statuses = self._keyed(STATUSES, {asset["status"] for asset in assets})
        locations = self._locations({asset["location"] for asset in assets})
        shapes = {
            field["field"]["id"]: field
            for one in types.values()
            for field in one["fields"]
        }
        for asset in assets:
            status = statuses[asset["status"]]
            asset["type"] = types[asset["type"]]
            asset["status"] = status
            asset["location"] = locations[asset["location"]]
            asset["in_service"] = asset["active"] and status["active"]
            asset["fields"] = {
                key[1:]: _shown(value, shapes[key[1:]])
                for key, value in asset["fields"].items()
            }
        return orjson.dumps(assets, option=orjson.OPT_UTC_Z)

    def _keyed(self, statement: LiteralString, keys: set[int]) -> dict[int, Json]:
        return {row.pop("key"): row for row in self._read(statement, list(keys))}

    def _types(self, keys: set[int]) -> dict[int, Json]:
        values: dict[str, list[Json]] = defaultdict(list)
        for value in self._read(VALUES, list(keys)):
            values[value["asset_field_id"]].append(value)
        types = self._keyed(TYPES, keys)
        for one in types.values():
            one["fields"], one["zones"] = [], []
        for field in self._read(FIELDS, list(keys)):
            owner = types[field.pop("link")]
            found = values[field["id"]]
            shown = {
                "type_id": owner["id"],
                "field": {**field, "values": found},
                "enum_values": found,
            }
            owner["fields"].append(shown)
        return types

    def _locations(self, keys: set[int]) -> dict[int, Json]:
        locations = self._keyed(LOCATIONS, keys)
        parts: dict[str, list[Json]] = defaultdict(list)
        for part in self._read(SUB_LOCATIONS, list(keys)):
            parts[part["location_id"]].append(part)
        for one in locations.values():
            one["sub_locations"] = parts[one["id"]]
        return locations


def _shown(value: object, shape: Json) -> Json:
    found: Iterable[Json] = shape["enum_values"]
    if not found:
        return {"value": value, "units": shape["field"]["units"]}
    texts = [one["value"] for one in found if one["id"] == value]
    return {"value": texts[0], "units": None, "enum_value_id": value}
