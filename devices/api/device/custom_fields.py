"""Custom fields as the device API shows them: `fields`, `customfields`, key fields."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any, Self

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assets.models import AssetField, AssetTypeField, FieldType
from config.api.device.fields import DeviceInteger, DeviceString
from config.api.device.parameters import TEXT
from config.api.kept import kept_rows
from config.api.rows import Page, PageField, Row
from config.api.snowflake import serial_of
from organisations.models import User

COLUMNS = ("id", "name", "type", "units", "required", "values__id", "values__value")
FLAGS = {True: ("true", "Yes"), False: ("false", "No")}


@dataclass
class CustomField:
    """A custom field: what it is called, and how its values read."""

    id: int
    name: str
    type: FieldType
    units: str
    required: bool
    # The texts of an enum field's values by id.
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The field's key in an asset's JSON column."""
        return f"f{self.id}"

    def value(self, stored: Any) -> str:
        """Return a stored value as a text; that of an enum as its word."""
        if stored is None:
            return ""
        if isinstance(stored, bool):
            return FLAGS[stored][0]
        return self.texts.get(stored, "") if self.texts else str(stored)

    def display(self, stored: Any) -> str:
        """Return a stored value as people read it, with its units."""
        if isinstance(stored, bool):
            return FLAGS[stored][1]
        text = self.value(stored)
        units = "s" if self.type is FieldType.DURATION else self.units
        return f"{text} {units}".strip() if text else ""


Fields = Sequence[CustomField]


def shown_fields(fields: Fields, stored: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return `fields` of an asset: each field with its value, empty where it has none.

    `stored` is the asset's JSON column.
    """
    return [
        {
            "id": serial_of(one.id),
            "name": one.name,
            "value": one.value(stored.get(one.key)),
            "display": one.display(stored.get(one.key)),
            "mandatory": one.required,
        }
        for one in fields
    ]


def shown_custom_fields(
    fields: Fields, stored: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return `customfields` of an asset: the same values in that member's shape."""
    return [
        {
            "id": serial_of(one.id),
            "name": one.name,
            "label": one.name,
            "type": int(one.type),
            "value": one.value(stored.get(one.key)),
            "display": one.display(stored.get(one.key)),
        }
        for one in fields
    ]


def fields_of_types(types: Collection[int]) -> dict[int, list[CustomField]]:
    """Return the fields of each type in the order they came to it, in one query."""
    found: dict[int, dict[int, CustomField]] = {}
    for kind, *row in kept_rows(_links_of, types) if types else ():
        _add(found.setdefault(kind, {}), row)
    return {kind: list(fields.values()) for kind, fields in found.items()}


def fields_with_serials(serials: Iterable[int], user: User) -> list[CustomField]:
    """Return the fields that a person sees under these ids, in the order of ids."""
    rows = AssetField.objects.visible_to(user).filter(id__serial__in=list(serials))
    found: dict[int, CustomField] = {}
    for row in rows.order_by("id", "values__id").values_list(*COLUMNS):
        _add(found, row)
    return list(found.values())


def _links_of(types: Collection[int]) -> QuerySet[Any, Any]:
    links = AssetTypeField.objects.filter(type__in=types)
    columns = (f"field__{name}" for name in COLUMNS)
    return links.order_by("id", "field__values__id").values_list("type_id", *columns)


def _add(found: dict[int, CustomField], row: Sequence[Any]) -> None:
    key, name, kind, units, required, value_id, text = row
    if key not in found:
        found[key] = CustomField(key, name, FieldType(kind), units, required)
    if value_id is not None:
        found[key].texts[str(value_id)] = text


class FieldShape(serializers.Serializer[Any]):
    """A custom field of an asset."""

    id = DeviceInteger()
    name = DeviceString()
    value = DeviceString()
    display = DeviceString()
    mandatory = serializers.BooleanField()


class CustomFieldShape(serializers.Serializer[Any]):
    """The same in another shape."""

    id = DeviceInteger()
    name = DeviceString()
    label = DeviceString()  # type: ignore[assignment]
    type = DeviceInteger()
    value = DeviceString()
    display = DeviceString()


class TypeFields:
    """Gathers the types of a page, then reads their fields when first asked."""

    def __init__(self) -> None:
        self.types: set[int] = set()
        self._found: dict[int, list[CustomField]] | None = None

    @classmethod
    def of(cls, page: Page) -> Self:
        """Return the fields that the page's rows share."""
        found: Self | None = page.shared.get("type_fields")
        if found is None:
            found = page.shared["type_fields"] = cls()
        return found

    def of_type(self, kind: int | None) -> list[CustomField]:
        """Return the fields of a type, none without one."""
        if self._found is None:
            self._found = fields_of_types(self.types)
        return self._found.get(kind or 0, [])


@extend_schema_field(TEXT)
class KeyField(PageField):
    """The value of the type's field at a place, a mirror that is not written."""

    columns = ("type_id", "fields")

    def __init__(self, place: int) -> None:
        super().__init__()
        self.place = place

    def gather(self, page: Page, prefix: str) -> None:
        """Ask for the types of the page."""
        TypeFields.of(page).types |= page.distinct(f"{prefix}type_id")

    def values(self, page: Page, prefix: str, rows: Collection[Row]) -> Iterable[str]:
        """Return the text of the value of each of the rows."""
        known, (kind, stored) = TypeFields.of(page), self.columns
        fields = {
            one: found[self.place]
            for one in page.distinct(f"{prefix}{kind}")
            if len(found := known.of_type(one)) > self.place
        }
        if not fields:
            return repeat("", len(rows))
        kinds = map(page.reader(f"{prefix}{kind}"), rows)
        values = map(page.reader(f"{prefix}{stored}"), rows)
        return [
            field.value(value.get(field.key)) if value and field else ""
            for field, value in zip(map(fields.get, kinds), values, strict=True)
        ]
