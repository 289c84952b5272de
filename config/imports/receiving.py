"""Files that come over the web: kept, noted, and handed to the workers."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files.base import File
from django.db import transaction

from config.api.errors import Refusal
from config.imports import ledger, tally
from config.imports.asking import Asked, as_refusal, job_for
from config.imports.failures import ImportFailure
from config.imports.jobs import Job
from config.imports.tasks import load
from organisations.models import ImportRun

MOST_BYTES = 256 * 1024 * 1024
TOO_LARGE = "At most 256 MiB are taken."
# Of a file's name, as folders take no longer ones; the end says what it is.
LONGEST_NAME, LONGEST_SUFFIX = 200, 20


@transaction.atomic
def receive(
    upload: Any, asked: Asked, check: Callable[[Job], None], *, is_draft: bool = False
) -> ImportRun:
    """Keep an uploaded file and note its import, which waits or is yet to be mapped.

    `check` raises a refusal unless the person may do what the job does. Raise Refusal
    for a file that is too large, or that is being loaded already.
    """
    if upload.size > MOST_BYTES:
        raise Refusal("file_too_large", TOO_LARGE, field="file")
    name = safe_name(upload.name or "")
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        with path.open("wb") as copy:
            for chunk in upload.chunks():
                copy.write(chunk)
        job = job_for(asked, path)
        check(job)
        noted = _opened(job, is_draft=is_draft)
        with path.open("rb") as copy:
            noted.file.save(name, File(copy))
    return noted


def start(noted: ImportRun) -> None:
    """Hand an import to the workers."""
    load.enqueue(noted.pk)


@transaction.atomic
def repeat(noted: ImportRun, job: Job, *, is_draft: bool = False) -> ImportRun:
    """Note another import of a file that was uploaded before, and is still kept."""
    if not noted.file:
        raise Refusal("file_not_found", "The file is not kept any more; upload it.")
    return _opened(
        replace(job, path=Path(noted.file_name)),
        is_draft=is_draft,
        known=(noted.sha256, noted.size),
        file=noted.file.name,
    )


@transaction.atomic
def renew(noted: ImportRun, job: Job) -> ImportRun:
    """Let a draft become the dry run that was asked for, or note one more of it."""
    drafts = ImportRun.objects.select_for_update(no_key=True)
    draft = drafts.filter(pk=noted.pk, state=ImportRun.State.DRAFT).first()
    if draft is None:
        return repeat(noted, job)
    draft.options = _options(job, noted.file_name)
    draft.user, draft.who = job.terms.actor, job.terms.actor.username
    draft.state = ImportRun.State.WAITING
    draft.save(update_fields=["options", "user", "who", "state"])
    return draft


def progress_of(noted: ImportRun) -> tally.Tally | None:
    """Return how far an import is that is under way."""
    return tally.read(noted.pk) if noted.state in ImportRun.OPEN else None


def safe_name(name: str) -> str:
    """Return a file's name as every folder takes it, its ending kept."""
    base = "".join(c for c in Path(name).name if c.isprintable()) or "file"
    stem, suffix = Path(base).stem, Path(base).suffix.encode()[:LONGEST_SUFFIX]
    short = stem.encode()[: LONGEST_NAME - len(suffix)] + suffix
    return short.decode(errors="ignore")


def _opened(job: Job, *, is_draft: bool, **more: Any) -> ImportRun:
    state = ImportRun.State.DRAFT if is_draft else ImportRun.State.WAITING
    try:
        return ledger.open_run(
            job.path,
            job.terms,
            type=job.type,
            options=_options(job, job.path.name),
            is_dry_run=job.dry_run,
            state=state,
            **more,
        )
    except ImportFailure as failure:
        raise as_refusal(failure) from failure


def _options(job: Job, name: str) -> dict[str, Any]:
    """Return the options of a job whose file lies in the storage."""
    return {**job.options(), "path": name}
