"""The bulk service beside bare COPY of the same rows: assets and their history."""

from collections.abc import Mapping
from random import Random

from django.db import connection, models, transaction
from psycopg.sql import SQL, Composable, Identifier, Literal

from assets.models import AssetGroup
from assets.services.creation import create_assets
from benchmarks.timing import Result, alternate
from benchmarks.world import BATCH, World, make_drafts
from config.api.snowflake import SERIAL_MASK, sequence_name
from organisations.models import Change

GOAL = 5_000
# Copied rows have numbers far above those that the service gives.
NUMBER = SQL("number + 1000000000")


def measure_bulk(world: World, random: Random, *, rounds: int) -> Result:
    """Write batches of 5,000 assets by the service and by COPY, in turns."""
    batches = iter([make_drafts(world, random, BATCH) for _ in range(rounds + 1)])
    copies: dict[type[models.Model], bytes] = {}

    def write() -> None:
        create_assets(
            organisation=world.organisation, drafts=next(batches), actor=world.owner
        )

    def prepare() -> None:
        copies[AssetGroup] = newest_rows(AssetGroup, {"number": NUMBER}, BATCH)
        copies[Change] = newest_rows(Change, {}, BATCH)

    ours, bare = alternate(
        write, lambda: copy_rows(copies), rounds=rounds, prepare_bare=prepare
    )
    return Result(
        name=f"bulk service, {BATCH:,} assets with history",
        beside="COPY of both tables",
        ours=ours,
        bare=bare,
        units=BATCH,
        unit="assets",
        goal=f"{GOAL:,} assets/s",
        is_met=BATCH / ours >= GOAL,
    )


def newest_rows(
    model: type[models.Model], values: Mapping[str, Composable], count: int
) -> bytes:
    """Return the newest rows as COPY writes them, each with a new id."""
    new_id = SQL("(id & ~{mask}::bigint) | nextval({sequence})").format(
        mask=Literal(SERIAL_MASK),
        sequence=Literal(sequence_name(model._meta.db_table)),
    )
    values = {"id": new_id, **values}
    statement = SQL(
        "COPY (SELECT {columns} FROM {table} ORDER BY id DESC LIMIT {batch}) TO STDOUT"
    ).format(
        columns=SQL(", ").join(
            values.get(name, Identifier(name)) for name in _columns(model)
        ),
        table=Identifier(model._meta.db_table),
        batch=Literal(count),
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        return b"".join(bytes(block) for block in copy)


def copy_rows(tables: Mapping[type[models.Model], bytes]) -> None:
    """Write the rows of every table in one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        for model, rows in tables.items():
            statement = SQL("COPY {} ({}) FROM STDIN").format(
                Identifier(model._meta.db_table),
                SQL(", ").join(map(Identifier, _columns(model))),
            )
            with cursor.copy(statement) as copy:
                copy.write(rows)


def _columns(model: type[models.Model]) -> list[str]:
    return [str(field.column) for field in model._meta.local_concrete_fields]
