"""What every row of the register has in common."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models.base import ModelState

from config.api.snowflake import Serial, SnowflakeField, SnowflakeQuerySet
from organisations.fields import NameField, NormalisedNameField
from organisations.querysets import TenantQuerySet


class Recorded(models.Model):
    """A row whose changes the history keeps, but for the columns in `unrecorded`."""

    unrecorded: ClassVar[frozenset[str]] = frozenset(
        {"id", "created_at", "updated_at", "normalised_name"}
    )

    class Meta:
        abstract = True

    def recorded(self) -> dict[str, object]:
        """Return the values that history compares, ids of other rows as strings."""
        names, ids = _recorded_columns(type(self))
        # Faster than through Django's descriptors, which read what was deferred.
        held = self.__dict__
        values: dict[str, object] = {
            name: held[name] if name in held else getattr(self, name) for name in names
        }
        for name in ids:
            if values[name] is not None:
                values[name] = str(values[name])
        return values

    @property
    def history_organisation_id(self) -> int | None:
        """The organisation in whose history the row's changes stand, if any."""
        return getattr(self, "organisation_id", None)


@cache
def _recorded_columns(model: type[Recorded]) -> tuple[list[str], list[str]]:
    """Name the columns that history compares, and those of ids among them."""
    fields = [
        field
        for field in model._meta.concrete_fields
        if field.name not in model.unrecorded
    ]
    names = [field.attname for field in fields]
    ids = [field.attname for field in fields if field.is_relation]
    return names, ids


class Row(Recorded):
    """A row with one snowflake id, found by its serial through a unique index."""

    id = SnowflakeField()

    objects = SnowflakeQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.UniqueConstraint(
                Serial("id"), name="%(app_label)s_%(class)s_id_serial"
            )
        ]

    @classmethod
    def of_columns(cls, values: Mapping[str, object]) -> Self:
        """Make an unsaved row of values by column, each other one its default.

        Filled as Django fills a row that was pickled, in a tenth of the time that its
        `__init__` takes, which tells when rows are made by the thousand.
        """
        fixed, made = _defaults(cls)
        row = cls.__new__(cls)
        row.__dict__.update(fixed, _state=ModelState())
        row.__dict__.update(values)
        for name, default in made:
            if name not in values:
                row.__dict__[name] = default()
        return row


@cache
def _defaults(
    model: type[Row],
) -> tuple[dict[str, object], list[tuple[str, Callable[[], object]]]]:
    """Return the defaults that are fixed, and what makes those that are not."""
    fields: Any = model._meta.concrete_fields
    made = [
        (field.attname, field.get_default)
        for field in fields
        if callable(field.default) and field.default is not models.NOT_PROVIDED
    ]
    names = {name for name, _ in made}
    fixed = {
        field.attname: field.get_default()
        for field in fields
        if field.attname not in names
    }
    return fixed, made


class TenantRow(Row):
    """A row that belongs to an organisation."""

    organisation = models.ForeignKey(
        "organisations.Organisation", models.PROTECT, related_name="+"
    )

    objects = TenantQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Row.Meta):
        abstract = True


class NamedRow(TenantRow):
    """A row of an organisation with a name that lists search by prefix."""

    name = NameField()
    normalised_name = NormalisedNameField()

    class Meta(TenantRow.Meta):
        abstract = True
        indexes: ClassVar = [
            models.Index(
                fields=["organisation", "normalised_name", "id"],
                name="%(class)s_by_name",
            )
        ]

    def __str__(self) -> str:
        return self.name
