"""Write an organisation's rows to files that can be loaded again."""

import sys
from argparse import RawDescriptionHelpFormatter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from config.exports.selection import Selection, exportable
from config.exports.whole import Counts, pieces_of, save_folder
from config.exports.writing import FORMATS, save
from config.imports.whole import EVERYTHING
from config.management.acting import find_actor, find_organisation
from config.management.command import SentenceCommand
from organisations.services.access import access_to

STANDARD_OUTPUT = "-"


class Command(SentenceCommand):
    """Arguments in, files out, and a line on stderr for each type."""

    help = """\
Write an organisation's rows to a file that import_data takes again, or all of them to
a folder or a ZIP archive with a file for each type.

  manage.py export_data --organisation 42 --type assets --output assets.csv
  manage.py export_data --organisation 42 --type assets --format xlsx \\
      --filter "status/name eq 'In service'" --output assets.xlsx
  manage.py export_data --organisation 42 --type all --output backup.zip
"""

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what can be asked."""
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument(
            "--organisation", required=True, help="its id, or exact name"
        )
        parser.add_argument(
            "--type", choices=[*exportable(), EVERYTHING], default="assets"
        )
        parser.add_argument(
            "--format",
            choices=list(FORMATS),
            help="default: what the name of the file says, else csv",
        )
        parser.add_argument(
            "--filter", default="", metavar="ODATA", help="only rows for which this is"
        )
        parser.add_argument(
            "--output",
            default=STANDARD_OUTPUT,
            metavar="PATH",
            help="a file, - for standard output; for all a folder or a .zip file",
        )
        parser.add_argument(
            "--user", help="on whose behalf (default: the organisation's owner)"
        )

    def handle(self, *args: object, **options: Any) -> None:
        """Write the files."""
        organisation = find_organisation(options["organisation"])
        selection = Selection(
            organisation,
            find_actor(options["user"], organisation),
            options["type"],
            _form(options),
            options["filter"],
        )
        selection.check(access_to(selection.actor, organisation.pk))
        for type_, rows in self._written(selection, options["output"]).items():
            self.stderr.write(f"{type_}: {rows:,} rows", self.style.SUCCESS)

    def _written(self, selection: Selection, output: str) -> Counts:
        path = Path(output)
        is_whole = selection.type == EVERYTHING
        if is_whole and output != STANDARD_OUTPUT and path.suffix.lower() != ".zip":
            return save_folder(selection, path)
        counts: Counts = {}
        pieces = pieces_of(selection, counts)
        if output == STANDARD_OUTPUT:
            _print(pieces, is_text=not is_whole and selection.form != "xlsx")
        else:
            save(path, pieces)
        return counts


def _print(pieces: Iterable[bytes], *, is_text: bool) -> None:
    if sys.stdout.isatty() and not is_text:
        raise CommandError("A terminal cannot show this: say --output FILE.")
    try:
        # A buffer of its own, so that nothing of it is left to fail once more.
        with open(sys.stdout.fileno(), "wb", closefd=False) as output:
            output.writelines(pieces)
    except OSError as error:
        raise CommandError(f"Standard output: {error.strerror}.") from error


def _form(options: Mapping[str, Any]) -> str:
    if options["format"]:
        return str(options["format"])
    suffix = Path(options["output"]).suffix.lower().removeprefix(".")
    return suffix if suffix in FORMATS else "csv"
