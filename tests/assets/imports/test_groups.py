import pytest

from assets.ephemerality import Ephemerality
from assets.models import AssetGroup, GroupMember
from config.imports.resources import RESOURCES
from organisations.permissions import Permission
from tests.cast import Cast
from tests.counting import queries_of
from tests.exchange import Exchange, codes, exchange, outcome
from tests.factories.assets import (
    AssetFieldFactory,
    AssetStatusFactory,
    AssetTypeFactory,
    make_asset,
    make_assets,
)
from tests.factories.groups import make_equipment, make_group, make_type, make_unit
from tests.factories.organisations import FleetFactory, LocationFactory

files = exchange("groups")


def members(group: AssetGroup) -> list[str]:
    found = GroupMember.objects.filter(group=group).order_by("position")
    return [*found.values_list("asset__name", flat=True)]


def groups(cast: Cast) -> dict[str, AssetGroup]:
    found = AssetGroup.objects.of(cast.organisation).groups()
    return {group.name: group for group in found}


def test_it_makes_groups_once(cast: Cast, files: Exchange) -> None:
    wagons = make_assets(cast.organisation, 3)
    make_type(cast.organisation, Ephemerality.PERMANENT, name="Unit")
    LocationFactory(organisation=cast.organisation, name="Oulu")
    AssetStatusFactory(organisation=cast.organisation, name="Parked")
    AssetFieldFactory(organisation=cast.organisation, name="Driver")
    text = (
        "Group,Type,Location,Status,Active,Assets,Driver,Notes\n"
        f"Sm4 01,unit,Oulu,parked,no,{wagons[1].formatted_number};asset 0,,Red\n"
        "IC 27,,,,,asset 2; Sm4 01,Aino,\n"
    )

    first = files.load(text)
    again = files.load(text)

    assert (outcome(first), outcome(again)) == ((2, 0, 0, 0), (0, 0, 2, 0))
    unit, train = groups(cast)["Sm4 01"], groups(cast)["IC 27"]
    assert (unit.ephemerality, train.ephemerality) == (2, 1)
    assert (unit.location.name, unit.status.name) == ("Oulu", "Parked")  # type: ignore[union-attr]
    assert (unit.active, unit.description) == (False, "Red")
    assert members(unit) == ["asset 1", "asset 0"]
    assert members(train) == ["asset 2", "asset 1", "asset 0"]
    assert [*train.fields.values()] == ["Aino"]
    coupled = GroupMember.objects.filter(group=train, source_group=unit)
    assert coupled.count() == 2


def test_it_changes_a_group_and_its_members(cast: Cast, files: Exchange) -> None:
    one, two, three = make_assets(cast.organisation, 3)
    train = make_group(cast.organisation, one, two, name="IC 27")
    text = "Name,Notes,Members\nic 27,Late,asset 2; asset 0\n"

    report = files.load(text)

    assert outcome(report) == (0, 1, 0, 0)
    train.refresh_from_db()
    assert (train.name, members(train)) == ("ic 27", ["asset 2", "asset 0"])
    numbers = [asset.formatted_number for asset in (one, two, three)]
    assert [(one.key, one.old, one.new) for one in report.differences] == [
        ("name", "IC 27", "ic 27"),
        ("description", "", "Late"),
        ("members", f"{numbers[0]};{numbers[1]}", f"{numbers[2]};{numbers[0]}"),
    ]


def test_an_asset_leaves_its_unit_for_another(cast: Cast, files: Exchange) -> None:
    one, two = make_assets(cast.organisation, 2)
    old = make_unit(cast.organisation, one, two, name="Old unit")
    new = make_unit(cast.organisation, name="New unit")

    report = files.load("Name,Members\nNew unit,asset 1\n")

    assert outcome(report) == (0, 1, 0, 0)
    assert (members(old), members(new)) == (["asset 0"], ["asset 1"])


