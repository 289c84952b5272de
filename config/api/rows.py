"""Fast reads: a serializer's declared fields, compiled into columns and a row function.

A serializer stays the single definition of what a resource looks like. For reads its
field tree is turned once into the columns of a `values_list` and, for each page, into
a function from tuples to dictionaries. What must be read for a whole page at once (the
fields of the types on it, say) is a `PageField`. A serializer with anything else in it
falls back to DRF's own rendering.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db import models
from rest_framework import serializers

Row = tuple[Any, ...]
Read = Callable[[Row], Any]
SerializerClass = type[serializers.Serializer[Any]]

# How many sets of columns are remembered.
KEPT = 512

# Fields that show a column's value as it is; the renderer writes moments as they do.
UNCHANGED = frozenset(
    kind.to_representation
    for kind in (
        serializers.CharField,
        serializers.IntegerField,
        serializers.FloatField,
        serializers.BooleanField,
        serializers.DateTimeField,
        serializers.JSONField,
    )
)


@dataclass
class Page:
    """The rows of one answer, and what has been read for all of them together.

    `shared` begins with the context of the answer, such as its `request`.
    """

    columns: tuple[str, ...]
    rows: list[Row]
    shared: dict[Any, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.places = {column: place for place, column in enumerate(self.columns)}

    def distinct(self, column: str) -> set[Any]:
        """Return the values of a column on this page, without nulls."""
        place = self.places[column]
        return {row[place] for row in self.rows} - {None}

    def values(self, column: str) -> Iterator[Any]:
        """Return a column's value of each row."""
        place = self.places[column]
        return (row[place] for row in self.rows)

    def reader(self, column: str) -> Read:
        """Return the function that takes a column out of a row."""
        return itemgetter(self.places[column])


class PageField(serializers.Field):  # type: ignore[type-arg]
    """A read-only field whose values are worked out for a whole page at once.

    `columns` are the columns it reads, relative to its serializer's row. First every
    field of the tree may say in `gather` what it will need, then `bind_page` returns
    the function that renders one row, or `values` renders all rows at once.
    """

    columns: tuple[str, ...] = ()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, source="*", **kwargs)

    def all_columns(self) -> tuple[str, ...]:
        """Return the columns the field reads."""
        return self.columns

    def gather(self, page: Page, prefix: str) -> None:
        """Note in `page.shared` what must be read for this page."""

    def bind_page(self, page: Page, prefix: str) -> Read:
        """Return the function from a row to this field's value."""
        raise NotImplementedError

    def values(self, page: Page, prefix: str, rows: Collection[Row]) -> Iterable[Any]:
        """Return what is shown of each of the rows."""
        return map(self.bind_page(page, prefix), rows)

    def to_representation(self, instance: Any) -> Any:
        """Render one instance: a page of one row, read from its attributes."""
        columns = self.all_columns()
        row = tuple(_attribute(instance, name) for name in columns)
        page = Page(columns, [row], dict(self.context))
        self.gather(page, "")
        (value,) = self.values(page, "", page.rows)
        return value


class NestedField(PageField):
    """A row of another table, shown in full through its own serializer.

    Each distinct row is rendered once a page; a null key renders as null.
    """

    serializer_class: SerializerClass

    def __init__(self, serializer_class: SerializerClass, relation: str) -> None:
        super().__init__()
        self.serializer_class, self.relation = serializer_class, relation

    def all_columns(self) -> tuple[str, ...]:
        """Return the nested serializer's columns, through the relation."""
        names = columns_of(self.serializer_class)
        return tuple(f"{self.relation}__{name}" for name in ("id", *names))

    def gather(self, page: Page, prefix: str) -> None:
        """Let the nested fields say what they need."""
        gather(self.serializer_class, page, f"{prefix}{self.relation}__")

    def bind_page(self, page: Page, prefix: str) -> Read:
        """Render each distinct row once."""
        path = f"{prefix}{self.relation}__"
        place = page.places[f"{path}id"]
        distinct = {row[place]: row for row in page.rows if row[place] is not None}
        shown = build(self.serializer_class, page, path, distinct.values())
        by_key = dict(zip(distinct, shown, strict=True))
        return lambda row: by_key.get(row[place])


