"""A query that finds keys, and one static SELECT of what is shown of their rows.

Filters, scope and paging are written on a query that selects ids only. The columns of
the rows it finds come from a SELECT that Django writes once for each order and keeps:
building that SQL anew costs more than running it. It stands around the query of the
keys, or comes after it where it joins many tables.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, models

from config.api.kept import Converters, Value, converted, converters_of, kept_rows
from config.api.rows import (
    Page,
    Row,
    SerializerClass,
    columns_of,
    is_compiled,
    read_rows,
    render,
)

KEPT = 256
GAP = "IN (%s)"

# PostgreSQL plans the joins of up to eight tables (join_collapse_limit) around the
# keys; of more it joins whole tables first, unless it is told the keys themselves.
MOST_TABLES = 8

Build = Callable[..., "models.QuerySet[Any, Any]"]


@dataclass(frozen=True)
class OuterSelect:
    """The statement around the key query, and what makes its columns Python's."""

    head: str
    tail: str
    params: tuple[Any, ...]
    tail_params: tuple[Any, ...]
    converters: Converters

    @property
    def is_wide(self) -> bool:
        """Whether the keys must be read first, because it joins too many tables."""
        return self.head.count(" JOIN ") + 2 > MOST_TABLES


@lru_cache(maxsize=KEPT)
def outer_select(
    model: type[models.Model],
    columns: tuple[str, ...],
    order: tuple[Any, ...],
    using: str,
) -> OuterSelect:
    """Write the outer SELECT of these columns, with a gap for the keys."""
    manager = model._meta.concrete_model._base_manager  # type: ignore[union-attr]
    rows = manager.using(using).filter(pk__in=[0])
    compiler = rows.order_by(*order).values_list(*columns).query.get_compiler(using)
    sql, params = compiler.as_sql()
    head, _, tail = sql.partition(GAP)
    place = head.count("%s")
    before, after = tuple(params[:place]), tuple(params[place + 1 :])
    return OuterSelect(head, tail, before, after, converters_of(compiler))


def keyed_rows(
    queryset: "models.QuerySet[Any, Any]",
    columns: tuple[str, ...],
    *,
    keys_first: bool = False,
) -> list[Row]:
    """Return the columns of the rows of a sliced, ordered queryset.

    It must be ordered by columns or expressions of the model and its foreign keys, not
    by annotations: the order is repeated in the outer statement. What PostgreSQL plans
    anew for each value it is asked for had better be asked for its keys first: it would
    plan all the joins of the columns with them.
    """
    query = queryset.query
    order: Any = tuple(query.order_by) or tuple(queryset.model._meta.ordering)
    model: Any = queryset.model
    outer = outer_select(model, columns, order, queryset.db)
    compiler = queryset.values("pk").query.get_compiler(queryset.db)
    try:
        keys, params = compiler.as_sql()
    except EmptyResultSet:
        return []
    connection = connections[queryset.db]
    with connection.cursor() as cursor:
        if keys_first or outer.is_wide:
            cursor.execute(keys, params)
            found = [key for (key,) in cursor.fetchall()]
            return rows_of_keys(model, columns, found, order=order) if found else []
        sql = f"{outer.head}IN ({keys}){outer.tail}"
        cursor.execute(sql, (*outer.params, *params, *outer.tail_params))
        rows: list[Row] = cursor.fetchall()
    return converted(rows, outer.converters, connection)


def rows_of_keys(
    model: type[models.Model],
    columns: tuple[str, ...],
    keys: Collection[int],
    *,
    order: tuple[str, ...] = ("id",),
) -> list[Row]:
    """Return the columns of the rows with these ids, several each where they join."""
    return kept_rows(_with_ids, keys, model=model, columns=columns, order=order)


def _with_ids(
    keys: Collection[int],
    *,
    model: type[models.Model],
    columns: tuple[str, ...],
    order: tuple[str, ...],
) -> "models.QuerySet[Any, Any]":
    rows: Any = model._base_manager.filter(pk__in=keys)
    return rows.order_by(*order).values_list(*columns)  # type: ignore[no-any-return]


