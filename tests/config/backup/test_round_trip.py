"""An installation saved and restored: every row and every file as it was."""

import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings

from assets.models import AssetGroup, Blob
from config.api.snowflake import serial_of
from config.backup.archive import Manifest, Part
from config.backup.restoring import check
from config.backup.tables import kept
from licensing.models import LicenceInfo
from organisations.models import Change, Organisation
from tests.back_office import CASES, registered
from tests.cast import Cast
from tests.factories.assets import make_asset
from tests.factories.licensing import make_info

PICTURE = b"\x89PNG, or what looks like one" * 9_000


@pytest.fixture
def register(cast: Cast) -> Iterator[Cast]:
    """An installation with a row of every model, and a file with content."""
    for model in registered():
        if not model._base_manager.exists():
            CASES[model].make(cast.organisation)
    blob = Blob.objects.filter(organisation=cast.organisation).first()
    assert blob is not None
    blob.file.save("original", ContentFile(PICTURE))
    yield cast
    default_storage.delete(str(blob.file.name))


def manage(*words: object) -> str:
    """Run a command, and return what it says."""
    said = StringIO()
    call_command(*map(str, words), stdout=said, stderr=said)
    return said.getvalue()


def empty() -> None:
    """Leave the installation as `migrate` makes it, and its storage empty."""
    for name in Blob.objects.exclude(file="").values_list("file", flat=True):
        default_storage.delete(name)
    for model in kept():
        rows: Any = model._base_manager.all()
        rows._raw_delete(rows.db)


def tables_of(manifest: Manifest) -> dict[str, Part]:
    """Return the checksum of every table but the history, part of which is anew."""
    return {k: v for k, v in manifest.tables.items() if k != Change._meta.label_lower}


def everything() -> list[Any]:
    """Return the history, but for the numbers of transactions."""
    names = [f.attname for f in Change._meta.concrete_fields if f.name != "transaction"]
    return list(Change.objects.order_by("pk").values_list(*names))


def test_it_brings_back_every_row_and_every_file(
    register: Cast, tmp_path: Path
) -> None:
    first, second, history = tmp_path / "1.zip", tmp_path / "2.zip", everything()
    manage("backup", first)
    empty()
    manage("restore", first)
    manage("backup", second)
    before, after = check(first), check(second)
    assert tables_of(before) == tables_of(after)
    assert before.files == after.files
    assert everything() == history
    assert {label for label, part in before.tables.items() if not part.rows} == {
        "organisations.user_groups",
        "organisations.user_user_permissions",
        "auth.group",
        "auth.group_permissions",
        "admin.logentry",
        "assets.nonce",
        "axes.accessattemptexpiration",
        "axes.accessfailurelog",
        "devices.bookmark",
        "django_tasks_database.dbtaskresult",
        "oauth2_provider.devicegrant",
        "oauth2_provider.grant",
        "oauth2_provider.idtoken",
        "organisations.idempotencykey",
    }
    blob = Blob.objects.exclude(file="").get()
    with blob.file.open() as content:
        assert content.read() == PICTURE


def test_it_goes_on_numbering_where_it_stopped(register: Cast, tmp_path: Path) -> None:
    last = make_asset(register.organisation)
    serial = serial_of(last.pk)
    last.delete()
    manage("backup", tmp_path / "1.zip")
    empty()
    manage("restore", tmp_path / "1.zip")
    organisation = Organisation.objects.get(pk=register.organisation.pk)
    assert serial_of(make_asset(organisation).pk) == serial + 1


def test_it_says_when_secrets_have_another_key(register: Cast, tmp_path: Path) -> None:
    make_info(register.organisation, password="hush")
    manage("backup", tmp_path / "1.zip")
    empty()
    with override_settings(
        ENCRYPTION_KEYS=["b25seS10aGUtdGVzdHMta25vdy10aGlzLWtleS0zMmM="]
    ):
        assert "ENCRYPTION_KEYS" in manage("restore", tmp_path / "1.zip")
    infos = LicenceInfo.objects.all()
    assert "hush" in [info.password.reveal() for info in infos]


def test_it_keeps_no_secret_in_the_clear(register: Cast, tmp_path: Path) -> None:
    make_info(register.organisation, password="hush-hush")
    manage("backup", tmp_path / "1.zip")
    assert b"hush-hush" not in (tmp_path / "1.zip").read_bytes()


def test_it_tells_of_each_table_when_asked_to(cast: Cast, tmp_path: Path) -> None:
    line = f"organisations.organisation: {Organisation.objects.count():,} rows"
    assert line not in manage("backup", tmp_path / "1.zip")
    assert line in manage("backup", tmp_path / "2.zip", "--verbosity=2")
    empty()
    assert line in manage("restore", tmp_path / "1.zip", "--verbosity=2")


def test_it_tells_of_files_that_the_storage_lost(cast: Cast, tmp_path: Path) -> None:
    Blob.objects.create(
        organisation=cast.organisation,
        file="attachments/gone/original",
        file_hash="0" * 64,
        length=1,
    )
    with pytest.raises(CommandError, match="1 files that rows name"):
        manage("backup", tmp_path / "1.zip")
    assert check(tmp_path / "1.zip").files == {}


def test_it_finds_content_types_after_a_restore(register: Cast, tmp_path: Path) -> None:
    manage("backup", tmp_path / "1.zip")
    empty()
    manage("restore", tmp_path / "1.zip")
    row = ContentType.objects.get(app_label="assets", model="assetgroup")
    assert ContentType.objects.get_for_model(AssetGroup) == row


@pytest.mark.postgresql
def test_it_moves_an_installation_to_sqlite_and_back(
    register: Cast, tmp_path: Path
) -> None:
    first, second, third = (tmp_path / f"{number}.zip" for number in (1, 2, 3))
    manage("backup", first)
    elsewhere(tmp_path, "migrate", "--verbosity", "0")
    elsewhere(tmp_path, "restore", first)
    elsewhere(tmp_path, "backup", second)
    empty()
    manage("restore", second)
    manage("backup", third)
    one, two, three = check(first), check(second), check(third)
    assert tables_of(one) == tables_of(two) == tables_of(three)
    assert one.files == two.files == three.files
    assert connection.vendor == "postgresql"


def elsewhere(folder: Path, *words: object) -> None:
    """Run a command in an installation on SQLite."""
    environment = {
        "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
        "MEDIA_ROOT": str(folder / "media"),
        "SECRET_KEY": settings.SECRET_KEY,
        "ENCRYPTION_KEYS": ",".join(settings.ENCRYPTION_KEYS),
        "HTTPS": "false",
    }
    subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "manage.py", *map(str, words)],
        cwd=settings.BASE_DIR,
        env=environment,
        check=True,
    )
