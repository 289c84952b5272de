"""Measure the register."""

from collections.abc import Iterator
from random import Random
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection

from benchmarks import report
from benchmarks.bulk import measure_bulk
from benchmarks.imports import measure_imports
from benchmarks.lists import measure_groups, measure_lists
from benchmarks.timing import Result
from benchmarks.world import add_assets, add_groups, build_world
from config.heap import settle

SMALL, LARGE = 20_000, 200_000
GROUPS, MEMBERS = 50, 40
ROUNDS = 7
LIST_ROUNDS = 15


class Command(BaseCommand):
    """Measures in a database of its own and reports ratios to the bare way."""

    help = "Measure the speed budgets on PostgreSQL."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare how much to measure, and from which invented rows."""
        parser.add_argument(
            "--small", action="store_true", help=f"stop at {SMALL:,} assets"
        )
        parser.add_argument("--seed", type=int, default=2026)

    def handle(self, *args: object, **options: Any) -> None:
        """Make the database, measure, drop it."""
        if connection.vendor != "postgresql":
            raise CommandError("BENCH_DATABASE_URL must name a PostgreSQL database.")
        name = connection.settings_dict["NAME"]
        try:
            connection.creation.create_test_db(
                verbosity=0, autoclobber=True, serialize=False
            )
        except OperationalError as error:
            reason = str(error).partition("\n")[0]
            raise CommandError(f"PostgreSQL is not there: {reason}") from error
        try:
            random = Random(options["seed"])  # noqa: S311 - invents rows, not secrets
            sizes = (SMALL,) if options["small"] else (SMALL, LARGE)
            results = list(self._measure(random, sizes))
            report.show(results)
            path = report.write(results, seed=options["seed"])
            self.stdout.write(f"Written to {path}")
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)

    def _measure(self, random: Random, sizes: tuple[int, ...]) -> Iterator[Result]:
        """Yield each result; writing comes last, into a table of some size."""
        world, trains = build_world("Benchmark Railway"), build_world("Coupled Railway")
        present = 0
        # As the server does once it has loaded everything.
        settle()
        self.stdout.write(f"Making {GROUPS} groups of {MEMBERS} assets ...")
        add_groups(trains, random, GROUPS, MEMBERS)
        yield from measure_groups(trains, rounds=LIST_ROUNDS)
        for size in sizes:
            self.stdout.write(f"Making {size - present:,} assets ...")
            add_assets(world, random, size - present)
            present = size
            yield from measure_lists(world, rounds=LIST_ROUNDS)
        yield measure_bulk(world, random, rounds=ROUNDS)
        self.stdout.write(f"Loading a file of {present:,} assets ...")
        yield from measure_imports(random, rows=present)
