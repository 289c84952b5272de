"""How many examples hypothesis draws: a few each time, many times as many in CI."""

import os

TIMES = int(os.environ.get("EXAMPLES_TIMES", "1"))


def examples(few: int) -> int:
    """Return a number of examples for this run."""
    return few * TIMES