def test_a_number_is_stronger_than_a_name(cast: Cast, files: Exchange) -> None:
    make_asset(cast.organisation, name="Anna")
    train = make_group(
        cast.organisation, make_asset(cast.organisation), name="IC 27", number=900
    )
    text = "Name,Number,Members\nIC 28,900,\nIC 28,901,Anna\n"

    report = files.load(text)

    assert outcome(report) == (1, 1, 0, 0)
    train.refresh_from_db()
    assert train.name == "IC 28"
    other = files.load("Name\nIC 28\n")
    assert codes(other) == [(2, "Name", "match_ambiguous")]


def test_it_refuses_groups(cast: Cast, files: Exchange) -> None:
    make_asset(cast.organisation, name="Anna")
    make_assets(cast.organisation, 2, name="Twin")
    make_asset(cast.other, name="Foreign")
    make_group(cast.organisation, make_asset(cast.organisation), name="Old")
    FleetFactory(organisation=cast.organisation, name="North")
    text = (
        "Name,Ephemerality,Type,Fleet,Members,Active,Location\n"
        "T1,,,,,,\nT2,,,,Nobody,,\nT3,,,,Twin,,\nT4,,,,Foreign,,\n"
        "T5,,,,Anna; anna,,\nT6,,Unit,,Anna,,\nT7,single,,,Anna,,\n"
        "T8,always,,,Anna,,\nT9,,,North,Anna,,\nT10,,,South,Anna,,\n"
        "T11,,,,Anna,perhaps,\nT12,,,,Anna,,Oulu\nOld,permanent,,,,,\n"
        ",,,,Anna,,\nA name that is much too long,,,,Anna,,\n"
        "T13,,,,Anna,,\nT13,,,,Anna,,\n"
    )

    report = files.load(text, skip_invalid=True)

    assert codes(report) == [
        (2, "Members", "consist_required"),
        (3, "Members", "consist_member_invalid"),
        (4, "Members", "consist_member_invalid"),
        (5, "Members", "consist_member_invalid"),
        (6, "Members", "consist_duplicate"),
        (7, "Type", "asset_type_required"),
        (8, "Ephemerality", "invalid_ephemerality"),
        (9, "Ephemerality", "invalid_ephemerality"),
        (10, "Members", "asset_not_in_fleet"),
        (11, "Fleet", "fleet_invalid"),
        (12, "Active", "invalid_body"),
        (13, "Location", "location_invalid"),
        (14, "Ephemerality", "invalid_ephemerality"),
        (15, "Name", "invalid_body"),
        (16, "Name", "invalid_body"),
        (18, "Name", "duplicate_row"),
    ]
    assert outcome(report) == (1, 0, 0, 16)


CONSIST = (
    "Train,Position,Vehicle,Notes\nIC 27,2,asset 1,Late\nIC 28,,asset 3,\n"
    "IC 27,1,asset 0,\nIC 28,,asset 2,\n"
)


def test_it_collects_rows_of_members(cast: Cast, files: Exchange) -> None:
    make_assets(cast.organisation, 4)

    first = files.load(CONSIST)
    again = files.load(CONSIST)
    turned = CONSIST.replace("27,2", "27,0")
    other = files.load(turned)

    assert (outcome(first), outcome(again)) == ((4, 0, 0, 0), (0, 0, 4, 0))
    assert outcome(other) == (0, 2, 2, 0)
    assert [(one.line, one.key) for one in other.differences] == [(2, "members")]
    trains = groups(cast)
    assert members(trains["IC 27"]) == ["asset 1", "asset 0"]
    assert members(trains["IC 28"]) == ["asset 3", "asset 2"]
    assert trains["IC 27"].description == "Late"


def test_it_refuses_rows_of_members(cast: Cast, files: Exchange) -> None:
    make_assets(cast.organisation, 3)
    text = (
        "Train,Position,Vehicle,Location\nIC 27,1,asset 0,\nIC 27,2,Nobody,\n"
        "IC 27,x,asset 1,\nIC 27,3,,\nIC 27,4,asset 0,\n,5,asset 1,\n"
        "IC 28,1,asset 1,Mars\nIC 28,2,asset 2,\n"
    )

    report = files.load(text, skip_invalid=True)

    assert codes(report) == [
        (3, "Vehicle", "consist_member_invalid"),
        (4, "Position", "invalid_body"),
        (5, "Vehicle", "invalid_body"),
        (6, "Vehicle", "consist_duplicate"),
        (7, "Train", "invalid_body"),
        (8, "Location", "location_invalid"),
        (9, "", "location_invalid"),
    ]
    assert outcome(report) == (1, 0, 0, 7)
    assert members(groups(cast)["IC 27"]) == ["asset 0"]


