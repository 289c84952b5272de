"""Loading the demo the way that anybody's own files are loaded."""

from collections.abc import Callable
from pathlib import Path

from django.db import transaction

from config.demo import FILES
from config.demo.day import Day
from config.demo.offices import Offices
from config.imports.report import Report
from config.imports.resources import RESOURCES
from config.imports.runs import Job, run
from organisations.imports import Terms
from organisations.models import Organisation, User
from organisations.services.organisations import create_organisation

NAME = "Halmevik Railway"
DESCRIPTION = "An invented railway with a bus depot and two offices."


class DemoRefused(Exception):
    """A file of the demo was not loaded in full."""

    def __init__(self, file: Path, report: Report) -> None:
        problems = [one.message for one in report.problems]
        reasons = problems or [one.reason for one in report.refusals]
        super().__init__(f"{file.name} was refused: {reasons[0]}")


@transaction.atomic
def load_demo(owner: User, tell: Callable[[str], object]) -> Organisation:
    """Make the demo organisation, import its files, let a day pass; all or nothing.

    `tell` is called with a line after each file. Raises DemoRefused.
    """
    organisation = create_organisation(
        name=NAME, owner=owner, description=DESCRIPTION, actor=owner
    )
    terms = Terms(organisation, owner, frozenset(RESOURCES["assets"].missing))
    for file in FILES:
        report = run(Job(path=file, terms=terms))
        if not report.is_clean:
            raise DemoRefused(file, report)
        tell(f"{file.name}: {report.created} assets")
    Day(organisation, owner).run()
    tell("a day of the railway: trains, logs with a photo, work, a shared fleet")
    Offices(organisation, owner).open()
    tell("the IT of two offices: programs, licences, certificates, meters, loans")
    return organisation
