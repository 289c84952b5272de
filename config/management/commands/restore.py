"""Fill a new installation from a backup."""

from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from config.backup.restoring import check, restore, unreadable_secrets
from config.management.command import SentenceCommand


class Command(SentenceCommand):
    """A backup in, the installation it was made of here."""

    help = """\
Fill a new installation from a backup: all of it or nothing. The database must be
migrated and hold nothing; it may be another kind than the one the backup was made of.

  manage.py migrate
  manage.py restore /backups/register-2026-11-22.zip
  manage.py restore /backups/register-2026-11-22.zip --check
"""

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what can be asked."""
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("file", type=Path, help="what manage.py backup wrote")
        parser.add_argument(
            "--check", action="store_true", help="only tell whether it is whole"
        )

    def handle(self, *args: object, **options: Any) -> None:
        """Check every part of the file first, then restore it."""
        path: Path = options["file"]
        if options["check"]:
            manifest = check(path)
            rows = sum(part.rows for part in manifest.tables.values())
            self.stdout.write(
                f"{path} is whole: {rows:,} rows and {len(manifest.files):,} files "
                f"of {manifest.made_at}."
            )
            return
        try:
            restore(path, self.progress(options["verbosity"]))
        except OSError as error:
            raise CommandError(f"The storage took no file: {error}") from error
        self.stdout.write(f"{path} was restored. Everybody logs in anew.")
        if unreadable_secrets():
            self.stderr.write(
                "Secrets in it were kept with another key: set ENCRYPTION_KEYS to "
                "those of the installation that the backup is of."
            )
