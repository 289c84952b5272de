"""The oddities of real files, met again in files of our own."""

from collections import Counter

import pytest

from assets.models import AssetField, AssetGroup, AssetType
from config.imports.report import Report
from organisations.models import Location, SubLocation
from tests.cast import Cast
from tests.config.imports.conftest import Load
from tests.config.imports.files import DATA


def refusals(report: Report) -> list[tuple[int, str, str, str]]:
    return [(one.line, one.column, one.value, one.code) for one in report.refusals]


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.rows, report.created, report.refused, report.skipped


def asset(cast: Cast, name: str) -> AssetGroup:
    return AssetGroup.objects.of(cast.organisation).get(name=name)


def values(cast: Cast, name: str) -> dict[str, object]:
    fields = AssetField.objects.of(cast.organisation)
    names = {field.key: field.name for field in fields}
    return {names[key]: value for key, value in asset(cast, name).fields.items()}


def test_it_loads_a_city_fleet_but_for_repeated_identifiers(
    cast: Cast, load: Load
) -> None:
    report = load(DATA / "city-fleet.csv", skip_invalid=True)

    assert counts(report) == (8, 6, 2, 0)
    assert refusals(report) == [
        (6, "EquipID", "32357", "duplicate_row"),
        (8, "EquipID", "32357", "duplicate_row"),
    ]
    assert report.refusals[1].reason == "The same EquipID stands on line 5."
    assert values(cast, "01035") == {
        "EquipID": "01035",
        "License#": "31603D",
        "Year": 2000,
        "Make": "NORDBIL",
        "Dept": "POL",
        "InServiceDate": "2000-08-04",
        "InServiceCost": 14190.13,
        "Replacement Year": 2010,
    }
    boat, trailer = values(cast, "0113A"), values(cast, "3L2")
    assert (boat["InServiceDate"], "Replacement Year" in boat) == ("1946-01-01", False)
    assert (trailer["InServiceDate"], trailer["Replacement Year"]) == ("1968-03-15", 0)
    assert asset(cast, "0113A").type == AssetType.objects.get(name="city fleet")
    assert AssetField.objects.get(name="InServiceCost").units == "$"
    assert [note.code for note in report.notes] == [
        "type_assumed",
        "columns_empty",
        "fields_made",
        "fields_renamed",
        "types_made",
        "names_given",
    ]


def test_it_loads_a_workbook_of_trams_and_buses(cast: Cast, load: Load) -> None:
    report = load(DATA / "trams-and-buses.xlsx", skip_invalid=True)

    assert counts(report) == (9, 7, 2, 0)
    assert refusals(report) == [
        (4, "VehicleId", "97", "duplicate_row"),
        (10, "Type", "", "asset_type_required"),
    ]
    names = AssetGroup.objects.of(cast.organisation).values_list("name", flat=True)
    assert [*names] == [
        *("tram 96", "tram 97", "bus 2231", "bus 2232", "498XAK", "bus row 8"),
        "bus 2233",
    ]
    assert values(cast, "bus 2231") == {
        "VehicleId": 2231,
        "ExpirationDay": "2021-12-05",
        "RegistrationNo": "374XAK",
        "SerialNo": "SUU24",
        "ModelYear": 2021,
        "Length": 18,
        "Doors": 4,
    }
    assert values(cast, "bus 2232")["Length"] == 18.75
    assert {*Location.objects.values_list("name", flat=True)} == {
        *("Mustamäe", "Lasnamäe", "Koplilahe"),
    }


def test_it_loads_office_assets(cast: Cast, load: Load) -> None:
    report = load(DATA / "office-assets.csv")

    assert counts(report) == (4, 4, 0, 0)
    first, second, ceiling, wall = AssetGroup.objects.of(cast.organisation)
    assert (first.name, second.name) == ("Notebook", "Notebook")
    assert (ceiling.name, wall.name) == ("Meeting room", "Meeting room 2")
    assert wall.description == "Meeting room projector on the wall"
    types = AssetType.objects.values_list("name", "description")
    assert [*types] == [
        ("Portable Computers", "Portable Computers (Leased)"),
        ("Portable Computers 2", "Portable Computers (Owned)"),
        ("Projectors", ""),
    ]
    assert values(cast, "Meeting room") == {
        "Company": "Rannik Ltd",
        "Asset Tag": "OFF-0014",
        "Model": "Lumo 4",
        "Purchase Date": "2023-03-01",
        "Purchase Cost": 900,
    }
    fields = {field.name for field in AssetField.objects.all()}
    assert {"Out To: Username", "Out To: Email"} <= fields


def test_it_finds_again_what_it_made_for_long_texts(cast: Cast, load: Load) -> None:
    load(DATA / "office-assets.csv")
    made = AssetType.objects.count(), AssetField.objects.count()

    report = load(
        DATA / "office-assets.csv",
        missing=frozenset(),
        match="-",
        unique="-",
        again=True,
    )

    assert counts(report) == (4, 4, 0, 0)
    assert (AssetType.objects.count(), AssetField.objects.count()) == made
    assert AssetGroup.objects.of(cast.organisation).count() == 8


