"""Which tables are kept, and how a row is written that any database can read."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection, models
from django.utils.duration import duration_string

from config.backup.archive import damaged
from organisations.encryption import Secret, SecretField
from organisations.models import Change

Model = type[models.Model]

# Who is logged in stays with the installation: everybody logs in anew.
LEFT_OUT: set[Model] = {Session}
# Filled by `migrate`; the rows of the backup take their place.
MADE_BY_MIGRATE: tuple[Model, ...] = (Permission, ContentType)
# The number of a transaction means something in its own database only: to another
# one, what comes from here was written before all that it writes itself.
ANEW = {Change._meta.get_field("transaction"): 0}


def kept() -> list[Model]:
    """Return the models whose rows are kept, those of many-to-many tables too."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model not in LEFT_OUT
    ]


def label_of(model: Model) -> str:
    """Return the name of a model's table in a backup."""
    return model._meta.label_lower


def columns_of(model: Model) -> list[Any]:
    """Return the fields of a model that have a column to write to."""
    return [field for field in model._meta.local_concrete_fields if not field.generated]


def file_fields(model: Model) -> list[models.FileField]:
    """Return the fields that name files in the storage; there is one storage."""
    fields = model._meta.local_concrete_fields
    return [field for field in fields if isinstance(field, models.FileField)]


def rows_of(model: Model) -> Iterator[tuple[Any, ...]]:
    """Yield every row, in the order of its key, without holding them."""
    names = [field.attname for field in columns_of(model)]
    rows = model._base_manager.using(connection.alias).order_by("pk")
    yield from rows.values_list(*names).iterator(chunk_size=2_000)


def plain(value: Any) -> Any:
    """Write a value that JSON has no form for, as its field reads it again."""
    if isinstance(value, Secret):
        return value.token
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return duration_string(value)
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} has no form in a backup.")


def stored(fields: Sequence[Any], row: Sequence[Any]) -> list[Any]:
    """Return the values of a line as the database takes them."""
    if len(fields) != len(row):
        raise damaged("a row has another number of values than its table")
    return [_stored(field, value) for field, value in zip(fields, row, strict=True)]


def _stored(field: Any, value: Any) -> Any:
    if field in ANEW:
        return ANEW[field]
    target = field.target_field if field.is_relation else field
    if isinstance(target, SecretField):
        value = Secret(value)
    elif value is not None and not isinstance(target, models.JSONField):
        value = target.to_python(value)
    return field.get_db_prep_save(value, connection)
