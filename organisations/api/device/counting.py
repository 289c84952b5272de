"""Counting lines of the history, which only grows: once, then what is new."""

from collections.abc import Hashable
from hashlib import sha256

from django.core.cache import cache
from django.db import connections
from django.db.models import Count, Q, QuerySet

from organisations.models import Change
from organisations.querysets import OLDEST_RUNNING

# Lines are never taken back; should a hand in the database do so, it shows after this.
KEPT_FOR = 3_600


def count_lines(
    lines: QuerySet[Change],
    *about: Hashable,
    unless: QuerySet[Change] | None = None,
) -> int:
    """Return how many of the lines there are, exactly.

    `about` is what they are narrowed by. It must hold of a line once and for all, or
    until one of the lines `unless` is written: then all are counted again. On
    PostgreSQL those of transactions that had all ended are known from the last time;
    they are read by the index of the feed from there on.
    """
    if connections[lines.db].vendor != "postgresql":
        return lines.count()
    key = f"lines:{sha256(repr(about).encode()).hexdigest()}"
    settled, known = cache.get(key) or (0, 0)
    # Read before the lines are: what ends meanwhile is looked at next time. What runs
    # elsewhere is told apart later than it begins: never go back.
    oldest = max(oldest_running(lines.db), settled)
    since = None if unless is None else unless.filter(transaction__gte=settled)
    if settled and since is not None and since.exists():
        settled, known = 0, 0
    fresh = lines.filter(transaction__gte=settled) if settled else lines
    counts = fresh.aggregate(
        ended=Count("pk", filter=Q(transaction__lt=oldest)),
        running=Count("pk", filter=Q(transaction__gte=oldest)),
    )
    known += counts["ended"]
    cache.set(key, (oldest, known), KEPT_FOR)
    return int(known + counts["running"])


def oldest_running(using: str) -> int:
    """Return the first transaction that has not ended; those before it all have."""
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT {OLDEST_RUNNING}")
        return int(cursor.fetchone()[0])
