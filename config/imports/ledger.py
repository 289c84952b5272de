"""The list of imports: each is noted before it begins, and closed with its report."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from config.api.context import request_id
from config.api.errors import Refusal
from config.api.snowflake import parse_snowflake
from config.imports.failures import Problem, TakenElsewhere, failure
from config.imports.report import Report
from organisations.imports import Refused, Terms
from organisations.models import ImportRun

# A note keeps so many refusals and differences; whoever asked got more.
MOST_KEPT = 1_000
COUNTS = ("rows", "created", "updated", "skipped", "refused")


def fingerprint(path: Path) -> tuple[str, int]:
    """Return the SHA-256 of a file and its size."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
            return digest.hexdigest(), file.tell()
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise failure("file_unreadable", f"'{path}': {reason}.") from error


def open_run(
    path: Path,
    terms: Terms,
    *,
    type: str,
    options: Mapping[str, Any],
    known: tuple[str, int] | None = None,
    **more: Any,
) -> ImportRun:
    """Note an import that begins or waits; raise ImportFailure while one is on.

    `known` is the file's fingerprint, where it was taken before; `more` are columns of
    the note, such as its file.
    """
    sha256, size = known or fingerprint(path)
    noted = ImportRun(
        organisation=terms.organisation,
        user=terms.actor,
        who=terms.actor.username,
        type=type,
        file_name=path.name,
        sha256=sha256,
        size=size,
        options=dict(options),
        **more,
    )
    try:
        with transaction.atomic():
            noted.save(force_insert=True)
    except IntegrityError as error:
        other = same_files(noted).filter(state__in=ImportRun.OPEN).first()
        name = f" {other.pk}" if other else ""
        raise failure(
            "import_running",
            f"Import{name} of this file is under way, or was stopped: go on with it "
            f"by --resume{name}.",
        ) from error
    return noted


def find_run(text: str) -> ImportRun:
    """Return the import with this id; raise `not_found` when there is none."""
    try:
        key = parse_snowflake(text)
    except ValueError:
        key = 0
    found = ImportRun.objects.select_related("organisation").filter(pk=key).first()
    if found is None:
        raise Refusal("not_found", f"There is no import {text}.")
    return found


def same_files(noted: ImportRun) -> Any:
    """Return the imports of the same file into the same organisation."""
    return ImportRun.objects.of(noted.organisation).filter(
        type=noted.type, sha256=noted.sha256, is_dry_run=False
    )


def refuse_again(noted: ImportRun) -> None:
    """Raise `already_imported` when the same file has been loaded and not undone."""
    done = same_files(noted).filter(state=ImportRun.State.DONE)
    if earlier := done.exclude(pk=noted.pk).first():
        raise failure(
            "already_imported",
            f"Import {earlier.pk} has loaded this file, and no column tells its rows "
            "from new ones. Load it once more with --again, or take that import back.",
        )


@contextmanager
def named(name: str) -> Iterator[None]:
    """Let every line of history carry a name."""
    token = request_id.set(name)
    try:
        yield
    finally:
        request_id.reset(token)


@contextmanager
def writing(noted: ImportRun | None) -> Iterator[None]:
    """Let every line of history carry the import's name; a dry run has none."""
    with named(noted.request_id) if noted else nullcontext():
        yield


@transaction.atomic
def begin(noted: ImportRun) -> None:
    """Note that the import runs, for everybody to see; raise TakenElsewhere."""
    hold(noted)
    noted.state = ImportRun.State.RUNNING
    noted.started_at = noted.started_at or timezone.now()
    noted.save(update_fields=["state", "started_at"])


def hold(noted: ImportRun) -> None:
    """Lock the note until the transaction ends; TakenElsewhere when it is not ours.

    So one process goes on with an import, and it sees what the one before left.
    """
    free = ImportRun.objects.select_for_update(skip_locked=True).filter(pk=noted.pk)
    found = free.values_list("state", flat=True).first()
    if found is None:
        raise _elsewhere(noted)
    if found not in ImportRun.OPEN:
        sentence = f"Import {noted.pk} has come to its end."
        raise TakenElsewhere(Problem("import_closed", sentence))


def _elsewhere(noted: ImportRun) -> TakenElsewhere:
    sentence = f"Import {noted.pk} is under way elsewhere."
    return TakenElsewhere(Problem("import_running", sentence))


def note_progress(noted: ImportRun, report: Report, loaded: int) -> None:
    """Note, with the rows themselves, how many need not be looked at again."""
    mine = ImportRun.objects.filter(pk=noted.pk, loaded=noted.loaded)
    if not mine.update(loaded=loaded, **_counts(report)):
        raise _elsewhere(noted)
    noted.loaded = loaded


def close(noted: ImportRun, report: Report, *, is_written: bool) -> None:
    """Keep the outcome of an import."""
    state = ImportRun.State.DONE if is_written else ImportRun.State.FAILED
    noted.state, noted.finished_at = state, timezone.now()
    for name, count in _counts(report).items():
        setattr(noted, name, count)
    noted.report = kept(report)
    noted.save(
        update_fields=["state", "finished_at", "report", *COUNTS],
    )


def restore(noted: ImportRun, report: Report) -> None:
    """Let a report go on where a stopped import was."""
    for name in COUNTS:
        setattr(report, name, getattr(noted, name))
    for one in noted.report.get("refusals", []):
        report.refusals.append(Refused(**one))


def kept(report: Report) -> dict[str, Any]:
    """Return the report as a note keeps it."""
    return replace(
        report,
        refusals=report.refusals[:MOST_KEPT],
        differences=report.differences[:MOST_KEPT],
    ).as_dict()


def _counts(report: Report) -> dict[str, int]:
    return {name: getattr(report, name) for name in COUNTS}