def _attribute(instance: Any, path: str) -> Any:
    for name in path.split("__"):
        if instance is None:
            return None
        try:
            instance = getattr(instance, name)
        except ObjectDoesNotExist:
            return None
    return instance


@cache
def template(serializer_class: SerializerClass) -> dict[str, Any]:
    """Return the serializer's readable fields by wire name, built once."""
    fields = serializer_class().fields
    return {name: one for name, one in fields.items() if not one.write_only}


@cache
def is_compiled(serializer_class: SerializerClass) -> bool:
    """Tell whether every field is a column of the model or a page field."""
    model = serializer_class.Meta.model  # type: ignore[attr-defined]
    return all(
        isinstance(one, PageField) or _is_column(model, one.source)
        for one in template(serializer_class).values()
    )


def _is_column(model: type[models.Model], source: str) -> bool:
    try:
        found = model._meta.get_field(source)
    except FieldDoesNotExist:
        return False
    return bool(found.concrete) and not found.many_to_many


@cache
def columns_of(serializer_class: SerializerClass) -> tuple[str, ...]:
    """Return the columns that the serializer's field tree reads, each once."""
    columns: dict[str, None] = {}
    for one in template(serializer_class).values():
        names = one.all_columns() if isinstance(one, PageField) else (one.source,)
        columns.update(dict.fromkeys(names))
    return tuple(columns)


def gather(serializer_class: SerializerClass, page: Page, prefix: str = "") -> None:
    """Let every page field of the tree say what it needs."""
    for one in _gathering(serializer_class):
        one.gather(page, prefix)


@cache
def _gathering(serializer_class: SerializerClass) -> tuple[PageField, ...]:
    """Return the page fields that need anything."""
    return tuple(
        one
        for one in template(serializer_class).values()
        if isinstance(one, PageField) and type(one).gather is not PageField.gather
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """How a field shows a column: as it is, or converted where it is not null."""

    read: Read
    convert: Callable[[Any], Any] | None
    # What a family shows for null, if not null.
    unset: Any

    def values(self, page: Page, prefix: str, rows: Collection[Row]) -> Iterable[Any]:
        """Return what is shown of each of the rows, as a page field does."""
        convert, unset = self.convert, self.unset
        values = map(self.read, rows)
        if convert is None:
            return values
        return [unset if value is None else convert(value) for value in values]


@lru_cache(maxsize=KEPT)
def plan(
    serializer_class: SerializerClass, columns: tuple[str, ...], prefix: str
) -> Mapping[str, PageField | Shown]:
    """Return by wire name what shows each field, worked out once for the columns."""
    places = {column: place for place, column in enumerate(columns)}
    found: dict[str, PageField | Shown] = {}
    for name, one in template(serializer_class).items():
        if isinstance(one, PageField):
            found[name] = one
            continue
        unset = getattr(one, "unset", None)
        is_plain = unset is None and type(one).to_representation in UNCHANGED
        read = itemgetter(places[prefix + one.source])
        found[name] = Shown(read, None if is_plain else one.to_representation, unset)
    return found


def build(
    serializer_class: SerializerClass, page: Page, prefix: str, rows: Collection[Row]
) -> list[dict[str, Any]]:
    """Render rows of the page, whose columns start with the prefix, column by column.

    The page fields of the serializer must have said what they need.
    """
    fields = plan(serializer_class, page.columns, prefix)
    columns = [one.values(page, prefix, rows) for one in fields.values()]
    return [dict(zip(fields, row, strict=True)) for row in zip(*columns, strict=True)]


def render(serializer_class: SerializerClass, page: Page) -> list[dict[str, Any]]:
    """Render a page of rows that hold the serializer's columns."""
    gather(serializer_class, page)
    return build(serializer_class, page, "", page.rows)


def read_rows(
    serializer_class: SerializerClass,
    queryset: "models.QuerySet[Any, Any]",
    context: dict[str, Any] | None = None,
) -> list[dict[str, Any]]:
    """Render every row of a bounded queryset, fast where the serializer allows."""
    if not is_compiled(serializer_class):
        rendered = serializer_class(queryset, many=True, context=context or {}).data
        return list(rendered)
    columns = columns_of(serializer_class)
    rows = list(queryset.values_list(*columns))
    return render(serializer_class, Page(columns, rows, dict(context or {})))
