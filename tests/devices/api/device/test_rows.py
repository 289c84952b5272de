"""The device as a row of a list: every scalar member, unset and set."""

from datetime import UTC, datetime
from typing import Any

import orjson
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from assets.models import AssetGroup, FieldType
from config.api.keyed import read_keys
from config.api.renderers import JsonRenderer
from config.api.rows import is_compiled
from config.api.snowflake import serial_of
from devices.api.device.rows import DeviceRowSerializer
from devices.models import DeviceAsset
from devices.services.drafts import DeviceDraft, Linked
from devices.services.saving import save_device
from licensing.kinds import ReferenceKind
from tests.cast import Cast
from tests.factories.assets import (
    AssetFieldFactory,
    AssetStatusFactory,
    AssetTypeFactory,
    EnumValueFactory,
    make_asset,
)
from tests.factories.devices import asset_of, make_device
from tests.factories.groups import make_group
from tests.factories.licensing import make_licence, make_seat
from tests.factories.logs import make_work_item
from tests.factories.organisations import LocationFactory

MOMENT = datetime(2026, 1, 29, 20, tzinfo=UTC)
TEXTS = {
    "colour": "#00ff00",
    "icon": "laptop",
    "notes": "On loan",
    "serial_number": "SN-7",
    "warranty_note": "Parts only",
    "supplier_reference": "PO-3",
    "third_party_id_string": "abc",
    "guid": "g-1",
}
NUMBERS = {
    "item_cost": 12.5,
    "criticality": 2,
    "sla_id": 3,
    "priority_id": 4,
    "third_party_id": 5,
    "device_number": 6,
}
DATES = (
    "warranty_start",
    "warranty_end",
    "labour_warranty_start",
    "labour_warranty_end",
    "commissiondate",
    "stock_date",
    "supplier_purchasedate",
    "supplier_expirydate",
)
# The members of each kind of record: number, label, line.
RECORDS = {
    ReferenceKind.MANUFACTURER: ("manufacturer_id", "manufacturer_name", None),
    ReferenceKind.BUSINESS_OWNER: ("business_owner_id", "business_owner_name", None),
    ReferenceKind.TECHNICAL_OWNER: ("technical_owner_id", "technical_owner_name", None),
    ReferenceKind.CONTRACT: ("contract_id", "contract_ref", None),
    ReferenceKind.SUPPLIER: ("supplier_id", "supplier_name", None),
    ReferenceKind.SUPPLIER_CONTRACT: (
        "supplier_contract_id",
        "supplier_contract_ref",
        None,
    ),
    ReferenceKind.ITEM: ("item_id", "item_name", None),
    ReferenceKind.ITEM_STOCK: ("itemstock_id", None, None),
    ReferenceKind.STOCK_BIN: ("stockbin_id", "stockbin_name", None),
    ReferenceKind.CONSIGNMENT: ("consignment_id", None, None),
    ReferenceKind.SALES_ORDER: (
        "reserved_salesorder_id",
        None,
        "reserved_salesorder_line_id",
    ),
}


def context_of(user: Any) -> dict[str, Any]:
    """Return what a view of the user gives its serializers."""
    request = Request(APIRequestFactory().get("/"))
    request.user = user
    return {"request": request}


def shown(asset: Any, user: Any) -> dict[str, Any]:
    """Return the row as the compiled form shows it, and check the plain one."""
    context = context_of(user)
    (fast,) = read_keys(DeviceRowSerializer, DeviceAsset, [asset.pk], context)
    row = DeviceAsset.objects.get(pk=asset.pk)
    plain = DeviceRowSerializer(row, context=context).data
    render = JsonRenderer().render
    assert orjson.loads(render(fast)) == orjson.loads(render(plain))
    return fast


def unset(asset: AssetGroup) -> dict[str, Any]:
    """Return the row of an asset of which nothing but its name is known."""
    key, owner = serial_of(asset.pk), asset.organisation
    numbers = {number: 0 for number, _, _ in RECORDS.values()}
    labels = {label: "" for _, label, _ in RECORDS.values() if label}
    lines = {line: 0 for _, _, line in RECORDS.values() if line}
    return {
        "id": key,
        "key": key,
        "use": "asset",
        "table": 5,
        "inventory_number": asset.formatted_number,
        **dict.fromkeys(("key_field", "key_field2", "key_field3"), ""),
        "client_id": serial_of(owner.pk),
        "client_name": owner.name,
        **dict.fromkeys(("site_id", "user_id", "status_id", "assetgroup_id"), 0),
        **dict.fromkeys(
            ("site_name", "username", "status_name", "assetgroup_name"), ""
        ),
        "assettype_id": serial_of(asset.type_id or 0),
        "assettype_name": asset.type.name if asset.type else "",
        "inactive": False,
        "is_primary_asset": False,
        "non_consignable": False,
        "bookmarked": False,
        "parent_id": 0,
        **dict.fromkeys(TEXTS, ""),
        **dict.fromkeys(NUMBERS, 0),
        **dict.fromkeys(DATES),
        **numbers,
        **labels,
        **lines,
        "service_id": 0,
        "service_name": "",
        "open_ticket_count": 0,
        "total_ticket_count": 0,
        "user_count": 0,
        "licence_count": 0,
        "service_count": 0,
        "ascendant_count": 0,
        "descendant_count": 0,
        "last_modified": f"{asset.updated_at:%Y-%m-%dT%H:%M:%S}Z",
    }


