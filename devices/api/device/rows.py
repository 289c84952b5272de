"""The device as lists show it: the scalar members of contract section 3."""

from collections.abc import Collection, Iterable
from operator import attrgetter
from typing import Any

from drf_spectacular.utils import extend_schema_field

from config.api.device.fields import (
    DeviceBoolean,
    DeviceField,
    DeviceId,
    DeviceInteger,
    DeviceMoment,
    DeviceNumber,
    DeviceString,
)
from config.api.device.parameters import INTEGER, TEXT
from config.api.device.serializers import Column, DeviceSerializer, IdOf, NameOf, Not
from config.api.rows import Page, PageField, Read, Row
from config.api.snowflake import serial_of
from devices.api.device.custom_fields import KeyField
from devices.api.device.facts import (
    Bookmarked,
    ReferenceCount,
    ReferenceLabel,
    ReferenceLine,
    ReferenceNumber,
    RelativeCount,
    SeatCount,
)
from devices.models import DeviceAsset
from licensing.kinds import ReferenceKind

# What clients call every asset, and the number of its table.
USE, TABLE = "asset", 5


class EitherField(PageField):
    """The first of two columns that is set."""

    unset: Any = None

    def __init__(self, first: str, second: str) -> None:
        super().__init__()
        self.columns = (first, second)

    def bind_page(self, page: Page, prefix: str) -> Read:
        """Return the function from a row to the value."""
        first, second = (page.reader(prefix + column) for column in self.columns)
        return lambda row: self.shown(first(row) or second(row))

    def shown(self, value: Any) -> Any:
        """Show the value, or what is unset."""
        return value or self.unset


@extend_schema_field(TEXT)
class EitherText(EitherField):
    """A text, empty where neither column has one."""

    unset = ""


@extend_schema_field(INTEGER)
class EitherId(EitherField):
    """The id of a row, 0 where neither column names one."""

    unset = 0

    def shown(self, value: Any) -> Any:
        """Show the serial."""
        return serial_of(value) if value else 0


@extend_schema_field(TEXT)
class SiteName(PageField):
    """The name of the place that the governing group has, else of the asset's own."""

    columns = (
        "governed_by__location_id",
        "governed_by__location__name",
        "location__name",
    )

    def bind_page(self, page: Page, prefix: str) -> Read:
        """Return the function from a row to the name."""
        place, its, own = (page.reader(prefix + column) for column in self.columns)
        return lambda row: (own(row) if place(row) is None else its(row)) or ""


class Constant(PageField):
    """A member that is the same for every asset."""

    def __init__(self, value: str | int) -> None:
        super().__init__()
        self.value = value

    def bind_page(self, page: Page, prefix: str) -> Read:
        """Return what returns the value."""
        return lambda row: self.value


@extend_schema_field(TEXT)
class ConstantText(Constant):
    """A word."""


@extend_schema_field(INTEGER)
class ConstantNumber(Constant):
    """A number."""


@extend_schema_field(INTEGER)
class SumField(PageField):
    """The sum of counts that the register keeps; lists are not ordered by it."""

    def __init__(self, *columns: str) -> None:
        super().__init__()
        self.columns = columns

    def values(self, page: Page, prefix: str, rows: Collection[Row]) -> Iterable[Any]:
        """Return the sum of each of the rows."""
        reads = [page.reader(prefix + column) for column in self.columns]
        return map(sum, zip(*(map(read, rows) for read in reads), strict=True))


@extend_schema_field(INTEGER)
class PersonCount(PageField):
    """How many people have the asset: one or nobody."""

    columns = ("device__user_id",)

    def bind_page(self, page: Page, prefix: str) -> Read:
        """Return the function from a row to the count."""
        user = page.reader(f"{prefix}device__user_id")
        return lambda row: int(user(row) is not None)


def of_device(column: str, field: DeviceField) -> Column:
    """Return a member out of the device's own row, unset where it has none."""
    return Column(f"device__{column}", field)


