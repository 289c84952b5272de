"""Rows on their way into PostgreSQL while their maker makes the next ones.

A connection takes one statement at a time, but Python can compute while it does: a
thread sends the rows, and every other statement waits for it.
"""

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import (
    DEFAULT_DB_ALIAS,
    DatabaseError,
    IntegrityError,
    connections,
    models,
)
from django.db.backends.base.base import BaseDatabaseWrapper

from config.api.copying import Copy, copy_of

# Checks references at once, by and by, and not all together at the end.
CHECKS = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"

# Seconds after which a thread that computes lets go for the one that sends: that one
# asks for its turn at every word with the database, which is idle until it has it.
TURN = 0.000_2


class RefusedLater(DatabaseError):
    """A row that was sent breaks a rule of the database; the transaction is lost."""


class Sender:
    """Sends rows of one transaction in the order in which they are given."""

    def __init__(self, used: BaseDatabaseWrapper, pool: ThreadPoolExecutor) -> None:
        self.used = used
        self.pool = pool
        self.sent: list[Future[None]] = []

    def send(self, rows: Sequence[models.Model]) -> None:
        """Insert new rows of one table, each with its id, some time from now."""
        copy = copy_of(self.used, rows)
        self.sent.append(self.pool.submit(_send, self.used.connection, copy))

    def wait(self) -> None:
        """Return when all rows are stored; raise RefusedLater."""
        sent, self.sent = self.sent, []
        try:
            with self.used.wrap_database_errors:
                for one in sent:
                    one.result()
        except IntegrityError as error:
            raise RefusedLater(*error.args) from error

    def before(self, execute: Any, *statement: Any) -> Any:
        """Let any other statement wait until the rows are stored."""
        self.wait()
        return execute(*statement)


sender: ContextVar[Sender | None] = ContextVar("sender", default=None)


@contextmanager
def sending_ahead() -> Iterator[None]:
    """Let `send` return before rows are stored, in the body of a transaction.

    They are stored when any other statement of the connection runs, and at the end. A
    row that the database refuses then raises RefusedLater, after which the transaction
    can only be given up.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor != "postgresql":
        yield
        return
    with ThreadPoolExecutor(1, "sender") as pool, _short_turns():
        mine = Sender(connection, pool)
        token = sender.set(mine)
        try:
            with connection.execute_wrapper(mine.before):
                yield
                mine.wait()
        finally:
            sender.reset(token)


@contextmanager
def _short_turns() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def is_sending_ahead() -> bool:
    """Tell whether rows can be sent without waiting for them."""
    return sender.get() is not None


def _send(raw: Any, copy: Copy) -> None:
    """Write the rows, in a thread: by the driver, as Django keeps to its own."""
    with raw.cursor() as cursor:
        with cursor.copy(copy.statement) as copying:
            copying.write(copy.lines)
        cursor.execute(CHECKS)
