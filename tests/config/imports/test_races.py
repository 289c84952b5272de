"""One file is loaded once, however many begin at the same moment."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connections

from assets.models import AssetGroup
from config.api.errors import Refusal
from config.imports.report import Report
from config.imports.runs import Job, job_of, run
from config.imports.undoing import undo
from organisations.imports import Terms
from organisations.models import ImportRun, Organisation
from tests.factories.organisations import OrganisationFactory

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

WORKERS = 6
ROWS = "Name,Type\n" + "".join(f"Bus {number},Bus\n" for number in range(200))


def at_once(job: Job, noted: ImportRun | None = None) -> Counter[str]:
    """Run the same job in threads; count how they ended."""
    together = Barrier(WORKERS)

    def act(_: int) -> str:
        try:
            together.wait()
            report: Report = run(job, noted=noted)
        finally:
            connections.close_all()
        return report.problems[0].code if report.problems else "loaded"

    with ThreadPoolExecutor(WORKERS) as pool:
        return Counter(pool.map(act, range(WORKERS)))


@pytest.fixture
def job(tmp_path: Path) -> Job:
    organisation: Organisation = OrganisationFactory()
    path = tmp_path / "buses.csv"
    path.write_text(ROWS)
    terms = Terms(organisation, organisation.owner, frozenset({"types"}))
    return Job(path, terms)


def test_it_starts_a_file_once(job: Job) -> None:
    ended = at_once(job)

    assert ended.pop("loaded") == 1
    assert ended.keys() <= {"import_running", "already_imported"}
    assert AssetGroup.objects.count() == 200
    done = ImportRun.objects.filter(state="done")
    assert [one.created for one in done] == [200]


def test_it_goes_on_with_a_stopped_one_once(job: Job) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(job, stop)
    noted = ImportRun.objects.get()

    ended = at_once(job_of(noted), noted)

    assert ended.pop("loaded") == 1
    assert ended.keys() <= {"import_running", "import_closed"}
    assert AssetGroup.objects.count() == 200


def test_it_takes_an_import_back_once(job: Job) -> None:
    run(job)
    noted = ImportRun.objects.get()

    def act(_: int) -> str:
        try:
            undo(ImportRun.objects.get(pk=noted.pk), actor=job.terms.actor)
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()
        return "undone"

    with ThreadPoolExecutor(WORKERS) as pool:
        ended = Counter(pool.map(act, range(WORKERS)))

    assert ended == {"undone": 1, "import_not_undoable": WORKERS - 1}
    assert not AssetGroup.objects.exists()


def stop(done: int, total: int) -> None:
    """End a process as Ctrl-C does."""
    raise KeyboardInterrupt
