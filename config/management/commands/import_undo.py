"""Take a whole import back."""

from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import CommandError, CommandParser

from config.imports.ledger import find_run
from config.imports.resources import RESOURCES
from config.imports.undoing import undo
from config.management.acting import find_actor, find_organisation, require
from config.management.command import SentenceCommand
from organisations.models import ImportRun

MOST_SHOWN = 50


class Command(SentenceCommand):
    """An import's id in, what was taken back out."""

    help = """\
Take a whole import back: rows that it made are deleted, rows that it changed get their
old values. Rows that were changed since stand against it, and are named.

  manage.py import_undo --list --organisation 42
  manage.py import_undo 123456789
  manage.py import_undo 123456789 --keep-changed
"""

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what can be asked."""
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("id", nargs="?", help="the import's id")
        parser.add_argument("--list", action="store_true", help="list the imports")
        parser.add_argument(
            "--organisation", help="only its imports: its id, or exact name"
        )
        parser.add_argument("--user", help="who does it (default: the owner)")
        parser.add_argument(
            "--keep-changed",
            action="store_true",
            help="leave rows as they are that were changed since",
        )

    def handle(self, *args: object, **options: Any) -> None:
        """Take it back, or tell what stands against it."""
        if options["list"]:
            self._list(options["organisation"])
            return
        if not options["id"]:
            raise CommandError("Say which import, or --list.")
        noted = find_run(options["id"])
        actor = find_actor(options["user"], noted.organisation)
        needed = RESOURCES[noted.type].permissions(frozenset())
        require(actor, noted.organisation, needed)
        undone = undo(noted, actor=actor, keep_changed=options["keep_changed"])
        for kept in undone.kept[:MOST_SHOWN]:
            self.stdout.write(f"{kept.model} {kept.row} ({kept.id}): {kept.reason}")
        if noted.state != ImportRun.State.UNDONE:
            raise CommandError(
                f"{len(undone.kept):,} rows stand against it; nothing was taken back. "
                "Take back the others with --keep-changed."
            )
        self.stdout.write(
            f"Import {noted.pk} was taken back: {undone.deleted:,} rows deleted, "
            f"{undone.reverted:,} as they were, {len(undone.kept):,} kept."
        )

    def _list(self, organisation: str | None) -> None:
        found = ImportRun.objects.select_related("organisation")
        if organisation:
            found = found.filter(organisation=find_organisation(organisation))
        for noted in found.order_by("-id")[:MOST_SHOWN]:
            self.stdout.write(
                f"{noted.pk}  {noted.created_at:%Y-%m-%d %H:%M}  {noted.state:8}"
                f"{noted.type}  {noted.file_name}  by {noted.who}: "
                f"{noted.created:,} created, {noted.updated:,} updated, "
                f"{noted.skipped:,} skipped, {noted.refused:,} refused "
                f"({noted.sha256[:12]})"
            )
