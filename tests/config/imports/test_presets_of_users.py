"""Presets that users write: what they can say, and how they are refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from assets.models import AssetGroup
from config.imports.failures import ImportFailure
from config.imports.presets.choosing import named, prepared
from config.imports.runs import run_all
from tests.cast import Cast
from tests.config.imports.conftest import MakeJob

ROWS = """\
Nimi,Liik,Tootja,Mudel,Kasutusel,Katus
A1,Buss,Raud,R2,jah,punane
A2,Tramm,,T1,ei,
"""
WHOLE = """
title = "Our list"
type = "assets"

[columns]
"Nimi" = "name"
"Kasutusel" = "active"

[fields]
"Katus" = "Roof"

[defaults]
location = "Yard"

[join]
description = ["Tootja", "Mudel"]
type = ["Liik"]

[values.Kasutusel]
jah = "true"
ei = "false"

[options]
match = "name"
"""


@pytest.fixture
def preset(tmp_path: Path) -> Callable[[str], str]:
    """Write a preset; return its path as the command takes it."""

    def write(text: str) -> str:
        path = tmp_path / "ours.toml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


Write = Callable[[str], str]


def reasons(path: str) -> list[str]:
    with pytest.raises(ImportFailure) as failure:
        named(path)
    assert {one.code for one in failure.value.problems} == {"preset_invalid"}
    return [one.message for one in failure.value.problems]


def test_it_maps_joins_translates_and_fills_in(
    cast: Cast, make_job: MakeJob, csv_file: Callable[[str], Path], preset: Write
) -> None:
    jobs = prepared(make_job(csv_file(ROWS)), preset(WHOLE))

    (report,) = run_all(jobs)

    assert (report.preset, report.created, report.lost) == ("ours", 2, [])
    first, second = AssetGroup.objects.of(cast.organisation)
    assert (first.description, second.description) == ("Raud, R2", "T1")
    assert (first.active, second.active) == (True, False)
    assert str(first.location) == "Yard"
    assert first.type
    assert first.type.name == "Buss"
    assert "punane" in first.fields.values()


def test_it_says_of_which_types_new_fields_are(
    cast: Cast, make_job: MakeJob, csv_file: Callable[[str], Path], preset: Write
) -> None:
    text = '[fields]\n"No" = "Number plate"\n[types]\n"Number plate" = "text"\n'
    rows = "Name,Type,No\nA1,Bus,123\n"

    (report,) = run_all(prepared(make_job(csv_file(rows)), preset(text)))

    assert report.columns[2].type == "text"
    asset = AssetGroup.objects.of(cast.organisation).get(name="A1")
    assert "123" in asset.fields.values()


def test_a_job_with_a_preset_is_noted_whole(
    cast: Cast, make_job: MakeJob, csv_file: Callable[[str], Path], preset: Write
) -> None:
    (job,) = prepared(make_job(csv_file(ROWS)), preset(WHOLE))

    options = job.options()

    assert options["values"] == {"Kasutusel": {"jah": "true", "ei": "false"}}
    assert options["joined"] == {"description": ["Tootja", "Mudel"], "type": ["Liik"]}


def test_it_leaves_out_by_pattern(
    make_job: MakeJob, csv_file: Callable[[str], Path], preset: Write
) -> None:
    text = '[columns]\nNimi = "name"\nLiik = "type"\n[lost]\n"*" = "No place."\n'
    jobs = prepared(make_job(csv_file(ROWS)), preset(text))

    (report,) = run_all(jobs)

    assert [(one.column, one.filled, one.reason) for one in report.lost] == [
        ("Tootja", 1, "No place."),
        ("Mudel", 2, "No place."),
        ("Kasutusel", 2, "No place."),
        ("Katus", 1, "No place."),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('colums = "x"', "'colums' is not known; known are: name, title, "),
        ('type = "ships"', "there is no type 'ships': "),
        ("type = 3", "'type' is a text."),
        ('shape = "round"', "there is no shape 'round': "),
        ('signature = "Name"', "'signature' is a list of texts."),
        ('columns = "Name"', "'columns' is a table: [columns]."),
        ('[columns]\nA = "nmae"', "[columns] assets have no 'nmae'; they have: name, "),
        ("[columns]\nA = 1", "[columns] 'A' is a text."),
        ('[types]\nA = "word"', "[types] 'A' is one of: text, integer, "),
        ("[join]\nname = []", "[join] 'name' is a list of headers."),
        ("[values]\nA = 'x'", "[values] 'A' is a table of texts."),
        ('[columns]\n"A b" = "name"\n[lost]\na_B = "x"', "'a_B' stands in [columns] "),
        ('type = "licences"\n[fields]\nA = "B"', "[fields] licences have no custom"),
        ("[options]\ncolour = 1", "[options] knows sheet, encoding, "),
        ('[options]\nheader_row = "2"', "[options] 'header_row' is of type int."),
        ('[options]\ndates = "ymd"', "[options] dates knows dmy, mdy; not: ymd."),
        (
            '[options]\ncreate_missing = ["ships"]',
            "[options] create_missing knows types, ",
        ),
        ("[columns", "is not valid TOML: "),
        ('name = "\\ud800"', "is not valid TOML: "),
    ],
)
def test_it_refuses_what_is_not_in_order(preset: Write, text: str, reason: str) -> None:
    assert any(reason in told for told in reasons(preset(text)))


def test_it_tells_everything_that_is_wrong_at_once(preset: Write) -> None:
    text = '[columns]\nA = "nmae"\nB = "typ"\n[options]\nmatch = "colour"\n'

    assert len(reasons(preset(text))) == 3


def test_it_refuses_a_preset_that_is_too_long(preset: Write) -> None:
    assert reasons(preset("#" * (1 << 20) + "#")) == [
        "'ours.toml' is too long for a preset."
    ]
