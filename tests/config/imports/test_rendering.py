import json

from config.imports.failures import Problem
from config.imports.rendering import (
    MOST_SHOWN,
    all_as_json,
    all_as_text,
    as_json,
    as_text,
)
from config.imports.report import MOST_REFUSALS, Lost, Placed, Report
from organisations.imports import Note, Refused


def report(rows: int = 0, *, skipped: int = 0) -> Report:
    return Report("fleet.csv", "assets", "Yard", rows=rows, skipped=skipped)


def lines(made: Report) -> list[str]:
    return as_text(made, width=100, is_terminal=False).splitlines()


def test_it_shows_columns_notes_refusals_and_counts() -> None:
    made = report(2, skipped=1)
    made.columns.append(Placed("Plate", "field Plate", "text"))
    made.notes.append(Note("types_made", "Types made: Bus.", 1))
    made.refuse([Refused(3, "Name", "[red]x\x1b[31m", "invalid_body", "Too short.")])

    assert lines(made) == [
        "Column  Goes to      As",
        "Plate   field Plate  text",
        "",
        "Note        Count",
        "types_made  1      Types made: Bus.",
        "",
        "Line  Column  Value        Code          Reason",
        "3     Name    [red]x [31m  invalid_body  Too short.",
        "",
        "Refused by code: invalid_body 1.",
        "invalid_body: Correct the value.",
        "2 rows: 0 created, 0 updated, 1 skipped, 1 refused.",
        "Nothing was written. Mend the refused rows, or load the others with "
        "--skip-invalid.",
    ]


def test_it_shows_what_of_the_file_is_lost() -> None:
    made = report(1)
    made.lost.append(Lost("Colour", 1_200, "No place for it."))

    assert lines(made)[:3] == [
        "What of the file is not kept:",
        "Column  Cells  Why",
        "Colour  1,200  No place for it.",
    ]


def test_it_shows_the_reports_of_parts_one_after_the_other() -> None:
    parts = [report(1), report(2)]

    text = all_as_text(parts, width=100, is_terminal=False).splitlines()

    assert text[0] == "== assets =="
    assert text.count("== assets ==") == 2
    assert [one["rows"] for one in json.loads(all_as_json(parts))] == [1, 2]


def test_it_shows_why_a_file_was_not_loaded() -> None:
    made = report()
    made.give_up(Problem("quote_unclosed", "A quoted cell is never closed.", line=3))

    assert lines(made) == [
        "The file was not loaded:",
        "Code            Line  Reason",
        "quote_unclosed  3     A quoted cell is never closed.",
        "",
        "Nothing was written.",
    ]


def test_it_does_not_flood_a_terminal() -> None:
    made = report(MOST_SHOWN + 5)
    for line in range(MOST_SHOWN + 5):
        made.refuse([Refused(line, "Name", "", "invalid_body", "Too short.")])

    assert "5 more refusals are not shown (--format json)." in lines(made)


def test_it_keeps_a_limited_number_of_refusals() -> None:
    made = report()
    for line in range(MOST_REFUSALS + 2):
        made.refuse([Refused(line, "Name", "", "invalid_body", "Too short.")])

    assert (made.refused, len(made.refusals)) == (MOST_REFUSALS + 2, MOST_REFUSALS)
    assert made.codes == {"invalid_body": MOST_REFUSALS + 2}


def test_it_says_that_a_dry_run_wrote_nothing() -> None:
    made = report(1)
    made.created, made.is_dry_run = 1, True

    assert lines(made)[-1] == "This was a dry run: nothing was written."


def test_it_writes_json_for_machines() -> None:
    made = report(1)
    made.refuse([Refused(2, "Name", "x", "invalid_body", "Too short.")])

    assert json.loads(as_json(made)) == {
        "file": "fleet.csv",
        "type": "assets",
        "organisation": "Yard",
        "is_dry_run": False,
        "run": "",
        "preset": "",
        "rows": 1,
        "created": 0,
        "updated": 0,
        "skipped": 0,
        "refused": 1,
        "blank": 0,
        "problems": [],
        "notes": [],
        "columns": [],
        "lost": [],
        "refusals": [
            {
                "line": 2,
                "column": "Name",
                "value": "x",
                "code": "invalid_body",
                "reason": "Too short.",
            }
        ],
        "codes": {"invalid_body": 1},
        "hints": {"invalid_body": "Correct the value."},
        "differences": [],
    }
