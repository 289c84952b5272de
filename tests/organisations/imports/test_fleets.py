import pytest

from config.imports.resources import RESOURCES
from organisations.models import Change, Fleet
from organisations.permissions import Permission
from tests.cast import Cast
from tests.exchange import Exchange, codes, exchange, outcome
from tests.factories.organisations import FleetFactory

files = exchange("fleets")

TWO = "Fleet name,Code,Description\nNorth,N,Wagons\nSouth,S,\n"


def names(cast: Cast) -> list[tuple[str, str, str]]:
    found = Fleet.objects.of(cast.organisation)
    return [*found.values_list("name", "code", "description")]


def test_it_makes_fleets_once(cast: Cast, files: Exchange) -> None:
    first = files.load(TWO)
    again = files.load(TWO)

    assert (outcome(first), outcome(again)) == ((2, 0, 0, 0), (0, 0, 2, 0))
    assert names(cast) == [("North", "N", "Wagons"), ("South", "S", "")]
    made = Change.objects.filter(model="fleet", request_id=f"import-{first.run}")
    assert [*made.values_list("action", "who")] == [("created", "owner")] * 2


def test_it_changes_what_cells_say_and_tells_it(cast: Cast, files: Exchange) -> None:
    FleetFactory(organisation=cast.organisation, name="North", code="N")

    report = files.load("Name,Code,Notes\nNorthern,n,Wagons\n")

    assert outcome(report) == (0, 1, 0, 0)
    assert [(one.key, one.old, one.new) for one in report.differences] == [
        ("code", "N", "n"),
        ("name", "North", "Northern"),
        ("description", "", "Wagons"),
    ]


def test_it_leaves_what_empty_cells_do_not_say(cast: Cast, files: Exchange) -> None:
    files.load(TWO)

    report = files.load("Name,Description\nNorth,\nSouth,Old\n")

    assert outcome(report) == (0, 1, 1, 0)
    assert names(cast) == [("North", "N", "Wagons"), ("South", "S", "Old")]


def test_a_code_is_stronger_than_a_name(cast: Cast, files: Exchange) -> None:
    FleetFactory(organisation=cast.organisation, name="North", code="N1")
    FleetFactory(organisation=cast.organisation, name="South")

    report = files.load("Name,Code\nNorth,N2\nSouth,S\n")

    assert outcome(report) == (1, 1, 0, 0)
    assert [*Fleet.objects.values_list("name", "code")] == [
        ("North", "N1"),
        ("South", "S"),
        ("North", "N2"),
    ]


def test_it_refuses_rows_with_line_column_and_code(cast: Cast, files: Exchange) -> None:
    for _ in range(2):
        FleetFactory(organisation=cast.organisation, name="Twin")
    text = (
        "Name,Code,Color\nTwin,,\nNorth,,green\nSouth,a code that is too long,\n"
        ",,#ffffff\nEast,E,\nEast,E,\n"
    )

    report = files.load(text, skip_invalid=True)

    assert codes(report) == [
        (2, "Name", "match_ambiguous"),
        (3, "Color", "invalid_body"),
        (4, "Code", "invalid_body"),
        (5, "Name", "invalid_body"),
        (7, "Code", "duplicate_row"),
    ]
    assert outcome(report) == (1, 0, 0, 5)


@pytest.mark.parametrize(
    ("word", "counts"), [("skip", (0, 0, 1, 0)), ("fail", (0, 0, 0, 1))]
)
def test_it_does_with_those_there_what_it_is_told(
    cast: Cast, files: Exchange, word: str, counts: tuple[int, int, int, int]
) -> None:
    FleetFactory(organisation=cast.organisation, name="North")

    report = files.load("Name,Notes\nNorth,Wagons\n", on_conflict=word)

    assert outcome(report) == counts
    assert names(cast) == [("North", "", "")]


def test_it_finds_by_what_it_is_told(cast: Cast, files: Exchange) -> None:
    FleetFactory(organisation=cast.organisation, name="North", code="N")
    text = "Name,Code\nNorth,N2\n"

    new = files.load(text, match="code", dry_run=True)
    same = files.load(text, match="name", dry_run=True)
    none = files.load(text, match="-", dry_run=True)

    assert [outcome(one)[:2] for one in (new, same, none)] == [(1, 0), (0, 1), (1, 0)]


def test_it_carries_fleets_to_another_organisation(cast: Cast, files: Exchange) -> None:
    FleetFactory(
        organisation=cast.organisation,
        name="North; west",
        code="N",
        description="Two\nlines",
        color="#00ff00",
        root_system_id="R-1",
    )
    FleetFactory(organisation=cast.organisation, name="South")

    files.carry(cast.other)


def test_it_asks_for_what_the_api_asks_for() -> None:
    assert RESOURCES["fleets"].permissions(frozenset()) == {Permission.MANAGE_FLEETS}
