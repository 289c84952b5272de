"""Rows with the moments of their last changes, as the text that a page carries."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from organisations.admin.ids import is_id

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# Microseconds until the year 9999.
MOST_DIGITS = 18


def written_seen(seen: Mapping[int, datetime]) -> str:
    """Return the text: `id:microseconds`, joined by commas."""
    return ",".join(
        f"{key}:{(moment - EPOCH) // MICROSECOND}" for key, moment in seen.items()
    )


def read_seen(text: str) -> dict[int, datetime]:
    """Read the text; what is no such pair is left out, like a row that is not there."""
    found: dict[int, datetime] = {}
    for pair in text.split(","):
        key, _, moment = pair.partition(":")
        is_moment = moment.isascii() and moment.isdigit() and len(moment) <= MOST_DIGITS
        if is_id(key) and is_moment:
            found[int(key)] = _moment(int(moment))
    return found


def _moment(microseconds: int) -> datetime:
    try:
        return EPOCH + timedelta(microseconds=microseconds)
    except OverflowError:
        return EPOCH
