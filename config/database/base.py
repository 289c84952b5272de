"""Django's backend for PostgreSQL, without two costs that every request would have."""

from datetime import UTC, datetime
from select import POLLIN, poll
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.postgresql.psycopg_any import BaseTzLoader


class UtcLoader(BaseTzLoader):  # type: ignore[misc]
    """Reads moments of a connection that speaks UTC and writes dates as ISO does."""

    timezone = UTC

    def load(self, data: Any) -> Any:
        """Return the moment; what Python cannot read is the driver's to read."""
        try:
            return datetime.fromisoformat(str(data, "ascii"))
        except ValueError:
            return super().load(data)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to PostgreSQL."""

    def get_new_connection(self, conn_params: Any) -> Any:
        """Connect, and read moments fast where they come in UTC."""
        connection = super().get_new_connection(conn_params)
        if self.timezone == UTC:
            connection.adapters.register_loader("timestamptz", UtcLoader)
        return connection

    def is_usable(self) -> bool:
        """Tell whether the server still listens, asking it only in doubt.

        One that goes away says so, and then there is something to be read; Django
        asks each time, which takes as long as finding a row.
        """
        return self._is_silent() or super().is_usable()

    def _is_silent(self) -> bool:
        if self.connection is None or self.connection.closed or self.errors_occurred:
            return False
        listener = poll()
        listener.register(self.connection.fileno(), POLLIN)
        return not listener.poll(0)
