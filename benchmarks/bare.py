"""The same answers by hand: psycopg, prepared statements, dictionaries, orjson.

No framework, no authentication, no permission: what the database and JSON cost. It
knows the worlds that are measured (no zones, no sub-locations of assets, groups of
single assets only, listed assets in places of their own), and nothing more general.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, LiteralString

import orjson
import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

Json = dict[str, Any]

COLUMNS: LiteralString = """
    asset.id::text AS id, asset.organisation_id::text AS organisation_id,
    asset.fleet_id::text AS fleet_id, asset.type_id AS type, asset.status_id AS status,
    NULL AS sub_location, asset.name, asset.description, asset.fields, asset.active,
    asset.number, asset.prefix_id::text AS prefix_id, asset.formatted_number,
    asset.created_at, asset.updated_at
"""
OF_ASSETS: LiteralString = f"""{COLUMNS}, asset.position, NULL AS in_service,
    asset.group_id::text AS group_id, asset.subscription_id::text AS subscription_id
"""
ASSETS: LiteralString = f"""
    SELECT {OF_ASSETS}, location_id AS location, NULL AS location_source_group_id
    FROM assets_assetgroup AS asset
"""  # noqa: S608 - of constants
PAGE: LiteralString = f"""{ASSETS} WHERE asset.id IN (
        SELECT id FROM assets_assetgroup
        WHERE organisation_id = %s AND ephemerality = 0 AND deleted_at IS NULL
        ORDER BY id LIMIT 50 OFFSET %s
    ) ORDER BY asset.id
"""  # noqa: S608 - of constants
PRESENT: LiteralString = """
    WHERE organisation_id = %s AND ephemerality = 0 AND deleted_at IS NULL
"""
FIRST: LiteralString = "ORDER BY asset.id LIMIT 50"
NAMED: LiteralString = f"""{ASSETS} {PRESENT}
    AND normalised_name >= %s AND normalised_name < %s {FIRST}
"""
WITH_STATUS: LiteralString = f"{ASSETS} {PRESENT} AND status_id = %s {FIRST}"
OF_TYPE: LiteralString = f"{ASSETS} {PRESENT} AND type_id = %s {FIRST}"
AT_LOCATION: LiteralString = f"{ASSETS} {PRESENT} AND location_id = %s {FIRST}"
WITH_VALUE: LiteralString = f"{ASSETS} {PRESENT} AND fields @> %s {FIRST}"
ONE: LiteralString = f"{ASSETS} WHERE asset.id = %s AND deleted_at IS NULL"
SOME: LiteralString = f"{ASSETS} WHERE asset.id = ANY(%s) ORDER BY asset.id"
GROUPS: LiteralString = f"""
    SELECT {COLUMNS}, asset.id AS key, ephemerality, location_id AS location,
        open_work_item_count, closed_work_item_count
    FROM assets_assetgroup AS asset
"""  # noqa: S608 - of constants
GROUP_PAGE: LiteralString = f"""{GROUPS}
    WHERE organisation_id = %s AND ephemerality IN (1, 2) AND deleted_at IS NULL
    ORDER BY asset.id LIMIT 50
"""
GROUP: LiteralString = f"{GROUPS} WHERE asset.id = %s AND deleted_at IS NULL"
MEMBERS: LiteralString = f"""
    SELECT {OF_ASSETS},
        COALESCE(governing.location_id, asset.location_id) AS location,
        CASE WHEN governing.location_id IS NOT NULL THEN governing.id::text END
            AS location_source_group_id,
        member.group_id AS key, member.position AS place
    FROM assets_groupmember AS member
        JOIN assets_assetgroup AS asset ON asset.id = member.asset_id
        JOIN assets_assetgroup AS governing ON governing.id = asset.governed_by_id
    WHERE member.group_id = ANY(%s) AND asset.deleted_at IS NULL
    ORDER BY member.group_id, member.position
"""  # noqa: S608 - of constants
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
HISTORY: LiteralString = """
    SELECT change.id::text AS id, organisation_id::text AS organisation_id, model,
        object_id::text AS object_id, action, field, old, new, who, at, request_id,
        person.id::text AS user, first_name, last_name
    FROM organisations_change AS change
        LEFT JOIN organisations_user AS person ON person.id = change.user_id
    WHERE model = 'assetgroup' AND object_id = %s ORDER BY change.id DESC LIMIT 50
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


