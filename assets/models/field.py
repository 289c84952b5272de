"""Fields that an organisation adds to its assets."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from assets.models.field_names import field_name_key, validate_field_name
from assets.querysets import OfField
from organisations.fields import (
    DescriptionField,
    NameField,
    refuse_control_characters,
)
from organisations.models import User
from organisations.models.base import NamedRow, Row


class FieldType(models.IntegerChoices):
    """What values a field takes (contract 3.2)."""

    TEXT = 0, "text"
    INTEGER = 1, "integer"
    DECIMAL = 2, "decimal"
    BOOLEAN = 3, "boolean"
    DATE = 4, "date"
    DATETIME = 5, "datetime"
    ENUM = 6, "enum"
    DURATION = 7, "duration"
    URL = 8, "url"

    @classmethod
    def parse(cls, value: object) -> "FieldType":
        """Read an integer, a numeric string or a name; raise ValueError otherwise."""
        if isinstance(value, str):
            for member in cls:
                if value.strip().lower() in {member.label, str(member.value)}:
                    return member
            raise ValueError(f"'{value}' is not a field type.")
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError("A field type is a number or a name.")
        return cls(value)


class NameKeyField(models.CharField[str, str]):
    """The case-free form of a name that must be unique."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 300)
        kwargs["editable"] = False
        kwargs["blank"] = True
        self.source: str = kwargs.pop("source", "name")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Keep the source in migrations."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "source": self.source}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Derive the key at every save."""
        value = field_name_key(getattr(model_instance, self.source) or "")
        setattr(model_instance, self.attname, value)
        return value


class AssetField(NamedRow):
    """A property that an organisation keeps of its assets beside the built-in ones."""

    unrecorded: ClassVar[frozenset[str]] = NamedRow.unrecorded | {"name_key"}

    name = NameField(validators=[validate_field_name])
    name_key = NameKeyField()
    description = DescriptionField()
    type = models.PositiveSmallIntegerField(choices=FieldType.choices)
    required = models.BooleanField(default=False)
    is_result = models.BooleanField(
        default=False, help_text="The value is the outcome of a measurement."
    )
    units = models.CharField(
        max_length=20, blank=True, default="", validators=[refuse_control_characters]
    )
    multi_line = models.BooleanField(default=False)
    max_length = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(65_535)],
    )
    default_value = models.JSONField(null=True, blank=True)

    class Meta(NamedRow.Meta):
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            *NamedRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "name_key"], name="assets_field_name"
            ),
        ]

    @property
    def key(self) -> str:
        """The field's key in an asset's JSON column."""
        return f"f{self.pk}"

    @property
    def longest(self) -> int:
        """How many characters a text value may have."""
        return self.max_length or (16_000 if self.multi_line else 255)


class EnumValue(Row):
    """One of the values that an enum field allows."""

    unrecorded: ClassVar[frozenset[str]] = Row.unrecorded | {
        "value_key",
        "updated_by",
    }

    field = models.ForeignKey(
        AssetField, models.CASCADE, related_name="values", db_index=False
    )
    value = NameField(max_length=100, min_length=1)
    value_key = NameKeyField(source="value")
    updated_by = models.ForeignKey(
        User, models.SET_NULL, related_name="+", null=True, blank=True
    )
    updated_at = models.DateTimeField()

    objects = OfField.as_manager()  # type: ignore[misc]

    class Meta(Row.Meta):
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            *Row.Meta.constraints,
            models.UniqueConstraint(
                fields=["field", "value_key"], name="assets_enum_value"
            ),
        ]

    def __str__(self) -> str:
        return self.value

    @property
    def history_organisation_id(self) -> int:
        """The organisation that owns the field."""
        return self.field.organisation_id
