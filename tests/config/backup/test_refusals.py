"""What is no backup, or none for here, is refused with a sentence; nothing is lost."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from config.backup.tables import kept
from organisations.models import Organisation, User
from tests.cast import Cast

Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def backup(cast: Cast, tmp_path: Path) -> Path:
    path = tmp_path / "register.zip"
    call_command("backup", path, verbosity=0)
    return path


def refusal(path: Path, *options: str) -> str:
    """Return what the command says when it refuses."""
    with pytest.raises(CommandError) as refused:
        call_command("restore", str(path), *options)
    return str(refused.value)


def rewritten(path: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    """Write another archive of parts that somebody changed."""
    with ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    other = path.with_name("other.zip")
    with ZipFile(other, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return other


def with_manifest(path: Path, change: Change) -> Path:
    """Write another archive whose manifest says something else."""

    def edit(parts: dict[str, bytes]) -> None:
        manifest = json.loads(parts["manifest.json"])
        change(manifest)
        parts["manifest.json"] = json.dumps(manifest).encode()

    return rewritten(path, edit)


def test_it_writes_over_no_file(backup: Path) -> None:
    content = backup.read_bytes()
    with pytest.raises(CommandError, match="There is a file"):
        call_command("backup", backup)
    assert backup.read_bytes() == content


def test_it_leaves_no_half_of_a_file(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("config.backup.saving._save_files", fail)
    with pytest.raises(CommandError, match="not written: No space"):
        call_command("backup", tmp_path / "register.zip")
    assert list(tmp_path.iterdir()) == []


def test_it_refuses_what_is_no_backup(tmp_path: Path, db: None) -> None:
    path = tmp_path / "letter.txt"
    assert refusal(path) == f"There is no file {path}."
    path.write_text("Dear Sir or Madam")
    assert "no ZIP archive" in refusal(path)
    with ZipFile(path, "w") as archive:
        archive.writestr("a", "b")
    assert "manifest.json cannot be read" in refusal(path)


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"format": 1}', b"\xff", b"[1,"])
def test_it_refuses_a_manifest_that_says_nothing(backup: Path, text: bytes) -> None:
    other = rewritten(backup, lambda parts: parts.update({"manifest.json": text}))
    assert "manifest.json cannot be read" in refusal(other, "--check")


def test_it_refuses_a_format_of_the_future(backup: Path) -> None:
    other = with_manifest(backup, lambda manifest: manifest.update(format=2))
    assert refusal(other) == "The backup has format 2, not 1."


def test_it_refuses_a_file_that_was_cut_off(backup: Path) -> None:
    backup.write_bytes(backup.read_bytes()[:-100])
    assert "damaged" in refusal(backup, "--check")


def test_it_refuses_one_changed_byte(backup: Path) -> None:
    name = "tables/organisations.user.jsonl"

    def change(parts: dict[str, bytes]) -> None:
        parts[name] = parts[name].replace(b"owner", b"0wner", 1)

    assert f"{name} is not what was written" in refusal(rewritten(backup, change))


def test_it_refuses_an_archive_without_a_table(backup: Path) -> None:
    name = "tables/assets.assetgroup.jsonl"
    other = rewritten(backup, lambda parts: parts.pop(name))
    assert f"{name} cannot be read" in refusal(other, "--check")


def test_it_refuses_rows_of_other_migrations(backup: Path) -> None:
    other = with_manifest(
        backup, lambda manifest: manifest["migrations"]["assets"].append("0099_later")
    )
    assert "made with other migrations" in refusal(other)


def test_it_refuses_to_mix_two_installations(backup: Path) -> None:
    before = User.objects.count()
    assert "Restore into a new database" in refusal(backup)
    assert User.objects.count() == before


def test_it_tells_that_a_backup_is_whole(
    backup: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("restore", backup, "--check")
    assert "is whole" in capsys.readouterr().out


def test_it_restores_all_rows_or_none(backup: Path) -> None:
    """A manifest made to fit rows that refer to nothing."""
    name = "organisations.organisation"

    def change(parts: dict[str, bytes]) -> None:
        lines = parts[f"tables/{name}.jsonl"].splitlines(keepends=True)
        content = parts[f"tables/{name}.jsonl"] = lines[0]
        manifest = json.loads(parts["manifest.json"])
        digest = hashlib.sha256(content).hexdigest()
        manifest["tables"][name] = {"length": len(content), "sha256": digest, "rows": 0}
        parts["manifest.json"] = json.dumps(manifest).encode()

    other = rewritten(backup, change)
    for model in kept():
        rows: Any = model._base_manager.all()
        rows._raw_delete(rows.db)
    assert "do not fit together" in refusal(other)
    assert not connection.needs_rollback
    assert not Organisation.objects.exists()
    assert not User.objects.exists()
