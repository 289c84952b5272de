"""How lists of devices are shown and searched, as the back office keeps it."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models

from devices.querysets import OfProfile
from licensing.fields import NumberField, PlainField
from organisations.fields import NameField
from organisations.models.base import NamedRow, Row

MOST_FILTERS = 20
FILTER_KEYS = {"filter_name", "filter_type", "filter_value"}
WIDEST = 10_000


class ColumnProfile(NamedRow):
    """Which columns a list of devices has, and in which order."""

    name = NameField(max_length=100, min_length=1)

    class Meta(NamedRow.Meta):
        ordering: ClassVar = ["id"]


class ProfileColumn(Row):
    """A column of a profile."""

    profile = models.ForeignKey(
        ColumnProfile, models.CASCADE, related_name="columns", db_index=False
    )
    column_name = NameField(max_length=60, min_length=1)
    column_title_override = PlainField(max_length=100)
    column_seq = NumberField()
    width = NumberField(validators=[MaxValueValidator(WIDEST)])

    objects = OfProfile.as_manager()  # type: ignore[misc]

    class Meta(Row.Meta):
        ordering: ClassVar = ["profile", "column_seq", "id"]
        constraints: ClassVar = [
            *Row.Meta.constraints,
            models.UniqueConstraint(
                fields=["profile", "column_name"], name="devices_column_once"
            ),
        ]

    def __str__(self) -> str:
        return self.column_title_override or self.column_name

    @property
    def history_organisation_id(self) -> int:
        """The organisation that owns the profile."""
        return self.profile.organisation_id


def validate_filters(value: object) -> None:
    """Refuse what is no list of filters in the shape of `advanced_search`."""
    if not isinstance(value, list) or len(value) > MOST_FILTERS:
        raise ValidationError(f"A list of at most {MOST_FILTERS} filters is expected.")
    for one in value:
        if not isinstance(one, dict) or one.keys() != FILTER_KEYS:
            raise ValidationError(
                "A filter has filter_name, filter_type and filter_value."
            )


class SavedSearch(NamedRow):
    """A search that lists of devices can name (`globalSearchID`)."""

    name = NameField(max_length=100, min_length=1)
    search = PlainField()
    advanced_search = models.JSONField(
        default=list, blank=True, validators=[validate_filters]
    )

    class Meta(NamedRow.Meta):
        ordering: ClassVar = ["id"]
        verbose_name_plural = "saved searches"
