"""How many examples hypothesis draws: a few each time, many times as many in CI.

`EXAMPLES=new` draws others than in the run before, as `make fuzz` does.
"""

import os

TIMES = int(os.environ.get("EXAMPLES_TIMES", "1"))
IS_SAME = os.environ.get("EXAMPLES", "same") != "new"


def examples(few: int) -> int:
    """Return a number of examples for this run."""
    return few * TIMES
