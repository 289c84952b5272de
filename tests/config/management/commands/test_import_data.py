import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from assets.models import AssetGroup
from organisations.models import Change, Organisation, User
from tests.cast import Cast

ROWS = "Name,Type,Depot\nA1,Bus,North\nA2,Bus,South\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file of two buses."""
    path = tmp_path / "buses.csv"
    path.write_text(ROWS)
    return path


def output(path: Path, organisation: Organisation, *options: str) -> str:
    out = StringIO()
    call_command(
        "import_data",
        str(path),
        f"--organisation={organisation.pk}",
        "--create-missing=all",
        *options,
        stdout=out,
        stderr=StringIO(),
    )
    return out.getvalue()


def refusal(*arguments: str) -> str:
    with pytest.raises(CommandError) as failure:
        call_command("import_data", *arguments, stdout=StringIO(), stderr=StringIO())
    return str(failure.value)


def test_it_loads_a_file_and_reports(cast: Cast, path: Path) -> None:
    report = output(path, cast.organisation)

    assert "2 rows: 2 created, 0 updated, 0 skipped, 0 refused." in report
    assert AssetGroup.objects.of(cast.organisation).count() == 2


def test_it_reports_as_json(cast: Cast, path: Path) -> None:
    report = json.loads(output(path, cast.organisation, "--format=json"))

    assert (report["rows"], report["created"]) == (2, 2)
    assert report["columns"][2] == {"column": "Depot", "target": "location", "type": ""}


def test_it_takes_the_exact_name_of_an_organisation(cast: Cast, path: Path) -> None:
    arguments = [str(path), "--organisation=Suomen Vaunu", "--create-missing=all"]

    call_command("import_data", *arguments, stdout=StringIO(), stderr=StringIO())

    assert AssetGroup.objects.of(cast.organisation).count() == 2


def test_it_acts_as_the_owner_or_the_user_it_is_told(cast: Cast, path: Path) -> None:
    output(path, cast.organisation)
    output(path, cast.organisation, "--user=manager", "--again")

    created = Change.objects.filter(model="assetgroup").order_by("id")
    assert [*created.values_list("who", flat=True)] == [
        *("owner", "owner", "manager", "manager"),
    ]


def test_it_fails_when_rows_are_refused(cast: Cast, path: Path) -> None:
    message = refusal(str(path), f"--organisation={cast.organisation.pk}")

    assert message == "2 of 2 rows were refused."


def test_it_fails_when_only_some_rows_are_loaded(cast: Cast, path: Path) -> None:
    path.write_text(ROWS + ",,East\n")

    message = refusal(
        str(path),
        f"--organisation={cast.organisation.pk}",
        "--create-missing=all",
        "--skip-invalid",
    )

    assert message == "1 of 3 rows were refused."
    assert AssetGroup.objects.of(cast.organisation).count() == 2


def test_it_fails_when_the_file_is_not_loaded(cast: Cast, tmp_path: Path) -> None:
    message = refusal(
        str(tmp_path / "none.csv"), f"--organisation={cast.organisation.pk}"
    )

    assert message == "The file was not loaded."


@pytest.mark.parametrize("who", ["member", "outsider"])
def test_it_refuses_users_who_may_not(cast: Cast, path: Path, who: str) -> None:
    message = refusal(
        str(path), f"--organisation={cast.organisation.pk}", f"--user={who}"
    )

    assert message.startswith(f"{who}: ")


def test_it_refuses_users_who_do_not_exist_or_left(cast: Cast, path: Path) -> None:
    User.objects.filter(username="manager").update(is_active=False)
    organisation = f"--organisation={cast.organisation.pk}"

    for name in ("nobody", "manager"):
        message = refusal(str(path), organisation, f"--user={name}")
        assert message == f"There is no active user '{name}'."


def test_it_refuses_unknown_and_ambiguous_organisations(cast: Cast, path: Path) -> None:
    Organisation.objects.filter(pk=cast.other.pk).update(name="Suomen Vaunu")

    unknown = refusal(str(path), "--organisation=Suomen")
    ambiguous = refusal(str(path), "--organisation=Suomen Vaunu")

    assert unknown == "There is no organisation 'Suomen'."
    assert str(cast.other.pk) in ambiguous


def test_it_refuses_an_organisation_that_is_switched_off(
    cast: Cast, path: Path
) -> None:
    Organisation.objects.filter(pk=cast.organisation.pk).update(enabled=False)

    message = refusal(str(path), f"--organisation={cast.organisation.pk}")

    assert message == "owner: The organisation does not exist."


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--map=Name", "--map is written NAME=VALUE, not 'Name'."),
        ("--set==Bus", "--set is written NAME=VALUE, not '=Bus'."),
        (
            "--create-missing=types,ships",
            "--create-missing knows all, types, statuses, locations, fleets, fields; "
            "not: ships.",
        ),
    ],
)
def test_it_refuses_options_that_it_cannot_read(
    cast: Cast, path: Path, option: str, message: str
) -> None:
    organisation = f"--organisation={cast.organisation.pk}"

    assert refusal(str(path), organisation, option) == message


def test_it_takes_the_header_row_and_leaves_out_rows_below(
    cast: Cast, path: Path
) -> None:
    path.write_text("Buses of 2026\n" + ROWS.replace("\n", "\ntext,text,text\n", 1))

    report = output(path, cast.organisation, "--header-row=2", "--skip-rows=1")

    assert "2 rows: 2 created, 0 updated, 0 skipped, 0 refused." in report
