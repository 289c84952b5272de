"""The table of a list's parameters: each a line that maps a name to a lookup.

A second argument says what the parameter narrows by: the path of a column, or a
function `(rows, value, view) -> rows`, which may raise Malformed. Without one the view
reads it from `asked`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from config.api.device.members import with_serials
from config.api.device.values import (
    Errors,
    Malformed,
    Query,
    malformed,
    read_day,
    read_flag,
    read_id,
    read_ids,
    read_integer,
)

Rows = QuerySet[Any, Any]
Narrow = Callable[[Rows, Any, Any], Rows]
By = str | Narrow | None

INTEGER = {"type": "integer", "format": "int32"}
TEXT = {"type": "string"}
BOOLEAN = {"type": "boolean"}
LIST = {"type": "array", "items": INTEGER}


@dataclass(frozen=True)
class Parameter:
    """One parameter: how its text is read, and what it does to the rows.

    One that compares a column narrows by SQL that is the same for any value.
    """

    name: str
    read: Callable[[Query, str], Any]
    narrow: Narrow | None
    schema: Mapping[str, Any]
    compares: bool = False


def one_id(name: str, by: By = None) -> Parameter:
    """Return a parameter that names one row; 0 and -1 count as absent."""
    narrow = _by_ids(by, single=True)
    return Parameter(name, _one(read_id), narrow, INTEGER, isinstance(by, str))


def many_ids(name: str, by: By = None) -> Parameter:
    """Return a parameter that names rows: `1,2`, repeated, or `name[]`."""
    narrow = _by_ids(by, single=False)
    return Parameter(name, _many, narrow, LIST, isinstance(by, str))


def one_number(name: str, by: By = None) -> Parameter:
    """Return a parameter that is a whole number."""
    return Parameter(name, _one(read_integer), _by(by), INTEGER)


def one_text(name: str, by: By = None) -> Parameter:
    """Return a parameter that is a text."""
    return Parameter(name, _one(str), _by(by), TEXT, isinstance(by, str))


def one_of(name: str, words: Iterable[str], by: By = None) -> Parameter:
    """Return a parameter that is one of the words, in any case."""
    known = {word.lower(): word for word in words}

    def read(text: str) -> str:
        if text.lower() not in known:
            raise malformed(text)
        return known[text.lower()]

    schema = {"type": "string", "enum": list(known.values())}
    return Parameter(name, _one(read), _by(by), schema)


def one_day(name: str, by: By = None) -> Parameter:
    """Return a parameter that is a day."""
    schema = {"type": "string", "format": "date"}
    return Parameter(name, _one(read_day), _by(by), schema)


def flag(name: str, by: By = None) -> Parameter:
    """Return a parameter that is true or false, in any case.

    By a column it narrows to rows whose flag is as asked; a function is called for
    false as well.
    """
    return Parameter(name, _one(read_flag), _by(by), BOOLEAN)


def _one(read: Callable[[str], Any]) -> Callable[[Query, str], Any]:
    return lambda query, name: read(query.text(name))


def _many(query: Query, name: str) -> list[int] | None:
    return read_ids(query.texts(name))


def _by(by: By) -> Narrow | None:
    if not isinstance(by, str):
        return by
    return lambda rows, value, view: rows.filter(**{by: value})


def _by_ids(by: By, *, single: bool) -> Narrow | None:
    if not isinstance(by, str):
        return by

    def narrow(rows: Rows, value: Any, view: Any) -> Rows:
        serials = [value] if single else value
        return rows.filter(with_serials(rows.model, by, serials))

    return narrow


def read_parameters(
    query: Query, parameters: Iterable[Parameter], errors: Errors
) -> dict[str, Any]:
    """Return the values of those that are sent; note what is malformed by name."""
    asked = {}
    for parameter in parameters:
        if not query.is_sent(parameter.name):
            continue
        try:
            value = parameter.read(query, parameter.name)
        except Malformed as error:
            errors[parameter.name] = [str(error)]
            continue
        if value is not None:
            asked[parameter.name] = value
    return asked


def narrowed(
    rows: Rows,
    parameters: Iterable[Parameter],
    asked: Mapping[str, Any],
    view: Any,
    errors: Errors,
) -> Rows:
    """Apply each parameter that is asked for; note what names nothing by name."""
    for parameter in parameters:
        if parameter.narrow is None or parameter.name not in asked:
            continue
        try:
            rows = parameter.narrow(rows, asked[parameter.name], view)
        except Malformed as error:
            errors[parameter.name] = [str(error)]
    return rows
