"""Serializers of the device API, and columns of related rows in them."""

from collections.abc import Collection, Iterable
from operator import not_
from typing import Any, ClassVar

from django.db import models
from rest_framework import serializers

from config.api.device.fields import (
    DeviceBoolean,
    DeviceDay,
    DeviceField,
    DeviceId,
    DeviceInteger,
    DeviceMoment,
    DeviceNumber,
    DeviceString,
    Kind,
)
from config.api.rows import Page, PageField, Row
from config.api.snowflake import SnowflakeField

# How many items an array inside an element may have.
MOST_ITEMS = 2_000


class Column(PageField):
    """A column of the row or of a related one, shown by a field of the family.

    `path` is as in a query: `organisation__name`, `device__notes`. Null, and a row that
    is not there, show as the field's unset value.
    """

    def __init__(
        self, path: str, field: DeviceField, *, inverted: bool = False
    ) -> None:
        super().__init__()
        self.path, self.field, self.inverted = path, field, inverted
        self.columns = (path,)

    @property
    def kind(self) -> Kind:
        """How lists sort and compare the member."""
        return self.field.kind

    def values(self, page: Page, prefix: str, rows: Collection[Row]) -> Iterable[Any]:
        """Return the member of each of the rows."""
        values = map(page.reader(prefix + self.path), rows)
        field, unset = self.field, self.field.unset
        if type(field).to_representation is DeviceField.to_representation:
            return [unset if value is None else value for value in values]
        show = field.to_representation
        return [unset if value is None else show(value) for value in values]


class IdOf(Column):
    """The id of the row that a foreign key names, 0 without one."""

    def __init__(self, relation: str) -> None:
        super().__init__(f"{relation}_id", DeviceId())


class NameOf(Column):
    """The name of the row that a foreign key names, empty without one."""

    def __init__(self, relation: str, column: str = "name") -> None:
        super().__init__(f"{relation}__{column}", DeviceString())


class Not(Column):
    """The opposite of a flag: `inactive` of `active`."""

    def __init__(self, path: str) -> None:
        super().__init__(path, DeviceBoolean(), inverted=True)

    def values(self, page: Page, prefix: str, rows: Collection[Row]) -> Iterable[Any]:
        """Return the opposite of the flag of each of the rows."""
        return map(not_, map(page.reader(prefix + self.path), rows))


class DeviceSerializer(serializers.ModelSerializer[Any]):
    """A serializer whose model fields become the device API's types.

    `id` is the serial, read-only: an element's own id names its row before the
    serializer sees it.
    """

    serializer_field_mapping: ClassVar[Any] = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.CharField: DeviceString,
        models.TextField: DeviceString,
        models.BooleanField: DeviceBoolean,
        models.FloatField: DeviceNumber,
        models.DecimalField: DeviceNumber,
        models.IntegerField: DeviceInteger,
        models.BigIntegerField: DeviceInteger,
        models.PositiveIntegerField: DeviceInteger,
        models.PositiveSmallIntegerField: DeviceInteger,
        models.DateField: DeviceDay,
        models.DateTimeField: DeviceMoment,
        SnowflakeField: DeviceId,
    }
    serializer_choice_field: ClassVar[Any] = DeviceString

    def build_standard_field(self, field_name: str, model_field: Any) -> Any:
        """Leave the model's own rules to the model, which every door goes through."""
        field_class, kwargs = super().build_standard_field(field_name, model_field)
        if not issubclass(field_class, DeviceField):
            return field_class, kwargs
        if kwargs.get("read_only") or model_field.primary_key:
            return field_class, {"read_only": True}
        own: dict[str, Any] = {"stores_null": model_field.null}
        if issubclass(field_class, DeviceString) and "max_length" in kwargs:
            own["max_length"] = kwargs["max_length"]
        return field_class, own

    def to_internal_value(self, data: Any) -> Any:
        """Read the members; a none that was shown as 0 and comes back so stays none."""
        values = super().to_internal_value(data)
        if self.instance is None:
            return values
        return {
            name: value
            for name, value in values.items()
            if value != 0 or getattr(self.instance, name, 0) is not None
        }

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Show what is unset as the compiled form does."""
        shown: dict[str, Any] = super().to_representation(instance)
        for name, value in shown.items():
            if value is None:
                shown[name] = getattr(self.fields[name], "unset", None)
        return shown


def array_of(item: type[serializers.Serializer[Any]]) -> Any:
    """Return an array that may be null or stay away; its items may not be null."""
    return serializers.ListSerializer(
        child=item(), required=False, allow_null=True, max_length=MOST_ITEMS
    )
