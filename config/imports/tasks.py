"""Imports in the background, from files that were uploaded."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory

from django.core.files.storage import default_storage
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from config.api.errors import Refusal
from config.imports import ledger, tally
from config.imports.asking import permissions_of
from config.imports.failures import Problem
from config.imports.jobs import Job, job_of
from config.imports.report import Report
from config.imports.runs import run
from organisations.models import ImportRun
from organisations.services.access import access_to

logger = logging.getLogger(__name__)

# So long a file is kept after its import has ended, to be loaded once more.
KEPT = timedelta(days=7)


@task()
def load(run_id: int) -> None:
    """Load the file of an import that waits, or go on where a worker was killed."""
    noted = _waiting(run_id)
    if noted is None:
        return
    with ExitStack() as undo:
        undo.callback(tally.forget, noted.pk)
        _load(noted)
        forget_files()


def take_up(worker: str) -> int:
    """Let the tasks wait again that a killed worker of this name has left; count them.

    No two workers have one name at a time, so whatever it has begun is left over.
    """
    running = DBTaskResult.objects.running()
    left = [one.pk for one in running if one.worker_ids[-1:] == [worker]]
    return running.filter(pk__in=left).update(status=TaskResultStatus.READY)


@contextmanager
def copy_of(noted: ImportRun) -> Iterator[Path]:
    """Offer the uploaded file of an import as a file of this machine."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / noted.file_name
        with noted.file.open("rb") as stored, path.open("wb") as copy:
            copyfileobj(stored, copy)
        yield path


def forget_files() -> None:
    """Delete uploaded files whose imports have ended a while ago, and old drafts."""
    since = timezone.now() - KEPT
    old = ImportRun.objects.exclude(file="").filter(created_at__lt=since)
    wanted = ImportRun.objects.exclude(file="").filter(created_at__gte=since)
    ended = old.exclude(state__in=ImportRun.OPEN).exclude(
        file__in=[*wanted.values_list("file", flat=True)]
    )
    for name in set(ended.values_list("file", flat=True)):
        default_storage.delete(name)
        ended.filter(file=name).update(file="")
    drafts = ImportRun.objects.filter(state=ImportRun.State.DRAFT, file="")
    drafts.filter(created_at__lt=since).delete()


def _waiting(run_id: int) -> ImportRun | None:
    """Return the import with this id, None of one that is over."""
    waiting = ImportRun.objects.filter(pk=run_id, state__in=ImportRun.OPEN)
    return waiting.select_related("organisation__owner", "user").first()


def _load(noted: ImportRun) -> None:
    with ExitStack() as undo:
        undo.callback(_give_up, noted, "import_failed", "The server made an error.")
        try:
            with copy_of(noted) as path:
                job = job_of(noted, path)
                require_still(noted, job)
                run(job, partial(tally.note, noted.pk), noted)
        except Refusal as refusal:
            _give_up(noted, refusal.code, refusal.message)
        except OSError as error:
            logger.exception("import %s cannot read or write a file", noted.pk)
            reason = error.strerror or "it cannot be read"
            _give_up(noted, "file_unreadable", f"'{noted.file_name}': {reason}.")
        undo.pop_all()


def require_still(noted: ImportRun, job: Job) -> None:
    """Raise a refusal where who uploaded the file may not do the job any more."""
    actor = noted.user
    if actor is None or not actor.is_active:
        sentence = "Who uploaded the file may not come in any more."
        raise Refusal("not_authenticated", sentence)
    if actor.is_superuser:
        return
    access = access_to(actor, noted.organisation_id)
    access.require_member()
    for permission in sorted(permissions_of(job)):
        access.require(permission)


def _give_up(noted: ImportRun, code: str, message: str) -> None:
    """Close an import that has ended in an error, which the log of the worker tells."""
    noted.refresh_from_db()
    if noted.state not in ImportRun.OPEN:
        return
    report = Report(
        file=noted.file_name,
        type=noted.type,
        organisation=noted.organisation.name,
        is_dry_run=noted.is_dry_run,
        run=str(noted.pk),
    )
    report.problems.append(Problem(code, message))
    # What was loaded in parts stays, and is told.
    ledger.restore(noted, report)
    ledger.close(noted, report, is_written=False)
