"""What a body of POST /Asset holds (device contract, section 3)."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from config.api.device.errors import not_valid
from config.api.device.fields import (
    DeviceBoolean,
    DeviceId,
    DeviceInteger,
    DeviceString,
)
from config.api.device.parameters import LIST
from config.api.device.serializers import MOST_ITEMS, DeviceSerializer, array_of
from devices.models import (
    Device,
    IntegrationLink,
    IntegrationType,
    Software,
    SoftwareTitle,
)
from devices.words import MEMBERS
from licensing.models import Reference

LONGEST_LABEL = 200
LONGEST_NAME = 200


@extend_schema_field(
    {"oneOf": [{"type": one} for one in ("string", "number", "boolean")]}
)
class PlainValue(serializers.Field[Any, Any, Any, Any]):
    """A text, a number, a flag or nothing: what a custom field may be sent as."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        """Return the value, or refuse lists and objects."""
        if isinstance(data, list | dict):
            raise serializers.ValidationError([not_valid(data)], "invalid")
        return data

    def to_representation(self, value: Any) -> Any:
        """Show the value as it is."""
        return value


@extend_schema_field(dict(LIST))
class Numbers(serializers.Field[Any, Any, Any, Any]):
    """Ids in an array, or in a text with commas between."""

    default_error_messages: ClassVar = {"null": "An array of ids is expected."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, allow_null=True, **kwargs)

    def to_internal_value(self, data: Any) -> list[int]:
        """Return the ids without the spellings of none, or refuse what is no id."""
        parts = data.split(",") if isinstance(data, str) else data
        if not isinstance(parts, list) or len(parts) > MOST_ITEMS:
            raise serializers.ValidationError([not_valid(data)], "invalid")
        reader = DeviceId()
        found = [reader.run_validation(part) for part in parts]
        return [number for number in found if number is not None]

    def to_representation(self, value: Any) -> Any:
        """Show the ids."""
        return value


class FieldValueInput(serializers.Serializer[Any]):
    """The value of a custom field, which its id or its name tells."""

    id = DeviceId()
    name = DeviceString()
    value = PlainValue()


class GivenLicence(serializers.Serializer[Any]):
    """A licence of which the asset is to have a seat."""

    id = DeviceId()
    name = DeviceString()


class LabelField(DeviceString):
    """What a record of another system is called."""

    def __init__(self, **kwargs: Any) -> None:
        rules = Reference._meta.get_field("label").validators
        super().__init__(max_length=LONGEST_LABEL, validators=rules, **kwargs)


class ArticleInput(serializers.Serializer[Any]):
    """A knowledge article of another system."""

    id = DeviceId()
    name = LabelField()


class CheckedInput(DeviceSerializer):
    """Tells what the rules of a column say, so that one answer names all errors."""

    def build_standard_field(self, field_name: str, model_field: Any) -> Any:
        """Let the column's own validators run on what the field has read."""
        field_class, kwargs = super().build_standard_field(field_name, model_field)
        return field_class, {**kwargs, "validators": list(model_field.validators)}


class ExternalLinkInput(CheckedInput):
    """The asset as another program knows it."""

    integration_type = DeviceString(required=True)
    url = DeviceString(validators=IntegrationLink._meta.get_field("url").validators)

    class Meta:
        model = IntegrationLink
        fields = ("integration_type", "tenant_id", "third_party_id", "url")

    def validate_integration_type(self, word: str) -> str:
        """Refuse programs that the API does not name."""
        if word not in IntegrationType.values:
            raise serializers.ValidationError([not_valid(word)], "invalid")
        return word


class InstalledInput(CheckedInput):
    """A program on the asset, known by its name and version."""

    name = DeviceString(
        max_length=LONGEST_NAME,
        required=True,
        validators=SoftwareTitle._meta.get_field("name").validators,
    )
    version = DeviceString(
        max_length=LONGEST_NAME,
        validators=SoftwareTitle._meta.get_field("version").validators,
    )
    licence_id = DeviceId()
    licence_name = DeviceString()
    role_id = DeviceId()
    role_name = DeviceString()
    user_id = DeviceId()

    class Meta:
        model = Software
        fields = (
            "name",
            "version",
            "licence_id",
            "licence_name",
            "role_id",
            "role_name",
            "user_id",
            "count",
            "bundledesc",
            "cost",
            "lastused",
            "install_date",
            "expiry_date",
            "licence_required",
            "moduleid",
            "snowid",
        )


class AssetInput(CheckedInput):
    """A device as it is written; what names other rows is read beside this.

    The members of records of other systems come from the one table of `devices.words`.
    """

    inactive = DeviceBoolean()
    bookmarked = DeviceBoolean()
    parent_id = DeviceId()
    # Ids of another system that refer to no row: none is 0.
    sla_id = DeviceId(stores_null=False)
    priority_id = DeviceId(stores_null=False)
    third_party_id = DeviceId(stores_null=False)
    service_ids = Numbers()
    kbs = array_of(ArticleInput)
    fields = array_of(FieldValueInput)
    customfields = array_of(FieldValueInput)
    software = array_of(InstalledInput)
    add_licences = array_of(GivenLicence)
    external_links = array_of(ExternalLinkInput)

    class Meta:
        model = Device
        fields: Any = (
            "inventory_number",
            "inactive",
            "bookmarked",
            "is_primary_asset",
            "parent_id",
            "colour",
            "icon",
            "notes",
            "serial_number",
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
            "supplier_purchasedate",
            "supplier_expirydate",
            "supplier_reference",
            "service_ids",
            "third_party_id",
            "third_party_id_string",
            "guid",
            "device_number",
            "kbs",
            "fields",
            "customfields",
            "software",
            "add_licences",
            "external_links",
        )

    def get_fields(self) -> dict[str, Any]:
        """Add a number, a label and a line for each kind of record that has them."""
        found: dict[str, Any] = super().get_fields()
        for member in MEMBERS:
            found[member.number] = DeviceId()
            if member.label is not None:
                found[member.label] = LabelField()
            if member.line is not None:
                found[member.line] = DeviceInteger(least=0)
        return found
