"""What the walks know of the server that they visit, and how it is started."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROGRAM = """
import sys
from pathlib import Path
import django
django.setup()
from tests.browser.stage import main
main(Path(sys.argv[1]))
"""


@dataclass(frozen=True)
class Facts:
    """Where the server is, who may enter, and the ids of what it shows.

    `own` has the first row of each model that the clerk sees, where there is one;
    `foreign` has a row of each model that the neighbour owns.
    """

    address: str
    organisation: int
    token: str
    password: str
    own: dict[str, int]
    foreign: dict[str, int]


@contextmanager
def staged(folder: Path) -> Iterator[Facts]:
    """Serve the demo from a process of its own; its log is `stage.log` in the folder.

    The process ends when its standard input is closed, whatever becomes of this one.
    """
    with (
        (folder / "stage.log").open("w", encoding="utf-8") as log,
        subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", PROGRAM, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        told = process.stdout.readline()
        assert told, Path(log.name).read_text(encoding="utf-8")
        yield Facts(**json.loads(told))
        process.stdin.close()
