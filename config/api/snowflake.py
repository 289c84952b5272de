"""One 63-bit id per row: seconds since 2020 in the high part, an int32 serial below.

The fleet API shows the whole number as a decimal string, the device API its serial.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import Transform

from config.api.copying import can_copy, copying
from config.api.sending import sender

EPOCH = 1_577_836_800
SERIAL_BITS = 31
SERIAL_MASK = (1 << SERIAL_BITS) - 1
LARGEST = (1 << 63) - 1
COUNTERS = "serial_counter"

M = TypeVar("M", bound=models.Model)


def serial_of(snowflake: int) -> int:
    """Return the int32 form of an id, the one that the device API shows."""
    return snowflake & SERIAL_MASK


def seconds_of(snowflake: int) -> int:
    """Return the Unix time in seconds at which the id was made."""
    return (snowflake >> SERIAL_BITS) + EPOCH


def parse_snowflake(value: object) -> int:
    """Read an id as the fleet API takes it: digits in a string, or an integer.

    Raise ValueError for anything else: booleans, floats, signs, more than 63 bits.
    """
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value) if len(value) <= 19 else LARGEST + 1
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("An id is a string of digits or an integer.")
    if not 0 <= value <= LARGEST:
        raise ValueError("An id lies between 0 and 9223372036854775807.")
    return value


def sequence_name(table: str) -> str:
    """Name the sequence (PostgreSQL) or counter row (SQLite) of a table."""
    return f"{table}_serial"


def take_serials(connection: BaseDatabaseWrapper, table: str, count: int) -> list[int]:
    """Reserve the next serials of a table in one statement."""
    name = sequence_name(table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(%s::regclass) FROM generate_series(1, %s)",
                [name, count],
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute(
            f"INSERT INTO {COUNTERS} (name, last) VALUES (%s, %s) "  # noqa: S608 (a constant)
            "ON CONFLICT (name) DO UPDATE SET last = last + excluded.last "
            "RETURNING last",
            [name, count],
        )
        last = cursor.fetchone()[0]
    return list(range(last - count + 1, last + 1))


def allocate(model: type[models.Model], count: int, using: str) -> list[int]:
    """Make that many new ids for a model, in ascending order."""
    seconds = int(time.time()) - EPOCH
    table = model._meta.concrete_model._meta.db_table  # type: ignore[union-attr]
    serials = take_serials(connections[using], table, count)
    return [seconds << SERIAL_BITS | serial for serial in serials]


class SnowflakeField(models.BigIntegerField[int, int]):
    """The primary key of every row of the register."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", False)
        kwargs["primary_key"] = True
        super().__init__(*args, **kwargs)

    def has_default(self) -> bool:
        """Say yes, so that saving a new row is one INSERT without an UPDATE first."""
        return True

    def get_default(self) -> None:
        """Leave the id empty until the row is saved."""
        return

    def get_pk_value_on_save(self, instance: models.Model) -> int:
        """Take one id when a new row is saved."""
        using = instance._state.db or router.db_for_write(type(instance))
        return allocate(type(instance), 1, using)[0]


@SnowflakeField.register_lookup
class Serial(Transform):
    """`id__serial=5`: find a row by the int32 form of its id, through its index."""

    lookup_name = "serial"
    output_field = models.BigIntegerField()

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **kwargs: Any) -> Any:
        """Write the mask as a literal, so that the index expression matches."""
        sql, params = compiler.compile(self.lhs)
        return f"({sql} & {SERIAL_MASK})", params


class SnowflakeQuerySet(models.QuerySet[M, M]):
    """A queryset whose bulk inserts take their ids in one block.

    Many rows go in by COPY where the database knows it; they may refer to saved rows
    only.
    """

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        """Insert the rows after giving each its id, in the order given."""
        rows = list(objs)
        if not args and kwargs.keys() <= {"batch_size"}:
            with self.inserting(rows, **kwargs):
                return rows
        self._number(rows)
        return super().bulk_create(rows, *args, **kwargs)

    @contextmanager
    def inserting(
        self, rows: Sequence[M], *, batch_size: int | None = None
    ) -> Iterator[None]:
        """Insert the rows while the body runs, which must not ask the database.

        They have their ids in the body, and are stored once it has ended.
        """
        self._number(rows)
        connection = connections[self.db]
        if can_copy(connection, rows):
            with copying(connection, rows):
                yield
            return
        super().bulk_create(rows, batch_size=batch_size)
        yield

    def new_ids(self, count: int) -> list[int]:
        """Take so many ids in advance, for rows that `insert_ahead` is to store."""
        self._for_write = True
        return allocate(self.model, count, self.db)

    def insert_ahead(self, rows: Sequence[M]) -> None:
        """Insert the rows, within `sending_ahead` without waiting for the database."""
        self._number(rows)
        ahead = sender.get()
        if ahead is None or not can_copy(connections[self.db], rows):
            self.bulk_create(rows)
        else:
            ahead.send(rows)

    def _number(self, rows: Sequence[M]) -> None:
        self._for_write = True
        # Faster by its name than as `pk`.
        name = self.model._meta.pk.attname
        unnumbered = [row for row in rows if getattr(row, name) is None]
        if unnumbered:
            ids = allocate(self.model, len(unnumbered), self.db)
            for row, snowflake in zip(unnumbered, ids, strict=True):
                setattr(row, name, snowflake)