def test_it_reads_rows_by_the_compiled_form() -> None:
    assert is_compiled(DeviceRowSerializer)


def test_it_shows_an_asset_without_a_device(cast: Cast) -> None:
    asset = make_asset(cast.organisation, name="Kettu")

    assert shown(asset, cast.member) == unset(asset)


def test_it_shows_all_that_a_device_has(cast: Cast) -> None:
    own = {"organisation": cast.organisation}
    site, status = LocationFactory(**own, name="Turku"), AssetStatusFactory(**own)
    asset = make_asset(
        cast.organisation,
        name="Kettu",
        location_id=site.pk,
        status_id=status.pk,
        active=False,
    )
    flags = {"is_primary_asset": True, "non_consignable": True}
    owner = {"user_id": cast.owner.pk, "inventory_number": "NB-1"}
    draft = DeviceDraft(
        values={**TEXTS, **NUMBERS, **flags, **owner, **dict.fromkeys(DATES, MOMENT)},
        references={
            kind: [Linked(place, f"record {place}", line=place + 100)]
            for place, kind in enumerate(RECORDS, start=1)
        }
        | {ReferenceKind.SERVICE: [Linked(9, "Printing"), Linked(8, "Mail")]},
        bookmarked=True,
    )
    save_device(asset, draft, actor=cast.owner)
    make_seat(make_licence(cast.organisation), asset)
    make_work_item(cast.organisation, asset_group_id=asset.pk)
    make_work_item(cast.organisation, asset_group_id=asset.pk, state="closed")
    asset = asset_of(asset)

    records = {
        member: value
        for place, members in enumerate(RECORDS.values(), start=1)
        for member, value in zip(
            members, (place, f"record {place}", place + 100), strict=True
        )
        if member
    }
    assert shown(asset, cast.owner) == unset(asset) | {
        **TEXTS,
        **NUMBERS,
        **flags,
        **dict.fromkeys(DATES, "2026-01-29T20:00:00Z"),
        **records,
        "inventory_number": "NB-1",
        "site_id": serial_of(site.pk),
        "site_name": "Turku",
        "status_id": serial_of(status.pk),
        "status_name": status.name,
        "user_id": serial_of(cast.owner.pk),
        "username": "owner",
        "inactive": True,
        "bookmarked": True,
        "service_id": 9,
        "service_name": "Printing",
        "open_ticket_count": 1,
        "total_ticket_count": 2,
        "user_count": 1,
        "licence_count": 1,
        "service_count": 2,
    }
    assert shown(asset, cast.member)["bookmarked"] is False


def test_it_mirrors_the_first_fields_of_the_type(cast: Cast) -> None:
    own = {"organisation": cast.organisation}
    kinds = (FieldType.ENUM, FieldType.BOOLEAN, FieldType.DECIMAL, FieldType.TEXT)
    fields = [AssetFieldFactory(**own, type=kind) for kind in kinds]
    choice = EnumValueFactory(field=fields[0], value="green")
    EnumValueFactory(field=fields[0], value="red")
    kind = AssetTypeFactory(**own, with_fields=fields)
    values = [str(choice.pk), True, 2.5, "fourth"]
    pairs = zip(fields, values, strict=True)
    asset = make_asset(
        cast.organisation,
        type_id=kind.pk,
        fields={str(field.pk): value for field, value in pairs},
    )

    row = shown(asset, cast.member)

    found = [row[name] for name in ("key_field", "key_field2", "key_field3")]
    assert found == ["green", "true", "2.5"]


def test_it_shows_the_place_of_the_group_that_governs(cast: Cast) -> None:
    sites = [LocationFactory(organisation=cast.organisation) for _ in range(2)]
    asset = make_asset(cast.organisation, location_id=sites[0].pk)
    group = make_group(cast.organisation, asset, name="rake", location_id=sites[1].pk)

    row = shown(asset, cast.member)

    governed = ("assetgroup_id", "assetgroup_name", "site_id", "site_name")
    assert [row[name] for name in governed] == [
        serial_of(group.pk),
        "rake",
        serial_of(sites[1].pk),
        sites[1].name,
    ]


def test_it_counts_what_is_above_and_below(cast: Cast) -> None:
    top = make_device(cast.organisation)
    middle = make_device(cast.organisation, parent_id=top.pk)
    leaves = [make_device(cast.organisation, parent_id=middle.pk) for _ in range(2)]
    AssetGroup.objects.filter(pk=leaves[1].pk).update(deleted_at=MOMENT)
    counts = ("ascendant_count", "descendant_count")
    found = []
    for device in (top, middle, leaves[0]):
        row = shown(device, cast.member)
        found.append(tuple(row[name] for name in counts))

    assert found == [(0, 2), (1, 1), (2, 0)]
