"""Which licences and certificates somebody had better look at: ending, ended, or full.

Conditions rather than querysets, because lists filter by them and the start page counts
by them.
"""

from datetime import timedelta

from django.db.models import F, Q
from django.utils import timezone

# How many days ahead people look.
HORIZONS = (30, 60, 90)

TAKEN = F("assets_in_use") + F("users_in_use")
# Nine tenths of the seats, in whole numbers: as many seats as this is not more than.
TENTHS_OF_TAKEN = TAKEN * 10 / 9


def has_ended(column: str) -> Q:
    """Return the condition of those whose end is past."""
    return Q((f"{column}__lt", timezone.now()))


def ends_within(column: str, days: int) -> Q:
    """Return the condition of those that have not ended, but will in so many days."""
    now = timezone.now()
    is_near = Q((f"{column}__lt", now + timedelta(days=days)))
    return Q((f"{column}__gte", now)) & is_near


def is_full() -> Q:
    """Return the condition of licences that have seats, all of them taken."""
    return Q(count__gt=0, count__lte=TAKEN)


def is_nearly_full() -> Q:
    """Return the condition of licences with a tenth of their seats left, or less."""
    return Q(count__gt=TAKEN, count__lte=TENTHS_OF_TAKEN)
