"""Load a file of rows into an organisation."""

from argparse import RawDescriptionHelpFormatter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from shutil import get_terminal_size
from typing import Any, cast

from django.core.management.base import CommandError, CommandParser

from config.imports.asking import pair_in, words_in
from config.imports.failures import ImportFailure
from config.imports.ledger import find_run
from config.imports.presets.choosing import listing, prepared, shipped
from config.imports.progress import progress
from config.imports.rendering import all_as_json, all_as_text
from config.imports.report import Report
from config.imports.resources import RESOURCES, Resource
from config.imports.runs import Job, job_of, run, run_all
from config.imports.whole import EVERYTHING, jobs_of
from config.management.acting import find_actor, find_organisation, require
from config.management.command import SentenceCommand
from organisations.imports import Terms
from organisations.models import ImportRun, Organisation, User

WIDTH_OF_FILES = 160


class Command(SentenceCommand):
    """Arguments in, a report out; the status is not 0 when rows were refused."""

    help = """\
Load a file (CSV, XLSX, JSON, PEM) into an organisation. Every row goes through the
rules of the API; all rows are written in one transaction, or none.

  manage.py import_data fleet.csv --organisation "North Depot" --dry-run
  manage.py import_data fleet.csv --organisation "North Depot" --create-missing all
  manage.py import_data fleet.xlsx --organisation 42 --map "Depot=location" \\
      --map "Plate=Licence plate" --map "Row=-" --set type=Bus
"""

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what can be asked."""
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument(
            "--resume", metavar="ID", help="go on with an import that was stopped"
        )
        _add_destination(parser)
        _add_mapping(parser)
        _add_strictness(parser)
        _add_reading(parser)

    def handle(self, *args: object, **options: object) -> None:
        """Load the file, show the report, fail if anything was refused."""
        if options["presets"]:
            self.stdout.write(listing(shipped()))
            return
        with progress(self.stderr) as watch:
            if options["resume"]:
                noted = _stopped(str(options["resume"]))
                job = job_of(noted, cast(Path | None, options["file"]))
                reports = [run(job, watch, noted)]
            else:
                reports = run_all(_jobs(options), watch)
        self.stdout.write(self._rendered(reports, str(options["format"])))
        unclean = [report for report in reports if not report.is_clean]
        if unclean:
            raise CommandError(" ".join(_failed(report) for report in unclean))

    def _rendered(self, reports: Sequence[Report], form: str) -> str:
        if form == "json":
            return all_as_json(reports)
        is_terminal = self.stdout.isatty()
        width = get_terminal_size().columns if is_terminal else WIDTH_OF_FILES
        return all_as_text(reports, width=width, is_terminal=is_terminal)


def _add_destination(parser: CommandParser) -> None:
    parser.add_argument("--organisation", help="its id, or exact name")
    parser.add_argument(
        "--type",
        choices=[*sorted(RESOURCES), EVERYTHING],
        default="",
        help="what the rows are (default: what the preset says, else assets); all for "
        "a folder or ZIP archive of export_data",
    )
    parser.add_argument(
        "--user", help="who the history names (default: the organisation's owner)"
    )


def _add_mapping(parser: CommandParser) -> None:
    parser.add_argument(
        "--preset",
        default="",
        metavar="NAME",
        help="what program the file is from: a name of --presets, a TOML file, - for "
        "none (default: found by the headers)",
    )
    parser.add_argument(
        "--presets", action="store_true", help="list the presets that there are"
    )
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="HEADER=KEY",
        help="where a column goes: a key, a custom field, or - to leave it out; "
        "HEADER#2 is the second column so headed, #5 the fifth column",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="the value of rows that have none",
    )
    parser.add_argument(
        "--unique",
        default="",
        metavar="HEADER",
        help="the column in which no two rows may be alike, - for none (default: the "
        "first with a header such as Asset Tag, EquipID or VehicleId)",
    )


def _add_strictness(parser: CommandParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="write nothing")
    parser.add_argument(
        "--skip-invalid", action="store_true", help="load the rows that are in order"
    )
    parser.add_argument(
        "--ignore-unknown", action="store_true", help="leave out unknown columns"
    )
    parser.add_argument(
        "--create-missing",
        default="",
        metavar="KINDS",
        help="make what cells name and is not there: all, or some of types, statuses, "
        "locations, fleets, fields, with commas",
    )
    parser.add_argument(
        "--match",
        default="",
        metavar="WORD",
        help="by what rows are found in the register: number, serial, external_id, "
        "name, - for nothing (default: the number, else the identifier)",
    )
    parser.add_argument(
        "--on-conflict",
        choices=["update", "skip", "fail"],
        default="update",
        help="what becomes of rows that are found; empty cells change nothing",
    )
    parser.add_argument(
        "--again",
        action="store_true",
        help="load a file once more although nothing tells its rows from new ones",
    )
    parser.add_argument(
        "--in-parts",
        action="store_true",
        help="commit rows as they come, so that a stopped import can go on where it "
        "was; needs --skip-invalid",
    )
    parser.add_argument("--long-names", choices=["cut", "refuse"], default="cut")


def _add_reading(parser: CommandParser) -> None:
    parser.add_argument(
        "--sheet",
        default="",
        help="the sheet of a workbook, file of an archive or array of a JSON file",
    )
    parser.add_argument(
        "--header-row",
        type=int,
        default=0,
        metavar="N",
        help="the row that is the header (default: the first that is not blank)",
    )
    parser.add_argument(
        "--skip-rows",
        type=int,
        default=0,
        metavar="N",
        help="leave out so many rows below the header",
    )
    parser.add_argument("--encoding", default="", help="where it is guessed wrong")
    parser.add_argument(
        "--dates", choices=["dmy", "mdy"], default="", help="how to read 3/4/2021"
    )
    parser.add_argument("--format", choices=["text", "json"], default="text")


def _stopped(text: str) -> ImportRun:
    """Return the import with this id that may go on, or fail."""
    found = find_run(text)
    if found.state not in ImportRun.OPEN:
        raise CommandError(f"Import {text} is {found.state}: nothing is left to do.")
    return found


def _jobs(options: Mapping[str, Any]) -> list[Job]:
    """Return what was asked for: several jobs where the file holds several types."""
    if not options["file"] or not options["organisation"]:
        raise CommandError("Say which file goes into which --organisation.")
    if options["in_parts"] and not options["skip_invalid"]:
        raise CommandError("--in-parts keeps what is in order: say --skip-invalid too.")
    organisation = find_organisation(options["organisation"])
    actor = find_actor(options["user"], organisation)
    job = _job(options, organisation, actor)
    try:
        if options["type"] == EVERYTHING:
            jobs = jobs_of(job)
        else:
            jobs = prepared(job, options["preset"], options["type"])
    except ImportFailure as failure:
        raise CommandError(str(failure)) from failure
    resources = [RESOURCES[job.type] for job in jobs]
    _refuse_unknown(job.terms, resources)
    fitted = [replace(job, terms=_fitted(job)) for job in jobs]
    needed = [RESOURCES[job.type].permissions(job.terms.missing) for job in fitted]
    require(actor, organisation, frozenset().union(*needed))
    return fitted


def _job(options: Mapping[str, Any], organisation: Organisation, actor: User) -> Job:
    return Job(
        path=options["file"],
        terms=Terms(
            organisation,
            actor,
            words_in(options["create_missing"]),
            cut_names=options["long_names"] == "cut",
            match=options["match"],
            on_conflict=options["on_conflict"],
        ),
        sheet=options["sheet"],
        encoding=options["encoding"],
        header_row=options["header_row"],
        skip_rows=options["skip_rows"],
        asked=_pairs(options["map"], "--map", last=True),
        defaults=_pairs(options["set"], "--set"),
        unique=options["unique"],
        dates=options["dates"],
        ignore_unknown=options["ignore_unknown"],
        skip_invalid=options["skip_invalid"],
        dry_run=options["dry_run"],
        again=options["again"],
        in_parts=options["in_parts"],
    )


def _refuse_unknown(terms: Terms, resources: Sequence[Resource]) -> None:
    """Refuse words that no type of row in the file knows."""
    kinds = list(dict.fromkeys(kind for one in resources for kind in one.missing))
    if unknown := ", ".join(sorted(terms.missing - {"all", *kinds})):
        known = ", ".join(["all", *kinds])
        raise CommandError(f"--create-missing knows {known}; not: {unknown}.")
    matches = list(dict.fromkeys(word for one in resources for word in one.matches))
    if terms.match not in {"", "-", *matches}:
        known = ", ".join(matches)
        raise CommandError(f"--match knows {known} and -; not: {terms.match}.")


def _fitted(job: Job) -> Terms:
    """Return the terms in the words that the type of the rows knows."""
    resource, terms = RESOURCES[job.type], job.terms
    kinds = frozenset(resource.missing)
    missing = kinds if "all" in terms.missing else kinds & terms.missing
    match = terms.match if terms.match in {"-", *resource.matches} else ""
    return replace(terms, missing=missing, match=match)


def _pairs(texts: Iterable[str], option: str, *, last: bool = False) -> dict[str, str]:
    try:
        return dict(pair_in(text, last=last) for text in texts)
    except ValueError as error:
        reason = f"{option} is written NAME=VALUE, not '{error}'."
        raise CommandError(reason) from error


def _failed(report: Report) -> str:
    if report.problems:
        return "The file was not loaded."
    return f"{report.refused:,} of {report.rows:,} rows were refused."
