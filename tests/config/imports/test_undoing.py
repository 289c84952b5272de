"""A whole import is taken back, or the reasons are told why it is not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from assets.models import AssetField, AssetGroup, AssetStatus, AssetType
from assets.services.changing import update_asset
from assets.services.logs import create_log
from config.api.errors import Refusal
from config.imports.undoing import undo
from organisations.models import Change, ImportRun, Location
from tests.cast import Cast
from tests.config.imports.conftest import Load

Write = Callable[[str], Path]
ROWS = (
    "Asset tag,Name,Type,Status,Location,Mileage\n"
    "T1,A1,Bus,New,North,10\n"
    "T2,A2,Bus,New,South,20\n"
)


def everything() -> dict[str, list[Any]]:
    """Return all rows of the kinds that a file of assets makes or changes."""
    kinds = (AssetGroup, AssetField, AssetStatus, AssetType, Location)
    return {
        kind.__name__: [one.recorded() for one in kind.objects.order_by("pk")]
        for kind in kinds
    }


def last_run() -> ImportRun:
    return ImportRun.objects.latest("id")


def test_it_deletes_all_that_an_import_made(
    cast: Cast, load: Load, csv_file: Write
) -> None:
    before = everything()
    load(csv_file(ROWS))

    undone = undo(last_run(), actor=cast.owner)

    # Two assets, two fields, and a type, a status and two places that they named.
    assert (undone.deleted, undone.reverted, undone.kept) == (8, 0, [])
    assert everything() == before
    noted = last_run()
    assert (noted.state, noted.undone_by) == ("undone", "owner")
    gone = Change.objects.filter(action="deleted", model="assetgroup")
    assert sorted((line.old or {})["name"] for line in gone) == ["A1", "A2"]


def test_it_gives_back_what_an_import_changed(
    cast: Cast, load: Load, csv_file: Write
) -> None:
    load(csv_file(ROWS))
    before = everything()
    load(
        csv_file(
            ROWS.replace("A1,Bus,New,North,10", "B1,Bus,Old,South,11")
            + "T3,A3,Tram,New,East,30\n"
        )
    )
    assert everything() != before

    undone = undo(last_run(), actor=cast.owner)

    assert undone.kept == []
    assert undone.reverted == 1
    assert everything() == before


def test_it_can_be_loaded_again_once_taken_back(
    cast: Cast, load: Load, csv_file: Write
) -> None:
    path = csv_file("Name,Type\nA1,Bus\n")
    load(path)
    undo(last_run(), actor=cast.owner)

    assert load(path).created == 1


def changed(cast: Cast, load: Load, csv_file: Write) -> AssetGroup:
    """Load two rows, and change one of them by hand."""
    load(csv_file(ROWS))
    row = AssetGroup.objects.get(name="A1")
    return update_asset(row, {"description": "mine"}, actor=cast.manager)


def test_it_does_nothing_when_a_row_was_changed_since(
    cast: Cast, load: Load, csv_file: Write
) -> None:
    row = changed(cast, load, csv_file)
    before = everything()

    undone = undo(last_run(), actor=cast.owner)

    (kept,) = [one for one in undone.kept if one.model == "assetgroup"]
    assert (kept.id, kept.row) == (row.pk, "A1")
    assert kept.reason.startswith("manager changed it at 20")
    assert (last_run().state, everything()) == ("done", before)


def test_it_leaves_changed_rows_and_takes_the_others_when_asked_to(
    cast: Cast, load: Load, csv_file: Write
) -> None:
    changed(cast, load, csv_file)

    undone = undo(last_run(), actor=cast.owner, keep_changed=True)

    # With the row stays what it refers to.
    assert [one.name for one in AssetGroup.objects.all()] == ["A1"]
    assert [one.name for one in Location.objects.all()] == ["North"]
    assert AssetType.objects.get().name == "Bus"
    assert "assetgroup" in {one.model for one in undone.kept}
    assert last_run().state == "undone"


def test_it_minds_what_others_have_written_about_a_row(
    cast: Cast, load: Load, csv_file: Write
) -> None:
    load(csv_file(ROWS))
    row = AssetGroup.objects.get(name="A2")
    create_log(group=row, values={"log": "Seen."}, actor=cast.manager)

    undone = undo(last_run(), actor=cast.owner)

    assert (undone.kept[0].row, undone.kept[0].reason) == (
        *("A2", "Others refer to it: asset logs."),
    )
    # What the asset refers to stays with it.
    kept = {one.row for one in undone.kept}
    assert kept == {"A2", "Bus", "New", "South", "Asset tag", "Mileage"}


def test_it_takes_nothing_back_twice(cast: Cast, load: Load, csv_file: Write) -> None:
    load(csv_file(ROWS))
    undo(last_run(), actor=cast.owner)

    with pytest.raises(Refusal) as refusal:
        undo(last_run(), actor=cast.owner)

    assert refusal.value.code == "import_not_undoable"


def test_the_command_takes_back_and_lists(
    cast: Cast, load: Load, csv_file: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    load(csv_file(ROWS))
    key = str(last_run().pk)

    call_command("import_undo", key)
    call_command("import_undo", "--list")

    said, listed = capsys.readouterr().out.splitlines()
    assert (
        said == f"Import {key} was taken back: 8 rows deleted, 0 as they were, 0 kept."
    )
    assert listed.startswith(key)
    assert "undone  assets  Yard list.csv  by owner: 2 created" in listed


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "rows stand against it"),
        (["--user=outsider"], "not a member"),
        (["--user=member"], "This needs MANAGE_FLEETS."),
        (["--user=nobody"], "There is no active user 'nobody'."),
    ],
)
def test_the_command_refuses(
    cast: Cast, load: Load, csv_file: Write, options: list[str], message: str
) -> None:
    changed(cast, load, csv_file)

    with pytest.raises(CommandError, match=message):
        call_command("import_undo", str(last_run().pk), *options)

    assert last_run().state == "done"


def test_the_command_lists_the_imports_of_one_organisation(
    cast: Cast, load: Load, csv_file: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    load(csv_file(ROWS))

    call_command("import_undo", "--list", f"--organisation={cast.organisation}")
    call_command("import_undo", "--list", f"--organisation={cast.other.pk}")

    assert len(capsys.readouterr().out.splitlines()) == 1
    with pytest.raises(CommandError, match="There is no organisation 'abc'"):
        call_command("import_undo", "--list", "--organisation=abc")


@pytest.mark.parametrize("text", ["", "12", "x"])
def test_the_command_knows_no_such_import(db: None, text: str) -> None:
    with pytest.raises(CommandError):
        call_command("import_undo", *filter(None, [text]))
