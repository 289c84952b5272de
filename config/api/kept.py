"""Queries whose SQL Django writes once: only the values in them change.

Building the SQL of a query costs Django several times what running it costs the
database. So it is written for stand-ins, and kept with gaps where these appear.
"""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from config.api.rows import Row

KEPT = 256
FIRST_STAND_IN = -(1 << 62)

COLLECTIONS = (tuple, list)

Value = int | str | Collection[int]
Converters = Sequence[tuple[int, Any, Sequence[Callable[..., Any]]]]


@dataclass(frozen=True)
class Kept:
    """The SQL around its parameters: for each, which value it is, or what is fixed.

    With a value, what is fixed are the texts around it in a pattern, if it is in one.
    """

    pieces: tuple[str, ...]
    parameters: tuple[tuple[int | None, Any], ...]
    converters: Converters
    using: str


def kept_rows(
    build: Callable[..., "models.QuerySet[Any, Any]"],
    *values: Value,
    **constants: Hashable,
) -> list[Row]:
    """Return the rows of the `values_list` query that `build` makes of the values.

    It is called once for each set of constants, with stand-ins for the values: numbers,
    texts, or collections of numbers for `__in`. So what it builds must not depend on
    them. A text may stand within a pattern (`__contains` and its like, but not
    `__iexact`). Equal functions share their SQL: give one of a module, not one made
    anew.
    """
    return _read(build, values, constants, None)


def kept_slice(
    rows: slice,
    build: Callable[..., "models.QuerySet[Any, Any]"],
    *values: Value,
    **constants: Hashable,
) -> list[Row]:
    """Return a slice of the rows of a query, which is kept once for all its slices."""
    return _read(build, values, constants, rows)


def _read(
    build: Callable[..., "models.QuerySet[Any, Any]"],
    values: Sequence[Value],
    constants: Mapping[str, Hashable],
    rows: slice | None,
) -> list[Row]:
    kinds = tuple(_kind(value) for value in values)
    kept = _compile(build, kinds, tuple(constants.items()))
    connection = connections[kept.using]
    sql, parameters = _filled(kept, values, connection)
    if rows is not None:
        sql += " " + connection.ops.limit_offset_sql(rows.start or 0, rows.stop)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        found = cursor.fetchall()
    return converted(found, kept.converters, connection)


def converters_of(compiler: Any) -> Converters:
    """Return what turns the columns of a compiled query into Python's types."""
    expressions = [column[0] for column in compiler.select]
    found = compiler.get_converters(expressions).items()
    return [(place, expression, tuple(each)) for place, (each, expression) in found]


def converted(
    rows: list[Row], converters: Converters, connection: BaseDatabaseWrapper
) -> list[Row]:
    """Convert the columns of rows as a queryset would."""
    if not converters:
        return rows
    columns = [*zip(*rows, strict=True)]
    if not columns:
        return rows
    for place, expression, functions in converters:
        for function in functions:
            columns[place] = tuple(
                [function(value, expression, connection) for value in columns[place]]
            )
    return [*zip(*columns, strict=True)]


def _kind(value: Value) -> type[object]:
    """Return the type of a value; a collection is a tuple of one number, or a list.

    PostgreSQL plans a statement for any number of ids anew where it gets only one.
    """
    if isinstance(value, str | int):
        return type(value)
    return tuple if len(value) == 1 else list


def _stand_in(kind: type[object], place: int) -> int | str:
    number = FIRST_STAND_IN + place
    return str(number) if kind is str else number


@lru_cache(maxsize=KEPT)
def _compile(
    build: Callable[..., "models.QuerySet[Any, Any]"],
    kinds: tuple[type[object], ...],
    constants: tuple[tuple[str, Hashable], ...],
) -> Kept:
    stand_ins = [_stand_in(kind, place) for place, kind in enumerate(kinds)]
    values = [
        [one] if kind in COLLECTIONS else one
        for one, kind in zip(stand_ins, kinds, strict=True)
    ]
    queryset = build(*values, **dict(constants))
    compiler = queryset.query.get_compiler(queryset.db)
    sql, fixed = compiler.as_sql()
    pieces = sql.split("%s")
    parameters = [_place_of(one, stand_ins) for one in fixed]
    if connections[queryset.db].vendor == "postgresql":
        # One parameter, so that the statement is the same for any number of ids.
        for at, (place, _) in enumerate(parameters):
            if place is not None and kinds[place] is list:
                pieces[at] = pieces[at].removesuffix("IN (") + "= ANY("
    return Kept(tuple(pieces), tuple(parameters), converters_of(compiler), queryset.db)


def _place_of(parameter: Any, stand_ins: Sequence[Any]) -> tuple[int | None, Any]:
    """Return which value a parameter is, or has within it, and what is fixed in it."""
    if parameter in stand_ins:
        return stand_ins.index(parameter), None
    for place, one in enumerate(stand_ins):
        if isinstance(one, str) and isinstance(parameter, str) and one in parameter:
            before, _, after = parameter.partition(one)
            return place, (before, after)
    return None, parameter


def _filled(
    kept: Kept, values: Sequence[Value], connection: BaseDatabaseWrapper
) -> tuple[str, list[Any]]:
    """Return the statement and its parameters; a collection is one of them, or many."""
    sql, parameters = [kept.pieces[0]], []
    for (place, fixed), piece in zip(kept.parameters, kept.pieces[1:], strict=True):
        value: Any = fixed if place is None else values[place]
        if place is not None and fixed is not None:
            before, after = fixed
            text = connection.ops.prep_for_like_query(value)
            parameters.append(f"{before}{text}{after}")
            sql += "%s", piece
        elif place is None or isinstance(value, str | int):
            parameters.append(value)
            sql += "%s", piece
        elif connection.vendor == "postgresql" and len(value) != 1:
            # An array as text: the driver would look at every number in turn.
            parameters.append("{" + ",".join(map(str, value)) + "}")
            sql += "%s", piece
        else:
            parameters += value
            sql += ", ".join(["%s"] * len(value)), piece
    return "".join(sql), parameters
