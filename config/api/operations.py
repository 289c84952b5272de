"""Migration operations for what Django's own cannot say on both databases."""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import RunSQL
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from config.api.snowflake import COUNTERS, SERIAL_MASK, sequence_name


class PostgresSQL(RunSQL):
    """SQL that only PostgreSQL gets, such as an index of a kind SQLite lacks."""

    def _run_sql(self, schema_editor: BaseDatabaseSchemaEditor, sqls: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super()._run_sql(schema_editor, sqls)  # type: ignore[misc]


class CreateSerial(Operation):
    """Migration operation: the source of serials for one table."""

    reversible = True
    reduces_to_sql = False

    def __init__(self, table: str) -> None:
        self.table = table

    def deconstruct(self) -> tuple[str, list[str], dict[str, Any]]:
        """Tell the migration writer how to print this operation."""
        return type(self).__name__, [self.table], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change no model."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Create the sequence, or on SQLite the table of counters."""
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE SEQUENCE {sequence_name(self.table)} "
                f"MAXVALUE {SERIAL_MASK} CACHE 1"
            )
            return
        schema_editor.execute(
            f"CREATE TABLE IF NOT EXISTS {COUNTERS} "
            "(name varchar(100) PRIMARY KEY, last bigint NOT NULL)"
        )

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Drop the sequence; on SQLite forget the counter."""
        name = sequence_name(self.table)
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP SEQUENCE {name}")
            return
        schema_editor.execute(f"DELETE FROM {COUNTERS} WHERE name = %s", [name])  # noqa: S608 (a constant)

    def describe(self) -> str:
        """Say what the operation does."""
        return f"Create the serials of {self.table}"
