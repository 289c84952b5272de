"""What is left when an import's process dies, or the disk is full: no half rows."""

import os
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from assets.models import AssetGroup, AssetType
from config.imports.runs import job_of, run
from organisations.models import ImportRun, Organisation
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 60


@pytest.fixture
def organisation() -> Organisation:
    made: Organisation = OrganisationFactory()
    return made


def written(tmp_path: Path, rows: int) -> Path:
    path = tmp_path / "buses.csv"
    lines = (f"T{number},Bus {number},Bus\n" for number in range(rows))
    path.write_text("Asset tag,Name,Type\n" + "".join(lines))
    return path


def database_url() -> str:
    values: dict[str, Any] = connection.settings_dict
    host = f"{values['HOST'] or '127.0.0.1'}:{values['PORT'] or 5432}"
    return f"postgres://{values['USER'] or 'postgres'}@{host}/{values['NAME']}"


@pytest.mark.postgresql
def test_a_killed_import_leaves_nothing_and_goes_on(
    organisation: Organisation, tmp_path: Path
) -> None:
    path = written(tmp_path, 6_000)
    command = ["manage.py", "import_data", str(path), "--create-missing=all"]
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, *command, f"--organisation={organisation.pk}"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": database_url()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    running = ImportRun.objects.filter(state="running")
    until = time.monotonic() + SECONDS
    while not running.exists() and process.poll() is None:
        assert time.monotonic() < until
        time.sleep(0.01)
    process.kill()
    process.wait()

    noted = ImportRun.objects.get()
    assert (noted.state, noted.loaded) == ("running", 0)
    assert not AssetGroup.objects.exists()
    assert not AssetType.objects.exists()
    assert run(job_of(noted), noted=noted).created == 6_000


@pytest.mark.sqlite
def test_a_full_disk_is_told_and_loses_nothing(
    organisation: Organisation, tmp_path: Path
) -> None:
    path = written(tmp_path, 3_000)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        (pages,) = cursor.fetchone()
        cursor.execute(f"PRAGMA max_page_count = {pages + 40}")
        arguments = [
            str(path),
            "--create-missing=all",
            f"--organisation={organisation.pk}",
        ]
        try:
            with pytest.raises(CommandError, match="database or disk is full"):
                call_command(
                    "import_data", *arguments, stdout=StringIO(), stderr=StringIO()
                )
        finally:
            cursor.execute("PRAGMA max_page_count = 1073741823")

    assert not AssetGroup.objects.exists()
    noted = ImportRun.objects.get()
    assert run(job_of(noted), noted=noted).created == 3_000
