"""From a backup to an installation that holds nothing yet."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import SuspiciousOperation
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import DataError, IntegrityError, connection, models, transaction

from config.api.errors import Refusal
from config.backup.archive import (
    Manifest,
    Part,
    Reader,
    damaged,
    file_name,
    reading,
    table_name,
)
from config.backup.saving import Say, applied_migrations
from config.backup.serials import move_past
from config.backup.tables import (
    MADE_BY_MIGRATE,
    Model,
    columns_of,
    kept,
    label_of,
    stored,
)
from organisations.encryption import Secret, SecretField

BATCH = 1_000


def check(path: Path) -> Manifest:
    """Return what is in a backup; raise `backup_damaged` unless it is whole."""
    with reading(path) as reader:
        reader.verify()
        return reader.manifest


def restore(path: Path, say: Say) -> None:
    """Fill an installation that holds nothing; all of the rows or none.

    Raise `backup_damaged`, `backup_of_another_version`, or `register_not_empty`.
    """
    with reading(path) as reader:
        reader.verify()
        _require_version(reader.manifest)
        _require_empty()
        _restore_files(reader)
        say(f"{len(reader.manifest.files):,} files")
        try:
            _restore_rows(reader, say)
        except (IntegrityError, DataError) as error:
            reason = str(error).partition("\n")[0]
            raise damaged(f"its rows do not fit together ({reason})") from error
    ContentType.objects.clear_cache()


def unreadable_secrets() -> int:
    """Return how many kinds of secrets cannot be read with the keys there are."""
    return sum(
        not _is_readable(model, field)
        for model in kept()
        for field in columns_of(model)
        if isinstance(field, SecretField)
    )


def _is_readable(model: Model, field: Any) -> bool:
    rows = model._base_manager.exclude(**{field.attname: Secret()})
    secret = rows.values_list(field.attname, flat=True).first()
    try:
        return secret is None or bool(secret.reveal())
    except Refusal:
        return False


def _require_version(manifest: Manifest) -> None:
    """Refuse rows of other columns than those there are."""
    if manifest.migrations == applied_migrations():
        return
    raise Refusal(
        "backup_of_another_version",
        "The backup was made with other migrations than this installation has. Restore "
        "it with the version that it was made with, then upgrade.",
    )


def _require_empty() -> None:
    """Refuse to mix what is here with what was elsewhere."""
    for model in kept():
        if model not in MADE_BY_MIGRATE and model._base_manager.exists():
            raise Refusal(
                "register_not_empty",
                f"There are rows of {label_of(model)} already. Restore into a new "
                "database: create one, set DATABASE_URL, and run manage.py migrate.",
            )


def _restore_files(reader: Reader) -> None:
    """Put the files where their rows say; those of a try before are there already."""
    for name, part in reader.manifest.files.items():
        try:
            _restore_file(reader, name, part)
        except SuspiciousOperation as error:
            raise damaged(f"{name!r} is no name of an attachment") from error


def _restore_file(reader: Reader, name: str, part: Part) -> None:
    if default_storage.exists(name):
        if default_storage.size(name) == part.length:
            return
        raise Refusal("file_exists", f"The storage has another file {name} already.")
    with reader.open(file_name(name)) as source:
        if default_storage.save(name, File(source, name)) != name:
            raise Refusal("file_exists", f"The storage has another file {name} now.")


@transaction.atomic
def _restore_rows(reader: Reader, say: Say) -> None:
    for model in MADE_BY_MIGRATE:
        model._base_manager.all().delete()
    for model in kept():
        label = label_of(model)
        part = reader.manifest.tables.get(label)
        if part is None:
            raise damaged(f"it has no table {label}")
        with reader.open(table_name(label)) as source:
            count = _restore_table(model, source)
        if count != part.rows:
            raise damaged(f"{label} has {count:,} rows, not {part.rows:,}")
        say(f"{label}: {count:,} rows")
    move_past(reader.manifest.serials)
    connection.check_constraints()


def _restore_table(model: Model, source: IO[bytes]) -> int:
    """Write the rows of a table as they are; return how many."""
    fields = columns_of(model)
    lines = _values(source)
    if next(lines, None) != [field.attname for field in fields]:
        raise damaged(f"{label_of(model)} has other columns")
    rows = (stored(fields, line) for line in lines)
    if connection.vendor == "postgresql":
        return _copy(model, fields, rows)
    return _insert(model, fields, rows)


def _values(source: IO[bytes]) -> Iterator[list[Any]]:
    for line in source:
        try:
            yield json.loads(line)
        except ValueError as error:
            raise damaged("a row cannot be read") from error


def _copy(model: Model, fields: list[Any], rows: Iterator[list[Any]]) -> int:
    count = 0
    statement = f"COPY {_quoted(model, fields)} FROM STDIN"
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(statement) as copy,
    ):
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def _insert(model: Model, fields: list[Any], rows: Iterator[list[Any]]) -> int:
    count = 0
    marks = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {_quoted(model, fields)} VALUES ({marks})"  # noqa: S608 (our own names)
    with connection.cursor() as cursor:
        while batch := list(islice(rows, BATCH)):
            cursor.executemany(statement, batch)
            count += len(batch)
    return count


def _quoted(model: Model, fields: list[models.Field[Any, Any]]) -> str:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    return f"{quote(model._meta.db_table)} ({columns})"
