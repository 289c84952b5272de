from pathlib import Path

import pytest

from assets.models import AssetField, AssetGroup
from assets.services.fields import create_field
from config.api.errors import Refusal
from config.imports.resources import RESOURCES
from organisations.permissions import Permission
from tests.cast import Cast
from tests.counting import queries_of
from tests.exchange import Exchange, codes, csv_of, exchange, outcome
from tests.factories.assets import (
    AssetFieldFactory,
    AssetStatusFactory,
    AssetTypeFactory,
    make_asset,
    make_assets,
)
from tests.factories.groups import make_equipment, make_unit
from tests.factories.organisations import (
    FleetFactory,
    LocationFactory,
    PrefixFactory,
    SubLocationFactory,
)

files = exchange("assets")

VALUES: dict[str, tuple[str, object]] = {
    "Plate": ("text", '007; "x"'),
    "Axles": ("integer", 12),
    "Length": ("decimal", 1.234),
    "Heated": ("boolean", False),
    "Built": ("date", "1999-12-31"),
    "Seen": ("datetime", "2026-01-02T03:04:05Z"),
    "Gauge": ("enum", "1524"),
    "Stop": ("duration", 90),
    "Manual": ("url", "https://example.org/a?b=c;d"),
}


def make_fields(cast: Cast) -> list[AssetField]:
    """Make a field of every type."""
    return [
        create_field(
            organisation=cast.organisation,
            body={
                "name": name,
                "type": type_,
                **({"values": ["1435", "1524"]} if type_ == "enum" else {}),
            },
            actor=cast.owner,
        )
        for name, (type_, _) in VALUES.items()
    ]


def furnish(cast: Cast) -> None:
    """Make two assets, one of which has everything that an asset can have."""
    fields = make_fields(cast)
    own = {"organisation": cast.organisation}
    status = AssetStatusFactory(**own, name="In service")
    LocationFactory(**own, name="Yard", code="Y1")
    yard = LocationFactory(**own, name="Yard", code="Y2")
    track = SubLocationFactory(location=yard, name="Track 1")
    fleet = FleetFactory(**own, name="North")
    prefix = PrefixFactory(**own, number_format="W-{n}", number_digits=None)
    kind = AssetTypeFactory(**own, name="Wagon", with_fields=fields, prefix=prefix)
    make_asset(
        cast.organisation,
        type_id=kind.pk,
        name="Anna",
        description="Two\nlines",
        status_id=status.pk,
        location_id=yard.pk,
        sub_location_id=track.pk,
        fleet_id=fleet.pk,
        number=41,
        active=False,
        fields={name: value for name, (_, value) in VALUES.items()},
    )
    make_asset(cast.organisation, name="Plain")


def test_it_writes_what_an_asset_has(cast: Cast, files: Exchange) -> None:
    furnish(cast)

    header, anna, plain = files.table()

    assert header == [
        *("name", "description", "type", "status", "location", "sub_location"),
        *("fleet", "number", "prefix", "active", *VALUES),
    ]
    assert anna == [
        *("Anna", "Two\nlines", "Wagon", "In service", "Y2", "Track 1"),
        *("North", "41", "W-{n}", "false"),
        *('007; "x"', "12", "1.234", "false", "1999-12-31"),
        *("2026-01-02T03:04:05Z", "1524", "90", "https://example.org/a?b=c;d"),
    ]
    assert plain[3:7] + plain[8:] == ["", "", "", "", "{n}", "true", *[""] * 9]


def test_it_carries_assets_to_another_organisation(cast: Cast, files: Exchange) -> None:
    furnish(cast)
    for type_ in ("locations", "fleets", "prefixes", "statuses", "fields", "types"):
        other = Exchange(type_, cast.organisation, files.folder)
        other.elsewhere(cast.other).load(other.export())

    files.carry(cast.other)


def test_it_writes_what_meets_a_condition(cast: Cast, files: Exchange) -> None:
    furnish(cast)

    def names(condition: str) -> list[str]:
        return [row[0] for row in files.table(condition)[1:]]

    assert names("active eq false") == ["Anna"]
    assert names("startswith(name, 'Pl') and number ge 1") == ["Plain"]
    assert names("fields/Gauge eq '1524'") == ["Anna"]
    assert names("location/name eq 'Yard'") == ["Anna"]
    for condition in ("serial eq 'x'", "name eq", "fields/None eq 1"):
        with pytest.raises(Refusal) as refused:
            files.table(condition)
        assert refused.value.code == "odata_error"


def test_it_writes_assets_of_the_organisation_that_are_there(
    cast: Cast, files: Exchange
) -> None:
    make_asset(cast.other)
    make_equipment(cast.organisation)
    asset, gone = make_assets(cast.organisation, 2)
    make_unit(cast.organisation, asset)
    AssetGroup.objects.filter(pk=gone.pk).update(deleted_at=gone.created_at)

    assert [row[0] for row in files.table()[1:]] == [asset.name]


def test_a_column_is_not_taken_for_a_field_of_the_same_name(
    cast: Cast, files: Exchange
) -> None:
    field = AssetFieldFactory(organisation=cast.organisation, name="Prefix")
    AssetFieldFactory(
        organisation=cast.organisation, name="Place (file)", description="location"
    )
    kind = AssetTypeFactory(organisation=cast.organisation, with_fields=[field])
    make_asset(cast.organisation, type_id=kind.pk, fields={"Prefix": "X"})

    table = files.table()

    assert table[0][4:10:4] == ["locationname", "numberprefix"]
    assert outcome(files.load(csv_of(table))) == (0, 0, 1, 0)


def test_it_asks_as_often_for_many_rows_as_for_few(cast: Cast, files: Exchange) -> None:
    make_assets(cast.organisation, 2)
    few = queries_of(files.table)
    make_assets(cast.organisation, 20)

    assert queries_of(files.table) == few


def test_it_loads_equipment_and_carries_it(cast: Cast, tmp_path: Path) -> None:
    equipment = Exchange("equipment", cast.organisation, tmp_path)
    text = "Name,Type,Depot,Voltage\nDrill 1,Drill,Oulu,230\nDrill 2,Drill,,\n"
    missing = RESOURCES["equipment"].missing
    AssetTypeFactory(organisation=cast.organisation, name="Drill")

    first = equipment.load(text, missing=missing)
    again = equipment.load(text, match="name")
    wrong = equipment.load("Name,Type\nSaw,Saw\n")

    assert (outcome(first), outcome(again)) == ((2, 0, 0, 0), (0, 0, 2, 0))
    assert codes(wrong) == [(2, "Type", "asset_type_required")]
    assert AssetGroup.objects.equipment().count() == 2
    assert not AssetGroup.objects.single().exists()
    equipment.carry(cast.other, missing=missing)


def test_equipment_asks_for_what_the_api_asks_for() -> None:
    equipment = RESOURCES["equipment"]

    assert equipment.permissions(frozenset()) == {Permission.MANAGE_EQUIPMENT}
    assert equipment.permissions(frozenset({"locations", "types"})) == {
        Permission.MANAGE_EQUIPMENT,
        Permission.MANAGE_LOCATIONS,
        Permission.MANAGE_FLEETS,
    }
