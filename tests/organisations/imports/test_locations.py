from organisations.models import Location, SubLocation
from tests.cast import Cast
from tests.exchange import Exchange, codes, exchange, outcome
from tests.factories.organisations import LocationFactory, SubLocationFactory

files = exchange("locations")

YARD = (
    "Name,Code,Lat,Lon,Delivery,Track,Sub location code,Capacity\n"
    "Oulu yard,OL,65.0123456,25.46,true,,,\n"
    "Oulu yard,OL,,,,Track 1,T1,12\n"
    "Oulu yard,OL,,,,Track 2,T2,\n"
    "Kemi yard,KEM,,,,Track 1,,3\n"
)


def parts() -> list[tuple[str, str, str, int | None]]:
    found = SubLocation.objects.order_by("id")
    return [*found.values_list("location__name", "name", "code", "asset_capacity")]


def test_it_makes_locations_and_their_parts_once(files: Exchange) -> None:
    first = files.load(YARD)
    again = files.load(YARD)

    assert (outcome(first), outcome(again)) == ((4, 0, 0, 0), (0, 0, 4, 0))
    assert [*Location.objects.values_list("name", "latitude", "delivery")] == [
        ("Oulu yard", 65.0123456, True),
        ("Kemi yard", None, False),
    ]
    assert parts() == [
        ("Oulu yard", "Track 1", "T1", 12),
        ("Oulu yard", "Track 2", "T2", None),
        ("Kemi yard", "Track 1", "", 3),
    ]


def test_it_changes_a_location_and_a_part(cast: Cast, files: Exchange) -> None:
    oulu = LocationFactory(organisation=cast.organisation, name="Oulu", code="OL")
    SubLocationFactory(location=oulu, name="Track 1", asset_capacity=5)
    text = (
        "Code,Address,Track,Capacity,Enabled\n"
        "ol,Ratakatu 1,,,\nOL,Elsewhere 2,track 1,7,no\n"
    )

    report = files.load(text)

    assert outcome(report) == (0, 2, 0, 0)
    oulu.refresh_from_db()
    # A row of a part says of its location only which one it is.
    assert oulu.address == "Ratakatu 1"
    part = SubLocation.objects.get()
    assert (part.asset_capacity, part.enabled) == (7, False)


def test_it_puts_the_parts_of_an_address_together(files: Exchange) -> None:
    text = (
        "Station;Straße;PLZ;Ort;Bundesland\n"
        "Aachen Hbf;Bahnhofplatz 2a;52064;Aachen;Nordrhein-Westfalen\n"
        "Nowhere;;;Aachen;\n"
    )

    assert outcome(files.load(text)) == (2, 0, 0, 0)
    assert [*Location.objects.values_list("address", flat=True)] == [
        "Bahnhofplatz 2a, 52064 Aachen, Nordrhein-Westfalen",
        "Aachen",
    ]


def test_it_refuses_rows_with_line_column_and_code(files: Exchange) -> None:
    text = (
        "Name,Latitude,Longitude,Timezone,Track,Capacity\n"
        "North,91,25,,,\nSouth,x,y,,,\nEast,1,,,,\nWest,,,Mars/Base,,\n"
        ",,,,Track 1,\nYard,,,,Track 1,-1\nYard,,,,Track 2,\nYard,,,,Track 2,\n"
        "Far,sNaN,1e999999,,,\n"
    )

    report = files.load(text, skip_invalid=True)

    assert codes(report) == [
        (2, "Latitude", "invalid_body"),
        (3, "Latitude", "invalid_body"),
        (3, "Longitude", "invalid_body"),
        (4, "Latitude", "latitude_longitude_together"),
        (4, "Longitude", "latitude_longitude_together"),
        (5, "Timezone", "invalid_body"),
        (6, "Name", "invalid_body"),
        (7, "Capacity", "invalid_body"),
        (9, "Track", "duplicate_row"),
        (10, "Latitude", "invalid_body"),
    ]
    # A location made for a part that was refused is not left behind.
    assert outcome(report) == (1, 0, 0, 8)
    assert parts() == [("Yard", "Track 2", "", None)]


def test_it_carries_locations_to_another_organisation(
    cast: Cast, files: Exchange
) -> None:
    oulu = LocationFactory(
        organisation=cast.organisation,
        name="Oulu",
        code="OL",
        colour="#ff0000",
        address="Ratakatu 1,\n90100 Oulu",
        latitude=65.01234567,
        longitude=1e-05,
        radius=150.0,
        delivery=True,
        timezone_code="Europe/Helsinki",
    )
    LocationFactory(organisation=cast.organisation, name="", code="KEM")
    SubLocationFactory(location=oulu, name="Track 1", code="T1", asset_capacity=0)
    SubLocationFactory(location=oulu, name="Track 2", enabled=False)

    files.carry(cast.other)
