"""The last serial of each table: no id is given out twice, not even a deleted row's."""

from collections.abc import Mapping

from django.core.management.color import no_style
from django.db import connection, models

from config.api.snowflake import COUNTERS, SERIAL_MASK, SnowflakeField, sequence_name
from config.backup.tables import Model, kept


def tables() -> dict[str, Model]:
    """Return the models whose rows are numbered by the register, by their tables."""
    return {
        model._meta.db_table: model
        for model in kept()
        if isinstance(model._meta.pk, SnowflakeField)
    }


def last_serials() -> dict[str, int]:
    """Return the last serial that each table gave out; 0 for none."""
    return {table: _last(table) for table in tables()}


def _last(table: str) -> int:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            quoted = connection.ops.quote_name(sequence_name(table))
            cursor.execute(
                f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {quoted}"  # noqa: S608 (our own name)
            )
        else:
            cursor.execute(
                f"SELECT last FROM {COUNTERS} WHERE name = %s",  # noqa: S608 (a constant)
                [sequence_name(table)],
            )
        found = cursor.fetchone()
    return int(found[0]) if found else 0


def move_past(serials: Mapping[str, int]) -> None:
    """Let every table go on after these serials, and after those of its rows."""
    for table, model in tables().items():
        largest = max(serials.get(table, 0), _largest(model))
        if largest:
            _set(table, largest)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), kept()):
            cursor.execute(statement)


def _largest(model: Model) -> int:
    masked = models.F("pk").bitand(SERIAL_MASK)
    found = model._base_manager.aggregate(largest=models.Max(masked))
    return int(found["largest"] or 0)


def _set(table: str, last: int) -> None:
    name = sequence_name(table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT setval(%s::regclass, %s)", [name, last])
            return
        cursor.execute(
            f"INSERT INTO {COUNTERS} (name, last) VALUES (%s, %s) "  # noqa: S608 (a constant)
            "ON CONFLICT (name) DO UPDATE SET last = excluded.last",
            [name, last],
        )
