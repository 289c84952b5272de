"""Measure the register."""

from collections.abc import Iterator
from random import Random
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection

from benchmarks import report
from benchmarks.bulk import measure_bulk
from benchmarks.fill import FEW, ORGANISATIONS, Filled, fill
from benchmarks.imports import GOAL, measure_imports
from benchmarks.lists import measure_groups, measure_lists
from benchmarks.load import measure_load
from benchmarks.serving import Server, serve
from benchmarks.timing import Figure, Result, seconds
from benchmarks.world import add_assets, add_groups, build_world
from config.heap import settle

SMALL, LARGE, MILLION = 20_000, 200_000, 1_000_000
# How often one thing is asked by each number of clients.
SELDOM, OFTEN = 16, 320
SLOWEST_MIGRATION, SLOWEST_START, MOST_MEGABYTES = 10, 2, 150
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
        parser.add_argument(
            "--size",
            type=int,
            help=f"assets to serve, {MILLION:,} by default",
        )
        parser.add_argument(
            "--keep",
            action="store_true",
            help="keep the database for the next run with it, which need not fill it",
        )
        parser.add_argument("--seed", type=int, default=2026)

    def handle(self, *args: object, **options: Any) -> None:
        """Make the database, measure, drop it."""
        if connection.vendor != "postgresql":
            raise CommandError("BENCH_DATABASE_URL must name a PostgreSQL database.")
        name = connection.settings_dict["NAME"]
        kept: bool = options["keep"]
        try:
            migration = seconds(
                lambda: connection.creation.create_test_db(
                    verbosity=0, autoclobber=True, serialize=False, keepdb=kept
                )
            )
        except OperationalError as error:
            reason = str(error).partition("\n")[0]
            raise CommandError(f"PostgreSQL is not there: {reason}") from error
        try:
            measured = self._measure_all(options, migration)
            report.show(measured.results)
            report.show_served(measured.served, measured.figures)
            path = report.write(measured, seed=options["seed"])
            self.stdout.write(f"Written to {path}")
        finally:
            connection.creation.destroy_test_db(name, verbosity=0, keepdb=kept)

    def _measure_all(
        self, options: dict[str, Any], migration: float
    ) -> report.Measured:
        """Fill, serve, then measure one process in a register of that size."""
        random = Random(options["seed"])  # noqa: S311 - invents rows, not secrets
        is_small: bool = options["small"]
        size = options["size"] or (SMALL if is_small else MILLION)
        organisations = FEW if is_small else ORGANISATIONS
        self.stdout.write(f"Filling {organisations} organisations ...")
        filled = fill(random, size, organisations)
        figures = [*_figures_of_filling(filled, migration)]
        self.stdout.write("Serving ...")
        with serve() as server:
            figures += _figures_of(server)
            count = SELDOM if is_small else OFTEN
            served = measure_load(server, random, count=count)
        sizes = (SMALL,) if is_small else (SMALL, LARGE)
        results = [*self._measure(random, sizes)]
        return report.Measured(size, results, served, figures)

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


def _figures_of_filling(filled: Filled, migration: float) -> Iterator[Figure]:
    """Yield how fast tables and rows were made, unless they were kept."""
    if not filled.rows:
        return
    yield Figure("migrate", migration, "s", "under 10 s", migration < SLOWEST_MIGRATION)
    rate = filled.rows / filled.seconds
    name = f"import of {filled.rows:,} assets, a file per organisation"
    goal = f"{GOAL:,} rows/s"
    yield Figure(name, rate, "rows/s", goal, rate >= GOAL)


def _figures_of(server: Server) -> Iterator[Figure]:
    """Yield what a server that has answered once took."""
    first, size = server.first_answer, server.megabytes()
    yield Figure("first answer", first, "s", "under 2 s", first < SLOWEST_START)
    yield Figure("idle worker", size, "MB", "under 150 MB", size < MOST_MEGABYTES)
