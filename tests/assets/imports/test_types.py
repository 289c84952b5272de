from django.core.management import call_command

from assets.ephemerality import Ephemerality
from assets.models import AssetField, AssetType, AssetTypeZone, AssetZone
from assets.services.types import add_zone
from organisations.models import Fleet
from tests.cast import Cast
from tests.exchange import Exchange, codes, exchange, outcome
from tests.factories.assets import (
    AssetFieldFactory,
    AssetTypeFactory,
    AssetZoneFactory,
)
from tests.factories.organisations import FleetFactory, PrefixFactory

files = exchange("types")


def names(kind: AssetType) -> list[str]:
    return [*kind.fields.order_by("type_fields__id").values_list("name", flat=True)]


def test_it_makes_types_once(cast: Cast, files: Exchange) -> None:
    for name in ("Plate", "Length"):
        AssetFieldFactory(organisation=cast.organisation, name=name)
    AssetZoneFactory(organisation=cast.organisation, name="Cab", code="C")
    FleetFactory(organisation=cast.organisation, name="North", code="N")
    prefix = PrefixFactory(organisation=cast.organisation, number_format="W-{n}")
    text = (
        "Type,Kind,Notes,Active,Fleet,Prefix,Fields,Zones\n"
        "Wagon,,Freight,no,N,W-,length; plate,c\nDrill,equipment,,,,,,\n"
        "Wagon,permanent,,,,,,\n"
    )

    first = files.load(text)
    again = files.load(text)

    assert (outcome(first), outcome(again)) == ((3, 0, 0, 0), (0, 0, 3, 0))
    wagon, drill, unit = AssetType.objects.order_by("id")
    assert (wagon.ephemerality, wagon.description, wagon.active) == (
        Ephemerality.SINGLE,
        "Freight",
        False,
    )
    assert (wagon.fleet, wagon.prefix) == (Fleet.objects.get(), prefix)
    assert names(wagon) == ["Length", "Plate"]
    assert [zone.name for zone in wagon.zones.all()] == ["Cab"]
    assert drill.ephemerality == Ephemerality.EQUIPMENT
    assert unit.ephemerality == Ephemerality.PERMANENT


def test_it_changes_a_type_and_what_hangs_on_it(cast: Cast, files: Exchange) -> None:
    plate = AssetFieldFactory(organisation=cast.organisation, name="Plate")
    AssetFieldFactory(organisation=cast.organisation, name="Length")
    drill = AssetTypeFactory(
        organisation=cast.organisation,
        name="Drill",
        ephemerality=Ephemerality.EQUIPMENT,
        with_fields=[plate],
    )
    text = "Name,Notes,Fields,Zones\nDrill,Hand-held,Length,Handle\n"

    report = files.load(text, missing=["zones"])

    assert outcome(report) == (0, 1, 0, 0)
    assert names(drill) == ["Length"]
    assert AssetZone.objects.get().name == "Handle"
    assert [(one.key, one.old, one.new) for one in report.differences] == [
        ("description", "", "Hand-held"),
        ("fields", "Plate", "Length"),
        ("zones", "", "Handle"),
    ]
    assert [note.code for note in report.notes] == ["zones_made"]


def test_it_refuses_types(cast: Cast, files: Exchange) -> None:
    off = PrefixFactory(
        organisation=cast.organisation, number_format="OFF-{n}", enabled=False
    )
    text = (
        "Name,Kind,Fleet,Prefix,Fields,Zones\n"
        "Train,temporary,,,,\nWagon,,North,,,\nWagon,,,Z-,,\n"
        f"Wagon,,,{off.number_format},,\n"
        "Wagon,,,,Plate,\nWagon,,,,,Cab\n,,,,,\nx,,,,,\n,single,,,,\n"
        "Wagon,,,,,\nWagon,single,,,,\n"
    )

    report = files.load(text, skip_invalid=True)

    assert codes(report) == [
        (2, "Kind", "invalid_ephemerality"),
        (3, "Fleet", "fleet_invalid"),
        (4, "Prefix", "prefix_invalid"),
        (5, "Prefix", "prefix_invalid"),
        (6, "Fields", "field_unknown"),
        (7, "Zones", "not_found"),
        (9, "Name", "invalid_body"),
        (10, "Name", "invalid_body"),
        (12, "Name", "duplicate_row"),
    ]
    assert outcome(report) == (1, 0, 0, 9)


def test_it_carries_types_to_another_organisation(cast: Cast, files: Exchange) -> None:
    for organisation in (cast.organisation, cast.other):
        for name in ("Plate; old", "Length"):
            AssetFieldFactory(organisation=organisation, name=name)
        for code in ("C1", "C2"):
            AssetZoneFactory(organisation=organisation, name="Cab", code=code)
        FleetFactory(organisation=organisation, name="North")
        PrefixFactory(organisation=organisation, number_format="W-{n}")
    wagon = AssetTypeFactory(
        organisation=cast.organisation,
        name="Wagon",
        with_fields=AssetField.objects.of(cast.organisation).order_by("-id"),
        fleet=Fleet.objects.of(cast.organisation).get(),
    )
    AssetTypeFactory(
        organisation=cast.organisation,
        name="Wagon",
        ephemerality=Ephemerality.EQUIPMENT,
        active=False,
    )
    for zone in AssetZone.objects.of(cast.organisation).order_by("-id"):
        add_zone(wagon, zone, actor=cast.owner)

    files.carry(cast.other)

    assert AssetTypeZone.objects.filter(type__organisation=cast.other).count() == 2


def test_an_import_of_types_is_taken_back(cast: Cast, files: Exchange) -> None:
    fields = [
        AssetFieldFactory(organisation=cast.organisation, name=name)
        for name in ("Plate", "Length", "Width")
    ]
    AssetTypeFactory(organisation=cast.organisation, name="Bus", with_fields=fields[:1])
    before = files.table()

    report = files.load("Name,Fields,Notes\nBus,Length;Width,x\n")
    call_command("import_undo", report.run)

    assert report.updated == 1
    assert files.table() == before
