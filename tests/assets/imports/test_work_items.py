import pytest

from assets.models import AssetGroup, WorkItem
from assets.services.work_items import update_work_item
from config.api.errors import Refusal
from organisations.models import Membership
from tests.cast import Cast
from tests.exchange import Exchange, codes, exchange, outcome
from tests.factories.assets import make_asset
from tests.factories.logs import make_work_item
from tests.factories.organisations import PrefixFactory

files = exchange("work_items")

TEXT = (
    "Number,Title,Description,Type,Asset,Status,Date,Completed on,Author\n"
    "12,Turn the wheels,Axle 2,defect,Anna,In Progress,2026-01-02T03:04Z,,member\n"
    "13,Wash,,,,Complete,,2026-01-05T00:00:00+02:00,\n"
)


def test_it_writes_work_items_once(cast: Cast, files: Exchange) -> None:
    anna = make_asset(cast.organisation, name="Anna")

    first = files.load(TEXT)
    again = files.load(TEXT)

    assert (outcome(first), outcome(again)) == ((2, 0, 0, 0), (0, 0, 2, 0))
    wheels, wash = WorkItem.objects.order_by("id")
    assert (wheels.formatted_number, wheels.type, wheels.state) == (
        "12",
        "defect",
        "open",
    )
    assert (wheels.asset_group, wheels.created_by) == (anna, cast.member)
    assert (wash.state, wash.created_by) == ("closed", cast.owner)
    assert wash.closed_at is not None
    assert wash.closed_at.isoformat() == "2026-01-04T22:00:00+00:00"
    counted = AssetGroup.objects.get(pk=anna.pk)
    assert counted.open_work_item_count == 1


def test_it_changes_an_item_and_the_counts(cast: Cast, files: Exchange) -> None:
    anna = make_asset(cast.organisation, name="Anna")
    item = make_work_item(cast.organisation, asset_group_id=anna.pk)
    text = f"Number,Summary,State,Closed at\n{item.number},Turn two,done,\n"

    report = files.load(text)

    assert outcome(report) == (0, 1, 0, 0)
    item.refresh_from_db()
    assert (item.summary, item.state) == ("Turn two", "closed")
    anna.refresh_from_db()
    assert (anna.open_work_item_count, anna.closed_work_item_count) == (0, 1)


def test_numbers_that_came_from_elsewhere_are_passed_over(
    cast: Cast, files: Exchange
) -> None:
    first = make_work_item(cast.organisation).number
    files.load(f"Number,Summary\n{first + 1},Elsewhere\n")

    assert make_work_item(cast.organisation).number == first + 2


def test_it_writes_items_without_a_number_as_often_as_told(files: Exchange) -> None:
    text = "Summary\nWash\n"

    files.load(text)
    again = files.load(text)

    assert [one.code for one in again.problems] == ["already_imported"]
    assert outcome(files.load(text, again=True)) == (1, 0, 0, 0)


def test_it_refuses_work_items(cast: Cast, files: Exchange) -> None:
    make_asset(cast.other, name="Foreign")
    text = (
        "Number,Prefix,Summary,Type,Asset,State,Occurred at,Author\n"
        "1,,x,,,,,\n2,,Wash,party,,,,\n3,,Wash,,Foreign,,,\n4,,Wash,,,perhaps,,\n"
        "5,,Wash,,,,soon,\n6,Z-,Wash,,,,,\n0,,Wash,,,,,\nseven,,Wash,,,,,\n"
        "8,,,,,,,\n9,,Wash,,,,,nobody\n10,,Wash,,,,,\n10,,Wash,,,,,\n"
    )

    report = files.load(text, skip_invalid=True)

    assert codes(report) == [
        (2, "Summary", "invalid_body"),
        (3, "Type", "invalid_body"),
        (4, "Asset", "group_invalid"),
        (5, "State", "invalid_body"),
        (6, "Occurred at", "invalid_body"),
        (7, "Prefix", "prefix_invalid"),
        (8, "Number", "invalid_body"),
        (9, "Number", "invalid_body"),
        (10, "Summary", "invalid_body"),
        (11, "Author", "invalid_body"),
        (13, "Number", "duplicate_row"),
    ]
    assert outcome(report) == (1, 0, 0, 11)


def test_a_number_is_given_once(cast: Cast, files: Exchange) -> None:
    item = make_work_item(cast.organisation)

    report = files.load(f"Number,Summary\n{item.number},Wash\n", match="-")

    assert codes(report) == [(2, "Number", "number_in_use")]


def test_it_carries_work_items_to_another_organisation(
    cast: Cast, files: Exchange
) -> None:
    for organisation in (cast.organisation, cast.other):
        make_asset(organisation, number=7)
    PrefixFactory(organisation=cast.other, number_format="W-{n}")
    prefix = PrefixFactory(organisation=cast.organisation, number_format="W-{n}")
    make_work_item(
        cast.organisation,
        asset_group_id=AssetGroup.objects.of(cast.organisation).get().pk,
        details="Two\nlines",
        type="inspection",
    )
    closed = make_work_item(cast.organisation, prefix_id=prefix.pk)
    update_work_item(closed, {"state": "closed"}, actor=cast.owner)
    Membership.objects.create(organisation=cast.other, user=cast.owner)

    files.carry(cast.other)


def test_it_writes_what_meets_a_condition(cast: Cast, files: Exchange) -> None:
    make_work_item(cast.organisation, summary="One")
    make_work_item(cast.organisation, summary="Two", type="defect")

    table = files.table("type eq 'defect' and state eq 'open'")

    assert [row[2] for row in table[1:]] == ["Two"]
    with pytest.raises(Refusal) as refused:
        files.table("colour eq 'red'")
    assert refused.value.code == "odata_error"
