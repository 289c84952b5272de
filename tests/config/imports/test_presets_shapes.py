"""Files that are no table, taken apart."""

import gzip
from contextlib import closing
from pathlib import Path

import pytest

from config.imports.failures import ImportFailure
from config.imports.presets.opening import open_shaped
from config.imports.presets.shaping import ShapedTable
from organisations.imports import Record, Refused
from tests.config.imports.files import DATA

TWINS = DATA / "presets"


def shaped(name: str, shape: str) -> ShapedTable:
    return open_shaped(TWINS / name, shape)


def rows(table: ShapedTable) -> list[dict[str, str]]:
    with closing(table):
        return [
            {k: v for k, v in zip(table.header.cells, one.cells, strict=False) if v}
            for one in table.rows()
            if isinstance(one, Record)
        ]


def test_an_inventory_is_a_device() -> None:
    table = shaped("inventory.json", "glpi-device")

    (row,) = rows(table)

    assert row["bios.ssn"] == "SY14-0007"
    assert row["hardware.memory"] == "7800"
    assert row["deviceid"] == "hamina-01-2026-05-04-08-15-00"
    assert table.members == {"controllers": 2}


def test_an_inventory_is_the_programs_of_a_device() -> None:
    programs = rows(shaped("inventory.json", "glpi-software"))

    assert [(one["device"], one["name"]) for one in programs] == [
        ("SY14-0007", "kirjuri"),
        ("SY14-0007", "kirjuri"),
        ("SY14-0007", "laskuri"),
    ]
    assert programs[0]["install_date"] == "2026-01-02"


def test_an_inventory_without_programs_has_no_rows() -> None:
    table = shaped("inventory-printer.json", "glpi-software")

    assert (rows(table), table.header.cells) == ([], [])


@pytest.mark.parametrize("name", ["trains-2014.json", "trains-table.csv"])
def test_vehicles_of_trains_stand_once(name: str) -> None:
    table = shaped(name, "train-vehicles")

    with closing(table):
        refusals = [one for one in table.rows() if isinstance(one, Refused)]
        found = [*table.rows()]

    assert [one.code for one in refusals] == ["number_missing"]
    assert len(found) == 4


def test_trains_of_2014_have_their_vehicles_in_order() -> None:
    first, second = rows(shaped("trains-2014.json", "train-consists"))

    assert first == {
        "name": "1 HMN-KTK",
        "description": ("ICAvoin 1 of 2026-05-04 from HMN to KTK, 54 m, 120 km/h."),
        "members": "vehicle 3201;50102600001-0;50102600002-8",
    }
    assert second["members"] == "50102600002-8"


def test_trains_of_a_table_are_in_the_order_of_positions() -> None:
    first, second = rows(shaped("trains-table.csv", "train-consists"))

    assert first["members"] == "vehicle 3201;50102600001-0;50102600002-8"
    assert second == {
        "name": "2 KTK-HMN",
        "description": "ICAvoin 2 of 2026-05-04 from KTK to HMN.",
        "members": "50102600002-8",
    }


def test_it_tells_what_of_trains_goes_nowhere() -> None:
    trains = shaped("trains-2014.json", "train-consists")
    vehicles = shaped("trains-2014.json", "train-vehicles")

    assert trains.members["vehicles without a number"] == 1
    assert trains.members["aikataulu.junatyyppi.id"] == 2
    assert vehicles.members == {
        "vaunus.id": 3,
        "vaunus.myyntinumero": 2,
        "veturis.id": 2,
        "veturis.version": 2,
    }
    for table in (trains, vehicles):
        table.close()


def test_the_newest_message_of_a_train_counts() -> None:
    table = shaped("trains-2024.json", "train-consists")

    first, second = rows(table)

    assert (first["name"], first["members"]) == (
        "9 1-40",
        "94106004001-6;94106004002-4",
    )
    assert (second["name"], second["members"]) == ("9 40-160", "94106004001-6")
    assert table.members["older messages of a train"] == 1


