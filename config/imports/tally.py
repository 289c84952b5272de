"""How far an import in another process has come.

An import is one transaction, of which nobody sees anything before its end; so the
count of its rows goes through a cache that the processes of a machine share. Progress
is a courtesy: no import fails because it cannot be told. Where that cache is a folder,
it may be full or forbidden; where it is Redis, `config.cache` forgives that it is away.
"""

from contextlib import suppress
from dataclasses import dataclass

from django.core.cache import caches

CACHE = "shared"
KEPT_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Tally:
    """The rows that are done, of how many."""

    done: int
    total: int

    @property
    def percent(self) -> int:
        """Return the share that is done."""
        return min(100, self.done * 100 // self.total) if self.total else 0


def note(run_id: int, done: int, total: int) -> None:
    """Tell how far an import is."""
    with suppress(OSError):
        caches[CACHE].set(_key(run_id), (done, total), KEPT_SECONDS)


def read(run_id: int) -> Tally | None:
    """Return how far an import is, None where nobody has said so."""
    with suppress(OSError):
        found = caches[CACHE].get(_key(run_id))
        return Tally(*found) if found else None
    return None


def forget(run_id: int) -> None:
    """Drop what was told of an import that has ended."""
    with suppress(OSError):
        caches[CACHE].delete(_key(run_id))


def _key(run_id: int) -> str:
    return f"import-{run_id}"
