"""Writes by hand: one transaction of plain statements that leaves the same rows.

Assets, devices, logs and files, and the line of history for each; no rule is checked.
Many rows go by COPY, one by INSERT.
"""

import io
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import LiteralString
from uuid import uuid4

import orjson
import psycopg
from PIL import Image
from psycopg.sql import SQL, Identifier, Placeholder
from psycopg.types.json import Jsonb

from benchmarks.bare import Bare, Json, Reader
from benchmarks.bare_devices import BareDevices

# Of an id: the seconds since 2020 above 31 bits of a series.
EPOCH, SERIAL_BITS = 1_577_836_800, 31
SERIAL_MASK = (1 << SERIAL_BITS) - 1
TEXT = "Seen"
HEAD, FOOT = b"image/jpeg\r\n\r\n", b"\r\n--"

IDS: LiteralString = "SELECT nextval(%s::regclass) AS id FROM generate_series(1, %s)"
NUMBERS: LiteralString = """
    UPDATE organisations_prefix SET last_number = last_number + %s WHERE id = %s
    RETURNING last_number
"""
NAMES: LiteralString = """
    SELECT id, name FROM assets_assetgroup
    WHERE id = ANY(%s) AND organisation_id = %s AND deleted_at IS NULL
    ORDER BY id FOR NO KEY UPDATE
"""
RENAME: LiteralString = """
    UPDATE assets_assetgroup AS asset
    SET name = given.name, normalised_name = lower(given.name), updated_at = %s
    FROM unnest(%s::bigint[], %s::text[]) AS given(id, name) WHERE asset.id = given.id
"""
TYPE: LiteralString = """
    SELECT id FROM assets_assettype
    WHERE id & 2147483647 = %s AND organisation_id = %s
"""
NOTES: LiteralString = """
    SELECT asset.id, device.notes FROM assets_assetgroup AS asset
        JOIN devices_device AS device ON device.asset_id = asset.id
    WHERE asset.id & 2147483647 = %s AND organisation_id = %s AND deleted_at IS NULL
    FOR NO KEY UPDATE
"""
NOTE: LiteralString = "UPDATE devices_device SET notes = %s WHERE asset_id = %s"
TOUCH: LiteralString = "UPDATE assets_assetgroup SET updated_at = %s WHERE id = %s"
BLOB: LiteralString = """
    SELECT id, length, width, height FROM assets_blob
    WHERE organisation_id = %s AND file_hash = %s
    FOR NO KEY UPDATE
"""
PERSON: LiteralString = """
    SELECT id::text AS id, first_name AS firstname, last_name AS lastname
    FROM organisations_user WHERE id = %s
"""
# A device of which nothing is known.
EMPTY: Json = {
    **dict.fromkeys(("colour", "icon", "notes", "serial_number", "warranty_note"), ""),
    **dict.fromkeys(("normalised_serial_number", "supplier_reference", "guid"), ""),
    **dict.fromkeys(("criticality", "sla_id", "priority_id", "third_party_id"), 0),
    "third_party_id_string": "",
    "device_number": 0,
    "is_primary_asset": False,
    "non_consignable": False,
}


@dataclass(frozen=True)
class Author:
    """Who writes, for which organisation, and its series of numbers."""

    organisation: int
    prefix: int
    user: int
    username: str


