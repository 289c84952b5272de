"""Database functions that answer alike on SQLite and PostgreSQL.

Text is compared code point by code point. `tolower` and `toupper` follow Unicode: the
collation `und-x-icu` on PostgreSQL, Python's own mapping on SQLite, whose built-in
functions know ASCII only.
"""

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from django.db.models import (
    BooleanField,
    F,
    FloatField,
    Func,
    IntegerField,
    JSONField,
    TextField,
    Value,
)
from django.db.models.fields.json import DataContains

Sql = tuple[str, tuple[Any, ...]]


class CodePoints(Func):
    """A text that is compared and sorted by code points, as SQLite does anyway."""

    template = "%(expressions)s"

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        """Ask for the collation that the database itself may not have."""
        return self.as_sql(
            compiler, connection, template='(%(expressions)s) COLLATE "C"'
        )


class UnicodeCase(Func):
    """A text in another case."""

    output_field = TextField()
    python: Callable[[str], str] = staticmethod(str)

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        """Ask for Unicode's mapping, whatever the database was made with."""
        template = '%(function)s((%(expressions)s) COLLATE "und-x-icu")'
        return self.as_sql(compiler, connection, template=template)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Call Python, which each new connection is taught to do."""
        name = f"unicode_{self.function}"
        connection.ensure_connection()
        try:
            connection.connection.execute(f"SELECT {name}('')")
        except sqlite3.OperationalError:
            create: Any = connection.connection.create_function
            create(name, 1, type(self).of_column, deterministic=True)
        return self.as_sql(compiler, connection, function=name)

    @classmethod
    def of_column(cls, value: object) -> object:
        """Map what a column holds; null stays null."""
        return cls.python(value) if isinstance(value, str) else value


class UnicodeLower(UnicodeCase):
    """A text in lower case."""

    function = "LOWER"
    python = staticmethod(str.lower)


class UnicodeUpper(UnicodeCase):
    """A text in upper case."""

    function = "UPPER"
    python = staticmethod(str.upper)


class WithoutZ(Func):
    """A moment as custom fields keep it, without the `Z` that would spoil its order."""

    function = "RTRIM"
    template = "%(function)s(%(expressions)s, 'Z')"
    output_field = TextField()


class Row(Func):
    """Several values in brackets."""

    template = "(%(expressions)s)"
    output_field = BooleanField()


class OneOf(Func):
    """Whether a value is one of a row of others."""

    template = "%(expressions)s"
    arg_joiner = " IN "
    output_field = BooleanField()


class RowAfter(OneOf):
    """Whether a row sorts after another, which an index on its columns answers."""

    arg_joiner = " > "


class RowBefore(OneOf):
    """Whether a row sorts before another."""

    arg_joiner = " < "


class Stored(Func):
    """The value at a key of a JSON column, as text; null where there is none."""

    output_field: Any = TextField()
    postgresql = "({0} ->> %s)"
    sqlite = "JSON_EXTRACT({0}, %s)"
    # What else stands in the templates.
    numbers: tuple[int, ...] = ()

    def __init__(self, column: str, key: str) -> None:
        super().__init__(F(column))
        self.key = key

    def as_postgresql(self, compiler: Any, connection: Any) -> Sql:
        """Take the value by its key."""
        return self._filled(compiler, self.postgresql, self.key)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Sql:
        """Take the value by its path."""
        return self._filled(compiler, self.sqlite, json_path(self.key))

    def _filled(self, compiler: Any, template: str, key: str) -> Sql:
        column, _ = compiler.compile(self.source_expressions[0])
        keys = (key,) * template.count("%s")
        return template.format(column, *self.numbers), keys


class StoredNumber(Stored):
    """A number at a key; 15 digits survive as a double on both databases."""

    output_field = FloatField()
    postgresql = (
        "CASE WHEN jsonb_typeof({0} -> %s) = 'number' "
        "THEN ({0} ->> %s)::double precision END"
    )
    sqlite = (
        "CASE WHEN JSON_TYPE({0}, %s) IN ('integer', 'real') "
        "THEN JSON_EXTRACT({0}, %s) END"
    )


class StoredPart(Stored):
    """The digits from one place to another of a date or moment at a key."""

    output_field = IntegerField()
    postgresql = (
        "CASE WHEN {0} ->> %s ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}' "
        "THEN substr({0} ->> %s, {1}, {2})::integer END"
    )
    sqlite = (
        "CASE WHEN JSON_TYPE({0}, %s) = 'text' "
        "THEN CAST(SUBSTR(JSON_EXTRACT({0}, %s), {1}, {2}) AS INTEGER) END"
    )

    def __init__(self, column: str, key: str, start: int, length: int) -> None:
        super().__init__(column, key)
        self.numbers = (start, length)


class StoredFlag(Stored):
    """A boolean at a key, as `true` or `false`."""

    sqlite = "JSON_TYPE({0}, %s)"


class StoredChoice(Stored):
    """The text of an enum value at a key, which is stored by its id."""

    postgresql = "(%s::jsonb ->> ({0} ->> %s))"
    sqlite = "JSON_EXTRACT(%s, '$.\"' || JSON_EXTRACT({0}, %s) || '\"')"

    def __init__(self, column: str, key: str, texts: Mapping[str, str]) -> None:
        super().__init__(column, key)
        self.texts = orjson.dumps(dict(texts)).decode()

    def _filled(self, compiler: Any, template: str, key: str) -> Sql:
        column, _ = compiler.compile(self.source_expressions[0])
        return template.format(column), (self.texts, key)


def json_path(key: str) -> str:
    """Return SQLite's path to a key."""
    return f'$."{key}"'


@JSONField.register_lookup
class Holds(DataContains):
    """`fields__holds={"f1": 5}`: a JSON column has these values at its own keys.

    An index answers it on PostgreSQL. It is never null.
    """

    lookup_name = "holds"

    def get_prep_lookup(self) -> Any:
        """Keep the values apart from their JSON form, which SQLite does not need."""
        self.wanted: Mapping[str, object] = self.rhs
        return super().get_prep_lookup()

    def as_sqlite(self, compiler: Any, connection: Any) -> Sql:
        """Compare the value of each key."""
        column, params = self.process_lhs(compiler, connection)
        sql, all_params = [], []
        for key, value in self.wanted.items():
            is_flag = isinstance(value, bool)
            function = "JSON_TYPE" if is_flag else "JSON_EXTRACT"
            sql.append(f"{function}({column}, %s) IS %s")
            plain = str(value).lower() if is_flag else value
            all_params += [*params, json_path(key), plain]
        return " AND ".join(sql), tuple(all_params)


def text(value: str) -> Value:
    """Return a text as the database's own."""
    return Value(value, output_field=TextField())
