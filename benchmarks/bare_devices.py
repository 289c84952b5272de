"""Devices by hand, in the words of the device API.

It knows the world that is measured: no records of other systems, no asset below
another, no bookmarks, nobody who has a device, and no custom field with units or a list
of values. What is never set there is not looked for.
"""

from collections import defaultdict
from typing import LiteralString

import orjson

from benchmarks.bare import Json, Reader

PAGE_SIZE = 50
OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS
# The int32 form of an id.
SERIAL: LiteralString = "2147483647"
# Read for the answer, not shown in it.
INNER = {"row", "kind", "stored"}
KEY_FIELDS = ("key_field", "key_field2", "key_field3")

TEXTS = (
    *(*KEY_FIELDS, "site_name", "username", "assettype_name", "status_name"),
    *("assetgroup_name", "colour", "icon", "notes", "serial_number", "warranty_note"),
    *("manufacturer_name", "business_owner_name", "technical_owner_name"),
    *("contract_ref", "supplier_name", "supplier_contract_ref", "supplier_reference"),
    *("item_name", "stockbin_name", "service_name", "third_party_id_string", "guid"),
)
NUMBERS = (
    *("site_id", "user_id", "assettype_id", "status_id", "assetgroup_id", "parent_id"),
    *("manufacturer_id", "item_cost", "criticality", "sla_id", "priority_id"),
    *("business_owner_id", "technical_owner_id", "contract_id", "supplier_id"),
    *("supplier_contract_id", "item_id", "itemstock_id", "stockbin_id"),
    *("consignment_id", "reserved_salesorder_id", "reserved_salesorder_line_id"),
    *("service_id", "third_party_id", "device_number", "licence_count", "user_count"),
    *("service_count", "ascendant_count", "descendant_count"),
)
MOMENTS = (
    *("warranty_start", "warranty_end", "labour_warranty_start", "labour_warranty_end"),
    *("commissiondate", "stock_date", "supplier_purchasedate", "supplier_expirydate"),
)
UNSET: Json = {
    **dict.fromkeys(TEXTS, ""),
    **dict.fromkeys(NUMBERS, 0),
    **dict.fromkeys(MOMENTS),
    **dict.fromkeys(("is_primary_asset", "non_consignable", "bookmarked"), False),
    "use": "asset",
    "table": 5,
}

