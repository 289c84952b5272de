"""Imports in the background."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from assets.models import AssetGroup
from config.imports import runs, tally, tasks
from config.imports.tasks import KEPT, forget_files, load, take_up
from organisations.models import ImportRun, Membership, User
from tests.cast import Cast
from tests.factories.imports import make_import

pytestmark = pytest.mark.django_db
WAITING, RUNNING = ImportRun.State.WAITING, ImportRun.State.RUNNING


@pytest.fixture
def queue(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let tasks wait in the database, and the worker leave alone what the tests need.

    It would close the connection, with the transaction, and take the signals.
    """
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    monkeypatch.setattr("signal.signal", lambda number, handler: None)
    monkeypatch.setattr(db_worker, "close_old_connections", lambda: None)


def names(cast: Cast) -> list[str]:
    found = AssetGroup.objects.of(cast.organisation)
    return [*found.values_list("name", flat=True)]


def codes(noted: ImportRun) -> list[str]:
    noted.refresh_from_db()
    assert noted.state == ImportRun.State.FAILED
    return [one["code"] for one in noted.report["problems"]]


@pytest.mark.usefixtures("queue")
def test_it_loads_what_waits(cast: Cast) -> None:
    noted = make_import(cast.organisation, state=WAITING)
    load.enqueue(noted.pk)

    call_command("run_worker", "--batch", "--name=one", verbosity=0)

    noted.refresh_from_db()
    assert (noted.state, noted.created, names(cast)) == ("done", 2, ["A1", "A2"])
    assert DBTaskResult.objects.get().status == TaskResultStatus.SUCCESSFUL


@pytest.mark.usefixtures("queue")
def test_it_goes_on_with_what_a_killed_worker_left(cast: Cast) -> None:
    noted = make_import(cast.organisation, state=RUNNING)
    load.enqueue(noted.pk)
    DBTaskResult.objects.get().claim("one")

    call_command("run_worker", "--batch", "--name=two", verbosity=0)
    assert names(cast) == []

    call_command("run_worker", "--batch", "--name=one", verbosity=0)
    assert names(cast) == ["A1", "A2"]
    assert take_up("one") == 0


def test_it_goes_on_behind_the_rows_that_were_committed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "BATCH", 1)
    options = {"in_parts": True, "skip_invalid": True}
    noted = make_import(
        cast.organisation, state=RUNNING, options=options, loaded=1, rows=2, created=1
    )

    load.enqueue(noted.pk)

    noted.refresh_from_db()
    # The first row was there before; it is counted, and not loaded again.
    assert (noted.state, noted.created, names(cast)) == ("done", 2, ["A2"])


def test_it_loads_nothing_twice(cast: Cast) -> None:
    noted = make_import(cast.organisation)
    load.enqueue(noted.pk)
    load.enqueue(1234567)
    assert names(cast) == []


def test_it_tells_how_far_it_is(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    note = tally.note

    def listen(run_id: int, done: int, total: int) -> None:
        note(run_id, done, total)
        told.append(tally.read(run_id))

    monkeypatch.setattr(tally, "note", listen)
    noted = make_import(cast.organisation, state=WAITING)

    load.enqueue(noted.pk)

    assert told == [tally.Tally(2, 2)]
    assert (told[0].percent, tally.read(noted.pk)) == (100, None)


def test_it_loads_although_progress_cannot_be_told(
    cast: Cast, settings: Settings, tmp_path: Any
) -> None:
    (tmp_path / "file").touch()
    settings.CACHES = {
        **settings.CACHES,
        "shared": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": tmp_path / "file" / "progress",
        },
    }
    noted = make_import(cast.organisation, state=WAITING)

    load.enqueue(noted.pk)

    assert (names(cast), tally.read(noted.pk)) == (["A1", "A2"], None)


@pytest.mark.parametrize(
    ("who", "lost", "code"),
    [
        ("manager", "account", "not_authenticated"),
        ("manager", "membership", "not_a_member"),
        ("manager", "role", "missing_permission"),
        ("outsider", "nothing", "not_a_member"),
    ],
)
def test_it_loads_nothing_for_who_may_not_any_more(
    cast: Cast, who: str, lost: str, code: str
) -> None:
    user = getattr(cast, who)
    noted = make_import(cast.organisation, state=WAITING, user=user)
    membership = Membership.objects.filter(user=user, organisation=cast.organisation)
    match lost:
        case "account":
            User.objects.filter(pk=user.pk).update(is_active=False)
        case "membership":
            membership.delete()
        case "role":
            membership.get().roles.clear()

    load.enqueue(noted.pk)

    assert codes(noted) == [code]
    assert names(cast) == []


def test_it_says_so_when_the_file_is_gone(cast: Cast) -> None:
    noted = make_import(cast.organisation, state=WAITING)
    default_storage.delete(str(noted.file.name))

    load.enqueue(noted.pk)

    assert codes(noted) == ["file_unreadable"]
    assert names(cast) == []


def test_it_closes_an_import_that_ends_in_an_error(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(tasks, "run", fail)
    noted = make_import(cast.organisation, state=WAITING)

    load.enqueue(noted.pk)

    assert codes(noted) == ["import_failed"]


def test_it_forgets_files_after_a_while(cast: Cast) -> None:
    old, shared, new, open_one, draft = (
        make_import(cast.organisation, state=state)
        for state in ("done", "failed", "done", "running", "draft")
    )
    ImportRun.objects.filter(pk=new.pk).update(file=shared.file.name)
    earlier = [old.pk, shared.pk, open_one.pk, draft.pk]
    ImportRun.objects.filter(pk__in=earlier).update(
        created_at=timezone.now() - KEPT - timedelta(days=1)
    )

    forget_files()

    kept = ImportRun.objects.exclude(file="").values_list("pk", flat=True)
    assert set(kept) == {shared.pk, new.pk, open_one.pk}
    assert not ImportRun.objects.filter(pk=draft.pk).exists()
    assert not default_storage.exists(str(old.file.name))
    assert default_storage.exists(str(shared.file.name))
