from collections import Counter

from assets.models import AssetField, AssetGroup, FieldType
from config.demo import FILES, FOLDER
from config.imports.runs import Job, run
from organisations.imports import Terms
from tests.cast import Cast

ALL = frozenset({"types", "statuses", "locations", "fleets", "fields"})


def test_it_lists_every_file_it_ships() -> None:
    shipped = {path for path in FOLDER.iterdir() if path.suffix in {".csv", ".xlsx"}}

    assert {*FILES} == shipped


def test_it_loads_without_a_refusal(cast: Cast) -> None:
    terms = Terms(cast.organisation, cast.owner, ALL)

    reports = [run(Job(path, terms)) for path in FILES]

    assert [report.problems for report in reports] == [[]] * len(FILES)
    assert [report.created for report in reports] == [16, 40, 20, 66, 48, 63]
    assert [report.refused for report in reports] == [0] * len(FILES)
    fleets = AssetGroup.objects.values_list("fleet__name", flat=True)
    assert Counter(fleets) == {
        "Freight": 78,
        "Office IT": 63,
        "Passenger": 64,
        "Buses": 48,
    }

    types = dict(AssetField.objects.values_list("name", "type"))
    assert (
        types.items()
        >= {
            "UIC number": FieldType.TEXT,
            "Built": FieldType.INTEGER,
            "Mass t": FieldType.DECIMAL,
            "Last inspection": FieldType.DATE,
            "Wi-Fi": FieldType.BOOLEAN,
            "Price EUR": FieldType.DECIMAL,
            "First registered": FieldType.DATE,
            "Purchase date": FieldType.DATE,
            "Purchase cost": FieldType.DECIMAL,
        }.items()
    )