def furnish(cast: Cast) -> None:
    """Make units and trains, one of which a unit is coupled to."""
    own = {"organisation": cast.organisation}
    fields = [AssetFieldFactory(**own, name="Driver")]
    type_ = AssetTypeFactory(
        **own, name="Unit", ephemerality=Ephemerality.PERMANENT, with_fields=fields
    )
    place = LocationFactory(**own, name="Oulu")
    one, two, three, twin = make_assets(cast.organisation, 4)
    drill = make_equipment(cast.organisation, name="Drill")
    # Another number of the same form: it is named by its name.
    AssetGroup.objects.filter(pk=twin.pk).update(
        formatted_number=drill.formatted_number, name="Twin; two"
    )
    train = make_group(cast.organisation, three, name="Late", active=True)
    unit = make_unit(
        cast.organisation,
        *(two, one),
        type_id=type_.pk,
        name="Sm4 01",
        location_id=place.pk,
        active=False,
        fields={"Driver": "Aino"},
    )
    make_group(cast.organisation, twin, drill, unit, three, name="IC 27")
    make_group(cast.organisation, one, name="Parked", active=False)
    train.refresh_from_db()


def test_it_writes_members_by_number_or_name(cast: Cast, files: Exchange) -> None:
    furnish(cast)

    header, *rows = files.table()

    at = header.index("members")
    numbers = dict(
        AssetGroup.objects.values_list("name", "formatted_number").order_by("id")
    )
    assert [(row[0], row[1]) for row in rows] == [
        ("Sm4 01", "permanent"),
        ("Parked", "temporary"),
        ("Late", "temporary"),
        ("IC 27", "temporary"),
    ]
    assert rows[0][at] == f"{numbers['asset 1']};{numbers['asset 0']}"
    wanted = ["Twin\\; two", "Drill", numbers["Sm4 01"], numbers["asset 2"]]
    assert rows[3][at] == ";".join(wanted)
    assert rows[0][header.index("Driver")] == "Aino"


def test_it_carries_groups_to_another_organisation(cast: Cast, files: Exchange) -> None:
    furnish(cast)
    missing = ("types", "locations", "fields")
    for type_ in ("prefixes", "fields", "types", "locations", "assets", "equipment"):
        other = Exchange(type_, cast.organisation, files.folder)
        other.elsewhere(cast.other).load(other.export())
    # What has the same number in form only has another one in the new place.
    AssetGroup.objects.of(cast.other).filter(name="Twin; two").update(
        formatted_number=AssetGroup.objects.of(cast.other)
        .get(name="Drill")
        .formatted_number
    )

    files.carry(cast.other, missing=missing)


def test_it_asks_as_often_for_many_groups_as_for_few(
    cast: Cast, files: Exchange
) -> None:
    furnish(cast)
    few = queries_of(files.table)
    for number in range(5):
        assets = make_assets(cast.organisation, 3)
        make_group(cast.organisation, *assets, name=f"Train {number}")

    assert queries_of(files.table) == few


def test_it_writes_what_meets_a_condition(cast: Cast, files: Exchange) -> None:
    furnish(cast)

    rows = files.table("ephemerality eq 2 and active eq false")

    assert [row[0] for row in rows[1:]] == ["Sm4 01"]


@pytest.mark.parametrize(
    ("missing", "more"),
    [((), set()), (("types",), set()), (("locations",), {Permission.MANAGE_LOCATIONS})],
)
def test_it_asks_for_what_the_api_asks_for(
    missing: tuple[str, ...], more: set[Permission]
) -> None:
    needed = RESOURCES["groups"].permissions(frozenset(missing))

    assert needed == {Permission.MANAGE_FLEETS, *more}