ROWS: LiteralString = f"""
    SELECT asset.id AS row, asset.type_id AS kind, asset.fields AS stored,
        asset.id & {SERIAL} AS id, asset.id & {SERIAL} AS key,
        COALESCE(NULLIF(device.inventory_number, ''), asset.formatted_number)
            AS inventory_number,
        asset.organisation_id & {SERIAL} AS client_id, owner.name AS client_name,
        place.id & {SERIAL} AS site_id, place.name AS site_name,
        person.id & {SERIAL} AS user_id, person.username,
        asset.type_id & {SERIAL} AS assettype_id, type.name AS assettype_name,
        asset.status_id & {SERIAL} AS status_id, status.name AS status_name,
        governing.id & {SERIAL} AS assetgroup_id, governing.name AS assetgroup_name,
        NOT asset.active AS inactive, device.is_primary_asset,
        device.parent_id & {SERIAL} AS parent_id, device.colour, device.icon,
        device.notes, device.serial_number, device.warranty_start, device.warranty_end,
        device.warranty_note, device.labour_warranty_start, device.labour_warranty_end,
        device.commissiondate, device.stock_date, device.item_cost,
        device.non_consignable, device.criticality, device.sla_id, device.priority_id,
        device.supplier_purchasedate, device.supplier_expirydate,
        device.supplier_reference, device.third_party_id, device.third_party_id_string,
        device.guid, device.device_number,
        asset.open_work_item_count AS open_ticket_count,
        asset.open_work_item_count + asset.closed_work_item_count
            AS total_ticket_count,
        (device.user_id IS NOT NULL)::int AS user_count,
        (SELECT COUNT(*) FROM licensing_allocation WHERE asset_id = asset.id)
            AS licence_count,
        asset.updated_at AS last_modified
    FROM assets_assetgroup AS asset
        JOIN organisations_organisation AS owner ON owner.id = asset.organisation_id
        LEFT JOIN devices_device AS device ON device.asset_id = asset.id
        LEFT JOIN organisations_user AS person ON person.id = device.user_id
        LEFT JOIN assets_assettype AS type ON type.id = asset.type_id
        LEFT JOIN assets_assetstatus AS status ON status.id = asset.status_id
        LEFT JOIN assets_assetgroup AS governing ON governing.id = asset.governed_by_id
        LEFT JOIN organisations_location AS place
            ON place.id = COALESCE(governing.location_id, asset.location_id)
"""  # noqa: S608 - of constants
SHOWN: LiteralString = """
    asset.organisation_id = %s AND asset.ephemerality = 0
        AND asset.deleted_at IS NULL AND asset.active
"""
COUNT: LiteralString = f"""
    SELECT COUNT(*) AS count FROM assets_assetgroup AS asset WHERE {SHOWN}
"""  # noqa: S608 - of constants
SOME: LiteralString = f"{ROWS} WHERE asset.id = ANY(%s) ORDER BY asset.id"
ONE: LiteralString = f"""{ROWS}
    WHERE asset.id & {SERIAL} = %s AND asset.ephemerality = 0
        AND asset.deleted_at IS NULL
"""
OWN: LiteralString = f"SELECT asset.id FROM assets_assetgroup AS asset WHERE {SHOWN}"  # noqa: S608 - of constants
FIRST: LiteralString = f"{OWN} ORDER BY asset.id LIMIT {PAGE_SIZE}"
OF_DEVICES: LiteralString = f"""
    SELECT asset.id FROM assets_assetgroup AS asset
        JOIN devices_device AS device ON device.asset_id = asset.id WHERE {SHOWN}
"""  # noqa: S608 - of constants
FOUND: LiteralString = f"""
    SELECT id, COUNT(*) OVER () AS count FROM (
        {OF_DEVICES} AND normalised_inventory_number LIKE %s
        UNION {OF_DEVICES} AND normalised_serial_number LIKE %s
        UNION {OWN} AND normalised_name LIKE %s
        UNION {OWN} AND upper(formatted_number) LIKE %s AND NOT EXISTS (
            SELECT 1 FROM devices_device
            WHERE asset_id = asset.id AND inventory_number <> ''
        )
        UNION {OWN} AND upper(jsonb_path_query_array(fields, '$.*')::text) LIKE %s
    ) AS found ORDER BY id LIMIT {PAGE_SIZE}
"""  # noqa: S608 - of constants
FIELDS: LiteralString = f"""
    SELECT link.type_id AS kind, 'f' || field.id AS key, field.id & {SERIAL} AS id,
        field.name, field.type, field.required
    FROM assets_assettypefield AS link
        JOIN assets_assetfield AS field ON field.id = link.field_id
    WHERE link.type_id = ANY(%s) ORDER BY link.id
"""  # noqa: S608 - of constants
SOFTWARE: LiteralString = f"""
    SELECT software.id & {SERIAL} AS id, title.name, title.version, software.count,
        COALESCE(software.licence_id & {SERIAL}, 0) AS licence_id,
        COALESCE(licence.name, '') AS licence_name, asset_id & {SERIAL} AS did,
        bundledesc, COALESCE(cost, 0) AS cost, lastused, install_date, expiry_date,
        licence_required, COALESCE(user_id & {SERIAL}, 0) AS user_id,
        COALESCE(role_id & {SERIAL}, 0) AS role_id,
        COALESCE(role.name, '') AS role_name, moduleid, snowid
    FROM devices_software AS software
        JOIN devices_softwaretitle AS title ON title.id = software.title_id
        LEFT JOIN licensing_licence AS licence ON licence.id = software.licence_id
        LEFT JOIN licensing_licencerole AS role ON role.id = software.role_id
    WHERE asset_id = %s ORDER BY software.id
"""  # noqa: S608 - of constants
LICENCES: LiteralString = f"""
    SELECT licence.id & {SERIAL} AS id, licence.id & {SERIAL} AS key, licence.type,
        licence.name, licence.count, owner.id & {SERIAL} AS client_id,
        owner.name AS client_name, COALESCE(place.id & {SERIAL}, 0) AS site_id,
        COALESCE(place.name, '') AS site_name, tenant_id, tenant_name, manufacturer,
        vendor, distributor, COALESCE(supplier.number, 0) AS supplier_id,
        COALESCE(supplier.label, '') AS supplier_name, product_sku, vendor_product_sku,
        third_party_product, COALESCE(purchase_price, 0) AS purchase_price,
        COALESCE(price, 0) AS price, COALESCE(monthly_price, 0) AS monthly_price,
        COALESCE(monthly_cost, 0) AS monthly_cost, billing_cycle, term_duration,
        autorenew, start_date, end_date, requested_quantity, requested_quantity_date,
        COALESCE(parent_id & {SERIAL}, 0) AS parent_id, status, is_active, deleted,
        notes, assets_in_use + users_in_use AS licences_in_use,
        users_in_use AS licences_in_use_user,
        licence.count - assets_in_use - users_in_use AS licences_available,
        assets_in_use AS device_count
    FROM licensing_licence AS licence
        JOIN organisations_organisation AS owner ON owner.id = licence.organisation_id
        LEFT JOIN organisations_location AS place ON place.id = licence.location_id
        LEFT JOIN licensing_reference AS supplier ON supplier.id = licence.supplier_id
"""  # noqa: S608 - of constants
LICENCE_PAGE: LiteralString = f"""{LICENCES}
    WHERE licence.organisation_id = %s AND is_active AND NOT deleted
    ORDER BY licence.id LIMIT {PAGE_SIZE}
"""
LICENCE_COUNT: LiteralString = """
    SELECT COUNT(*) AS count FROM licensing_licence
    WHERE organisation_id = %s AND is_active AND NOT deleted
"""
SEATS: LiteralString = f"""{LICENCES} WHERE licence.id IN (
        SELECT licence_id FROM licensing_allocation WHERE asset_id = %s
    ) ORDER BY licence.id
"""  # noqa: S608 - of constants
NOTHING: Json = {
    name: [] for name in ("services", "kbs", "contracts", "users", "external_links")
}


