"""The demo goes out whole, into an empty organisation, and out again: byte for byte."""

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from pytest_django import DjangoDbBlocker

from config.demo.loading import load_demo
from config.exports.selection import exportable
from config.imports.resources import RESOURCES
from config.imports.undoing import undo
from config.imports.whole import ORDER, file_name
from devices.models import SoftwareTitle
from organisations.models import Change, ImportRun, Organisation
from organisations.services.organisations import create_organisation
from tests.config.exports.oddities import add_oddities
from tests.factories.organisations import UserFactory

pytestmark = pytest.mark.django_db

# An organisation is no row of its own.
NOT_OWN = {"organisations"}

Files = Mapping[str, bytes]


def whole(organisation: Organisation, path: Path) -> Files:
    """Export everything, and return the files by name."""
    call_command(
        "export_data",
        f"--organisation={organisation.pk}",
        "--type=all",
        f"--output={path}",
        stderr=io.StringIO(),
    )
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def trip(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Files, Files, str]]:
    """Make the trip once: the files of the demo, those of the copy, and the report."""
    folder = tmp_path_factory.mktemp("trip")
    with django_db_blocker.unblock(), transaction.atomic():
        demo = load_demo(UserFactory(is_staff=True), lambda line: None)
        add_oddities(demo)
        first = whole(demo, folder / "first.zip")
        copy = create_organisation(name="Copy", owner=demo.owner)
        report = io.StringIO()
        # What was refused is told by the tests.
        with suppress(CommandError):
            call_command(
                "import_data",
                str(folder / "first.zip"),
                f"--organisation={copy.pk}",
                "--type=all",
                stdout=report,
                stderr=io.StringIO(),
            )
        yield first, whole(copy, folder / "second.zip"), report.getvalue()
        transaction.set_rollback(True)


def test_it_knows_the_place_of_every_type() -> None:
    assert set(RESOURCES) - NOT_OWN <= set(ORDER)
    assert set(exportable()) == set(RESOURCES) - NOT_OWN


def test_it_writes_a_file_for_every_type_in_the_order_of_loading(
    trip: tuple[Files, Files, str],
) -> None:
    assert list(trip[0]) == [file_name(type_, "csv") for type_ in exportable()]


@pytest.mark.parametrize("type_", sorted(set(RESOURCES) - NOT_OWN))
def test_it_gives_back_the_same_bytes(
    trip: tuple[Files, Files, str], type_: str
) -> None:
    first, second, _ = trip
    name = file_name(type_, "csv")

    assert second[name].decode().split("\r\n") == first[name].decode().split("\r\n")
    assert second[name] == first[name]


def test_it_refuses_none_of_its_own_rows(trip: tuple[Files, Files, str]) -> None:
    *_, report = trip

    assert [line for line in report.splitlines() if " refused." in line] == [
        line for line in report.splitlines() if " 0 refused." in line
    ]
    assert report.count(" refused.") == len(exportable())


def test_it_changes_nothing_when_all_is_loaded_again(
    trip: tuple[Files, Files, str], tmp_path: Path
) -> None:
    for name, content in trip[0].items():
        (tmp_path / name).write_bytes(content)
    copy = Organisation.objects.get(name="Copy")
    report = io.StringIO()

    call_command(
        "import_data",
        str(tmp_path),
        f"--organisation={copy.pk}",
        "--type=all",
        "--format=json",
        stdout=report,
        stderr=io.StringIO(),
    )

    told = [(one["created"], one["updated"]) for one in json.loads(report.getvalue())]
    assert told == [(0, 0)] * len(exportable())


def test_it_takes_the_whole_copy_back(trip: tuple[Files, Files, str]) -> None:
    copy = Organisation.objects.get(name="Copy")
    done = ImportRun.objects.of(copy).filter(state=ImportRun.State.DONE)

    undone = [undo(noted, actor=copy.owner) for noted in done.order_by("-id")]

    assert [kept for one in undone for kept in one.kept] == []
    # The owner's membership and the numbers that every organisation has.
    assert rows_of(copy) == {"Membership": 1, "Prefix": 1}


def rows_of(organisation: Organisation) -> dict[str, int]:
    """Count the rows of an organisation by kind, but for the notes of what happened.

    Programs stay known when nothing has them any more.
    """
    labels = ("organisations", "assets", "licensing", "devices")
    models = [
        one for label in labels for one in apps.get_app_config(label).get_models()
    ]
    counts = {
        model.__name__: model._base_manager.filter(organisation=organisation).count()
        for model in models
        if any(field.name == "organisation" for field in model._meta.local_fields)
        and model not in (Change, ImportRun, SoftwareTitle)
    }
    return {name: count for name, count in counts.items() if count}
