"""Presets as the command takes them."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from assets.models import AssetGroup
from tests.cast import Cast
from tests.config.imports.files import DATA

FILE = str(DATA / "presets" / "snipe-it-assets.csv")
LOCATIONS = str(DATA / "presets" / "snipe-it-locations.csv")


def output(*arguments: str) -> str:
    out = StringIO()
    call_command("import_data", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_it_lists_the_presets() -> None:
    assert "snipe-it-assets" in output("--presets")


def test_it_finds_the_preset_and_tells_what_is_lost(cast: Cast) -> None:
    organisation = f"--organisation={cast.organisation.pk}"

    text = output(FILE, organisation, "--create-missing=all", "--dry-run")

    assert "What of the file is not kept:" in text
    assert "Checkout Type" in text
    assert "This was a dry run: nothing was written." in text
    assert not AssetGroup.objects.exists()


def test_it_tells_machines_what_is_lost(cast: Cast) -> None:
    organisation = f"--organisation={cast.organisation.pk}"

    report = json.loads(output(LOCATIONS, organisation, "--format=json"))

    assert (report["preset"], report["type"]) == ("snipe-it-locations", "locations")
    assert report["lost"][0] == {
        "column": "manager",
        "filled": 1,
        "reason": "Locations have no manager.",
    }


def test_it_says_what_such_files_usually_need(cast: Cast) -> None:
    out = StringIO()
    with pytest.raises(CommandError):
        call_command(
            "import_data",
            FILE,
            f"--organisation={cast.organisation.pk}",
            stdout=out,
            stderr=StringIO(),
        )

    words = "--create-missing types,statuses,locations,fields"
    assert words in " ".join(out.getvalue().split())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--preset=none"], "There is no preset 'none', only: "),
        (["--preset=none.toml"], "There is no preset 'none.toml'."),
        (
            ["--preset=snipe-it-users", "--type=fleets"],
            "The preset 'snipe-it-users' is not for fleets.",
        ),
        (["--create-missing=fleets"], "--create-missing knows all; not: fleets."),
    ],
)
def test_it_refuses_what_it_cannot_use(
    cast: Cast, arguments: list[str], message: str
) -> None:
    organisation = f"--organisation={cast.organisation.pk}"

    with pytest.raises(CommandError) as failure:
        output(LOCATIONS, organisation, *arguments)

    assert str(failure.value).startswith(message)


def test_it_asks_for_what_the_rows_of_the_preset_need(cast: Cast) -> None:
    with pytest.raises(CommandError) as failure:
        output(LOCATIONS, f"--organisation={cast.organisation.pk}", "--user=member")

    assert str(failure.value).startswith("member: ")
