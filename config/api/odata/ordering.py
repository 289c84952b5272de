"""The order of a list: what `$orderby` asks for, or what the list has by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import (
    BigIntegerField,
    BooleanField,
    DateField,
    DateTimeField,
    DecimalField,
    F,
    Field,
    FloatField,
    Model,
    OrderBy,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Left
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    IsNull,
    LessThan,
    LessThanOrEqual,
)
from lark import Token

from config.api.odata.errors import Misread
from config.api.odata.expressions import CodePoints
from config.api.odata.operands import custom_value
from config.api.odata.properties import Allowed, Kind
from config.api.odata.syntax import CustomPath, Path
from config.api.odata.tokens import custom_name, scan

MOST_KEYS = 5
# How much of a long text decides its place; the rest of a tie is in the order of ids.
# It bounds what a continuation has to carry.
SORTED_CHARACTERS = 100

# How a value is handed back to the database.
FORMS: tuple[tuple[type, "Field[Any, Any]"], ...] = (
    (bool, BooleanField()),
    (int, BigIntegerField()),
    (float, FloatField()),
    (Decimal, DecimalField()),
    (datetime, DateTimeField()),
    (date, DateField()),
    (str, TextField()),
)


@dataclass(frozen=True)
class SortKey:
    """One of the values that a list is sorted by; nulls come last either way."""

    value: Any
    descending: bool = False
    nullable: bool = True
    # The path of the column that the value is, if it is one.
    column: str | None = None

    def order(self) -> str | OrderBy:
        """Return the key as a queryset takes it.

        A column without nulls is sorted plainly: PostgreSQL uses no index otherwise.
        """
        if self.column is not None and not self.nullable:
            return f"-{self.column}" if self.descending else self.column
        value = F(self.value) if isinstance(self.value, str) else self.value
        return OrderBy(value, descending=self.descending, nulls_last=True)

    def follows(self, value: Any) -> Q | None:
        """Hold where the key sorts after the value; None for never."""
        if value is None:
            return None
        lookup = LessThan if self.descending else GreaterThan
        later = Q(lookup(self.value, form(value)))
        return later | Q(IsNull(self.value, True)) if self.nullable else later

    def equals(self, value: Any) -> Q:
        """Hold where the key is the value."""
        if value is None:
            return Q(IsNull(self.value, True))
        return Q(Exact(self.value, form(value)))

    def bound(self, value: Any) -> Q:
        """Hold at least where the key does not sort before the value.

        It is implied by the rest of a continuation, and tells an index where to start.
        """
        if self.nullable:
            return Q()
        lookup = LessThanOrEqual if self.descending else GreaterThanOrEqual
        return Q(lookup(self.value, form(value)))


def form(value: Any) -> Value:
    """Return a value of a row as the database takes it."""
    field = next(field for kind, field in FORMS if isinstance(value, kind))
    return Value(value, output_field=field)


def read_order(
    text: str, allowed: Allowed, model: type[Model]
) -> tuple[SortKey, ...] | None:
    """Read `$orderby`, the id last; None when nothing is asked for.

    Raise the refusal of what the list cannot be ordered by.
    """
    if not text.strip():
        return None
    try:
        parts = _parts(scan(text))
        if len(parts) > MOST_KEYS:
            position = parts[MOST_KEYS][0].start_pos or 0
            raise Misread(f"At most {MOST_KEYS} properties are taken.", position)
        keys = [_key(part, allowed, model) for part in parts]
    except Misread as error:
        raise error.refusal("$orderby") from None
    return with_id(keys, model)


def _parts(tokens: list[Token]) -> list[list[Token]]:
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token.type == "_COMMA":
            parts.append([])
        else:
            parts[-1].append(token)
    for part in parts:
        types = [token.type for token in part]
        if types[:1] not in (["PATH"], ["CUSTOM"]) or types[1:] not in ([], ["PATH"]):
            place = part[0].start_pos or 0 if part else 0
            raise Misread("A property, then asc or desc, is expected.", place)
    return parts


def _key(part: list[Token], allowed: Allowed, model: type[Model]) -> SortKey:
    name, *direction = part
    position = name.start_pos or 0
    if direction and direction[0].lower() not in {"asc", "desc"}:
        raise Misread("asc or desc is expected.", direction[0].start_pos or 0)
    descending = bool(direction) and direction[0].lower() == "desc"
    if name.type == "CUSTOM":
        custom = allowed.find_custom(CustomPath(custom_name(name), position))
        value = custom_value(custom)
        is_text = not isinstance(value.output_field, FloatField)
        return SortKey(_text_key(value) if is_text else value, descending)
    found = allowed.find_order(Path(str(name), position))
    if isinstance(found, str):
        return column_key(model, found, descending=descending)
    if found.kind is Kind.TEXT:
        value = F(found.value) if isinstance(found.value, str) else found.value
        return SortKey(_text_key(value), descending, found.nullable)
    if isinstance(found.value, str):
        return column_key(model, found.value, descending=descending)
    return SortKey(found.value, descending, found.nullable)


def _text_key(value: Any) -> Any:
    return CodePoints(Left(value, SORTED_CHARACTERS))


def column_key(model: type[Model], path: str, *, descending: bool) -> SortKey:
    """Return the key that a column is, of the model or of what it refers to."""
    nullable = False
    place = model
    *steps, last = path.split("__")
    for step in steps:
        relation: Any = place._meta.get_field(step)
        nullable = nullable or relation.null
        place = relation.related_model
    column: Any = place._meta.get_field(last)
    if column.is_relation and last == column.name:
        # Django sorts by the order of what the relation leads to.
        raise FieldDoesNotExist(path)
    return SortKey(F(path), descending, nullable or column.null, path)


def with_id(keys: Sequence[SortKey], model: type[Model]) -> tuple[SortKey, ...]:
    """Return the keys up to the id, which is put last when it is not among them."""
    name = model._meta.pk.name
    places = [place for place, key in enumerate(keys) if key.column in {name, "pk"}]
    if places:
        return tuple(keys[: places[0] + 1])
    return (*keys, SortKey(F(name), nullable=False, column=name))


def own_order(queryset: "QuerySet[Any, Any]") -> tuple[SortKey, ...] | None:
    """Return the order that a queryset has by itself; None if it cannot be told."""
    model = queryset.model
    return named_order(model, queryset.query.order_by or model._meta.ordering)


def named_order(model: type[Model], names: Sequence[Any]) -> tuple[SortKey, ...] | None:
    """Return the keys of columns by their names; None if one is no column."""
    keys = []
    for name in names:
        if not isinstance(name, str):
            return None
        path = name.removeprefix("-")
        try:
            key = column_key(model, path, descending=name != path)
        except FieldDoesNotExist:
            return None
        keys.append(key)
    return with_id(keys, model)
