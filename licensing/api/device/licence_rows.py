"""Licences as the device API shows and reads them (device contract, section 3)."""

from collections.abc import Callable
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from config.api.device.fields import DeviceId, DeviceInteger, DeviceString
from config.api.device.parameters import INTEGER
from config.api.device.serializers import (
    Column,
    DeviceSerializer,
    IdOf,
    NameOf,
    array_of,
)
from config.api.rows import Page, PageField, Read
from licensing.models import Licence, LicenceMatch, LicenceRole
from organisations.fields import refuse_control_characters

LONGEST_NAME = 200
# What a body sets as it stands.
PLAIN = (
    "type",
    "name",
    "count",
    "tenant_id",
    "tenant_name",
    "manufacturer",
    "vendor",
    "distributor",
    "product_sku",
    "vendor_product_sku",
    "third_party_product",
    "purchase_price",
    "price",
    "monthly_price",
    "monthly_cost",
    "billing_cycle",
    "term_duration",
    "autorenew",
    "start_date",
    "end_date",
    "requested_quantity",
    "requested_quantity_date",
    "status",
    "is_active",
    "notes",
)


@extend_schema_field(dict(INTEGER))
class Seats(PageField):
    """A number made of a licence's seats: all, those of assets, those of people."""

    columns = ("count", "assets_in_use", "users_in_use")

    def __init__(self, number: Callable[[int, int, int], int]) -> None:
        super().__init__()
        self.number = number

    def bind_page(self, page: Page, prefix: str) -> Read:
        """Return the function from a row to the number."""
        count, assets, users = (page.reader(prefix + name) for name in self.columns)
        return lambda row: self.number(count(row), assets(row), users(row))


class LicenceSerializer(DeviceSerializer):
    """A licence; in lists, alone and as the answer of a POST alike."""

    client_id = IdOf("organisation")
    client_name = NameOf("organisation")
    site_id = IdOf("location")
    site_name = NameOf("location")
    supplier_id = Column("supplier__number", DeviceInteger())
    supplier_name = NameOf("supplier", "label")
    parent_id = IdOf("parent")
    licences_in_use = Seats(lambda count, assets, users: assets + users)
    licences_in_use_user = Seats(lambda count, assets, users: users)
    licences_available = Seats(lambda count, assets, users: count - assets - users)
    device_count = Seats(lambda count, assets, users: assets)
    key = Column("id", DeviceId())

    class Meta:
        model = Licence
        fields: ClassVar[Any] = (
            "id",
            *PLAIN[:3],
            "client_id",
            "client_name",
            "site_id",
            "site_name",
            *PLAIN[3:8],
            "supplier_id",
            "supplier_name",
            *PLAIN[8:22],
            "parent_id",
            "status",
            "is_active",
            "deleted",
            "notes",
            "licences_in_use",
            "licences_in_use_user",
            "licences_available",
            "device_count",
            "key",
        )


class LicenceRoleSerializer(DeviceSerializer):
    """A role under which software of a licence is used."""

    softwarelicence_id = IdOf("licence")

    class Meta:
        model = LicenceRole
        fields = ("id", "softwarelicence_id", "name", "note")


class LicenceMatchSerializer(DeviceSerializer):
    """A text by which software is known to need a licence."""

    licence_id = IdOf("licence")

    class Meta:
        model = LicenceMatch
        fields = ("id", "licence_id", "type", "text")


class RoleInput(serializers.Serializer[Any]):
    """A role, known by its id or its name."""

    id = DeviceId()
    name = DeviceString(max_length=LONGEST_NAME)
    note = DeviceString()


class MatchInput(serializers.Serializer[Any]):
    """A match, known by its id, or by its type and text."""

    id = DeviceId()
    type = DeviceInteger(least=0, stores_null=False)
    text = DeviceString(max_length=LONGEST_NAME)


class ItemInput(serializers.Serializer[Any]):
    """An asset that is to have a seat."""

    id = DeviceId()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Insist on the id, also where a licence changes."""
        if attrs.get("id") is None:
            raise serializers.ValidationError({"id": ["An asset is required."]})
        return attrs


class LicenceInput(DeviceSerializer):
    """A licence as it is written; its supplier is a record of another system."""

    name = DeviceString(max_length=LONGEST_NAME, required=True)
    supplier_id = DeviceId(source="supplier_number")
    supplier_name = DeviceString(
        source="supplier_label",
        max_length=LONGEST_NAME,
        validators=[refuse_control_characters],
    )
    licence_roles = array_of(RoleInput)
    licence_match = array_of(MatchInput)
    add_configuration_items = array_of(ItemInput)

    class Meta:
        model = Licence
        fields: ClassVar[Any] = (
            *PLAIN,
            "supplier_id",
            "supplier_name",
            "licence_roles",
            "licence_match",
            "add_configuration_items",
        )
