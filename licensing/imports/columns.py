"""Cells that are plain columns of a model, read by the columns' own types."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models

from config.api.errors import Refusal, invalid
from organisations.imports import Cells


def read_columns(
    cells: Cells, model: type[models.Model], names: Sequence[str]
) -> dict[str, Any]:
    """Return the values of those columns that the row has cells for.

    Raise `invalid_body` naming every cell that is not of its column's type.
    """
    values: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for name in names:
        if not cells.text(name):
            continue
        try:
            values[name] = _read(cells, name, model._meta.get_field(name))
        except Refusal as refusal:
            errors |= {key: [*said] for key, said in refusal.errors.items()}
    if errors:
        raise invalid(errors)
    return values


def _read(cells: Cells, name: str, column: Any) -> Any:
    match column:
        case models.BooleanField():
            return cells.typed(name, "boolean")
        case models.IntegerField():
            return cells.typed(name, "integer")
        case models.FloatField():
            return float(cells.typed(name, "decimal"))
        case models.DateTimeField():
            return cells.moment(name)
    return cells.text(name)


def differing(row: models.Model, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of the values that the row does not have."""
    return {
        name: value for name, value in values.items() if getattr(row, name) != value
    }
