"""From an installation to a backup."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from config.api.errors import Refusal
from config.backup.archive import (
    CHUNK,
    Manifest,
    Part,
    Writer,
    file_name,
    line_of,
    table_name,
    writing,
)
from config.backup.serials import last_serials
from config.backup.tables import (
    Model,
    columns_of,
    file_fields,
    kept,
    label_of,
    plain,
    rows_of,
)

Say = Callable[[str], object]


def save(path: Path, say: Say) -> list[str]:
    """Write everything to a new file; return the files that the storage has lost.

    All rows are of one moment, whatever is written meanwhile, and nobody waits for it.
    Raise `file_exists` rather than write over a file.
    """
    if path.exists():
        raise Refusal("file_exists", f"There is a file {path} already.")
    made_at = timezone.now().isoformat(timespec="seconds")
    manifest = Manifest(made_at=made_at, migrations=applied_migrations())
    with writing(path, manifest) as writer, snapshot():
        for model in kept():
            label = label_of(model)
            manifest.tables[label] = part = _save_table(writer, model)
            say(f"{label}: {part.rows:,} rows")
        lost = _save_files(writer)
        say(f"{len(manifest.files):,} files")
        # PostgreSQL's sequences are read as they stand now, which is no harm: numbers
        # given out since are left out by both.
        manifest.serials = last_serials()
    return lost


@contextmanager
def snapshot() -> Iterator[None]:
    """Read all from one moment, without keeping anybody from writing."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:
            # Django's own transactions take SQLite's only right to write.
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def applied_migrations() -> dict[str, list[str]]:
    """Return the names of the migrations that the database has, by app."""
    found: dict[str, list[str]] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        found.setdefault(app, []).append(name)
    return found


def _save_table(writer: Writer, model: Model) -> Part:
    count = 0
    # Keys in order, because each database has its own order of them.
    encode = json.JSONEncoder(
        separators=(",", ":"), default=plain, sort_keys=True
    ).encode
    with writer.part(table_name(label_of(model)), squeezed=True) as target:
        target.write(line_of([field.attname for field in columns_of(model)]))
        for row in rows_of(model):
            target.write(encode(row).encode() + b"\n")
            count += 1
    return target.part(rows=count)


def _save_files(writer: Writer) -> list[str]:
    """Write the files that rows name; return those that are not there."""
    lost = []
    for model in kept():
        for field in file_fields(model):
            for name in _names(model, field):
                if name in writer.manifest.files:
                    continue
                try:
                    writer.manifest.files[name] = _save_file(writer, field, name)
                except FileNotFoundError:
                    lost.append(name)
    return lost


def _names(model: Model, field: models.FileField) -> Iterator[str]:
    rows = model._base_manager.exclude(**{field.attname: ""}).order_by("pk")
    yield from rows.values_list(field.attname, flat=True).iterator(chunk_size=2_000)


def _save_file(writer: Writer, field: models.FileField, name: str) -> Part:
    with (
        field.storage.open(name) as source,
        # Pictures and documents are mostly squeezed already.
        writer.part(file_name(name), squeezed=False) as target,
    ):
        while chunk := source.read(CHUNK):
            target.write(chunk)
    return target.part()
