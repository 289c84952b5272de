"""What every row of the register has in common."""

from collections.abc import Callable, Mapping
from functools import cache
from operator import attrgetter
from typing import Any, ClassVar, Self

from django.db import models

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
        names, ids, read = _recorded_columns(type(self))
        values = dict(zip(names, read(self), strict=True))
        for name in ids:
            if values[name] is not None:
                values[name] = str(values[name])
        return values

    @property
    def history_organisation_id(self) -> int | None:
        """The organisation in whose history the row's changes stand, if any."""
        return getattr(self, "organisation_id", None)


@cache
def _recorded_columns(
    model: type[Recorded],
) -> tuple[list[str], list[str], Callable[[Any], tuple[object, ...]]]:
    """Name the columns that history compares, those of ids, and what reads them all."""
    fields = [
        field
        for field in model._meta.concrete_fields
        if field.name not in model.unrecorded
    ]
    names = [field.attname for field in fields]
    ids = [field.attname for field in fields if field.is_relation]
    return names, ids, attrgetter(*names)


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

        Django takes values in the order of their columns in half the time that it
        takes them by name, which tells when rows are made by the thousand.
        """
        return cls(
            *[
                values[name] if name in values else default if fixed else default()
                for name, fixed, default in _defaults(cls)
            ]
        )


@cache
def _defaults(model: type[Row]) -> list[tuple[str, bool, Any]]:
    """Return for each column, in order, its default, and whether it is a fixed one."""
    return [
        (field.attname, False, field.get_default)
        if callable(getattr(field, "default", None)) and field.has_default()
        else (field.attname, True, field.get_default())
        for field in model._meta.concrete_fields
    ]


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
