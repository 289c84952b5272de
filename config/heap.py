"""The heap of a process that serves."""

import gc

# How many more objects there are than at the last look before the next one.
PATIENCE = 50_000


def settle() -> None:
    """Keep the garbage collector off what is loaded, and from looking too often.

    An answer of a list makes thousands of objects and none that needs collecting: by
    Python's own measure that is several looks, which take an eighth of its time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(PATIENCE, 10, 10)