def test_it_reports_headers_that_are_there_twice(load: Load) -> None:
    report = load(DATA / "office-assets-bad.csv")

    assert [(one.code, one.column) for one in report.problems] == [
        ("header_duplicate", "Company#2"),
        ("header_duplicate", "Category#2"),
    ]
    assert [note.code for note in report.notes] == ["encoding_guessed"]
    assert counts(report) == (0, 0, 0, 0)
    assert not AssetGroup.objects.exists()


def test_it_loads_the_bad_file_once_told_about_its_headers(
    cast: Cast, load: Load
) -> None:
    asked = {"Category#2": "-", "Company#2": "-"}

    report = load(DATA / "office-assets-bad.csv", asked=asked)

    assert counts(report) == (3, 3, 0, 0)
    assert asset(cast, "sed, tristique").location == Location.objects.get(
        name="Lutsâ€™k"
    )
    assert values(cast, "mauris morbi")["Model Number"] == "6.37702E+15"
    assert asset(cast, "id lobortis").description == ("id lobortis convallis tortor")


def test_it_loads_network_devices(cast: Cast, load: Load) -> None:
    report = load(DATA / "network-devices.csv")

    assert counts(report) == (4, 4, 0, 0)
    names = AssetGroup.objects.of(cast.organisation).values_list("name", flat=True)
    assert [*names] == [
        *("oul01-vantaa-router0", "oul01-vantaa-route 2", "sw-turku-1"),
        "Patch Panel row 5",
    ]
    assert values(cast, "sw-turku-1") == {
        "Position (file)": 6,
        "Model": "SX 48",
        "U height": 1,
        "Created": "2020-12-20T00:00:00Z",
    }
    closets = SubLocation.objects.values_list("location__name", "name")
    assert [*closets] == [("Vantaa", "Closet A"), ("Turku", "Closet A")]
    panel = asset(cast, "Patch Panel row 5")
    assert panel.status is not None
    assert panel.status.name == "planned"


def test_it_loads_a_plant_list(cast: Cast, load: Load) -> None:
    report = load(DATA / "plant.csv")

    assert counts(report) == (2, 2, 0, 0)
    assert report.blank == 1
    assert values(cast, "Boiler-1") == {
        "Barcode": "BLR-001",
        "Warranty Expiry Date": "N/A",
    }


def test_it_refuses_rows_with_more_cells_than_the_header(load: Load) -> None:
    report = load(DATA / "one-cell-too-many.csv", skip_invalid=True)

    assert counts(report) == (3, 2, 1, 0)
    assert refusals(report) == [(2, "", "surplus", "row_too_long")]
    assert report.refusals[0].reason == "The row has 4 cells, the header 3."


def test_it_reads_semicolons_cp1252_and_decimal_commas(cast: Cast, load: Load) -> None:
    report = load(DATA / "semicolons-cp1252.csv", asked={"Nimi": "name"})

    assert counts(report) == (2, 2, 0, 0)
    assert values(cast, "Vaunu Ö2") == {"Pituus m": 13.75, "Hinta €": 980.5}
    assert values(cast, "Vaunu Ä1") == {"Pituus m": 12.5, "Hinta €": 1250}


@pytest.mark.parametrize("name", ["tabs.tsv", "pipes.txt"])
def test_it_reads_other_delimiters(cast: Cast, load: Load, name: str) -> None:
    report = load(DATA / name)

    assert counts(report) == (2, 2, 0, 0)
    assert asset(cast, "Wagon 1").description == "red, blue; green"


def test_it_reads_utf_16(cast: Cast, load: Load) -> None:
    report = load(DATA / "utf-16.csv")

    assert counts(report) == (2, 2, 0, 0)
    assert str(asset(cast, "Wagon Ä").location) == "Põltsamaa"


def test_it_keeps_line_breaks_and_counts_them(cast: Cast, load: Load) -> None:
    report = load(DATA / "line-breaks-in-cells.csv", skip_invalid=True)

    assert refusals(report) == [(6, "Status", "x", "invalid_body")]
    assert values(cast, "Wagon 1") == {"Remark": "First line\nsecond line\nthird line"}
    assert AssetField.objects.get(name="Remark").multi_line


def test_it_refuses_numbers_that_are_there_twice(cast: Cast, load: Load) -> None:
    report = load(DATA / "repeated-numbers.csv", skip_invalid=True)

    assert Counter(one.code for one in report.refusals) == {"number_in_use": 1}
    assert refusals(report) == [(4, "Number", "7", "number_in_use")]
    numbers = AssetGroup.objects.of(cast.organisation).values_list("name", "number")
    assert [*numbers] == [("Wagon 1", 7), ("Wagon 2", 8), ("Wagon 4", 1)]


@pytest.mark.parametrize(
    ("dates", "day"), [("", "3/4/21"), ("dmy", "2021-04-03"), ("mdy", "2021-03-04")]
)
def test_it_keeps_dates_as_text_that_mean_two_days(
    cast: Cast, load: Load, dates: str, day: str
) -> None:
    load(DATA / "dates-either-way.csv", dates=dates)

    assert values(cast, "Wagon 1") == {"Inspected": day}


def test_it_reports_a_quote_that_is_never_closed(load: Load) -> None:
    report = load(DATA / "unclosed-quote.csv")

    assert [(one.code, one.line) for one in report.problems] == [("quote_unclosed", 3)]
    assert counts(report) == (0, 0, 0, 0)
