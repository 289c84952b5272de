"""The keys of a row that is a device: those of an asset, and its own."""

from dataclasses import replace

from assets.imports.resource import IDENTIFIERS as ASSET_IDENTIFIERS
from assets.imports.resource import KEYS as ASSET_KEYS
from devices.words import MEMBERS
from organisations.imports import Key, squashed

# Columns of the device that a row sets as they stand.
COLUMNS = (
    *("serial_number", "inventory_number", "is_primary_asset", "colour", "icon"),
    *("notes", "warranty_start", "warranty_end", "warranty_note"),
    *("labour_warranty_start", "labour_warranty_end", "commissiondate", "stock_date"),
    *("item_cost", "non_consignable", "criticality", "sla_id", "priority_id"),
    *("supplier_purchasedate", "supplier_expirydate", "supplier_reference"),
    *("third_party_id", "third_party_id_string", "guid", "device_number"),
)
TYPES = {
    **dict.fromkeys(("is_primary_asset", "non_consignable"), "boolean"),
    **dict.fromkeys(("criticality", "sla_id", "priority_id"), "integer"),
    **dict.fromkeys(("third_party_id", "device_number"), "integer"),
}
SYNONYMS = {
    "serial_number": ("serial", "serialno", "servicetag", "vin"),
    "inventory_number": ("inventoryno", "assettag", "assetno", "tag", "barcode"),
    "warranty_start": ("warrantystartdate",),
    "warranty_end": ("warrantyenddate", "warrantyexpires", "warrantyexpiration"),
    "commissiondate": ("commissioned", "inservicedate"),
    "stock_date": ("stockdate",),
    "item_cost": ("cost", "purchasecost"),
    "supplier_purchasedate": ("purchasedate",),
    "supplier_expirydate": ("supplierexpiry",),
    "supplier_reference": ("ordernumber", "purchaseorder"),
    "guid": ("uuid",),
    "manufacturer_name": ("manufacturer", "maker", "make"),
    "supplier_name": ("supplier",),
    "contract_ref": ("contract",),
}
# Records of other systems: their numbers, labels, and the lines of orders.
RECORDS = tuple(
    name
    for member in MEMBERS
    for name in (member.number, member.label, member.line)
    if name is not None
)
LISTS = ("services", "articles")
CUSTODY = ("checked_out_to", "checked_out_location", "checked_out_at", "due_at")


def _key(name: str, *synonyms: str) -> Key:
    words = (squashed(name), *synonyms, *SYNONYMS.get(name, ()))
    return Key(name, words, TYPES.get(name, "text"))


# What assets call so devices do as well, but for what is a device's own.
OF_DEVICES = (
    *(_key(name) for name in COLUMNS),
    _key("user", "username", "assigneduser", "assignedto", "login"),
    _key("parent", "parentname", "parentdevice", "parentasset"),
    _key("checked_out_to", "checkedouttousername", "checkedouttoemail"),
    _key("checked_out_location", "checkedouttolocation"),
    _key("checked_out_at", "checkoutdate", "lastcheckout"),
    _key("due_at", "expectedcheckin", "duedate"),
    _key("checkout_note"),
    *(_key(name) for name in (*RECORDS, *LISTS)),
)
OWN_WORDS = {squashed(key.name) for key in OF_DEVICES}
KEYS = (
    *(
        replace(key, synonyms=tuple(w for w in key.synonyms if w not in OWN_WORDS))
        for key in ASSET_KEYS
    ),
    *OF_DEVICES,
)
# An inventory number may be there twice, and the number says so itself.
IDENTIFIERS = tuple(
    word for word in ASSET_IDENTIFIERS if word not in {"inventorynumber", "number"}
)
