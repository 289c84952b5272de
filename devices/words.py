"""Which member and which parameter of the device API names which kind of record.

One table (design.md 4): a further member is a line here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from licensing.kinds import ReferenceKind


@dataclass(frozen=True, slots=True)
class ReferenceMember:
    """A member that holds a record's number, and the one that holds its label."""

    kind: ReferenceKind
    number: str
    label: str | None = None
    line: str | None = None


MEMBERS: tuple[ReferenceMember, ...] = (
    ReferenceMember(ReferenceKind.CONTRACT, "contract_id", "contract_ref"),
    ReferenceMember(ReferenceKind.SUPPLIER, "supplier_id", "supplier_name"),
    ReferenceMember(
        ReferenceKind.SUPPLIER_CONTRACT,
        "supplier_contract_id",
        "supplier_contract_ref",
    ),
    ReferenceMember(ReferenceKind.MANUFACTURER, "manufacturer_id", "manufacturer_name"),
    ReferenceMember(ReferenceKind.ITEM, "item_id", "item_name"),
    ReferenceMember(ReferenceKind.ITEM_STOCK, "itemstock_id"),
    ReferenceMember(ReferenceKind.STOCK_BIN, "stockbin_id", "stockbin_name"),
    ReferenceMember(ReferenceKind.CONSIGNMENT, "consignment_id"),
    ReferenceMember(
        ReferenceKind.SALES_ORDER,
        "reserved_salesorder_id",
        line="reserved_salesorder_line_id",
    ),
    ReferenceMember(ReferenceKind.SERVICE, "service_id", "service_name"),
    ReferenceMember(
        ReferenceKind.BUSINESS_OWNER, "business_owner_id", "business_owner_name"
    ),
    ReferenceMember(
        ReferenceKind.TECHNICAL_OWNER, "technical_owner_id", "technical_owner_name"
    ),
)

# Parameters of GET /Asset that take numbers of records, one or several.
PARAMETERS: Mapping[str, ReferenceKind] = {
    "contract_id": ReferenceKind.CONTRACT,
    "supplier_id": ReferenceKind.SUPPLIER,
    "supplier_contract_id": ReferenceKind.SUPPLIER_CONTRACT,
    "suppliercontracts": ReferenceKind.SUPPLIER_CONTRACT,
    "item_id": ReferenceKind.ITEM,
    "itemstock_id": ReferenceKind.ITEM_STOCK,
    "stockbin_id": ReferenceKind.STOCK_BIN,
    "stockbin_ids": ReferenceKind.STOCK_BIN,
    "consignment_id": ReferenceKind.CONSIGNMENT,
    "salesorder_id": ReferenceKind.SALES_ORDER,
    "service_id": ReferenceKind.SERVICE,
    "service_ids": ReferenceKind.SERVICE,
    "kb_id": ReferenceKind.ARTICLE,
}

# What the asset services call a member of the device API.
ASSET_WORDS: Mapping[str, str] = {
    "type_id": "assettype_id",
    "location_id": "site_id",
    "group_id": "assetgroup_id",
    "name": "inventory_number",
    "active": "inactive",
    "id": "id",
}