class BareWrites(Reader):
    """Writes what the bodies of requests say, and answers like the APIs."""

    def __init__(
        self, connection: "psycopg.Connection[Json]", author: Author, folder: Path
    ) -> None:
        super().__init__(connection)
        self.author, self.folder = author, folder
        self.fleet, self.devices = Bare(connection), BareDevices(connection)

    def create(self, body: bytes) -> bytes:
        """Make one asset, or a list of them."""
        sent = orjson.loads(body)
        bodies = sent if isinstance(sent, list) else [sent]
        wanted = [(int(one["type_id"]), one["name"]) for one in bodies]
        with self.connection.transaction():
            made = self._add_assets(wanted)
            answer = self.fleet.some([row["id"] for row in made])
        return answer if isinstance(sent, list) else answer[1:-1]

    def change(self, body: bytes) -> bytes:
        """Give names to assets."""
        given = {int(one["id"]): one["name"] for one in orjson.loads(body)}
        with self.connection.transaction():
            rows = self._read(NAMES, list(given), self.author.organisation)
            old = {row["id"]: row["name"] for row in rows}
            new = {key: given[key] for key in old if given[key] != old[key]}
            values = (datetime.now(UTC), list(new), list(new.values()))
            self.connection.execute(RENAME, values, prepare=True)
            self._tell_changes("name", old, new)
            return self.fleet.some(list(given))

    def log(self, asset: int, body: bytes) -> bytes:
        """Write something down about an asset, with the picture of a form."""
        picture = body.partition(HEAD)[2].rpartition(FOOT)[0]
        with self.connection.transaction():
            person = self._read(PERSON, self.author.user)[0]
            log = self._add_log(asset, person)
            file = self._attach(int(log["id"]), picture, person)
        return orjson.dumps({**log, "attachment": file}, option=orjson.OPT_UTC_Z)

    def create_device(self, body: bytes) -> bytes:
        """Make a device of a type."""
        serial = orjson.loads(body)[0]["assettype_id"]
        with self.connection.transaction():
            kind = self._read(TYPE, serial, self.author.organisation)[0]["id"]
            asset = self._add_assets([(kind, None)])[0]
            tag = asset["formatted_number"]
            tags = {"inventory_number": tag, "normalised_inventory_number": tag}
            self._insert("devices_device", [{"asset_id": asset["id"], **EMPTY, **tags}])
            return self.devices.written(asset["id"] & SERIAL_MASK)

    def change_device(self, body: bytes) -> bytes:
        """Give notes to a device."""
        sent = orjson.loads(body)[0]
        serial, notes = sent["id"], sent["notes"]
        with self.connection.transaction():
            row = self._read(NOTES, serial, self.author.organisation)[0]
            key, old = row["id"], row["notes"]
            if notes != old:
                self.connection.execute(NOTE, (notes, key), prepare=True)
                self._tell_changes("notes", {key: old}, {key: notes})
                values = (datetime.now(UTC), key)
                self.connection.execute(TOUCH, values, prepare=True)
            return self.devices.written(serial)

    def _add_assets(self, wanted: Sequence[tuple[int, str | None]]) -> list[Json]:
        """Make assets of types with names, by default those of their numbers."""
        author, now, count = self.author, datetime.now(UTC), len(wanted)
        last = self._read(NUMBERS, count, author.prefix)[0]["last_number"]
        keys = self._ids("assets_assetgroup", count)
        rows: list[Json] = [
            {
                "id": key,
                "organisation_id": author.organisation,
                "ephemerality": 0,
                "type_id": kind,
                "name": name or str(number),
                "normalised_name": (name or str(number)).lower(),
                "description": "",
                "fields": Jsonb({}),
                "active": True,
                "prefix_id": author.prefix,
                "number": number,
                "unique_number": True,
                "formatted_number": str(number),
                "position": 0,
                "created_at": now,
                "updated_at": now,
                "open_work_item_count": 0,
                "closed_work_item_count": 0,
            }
            for key, (kind, name), number in zip(
                keys, wanted, range(last - count + 1, last + 1), strict=True
            )
        ]
        self._insert("assets_assetgroup", rows)
        self._tell_created("assetgroup", {row["id"]: _told(row) for row in rows})
        return rows

    def _add_log(self, asset: int, person: Json) -> Json:
        """Write a log, and return it as it is answered."""
        author, now = self.author, datetime.now(UTC)
        key = self._ids("assets_assetlog", 1)[0]
        texts = {"type": "comment", "log": TEXT, "log_hash": _hash(TEXT.encode())}
        place = {"organisation_id": author.organisation, "asset_group_id": asset}
        moments = {"logged_at": now, "created_at": now, "updated_at": now}
        people = {"created_by_id": author.user, "updated_by_id": author.user}
        row = {"id": key, **place, **texts, "embed": "", **moments, **people}
        self._insert("assets_assetlog", [row])
        self._tell_created("assetlog", {key: _told_of_log(row)})
        nothing = dict.fromkeys(("embed", "duration", "latitude", "longitude"))
        shown = {"id": str(key), **{name: str(one) for name, one in place.items()}}
        signed = {"created_by": person, "updated_by": person}
        return {**shown, **texts, **nothing, **moments, **signed}

    def _attach(self, log: int, picture: bytes, person: Json) -> Json:
        """Keep the picture, hang it on the log, and return it as it is answered."""
        author, now, digest = self.author, datetime.now(UTC), _hash(picture)
        blob = self._keep(picture, digest)
        key = self._ids("assets_attachment", 1)[0]
        place = {"organisation_id": author.organisation, "log_id": log}
        name = {"file_name": "seen.jpg"}
        row = {"id": key, **place, "blob_id": blob["id"], **name}
        row |= {"created_by_id": author.user, "created_at": now}
        self._insert("assets_attachment", [row])
        about = {
            "organisation_id": str(author.organisation),
            "log_id": str(log),
            **name,
            "file_hash": digest,
        }
        self._tell_created("attachment", {key: about})
        size = {part: blob[part] for part in ("length", "width", "height")}
        return {
            "id": str(key),
            "organisation_id": str(author.organisation),
            "asset_log_id": str(log),
            **name,
            "file_hash": digest,
            "content_type": "image/jpeg",
            **size,
            "created_at": now,
            "created_by": person,
        }

    def _keep(self, picture: bytes, digest: str) -> Json:
        """Return the row of a picture, and store it unless it is there."""
        found = self._read(BLOB, self.author.organisation, digest)
        if found:
            return found[0]
        organisation = self.author.organisation
        place = f"attachments/{organisation}/{digest[:2]}/{digest}-{uuid4().hex[:12]}"
        width, height = Image.open(io.BytesIO(picture)).size
        row = {
            "id": self._ids("assets_blob", 1)[0],
            "organisation_id": organisation,
            "file_hash": digest,
            "file": f"{place}/original",
            "content_type": "image/jpeg",
            "length": len(picture),
            "width": width,
            "height": height,
        }
        self._insert("assets_blob", [row])
        path = self.folder / place / "original"
        path.parent.mkdir(parents=True)
        path.write_bytes(picture)
        return row

    def _tell_created(self, model: str, told: Mapping[int, Json]) -> None:
        lines = [
            {"object_id": key, "field": "", "old": None, "new": Jsonb(new)}
            for key, new in told.items()
        ]
        self._tell(model, "created", lines)

    def _tell_changes(
        self, field: str, old: Mapping[int, str], new: Mapping[int, str]
    ) -> None:
        lines = [
            {
                "object_id": key,
                "field": field,
                "old": Jsonb(old[key]),
                "new": Jsonb(one),
            }
            for key, one in new.items()
        ]
        self._tell("assetgroup", "changed", lines)

    def _tell(self, model: str, action: str, lines: list[Json]) -> None:
        """Leave lines of history."""
        author = self.author
        about = {
            "organisation_id": author.organisation,
            "model": model,
            "action": action,
            "user_id": author.user,
            "who": author.username,
            "request_id": uuid4().hex,
            "at": datetime.now(UTC),
        }
        keys = self._ids("organisations_change", len(lines))
        rows = [
            {"id": key, **about, **line} for key, line in zip(keys, lines, strict=True)
        ]
        self._insert("organisations_change", rows)

    def _ids(self, table: str, count: int) -> list[int]:
        passed = int(time.time()) - EPOCH
        serials = self._read(IDS, f"{table}_serial", count)
        return [passed << SERIAL_BITS | one["id"] for one in serials]

    def _insert(self, table: str, rows: Sequence[Json]) -> None:
        """Write rows of the same columns."""
        if not rows:
            return
        columns = SQL(", ").join(map(Identifier, rows[0]))
        into = SQL("{} ({})").format(Identifier(table), columns)
        if len(rows) == 1:
            marks = SQL(", ").join(Placeholder() * len(rows[0]))
            statement = SQL("INSERT INTO {} VALUES ({})").format(into, marks)
            self.connection.execute(statement, [*rows[0].values()], prepare=True)
            return
        with (
            self.connection.cursor() as cursor,
            cursor.copy(SQL("COPY {} FROM STDIN").format(into)) as copy,
        ):
            for row in rows:
                copy.write_row([*row.values()])


def _told(row: Json) -> Json:
    """Return what history tells of a new asset."""
    texts = ("organisation_id", "type_id", "prefix_id")
    plain = ("ephemerality", "name", "active", "number", "formatted_number")
    return {
        **{name: str(row[name]) for name in texts},
        **{name: row[name] for name in plain},
    }


def _told_of_log(row: Json) -> Json:
    texts = ("organisation_id", "asset_group_id", "created_by_id", "updated_by_id")
    logged = row["logged_at"].isoformat(timespec="milliseconds")
    return {
        **{name: str(row[name]) for name in texts},
        "type": row["type"],
        "log": row["log"],
        "logged_at": logged.replace("+00:00", "Z"),
    }


def _hash(content: bytes) -> str:
    return sha256(content).hexdigest()
