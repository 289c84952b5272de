import pytest

from config.imports.failures import ImportFailure, Problem
from config.imports.headers import (
    Targets,
    labelled,
    place_columns,
    refuse_contested,
    refuse_new_fields,
)
from organisations.imports import Column, Key

TARGETS = Targets(
    keys=(
        Key("name", ("name", "hostname")),
        Key("type", ("type", "category")),
        Key("sub_location", ("room",), needs="location"),
        Key("location", ("location", "site")),
    ),
    fields={"depot": "Depot", "estimated replacement year": "Replacement Year"},
)


def places(header: list[str], **asked: str) -> dict[str, str]:
    columns = place_columns(header, TARGETS, asked)
    return {column.label: column.key or column.field_name for column in columns}


def problems(header: list[str], asked: dict[str, str]) -> list[tuple[str, str]]:
    with pytest.raises(ImportFailure) as failure:
        place_columns(header, TARGETS, asked)
    return [(problem.code, problem.column) for problem in failure.value.problems]


def test_it_knows_headers_whatever_their_case_and_punctuation() -> None:
    assert places(["HOST_NAME", "Category:", "Colour"]) == {
        "HOST_NAME": "name",
        "Category:": "type",
        "Colour": "",
    }


def test_it_prefers_the_likeliest_header() -> None:
    assert places(["Category", "Type", "Hostname", "Name"]) == {
        "Category": "",
        "Type": "type",
        "Hostname": "",
        "Name": "name",
    }


def test_it_prefers_a_field_of_the_organisation_to_a_synonym() -> None:
    targets = Targets(TARGETS.keys, {"site": "Site"})

    (column,) = place_columns(["Site"], targets, {})

    assert (column.key, column.field_name) == ("", "Site")


def test_it_finds_the_field_that_was_made_for_a_long_header() -> None:
    assert places(["Estimated Replacement Year"]) == {
        "Estimated Replacement Year": "Replacement Year"
    }


def test_it_minds_what_a_key_needs() -> None:
    targets = Targets(tuple(reversed(TARGETS.keys)), {})
    alone = place_columns(["Room"], targets, {})
    together = place_columns(["Room", "Site"], targets, {})

    assert [column.key for column in alone] == [""]
    assert [column.key for column in together] == ["sub_location", "location"]


def test_it_does_as_it_is_asked() -> None:
    assert places(["Name", "Plate", "Row"], Plate="NAME", Row="-", Name="Colour") == {
        "Name": "Colour",
        "Plate": "name",
    }


def test_it_labels_headers_that_are_missing_or_used_before() -> None:
    labels = [column.label for column in labelled(["Name", "", "name", "A\nB\x07"])]

    assert labels == ["Name", "#2", "name#2", "A B"]


def test_it_refuses_headers_that_are_there_twice() -> None:
    assert problems(["Name", "Type", "Name", "type"], {}) == [
        ("header_duplicate", "Name#2"),
        ("header_duplicate", "type#2"),
    ]


def test_it_accepts_headers_that_are_there_twice_once_they_are_placed() -> None:
    asked = {"Name#2": "-", "#4": "Colour"}
    columns = place_columns(["Name", "Type", "Name", ""], TARGETS, asked)

    assert [(column.label, column.index) for column in columns] == [
        ("Name", 0),
        ("Type", 1),
        ("#4", 3),
    ]


def test_it_refuses_to_place_a_column_that_is_not_there() -> None:
    assert problems(["Name"], {"Nmae": "name", "Name#2": "-"}) == [
        ("map_unknown", "Nmae"),
        ("map_unknown", "Name#2"),
    ]


def test_it_refuses_two_columns_in_one_place() -> None:
    assert problems(["A", "B"], {"A": "name", "B": "Name"}) == [("map_conflict", "B")]

    with pytest.raises(ImportFailure):
        refuse_contested(
            [Column(0, "A", "A", field_name="x"), Column(1, "B", "B", field_name="X")]
        )


def test_it_refuses_fields_that_do_not_exist() -> None:
    columns = place_columns(["A", "B"], TARGETS, {"A": "Depot", "B": "Dpot"})

    with pytest.raises(ImportFailure) as failure:
        refuse_new_fields(columns, TARGETS)

    assert failure.value.problems == (
        Problem(
            "target_unknown",
            "'Dpot' is neither a custom field nor one of: name, type, sub_location, "
            "location. To make the field, say --create-missing fields.",
            "B",
        ),
    )
