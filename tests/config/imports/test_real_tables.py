"""Files that nobody here wrote: each opens, with the rows that it is known to have."""

from contextlib import closing

import pytest

from config.imports.failures import ImportFailure
from config.imports.readers.files import open_table
from config.imports.readers.tables import FIRST_ROW, Layout
from organisations.imports import Refused
from tests.config.imports.files import REAL

pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not here")

# What of the file, and how many columns and rows, by its path in the folder.
TABLES = {
    "atlas-cmms/Assets.csv": ("csv", 18, 10),
    "atlas-cmms/Locations.csv": ("csv", 8, 12),
    "atlas-cmms/Meters.csv": ("csv", 7, 10),
    "atlas-cmms/Parts.csv": ("csv", 14, 10),
    "atlas-cmms/WorkOrders.csv": ("csv", 20, 15),
    "certificates/certifi-2026.10.18-cacert.pem": ("pem", 2, 117),
    "certificates/cryptography.io.old_header.pem": ("pem", 2, 1),
    "certificates/cryptography.io.pem": ("pem", 2, 1),
    "certificates/letsencryptx3.pem": ("pem", 2, 1),
    "certificates/wildcard_san.pem": ("pem", 2, 1),
    "equipment-models/sam-library-sandia-modules-2015-6-30.csv": ("csv", 43, 525),
    "glpi/computer_1.json": ("json", 63, 1),
    "glpi/computer_1_partial_softs.json": ("json", 38, 1),
    "glpi/computer_3.json": ("json", 70, 1),
    "glpi/networkequipment_1.json": ("json", 20, 1),
    "glpi/printer_1.json": ("json", 20, 1),
    "meter-readings/il-electricity-cdd-hdd-billing_monthly.csv": ("csv", 2, 27),
    "meter-readings/il-electricity-cdd-hdd-daily.csv": ("csv", 2, 810),
    "netbox/devices-branches.csv": ("csv", 20, 52),
    "rail-de/DBSuS-Uebersicht_Bahnhoefe-Stand2016-07.csv": ("csv", 10, 5_372),
    "rail-fi/compositions-2014-12-10-part1.json": ("json", 35, 407),
    "rail-fi/consist-9715-2024.json": ("json", 13, 3),
    "rail-fi/consist-vehicles-part1.csv": ("csv", 13, 6_016),
    "rail-fi/journeyComposition.json": ("json", 31, 1),
    "seattle-fleet/Active_Fleet_Complement.csv": ("csv", 10, 4_109),
    "snipeit/assets-sample-BAD.csv": ("csv", 20, 200),
    "snipeit/assets-sample.csv": ("csv", 21, 22),
    "snipeit/licenses-sample.csv": ("csv", 20, 50),
    "snipeit/locations-sample.csv": ("csv", 10, 19),
    "snipeit/models-sample.csv": ("csv", 9, 20),
    "snipeit/users-sample.csv": ("csv", 23, 100),
    "software/software-LF014.csv": ("csv", 8, 3_033),
    "tallinn-fleet/fleet.xlsx": ("xlsx", 16, 1_148),
}


def opened(
    name: str, sheet: str = "", layout: Layout = FIRST_ROW
) -> tuple[str, int, int]:
    with closing(open_table(REAL / name, sheet=sheet, layout=layout)) as table:
        rows = (r for r in table.rows() if isinstance(r, Refused) or not r.is_blank)
        return table.kind, len(table.header.cells), sum(1 for _ in rows)


def test_it_knows_every_file() -> None:
    found = {path.relative_to(REAL).as_posix() for path in REAL.rglob("*.*")}

    assert {one for one in found if not one.endswith((".md", ".xml"))} == {*TABLES}


@pytest.mark.parametrize("name", TABLES)
def test_it_opens(name: str) -> None:
    assert opened(name) == TABLES[name]


def test_it_leaves_out_rows_below_the_header() -> None:
    name = "equipment-models/sam-library-sandia-modules-2015-6-30.csv"

    assert opened(name, layout=Layout(header_row=1, skip_rows=2)) == ("csv", 43, 523)
    assert opened(name, layout=Layout(header_row=3)) == ("csv", 43, 523)


@pytest.mark.parametrize(
    ("name", "sheet", "rows"),
    [
        ("glpi/computer_1.json", "content.softwares", 6),
        ("glpi/computer_1_partial_softs.json", "content.softwares", 6),
        ("glpi/computer_3.json", "content.softwares", 3_033),
        ("glpi/networkequipment_1.json", "content.network_ports", 183),
        ("glpi/networkequipment_1.json", "content.network_components", 66),
        ("glpi/printer_1.json", "content.cartridges", 1),
    ],
)
def test_it_opens_lists_inside_an_inventory(name: str, sheet: str, rows: int) -> None:
    assert opened(name, sheet)[2] == rows


def test_it_refuses_an_item_with_a_key_that_stands_twice() -> None:
    path = REAL / "rail-fi" / "compositions-2014-12-10-part1.json"

    with closing(open_table(path)) as table:
        assert table.nested == {"vaunus", "veturis"}
        assert [row for row in table.rows() if isinstance(row, Refused)] == [
            Refused(
                *(3, "", "", "key_duplicate"),
                "The key 'jarrupainonopeus' stands twice.",
            )
        ]


@pytest.mark.parametrize(
    "path", sorted(REAL.rglob("*.xml")), ids=lambda path: path.name
)
def test_it_refuses_xml(path: str) -> None:
    with pytest.raises(ImportFailure) as failure:
        open_table(REAL / path)

    assert failure.value.problems[0].code == "file_type_mismatch"