class BareDevices(Reader):
    """Answers in the words of the device API."""

    def page(self, organisation: int) -> bytes:
        """Answer the first 50 devices, and how many there are."""
        # Ids first: joined at once, the whole table was read for a page of it.
        rows = self._some(self._read(FIRST, organisation))
        count = self._read(COUNT, organisation)[0]["count"]
        return _page("assets", self._rows(rows), count)

    def found(self, organisation: int, word: str) -> bytes:
        """Answer the first 50 devices that have the word somewhere."""
        low, high = f"%{word.lower()}%", f"%{word.upper()}%"
        texts = (low, low, low, high, high)
        parameters = [one for text in texts for one in (organisation, text)]
        found = self._read(FOUND, *parameters)
        rows = self._some(found)
        return _page("assets", self._rows(rows), found[0]["count"] if found else 0)

    def one(self, serial: int) -> bytes:
        """Answer one device with everything that hangs on it."""
        return _written({**self._whole(serial), **NOTHING})

    def written(self, serial: int) -> bytes:
        """Answer one device as a POST does."""
        return _written(self._whole(serial))

    def licences(self, organisation: int) -> bytes:
        """Answer the first 50 licences, and how many there are."""
        rows = self._read(LICENCE_PAGE, organisation)
        count = len(rows)
        if count == PAGE_SIZE:
            count = self._read(LICENCE_COUNT, organisation)[0]["count"]
        return _page("licences", rows, count)

    def _whole(self, serial: int) -> Json:
        row = self._read(ONE, serial)[0]
        fields, stored = self._fields([row])[row["kind"]], row["stored"]
        values = [
            (one, "" if stored.get(one["key"]) is None else str(stored[one["key"]]))
            for one in fields
        ]
        return {
            **_shown(row, fields),
            "service_ids": [],
            "fields": [_field(one, text) for one, text in values],
            "customfields": [_custom_field(one, text) for one, text in values],
            "software": self._read(SOFTWARE, row["row"]),
            "licences": self._read(SEATS, row["row"]),
        }

    def _some(self, found: list[Json]) -> list[Json]:
        return self._read(SOME, [one["id"] for one in found])

    def _rows(self, rows: list[Json]) -> list[Json]:
        fields = self._fields(rows)
        return [_shown(row, fields[row["kind"]]) for row in rows]

    def _fields(self, rows: list[Json]) -> dict[int, list[Json]]:
        found: dict[int, list[Json]] = defaultdict(list)
        for field in self._read(FIELDS, list({row["kind"] for row in rows})):
            found[field["kind"]].append(field)
        return found


def _shown(row: Json, fields: list[Json]) -> Json:
    """Return a device with all its members, what is unset as the API shows it."""
    stored = row["stored"]
    shown = {
        name: str(stored[field["key"]])
        for name, field in zip(KEY_FIELDS, fields, strict=False)
        if stored.get(field["key"]) is not None
    }
    told = {
        name: value
        for name, value in row.items()
        if value is not None and name not in INNER
    }
    return {**UNSET, **shown, **told}


def _field(field: Json, text: str) -> Json:
    shown = {"id": field["id"], "name": field["name"], "mandatory": field["required"]}
    return {**shown, "value": text, "display": text}


def _custom_field(field: Json, text: str) -> Json:
    name = field["name"]
    shown = {"id": field["id"], "name": name, "label": name, "type": field["type"]}
    return {**shown, "value": text, "display": text}


def _page(name: str, rows: list[Json], count: int) -> bytes:
    """Write a page; lists leave out what is empty."""
    shown = [
        {key: value for key, value in row.items() if value is not None and value != ""}
        for row in rows
    ]
    head = {"page_no": 1, "page_size": PAGE_SIZE, "record_count": count}
    return _written({**head, name: shown})


def _written(content: Json) -> bytes:
    return orjson.dumps(content, option=OPTIONS)
