"""Load a file in a process of its own: its seconds and its peak of memory, as JSON.

`python -m benchmarks.importing FILE ORGANISATION [dry]`; BENCH_DATABASE_URL names the
database as it is.
"""

import json
import os
import re
import sys
from pathlib import Path
from time import perf_counter

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
django.setup()

from config.imports.runs import Job, run  # noqa: E402 - the registry comes first
from organisations.imports import Terms  # noqa: E402
from organisations.models import Organisation  # noqa: E402

MISSING = frozenset({"types", "statuses", "locations", "fields"})
KILOBYTES = 1_024


def peak_megabytes() -> float:
    """Return the most memory that this process has had (Linux).

    Not ru_maxrss: that counts what the process had which started this one.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    kilobytes = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(kilobytes[1]) / KILOBYTES if kilobytes else 0.0


def main(file: str, organisation: str, *words: str) -> None:
    """Load the file, and tell what it took."""
    owned = Organisation.objects.select_related("owner").get(pk=organisation)
    terms = Terms(owned, owned.owner, MISSING)
    start = perf_counter()
    report = run(Job(Path(file), terms, dry_run="dry" in words))
    told = {
        "seconds": perf_counter() - start,
        "megabytes": peak_megabytes(),
        "created": report.created,
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