def as_they_are(rows: Any) -> Any:
    """Narrow by nothing."""
    return rows


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a list is narrowed by: a function, and the values that it compares with.

    The function takes the rows and stand-ins for the values, as for `kept_rows`.
    """

    narrow: Build = as_they_are
    values: tuple[Value, ...] = ()


@dataclass(frozen=True)
class KeptList:
    """A list that a few values decide: the SQL of its first page is kept.

    `build` makes its queryset of them, as for `kept_rows`; `order` are columns, the
    last of them the id.
    """

    model: type[models.Model]
    build: Build
    values: tuple[Value, ...]
    order: tuple[str, ...] = ("id",)

    def queryset(self) -> "models.QuerySet[Any, Any]":
        """Return the list as a queryset that can be narrowed."""
        return self.build(*self.values).order_by(*self.order)

    def first(
        self, narrowing: Narrowing, columns: tuple[str, ...], count: int
    ) -> list[Row]:
        """Return the columns of so many rows, of those that narrowing leaves."""
        values = (*self.values, *narrowing.values)
        same: dict[str, Any] = {
            "start": self.build,
            "own": len(self.values),
            "narrow": narrowing.narrow,
            "order": self.order,
            "count": count,
        }
        if not narrowing.values:
            return kept_rows(_first_rows, *values, **same, columns=columns)
        keys = [key for (key,) in kept_rows(_first_keys, *values, **same)]
        return rows_of_keys(self.model, columns, keys, order=self.order) if keys else []


def _first_keys(
    *values: Any,
    start: Build,
    own: int,
    narrow: Build,
    order: tuple[str, ...],
    count: int,
) -> "models.QuerySet[Any, Any]":
    keys = narrow(start(*values[:own]), *values[own:]).order_by(*order)
    return keys.values_list("pk")[:count]


def _first_rows(
    *values: Any, columns: tuple[str, ...], order: tuple[str, ...], **same: Any
) -> "models.QuerySet[Any, Any]":
    keys = _first_keys(*values, order=order, **same)
    rows = keys.model._base_manager.filter(pk__in=keys)
    return rows.order_by(*order).values_list(*columns)  # type: ignore[no-any-return]


def find_partly(
    rows: "models.QuerySet[Any, Any]", key: int, columns: tuple[str, ...]
) -> Any:
    """Find the row with the id, of which no more is read than these columns.

    The queryset is the same in each request; other columns are read when asked for.
    """
    names = ("id", *columns)
    found = kept_rows(_with_id, key, rows=rows, columns=names)
    return rows.model.from_db(rows.db, names, found[0]) if found else None


@dataclass(frozen=True)
class ShownRow:
    """A row read by the columns that its serializer shows, which are its attributes."""

    serializer_class: SerializerClass
    page: Page

    def __getattr__(self, column: str) -> Any:
        try:
            return next(self.page.values(column))
        except KeyError:
            raise AttributeError(column) from None

    def shown(self, context: dict[str, Any]) -> dict[str, Any]:
        """Render the row."""
        self.page.shared |= context
        (shown,) = render(self.serializer_class, self.page)
        return shown


def find_shown(
    serializer_class: SerializerClass, rows: "models.QuerySet[Any, Any]", key: int
) -> ShownRow | None:
    """Find the row with the id in a queryset that is the same in each request."""
    columns = columns_of(serializer_class)
    found = kept_rows(_with_id, key, rows=rows, columns=columns)
    return ShownRow(serializer_class, Page(columns, found)) if found else None


def _with_id(
    key: int, *, rows: "models.QuerySet[Any, Any]", columns: tuple[str, ...]
) -> "models.QuerySet[Any, Any]":
    return rows.filter(pk=key).order_by().values_list(*columns)


def read_keys(
    serializer_class: SerializerClass,
    model: type[models.Model],
    keys: Collection[int],
    context: dict[str, Any] | None = None,
) -> list[dict[str, Any]]:
    """Render the rows with these ids, in id order."""
    if not is_compiled(serializer_class):
        rows = model._base_manager.filter(pk__in=keys).order_by("pk")
        return read_rows(serializer_class, rows, context)
    columns = columns_of(serializer_class)
    found = rows_of_keys(model, columns, keys)
    return render(serializer_class, Page(columns, found, dict(context or {})))