class Reader:
    """Reads over one connection."""

    def __init__(self, connection: "psycopg.Connection[Json]") -> None:
        self.connection = connection

    def _read(self, statement: LiteralString, *parameters: object) -> list[Json]:
        return self.connection.execute(statement, parameters, prepare=True).fetchall()


class Bare(Reader):
    """Answers in the words of the fleet API."""

    def page(self, organisation: int, offset: int = 0) -> bytes:
        """Answer 50 assets in id order."""
        return self._answer(self._read(PAGE, organisation, offset))

    def named(self, organisation: int, first: str, beyond: str) -> bytes:
        """Answer the first 50 assets whose search name lies in the range."""
        return self._answer(self._read(NAMED, organisation, first, beyond))

    def with_status(self, organisation: int, status: int) -> bytes:
        """Answer the first 50 assets in a status."""
        return self._answer(self._read(WITH_STATUS, organisation, status))

    def of_type(self, organisation: int, kind: int) -> bytes:
        """Answer the first 50 assets of a type."""
        return self._answer(self._read(OF_TYPE, organisation, kind))

    def at_location(self, organisation: int, location: int) -> bytes:
        """Answer the first 50 assets at a location."""
        return self._answer(self._read(AT_LOCATION, organisation, location))

    def with_value(self, organisation: int, field: int, value: object) -> bytes:
        """Answer the first 50 assets that have the value in a custom field."""
        wanted = Jsonb({f"f{field}": value})
        return self._answer(self._read(WITH_VALUE, organisation, wanted))

    def some(self, keys: list[int]) -> bytes:
        """Answer these assets in id order."""
        return self._answer(self._read(SOME, keys))

    def one(self, key: int) -> bytes:
        """Answer one asset."""
        return self._answer(self._read(ONE, key))[1:-1]

    def groups(self, organisation: int) -> bytes:
        """Answer the first 50 groups with their members."""
        return self._answer_groups(self._read(GROUP_PAGE, organisation))

    def group(self, key: int) -> bytes:
        """Answer one group with its members."""
        return self._answer_groups(self._read(GROUP, key))[1:-1]

    def history(self, key: int) -> bytes:
        """Answer the newest 50 changes of an asset or a group."""
        changes = self._read(HISTORY, key)
        for change in changes:
            change["user"] = {
                "id": change["user"],
                "firstname": change.pop("first_name"),
                "lastname": change.pop("last_name"),
            }
        return _written(changes)

    def _answer(self, assets: list[Json]) -> bytes:
        self._embed(assets)
        return _written(assets)

    def _answer_groups(self, groups: list[Json]) -> bytes:
        members = self._read(MEMBERS, [group["key"] for group in groups])
        self._embed([*groups, *members])
        assets: dict[int, list[Json]] = defaultdict(list)
        for asset in members:
            place = {"asset": asset, "position": asset.pop("place")}
            assets[asset.pop("key")].append(place)
        for group in groups:
            group["assets"] = assets[group.pop("key")]
        return _written(groups)

    def _embed(self, assets: list[Json]) -> None:
        types = self._types({asset["type"] for asset in assets})
        statuses = self._keyed(STATUSES, {asset["status"] for asset in assets})
        locations = self._locations({asset["location"] for asset in assets})
        shapes = {
            field["field"]["id"]: field
            for one in types.values()
            for field in one["fields"]
        }
        for asset in assets:
            # Temporary groups are of no type, and not everything has a status.
            status = statuses.get(asset["status"])
            asset["type"] = types.get(asset["type"])
            asset["status"] = status
            asset["location"] = locations.get(asset["location"])
            if "in_service" in asset:
                asset["in_service"] = asset["active"] and (
                    status is None or status["active"]
                )
            asset["fields"] = {
                key[1:]: _shown(value, shapes[key[1:]])
                for key, value in asset["fields"].items()
            }

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


def _written(rows: list[Json]) -> bytes:
    return orjson.dumps(rows, option=orjson.OPT_UTC_Z)


def _shown(value: object, shape: Json) -> Json:
    found: Iterable[Json] = shape["enum_values"]
    if not found:
        return {"value": value, "units": shape["field"]["units"]}
    texts = [one["value"] for one in found if one["id"] == value]
    return {"value": texts[0], "units": None, "enum_value_id": value}
