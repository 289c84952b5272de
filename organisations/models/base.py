"""What every row of the register has in common."""

from functools import cache
from typing import ClassVar

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
        values: dict[str, object] = {}
        for name, is_id in _recorded_columns(type(self)):
            value = getattr(self, name)
            values[name] = str(value) if is_id and value is not None else value
        return values

    @property
    def history_organisation_id(self) -> int | None:
        """The organisation in whose history the row's changes stand, if any."""
        return getattr(self, "organisation_id", None)


@cache
def _recorded_columns(model: type[Recorded]) -> tuple[tuple[str, bool], ...]:
    """Name the columns that history compares, and tell which hold ids of other rows."""
    return tuple(
        (field.attname, field.is_relation)
        for field in model._meta.concrete_fields
        if field.name not in model.unrecorded
    )


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
