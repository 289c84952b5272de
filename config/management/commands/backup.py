"""Write the whole installation to one file."""

from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from config.backup.saving import save
from config.management.command import SentenceCommand

MOST_SHOWN = 20


class Command(SentenceCommand):
    """A file's name in, every row and every attachment in it."""

    help = """\
Write every row and every attachment to one file, of one moment, while people go on
working. Secrets stay encrypted: keep ENCRYPTION_KEYS elsewhere.

  manage.py backup /backups/register-2026-11-22.zip
"""

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what can be asked."""
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("file", type=Path, help="a file that is not there yet")

    def handle(self, *args: object, **options: Any) -> None:
        """Write it, and fail when the storage had lost a file that a row names."""
        path: Path = options["file"]
        try:
            lost = save(path, self.progress(options["verbosity"]))
        except OSError as error:
            raise CommandError(f"The backup was not written: {error}") from error
        self.stdout.write(f"{path}: {path.stat().st_size:,} bytes")
        for name in lost[:MOST_SHOWN]:
            self.stderr.write(f"not in the storage: {name}")
        if lost:
            raise CommandError(
                f"The backup is whole but for {len(lost):,} files that rows name and "
                "the storage has lost."
            )
