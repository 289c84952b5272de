"""The stored scalar members of a list row: what lists are sorted and compared by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models
from django.db.models import F, OrderBy, Q

from config.api.device.fields import DeviceField, Kind
from config.api.device.serializers import Column
from config.api.rows import SerializerClass, template


@dataclass(frozen=True)
class Member:
    """A member of the list row, and the column that it shows.

    `inverted` is a flag that shows the opposite of its column.
    """

    column: str
    kind: Kind
    nullable: bool = False
    inverted: bool = False

    def order(self, *, descending: bool) -> str | OrderBy:
        """Return the member as a queryset sorts by it; unset values count least.

        A column without nulls is sorted plainly: PostgreSQL uses no index otherwise.
        """
        descending ^= self.inverted
        if not self.nullable:
            return f"-{self.column}" if descending else self.column
        return order_by(F(self.column), descending=descending)

    def with_serial(self, model: Any, serial: int) -> Q:
        """Hold for the rows whose member names the row with this serial."""
        return with_serials(model, self.column, [serial])


def order_by(expression: Any, *, descending: bool) -> OrderBy:
    """Sort by what may be null; unset values count least."""
    place = {"nulls_last": True} if descending else {"nulls_first": True}
    return OrderBy(expression, descending=descending, **place)


Members = Mapping[str, Member]


@cache
def members_of(serializer: SerializerClass) -> dict[str, Member]:
    """Return the members of a serializer that show one column each."""
    model = serializer.Meta.model  # type: ignore[attr-defined]
    found = {}
    for name, field in template(serializer).items():
        if isinstance(field, Column):
            nullable = is_nullable(model, field.path)
            found[name] = Member(field.path, field.kind, nullable, field.inverted)
        elif isinstance(field, DeviceField) and field.source:
            nullable = is_nullable(model, field.source)
            found[name] = Member(field.source, field.kind, nullable)
    return found


def is_nullable(model: type[models.Model], path: str) -> bool:
    """Tell whether a column that is found by a path can be null."""
    # A row that refers to this one from elsewhere says so of itself.
    return any(step.null for step in steps(model, path))


def steps(model: Any, path: str) -> Iterable[Any]:
    """Return the fields along a path."""
    for name in path.split("__"):
        field = model._meta.get_field(name)
        yield field
        model = field.related_model


def with_serials(model: Any, path: str, serials: Iterable[int]) -> Q:
    """Hold where the id or foreign key at a path is one of these serials.

    A foreign key is looked up through its target: masking the key column would scan.
    """
    *_, field = steps(model, path)
    if field.primary_key:
        return Q(**{f"{path}__serial__in": list(serials)})
    relation = path if path.endswith(field.name) else path.removesuffix("_id")
    targets = field.related_model._base_manager.filter(id__serial__in=list(serials))
    return Q(**{f"{relation}__in": targets.values("pk")})