def test_a_unit_is_engine_and_wagon_in_one() -> None:
    first, second = rows(shaped("trains-2024.json", "train-vehicles"))

    assert first == {
        "name": "94106004001-6",
        "number": "94106004001-6",
        "kind": "unit",
        "class": "Sm4",
        "length": "54.4",
        "tare": "118.5",
        "axles": "8",
        "cafe": "true",
        "pets": "false",
    }
    assert second["kind"] == "unit"


def test_a_list_of_devices_has_its_custom_fields_as_columns() -> None:
    table = shaped("halo-list.json", "halo-devices")

    first, second = rows(table)

    assert (first["memory"], first["inactive"]) == ("32", "false")
    assert second["inventory_number"] == "NB-0008"
    assert table.members == {"licences": 1}


def test_a_list_of_devices_may_be_a_table() -> None:
    first, second = rows(shaped("halo-list.csv", "halo-devices"))

    assert (first["site_name"], second["inactive"]) == ("Hamina", "True")
    assert rows(shaped("halo-list.csv", "halo-software")) == []


def test_a_list_of_devices_tells_their_programs() -> None:
    (row,) = rows(shaped("halo-list.json", "halo-software"))

    assert (row["device"], row["name"], row["version"]) == (
        "NB-0007",
        "kirjuri",
        "2.1-3",
    )


def test_it_reads_what_gzip_has_packed(tmp_path: Path) -> None:
    path = tmp_path / "inventory.json.gz"
    path.write_bytes(gzip.compress((TWINS / "inventory.json").read_bytes()))

    assert len(rows(open_shaped(path, "glpi-software"))) == 3


@pytest.mark.parametrize(
    ("text", "shape", "code"),
    [
        ("[1, 2]", "glpi-device", "json_invalid"),
        ('{"content": []}', "glpi-device", "json_invalid"),
        ('{"content": {"softwares": {}}}', "glpi-software", "json_invalid"),
        ('{"content": {}', "glpi-device", "json_invalid"),
        ('{"content": {}} 1', "glpi-device", "json_invalid"),
        ('{"content": {"a": 1, "a": 2}}', "glpi-device", "key_duplicate"),
        ('{"osavalit": 1', "train-vehicles", "json_invalid"),
        ('{"assets": [{}', "halo-devices", "json_invalid"),
    ],
)
def test_it_refuses_what_is_not_of_the_shape(
    tmp_path: Path, text: str, shape: str, code: str
) -> None:
    path = tmp_path / "file.json"
    path.write_text(text)

    with pytest.raises(ImportFailure) as failure:
        open_shaped(path, shape)

    assert [one.code for one in failure.value.problems] == [code]


@pytest.mark.parametrize("shape", ["train-vehicles", "train-consists"])
def test_it_refuses_trains_that_cannot_be_read(tmp_path: Path, shape: str) -> None:
    path = tmp_path / "trains.json"
    path.write_text('[{"id": 1, "id": 2}, 3, {"vaunus": [{"tunniste": "1"}]}]')

    with closing(open_shaped(path, shape)) as table:
        found = [*table.rows()]

    codes = [one.code for one in found if isinstance(one, Refused)]
    assert (codes, len(found)) == (["key_duplicate", "item_not_object"], 3)


@pytest.mark.parametrize(
    "text",
    [
        '[{"vaunus": 3, "aikataulu": [1], "veturis": [7, {"tunniste": {}}]}]',
        '[{"osavalit": {"a": 1}}, {"osavalit": [1, {"veturit": "x"}]}]',
        '{"kokonaispituus": "1e999999"}',
        '[{"vaunus": [{"tunniste": "1", "pituus": "1e999999999"}]}]',
    ],
)
def test_it_survives_trains_of_the_wrong_types(tmp_path: Path, text: str) -> None:
    path = tmp_path / "trains.json"
    path.write_text(text)

    for shape in ("train-vehicles", "train-consists"):
        open_shaped(path, shape).close()
