"""Custom fields as services need them: loaded in sets, found by id or by name."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, Self

from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet

from assets.models import AssetField, EnumValue, FieldType
from assets.models.field_names import field_name_key
from config.api.kept import kept_rows
from organisations.models import Organisation

COLUMNS = tuple(column.attname for column in AssetField._meta.concrete_fields)


@dataclass(slots=True)
class Definition:
    """One custom field: the rules for its values."""

    id: int
    name: str
    type: FieldType
    units: str
    required: bool
    multi_line: bool
    longest: int
    default_value: object
    enum_ids: set[str] = field(default_factory=set)
    enum_by_text: dict[str, str] = field(default_factory=dict)
    # The field's key in an asset's JSON column.
    key: str = field(init=False)

    def __post_init__(self) -> None:
        self.key = f"f{self.id}"

    @classmethod
    def of(cls, row: AssetField) -> Self:
        """Take the rules out of a field, without its enum values."""
        return cls(
            id=row.pk,
            name=row.name,
            type=FieldType(row.type),
            units=row.units,
            required=row.required,
            multi_line=row.multi_line,
            longest=row.longest,
            default_value=row.default_value,
        )


class Definitions:
    """A set of custom fields with their enum values."""

    def __init__(self, rows: Iterable[AssetField]) -> None:
        self.by_id = {row.pk: Definition.of(row) for row in rows}
        # By the id as most requests and all imports write it.
        self.by_key = {str(key): one for key, one in self.by_id.items()}
        self.by_name = {field_name_key(one.name): one for one in self.by_id.values()}
        enums = [one.id for one in self.by_id.values() if one.type is FieldType.ENUM]
        if enums:
            self._load_values(enums)

    @classmethod
    def of_organisation(cls, organisation: Organisation) -> Self:
        """Load every field of an organisation, in two queries."""
        rows = kept_rows(_fields_of, organisation.pk)
        return cls(AssetField.from_db(DEFAULT_DB_ALIAS, COLUMNS, row) for row in rows)

    def find(self, key: str) -> Definition | None:
        """Find a field by its id or its name, as the API's keys have it."""
        if key in self.by_key:
            return self.by_key[key]
        if key.isascii() and key.isdigit():
            return self.by_id.get(int(key)) if len(key) <= 19 else None
        return self.by_name.get(field_name_key(key))

    def _load_values(self, fields: list[int]) -> None:
        for field_id, value_id, text in kept_rows(_values_of, fields):
            definition = self.by_id[field_id]
            definition.enum_ids.add(str(value_id))
            definition.enum_by_text[text] = str(value_id)


def _fields_of(organisation_id: int) -> QuerySet[Any, Any]:
    rows: Any = AssetField.objects.filter(organisation=organisation_id)
    return rows.values_list(*COLUMNS)  # type: ignore[no-any-return]


def _values_of(fields: Collection[int]) -> QuerySet[Any, Any]:
    rows: Any = EnumValue.objects.filter(field__in=fields)
    return rows.values_list("field_id", "pk", "value")  # type: ignore[no-any-return]