class DeviceRowSerializer(DeviceSerializer):
    """An asset of the register, seen as an IT device."""

    inventory_number = EitherText("device__inventory_number", "formatted_number")
    key_field = KeyField(0)
    key_field2 = KeyField(1)
    key_field3 = KeyField(2)
    client_id = IdOf("organisation")
    client_name = NameOf("organisation")
    site_id = EitherId("governed_by__location_id", "location_id")
    site_name = SiteName()
    user_id = of_device("user_id", DeviceId())
    username = of_device("user__username", DeviceString())
    assettype_id = IdOf("type")
    assettype_name = NameOf("type")
    status_id = IdOf("status")
    status_name = NameOf("status")
    assetgroup_id = IdOf("governed_by")
    assetgroup_name = NameOf("governed_by")
    colour = of_device("colour", DeviceString())
    icon = of_device("icon", DeviceString())
    inactive = Not("active")
    is_primary_asset = of_device("is_primary_asset", DeviceBoolean())
    parent_id = of_device("parent_id", DeviceId())
    notes = of_device("notes", DeviceString())
    serial_number = of_device("serial_number", DeviceString())
    manufacturer_id = ReferenceNumber(ReferenceKind.MANUFACTURER)
    manufacturer_name = ReferenceLabel(ReferenceKind.MANUFACTURER)
    warranty_start = of_device("warranty_start", DeviceMoment())
    warranty_end = of_device("warranty_end", DeviceMoment())
    warranty_note = of_device("warranty_note", DeviceString())
    labour_warranty_start = of_device("labour_warranty_start", DeviceMoment())
    labour_warranty_end = of_device("labour_warranty_end", DeviceMoment())
    commissiondate = of_device("commissiondate", DeviceMoment())
    stock_date = of_device("stock_date", DeviceMoment())
    item_cost = of_device("item_cost", DeviceNumber())
    non_consignable = of_device("non_consignable", DeviceBoolean())
    criticality = of_device("criticality", DeviceInteger())
    sla_id = of_device("sla_id", DeviceInteger())
    priority_id = of_device("priority_id", DeviceInteger())
    business_owner_id = ReferenceNumber(ReferenceKind.BUSINESS_OWNER)
    business_owner_name = ReferenceLabel(ReferenceKind.BUSINESS_OWNER)
    technical_owner_id = ReferenceNumber(ReferenceKind.TECHNICAL_OWNER)
    technical_owner_name = ReferenceLabel(ReferenceKind.TECHNICAL_OWNER)
    contract_id = ReferenceNumber(ReferenceKind.CONTRACT)
    contract_ref = ReferenceLabel(ReferenceKind.CONTRACT)
    supplier_id = ReferenceNumber(ReferenceKind.SUPPLIER)
    supplier_name = ReferenceLabel(ReferenceKind.SUPPLIER)
    supplier_contract_id = ReferenceNumber(ReferenceKind.SUPPLIER_CONTRACT)
    supplier_contract_ref = ReferenceLabel(ReferenceKind.SUPPLIER_CONTRACT)
    supplier_purchasedate = of_device("supplier_purchasedate", DeviceMoment())
    supplier_expirydate = of_device("supplier_expirydate", DeviceMoment())
    supplier_reference = of_device("supplier_reference", DeviceString())
    item_id = ReferenceNumber(ReferenceKind.ITEM)
    item_name = ReferenceLabel(ReferenceKind.ITEM)
    itemstock_id = ReferenceNumber(ReferenceKind.ITEM_STOCK)
    stockbin_id = ReferenceNumber(ReferenceKind.STOCK_BIN)
    stockbin_name = ReferenceLabel(ReferenceKind.STOCK_BIN)
    consignment_id = ReferenceNumber(ReferenceKind.CONSIGNMENT)
    reserved_salesorder_id = ReferenceNumber(ReferenceKind.SALES_ORDER)
    reserved_salesorder_line_id = ReferenceLine(ReferenceKind.SALES_ORDER)
    service_id = ReferenceNumber(ReferenceKind.SERVICE)
    service_name = ReferenceLabel(ReferenceKind.SERVICE)
    third_party_id = of_device("third_party_id", DeviceInteger())
    third_party_id_string = of_device("third_party_id_string", DeviceString())
    guid = of_device("guid", DeviceString())
    device_number = of_device("device_number", DeviceInteger())
    use = ConstantText(USE)
    key = Column("id", DeviceId())
    table = ConstantNumber(TABLE)
    bookmarked = Bookmarked()
    open_ticket_count = SumField("open_work_item_count")
    total_ticket_count = SumField("open_work_item_count", "closed_work_item_count")
    user_count = PersonCount()
    licence_count = SeatCount()
    service_count = ReferenceCount(ReferenceKind.SERVICE)
    ascendant_count = RelativeCount(attrgetter("above"))
    descendant_count = RelativeCount(attrgetter("below"))
    last_modified = Column("updated_at", DeviceMoment())

    class Meta:
        model: Any = DeviceAsset
        fields: Any = (
            "id",
            "inventory_number",
            "key_field",
            "key_field2",
            "key_field3",
            "client_id",
            "client_name",
            "site_id",
            "site_name",
            "user_id",
            "username",
            "assettype_id",
            "assettype_name",
            "status_id",
            "status_name",
            "assetgroup_id",
            "assetgroup_name",
            "colour",
            "icon",
            "inactive",
            "is_primary_asset",
            "parent_id",
            "notes",
            "serial_number",
            "manufacturer_id",
            "manufacturer_name",
            "warranty_start",
            "warranty_end",
            "warranty_note",
            "labour_warranty_start",
            "labour_warranty_end",
            "commissiondate",
            "stock_date",
            "item_cost",
            "non_consignable",
            "criticality",
            "sla_id",
            "priority_id",
            "business_owner_id",
            "business_owner_name",
            "technical_owner_id",
            "technical_owner_name",
            "contract_id",
            "contract_ref",
            "supplier_id",
            "supplier_name",
            "supplier_contract_id",
            "supplier_contract_ref",
            "supplier_purchasedate",
            "supplier_expirydate",
            "supplier_reference",
            "item_id",
            "item_name",
            "itemstock_id",
            "stockbin_id",
            "stockbin_name",
            "consignment_id",
            "reserved_salesorder_id",
            "reserved_salesorder_line_id",
            "service_id",
            "service_name",
            "third_party_id",
            "third_party_id_string",
            "guid",
            "device_number",
            "use",
            "key",
            "table",
            "bookmarked",
            "open_ticket_count",
            "total_ticket_count",
            "user_count",
            "licence_count",
            "service_count",
            "ascendant_count",
            "descendant_count",
            "last_modified",
        )
