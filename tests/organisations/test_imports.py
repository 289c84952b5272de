import pytest

from organisations.imports import (
    Column,
    Record,
    Refused,
    ShortNames,
    cut_at_word,
    listed,
    refused,
    squashed,
    squeezed,
)


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Wagon", "Wagon"),
        ("exactly twenty chars", "exactly twenty chars"),
        ("Portable computers, leased", "Portable computers"),
        ("Track recording car Anna", "Track recording car"),
        ("Roofing (Asphalt) - old", "Roofing (Asphalt)"),
        ("oul01-vantaa-router01", "oul01-vantaa-router0"),
        ("A verylongwordwithoutanyspaces", "A verylongwordwithou"),
        ("\U0001f68b" * 30, "\U0001f68b" * 20),
    ],
)
def test_it_cuts_names_at_a_word(text: str, short: str) -> None:
    assert cut_at_word(text) == short


def test_it_numbers_names_that_were_cut_alike() -> None:
    names = ShortNames()
    names.keep("A long name for wagon 2")
    names.keep("SECOND LONG NAME")

    made = [names.shorten(f"First long name, number {n}") for n in range(3)]
    other = names.shorten("Second long name, all of it")

    assert made == ["First long name", "First long name 2", "First long name 3"]
    assert (other, names.cut) == ("Second long name 2", 4)


def test_it_leaves_short_names_alone_however_often_they_come() -> None:
    names = ShortNames()

    assert [names.shorten("Wagon"), names.shorten("Wagon")] == ["Wagon", "Wagon"]
    assert names.cut == 0


def test_it_numbers_thousands_of_names_within_their_length() -> None:
    names = ShortNames()

    made = {names.shorten("Compartment coach number " + "x" * n) for n in range(3_000)}

    assert len(made) == 3_000
    assert max(map(len, made)) <= 20


def test_it_compares_texts_without_case_and_spaces() -> None:
    assert squashed(" Asset_Tag #:") == squashed("assettag") == "assettag"
    assert squeezed("  North\n Yard ") == squeezed("NORTH yard")
    assert squeezed("A\u0301") == squeezed("\xe1")


def test_it_lists_the_first_few_of_many() -> None:
    assert listed(["a", "b"]) == "a, b"
    assert listed(["x"] * 1_500, most=2) == "x, x and 1,498 more"


def test_it_refuses_a_row_for_a_cell_or_as_a_whole() -> None:
    record = Record(7, ["Wagon", "x" * 100])
    column = Column(1, "Plate", "Plate#2")

    assert refused(record, column, "invalid_body", "No.") == Refused(
        7, "Plate#2", "x" * 80, "invalid_body", "No."
    )
    assert refused(record, None, "conflict", "No.").value == ""
