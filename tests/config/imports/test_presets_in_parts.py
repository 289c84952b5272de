"""Files that hold several types of rows, and lists of devices, loaded by presets."""

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from assets.models import AssetGroup
from config.imports.jobs import job_of
from config.imports.presets.choosing import prepared
from config.imports.report import Report
from config.imports.resources import RESOURCES
from config.imports.runs import run_all
from devices.models import Device, MeterReading, Software
from organisations.models import ImportRun
from tests.cast import Cast
from tests.config.imports.conftest import MakeJob
from tests.config.imports.files import DATA

TWINS = DATA / "presets"

Parts = Callable[..., list[Report]]


@pytest.fixture
def parts(make_job: MakeJob) -> Parts:
    """Load a twin by the preset that its headers mean, everything missing made."""

    def load(
        name: str, preset: str = "", type_said: str = "", **options: object
    ) -> list[Report]:
        jobs = prepared(make_job(TWINS / name, **options), preset, type_said)
        fitted = []
        for job in jobs:
            missing = frozenset(RESOURCES[job.type].missing)
            fitted.append(replace(job, terms=replace(job.terms, missing=missing)))
        return run_all(fitted)

    return load


def counts(reports: list[Report]) -> list[tuple[str, int, int, int, int, int]]:
    return [
        (one.type, one.rows, one.created, one.updated, one.skipped, one.refused)
        for one in reports
    ]


def test_an_inventory_makes_a_device_and_its_software(cast: Cast, parts: Parts) -> None:
    reports = parts("inventory.json")

    assert counts(reports) == [
        ("devices", 1, 1, 0, 0, 0),
        ("software", 3, 2, 0, 1, 0),
    ]
    (device,) = Device.objects.all()
    assert (device.serial_number, device.guid) == ("SY14-0007", "4c4c-0034")
    assert device.asset.name == "hamina-01"
    assert device.asset.type
    assert device.asset.type.name == "Laptop"
    assert {7800, "Linux 43", "Sylvi 14"} <= set(device.asset.fields.values())
    lost = {one.column: (one.filled, one.reason) for one in reports[0].lost}
    assert lost["controllers"] == (2, "Components are not kept.")
    assert "softwares" not in lost
    assert {one.column for one in reports[1].lost} >= {"publisher", "from"}


def test_a_partial_inventory_changes_what_it_tells_of(parts: Parts) -> None:
    parts("inventory.json")
    before = Device.objects.values().get()

    reports = parts("inventory-partial.json")

    assert counts(reports) == [("software", 1, 1, 0, 0, 0)]
    assert [one.column for one in reports[0].lost] == [
        *("publisher", "bios.ssn", "versionclient")
    ]
    assert Device.objects.values().get() == before
    assert Software.objects.count() == 3


def test_a_printer_has_counters(parts: Parts) -> None:
    reports = parts("inventory-printer.json")

    assert counts(reports) == [
        ("devices", 1, 1, 0, 0, 0),
        ("readings", 2, 2, 0, 0, 0),
    ]
    readings = MeterReading.objects.values_list("meter_name", "reading")
    assert sorted(readings) == [("rectoverso", 12), ("total", 40)]


def test_a_dry_run_finds_in_later_parts_what_the_first_would_make(parts: Parts) -> None:
    reports = parts("inventory.json", dry_run=True)

    assert counts(reports) == [
        ("devices", 1, 1, 0, 0, 0),
        ("software", 3, 2, 0, 1, 0),
    ]
    assert not AssetGroup.objects.exists()
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize(
    "name",
    [
        *("inventory.json", "inventory-printer.json", "netbox-api.json"),
        *("halo-list.json", "halo-list.csv", "trains-2024.json"),
    ],
)
def test_it_changes_nothing_the_second_time(parts: Parts, name: str) -> None:
    parts(name)

    for report in parts(name):
        assert (report.problems, report.rows) == ([], report.skipped)


def test_one_type_can_be_chosen(parts: Parts) -> None:
    reports = parts("inventory.json", type_said="devices")

    assert counts(reports) == [("devices", 1, 1, 0, 0, 0)]


def test_it_stops_where_a_part_is_not_in_order(parts: Parts) -> None:
    reports = parts("trains-2014.json")

    assert counts(reports) == [("assets", 4, 0, 0, 3, 1)]
    assert not AssetGroup.objects.exists()


@pytest.mark.parametrize("name", ["trains-2014.json", "trains-table.csv"])
def test_trains_are_groups_of_their_vehicles(
    cast: Cast, parts: Parts, name: str
) -> None:
    reports = parts(name, skip_invalid=True)

    assert counts(reports) == [
        ("assets", 4, 3, 0, 0, 1),
        ("groups", 2, 2, 0, 0, 0),
    ]
    assert reports[0].codes == {"number_missing": 1}
    train = AssetGroup.objects.of(cast.organisation).get(name="1 HMN-KTK")
    members = train.members.order_by("position")
    assert [one.asset.name for one in members] == [
        *("vehicle 3201", "50102600001-0", "50102600002-8")
    ]


@pytest.mark.parametrize("name", ["halo-list.json", "halo-list.csv"])
def test_a_list_of_devices_is_loaded(cast: Cast, parts: Parts, name: str) -> None:
    reports = parts(name)

    assert counts(reports)[0] == ("devices", 2, 2, 0, 0, 0)
    assert len(reports) == (2 if name.endswith("json") else 1)
    first, second = Device.objects.order_by("inventory_number")
    assert (first.serial_number, first.notes) == ("SY14-0007", "lent")
    assert (first.asset.active, second.asset.active) == (True, False)
    assert str(first.asset.location) == "Hamina"
    lost = {one.column for one in reports[0].lost}
    assert {"id", "client_id", "client_name"} <= lost


def test_custom_fields_of_a_list_of_devices_are_kept(cast: Cast, parts: Parts) -> None:
    parts("halo-list.json")

    device = Device.objects.get(inventory_number="NB-0007")
    assert 32 in device.asset.fields.values()
    assert [str(one) for one in Software.objects.all()] == ["kirjuri 2.1-3"]


def test_devices_of_netbox_are_loaded_from_its_api(cast: Cast, parts: Parts) -> None:
    (report,) = parts("netbox-api.json")

    assert counts([report]) == [("devices", 2, 2, 0, 0, 0)]
    assert report.preset == "netbox-devices-api"
    device = Device.objects.get(serial_number="K48-0001")
    assert (device.inventory_number, str(device.asset.location)) == (
        "NET-0001",
        "Hamina",
    )
    assert {"K 48", "A7", 12} <= set(device.asset.fields.values())
    reasons = {one.column: one.reason for one in report.lost}
    assert reasons["site.slug"] == "It is a name for addresses."


def test_devices_of_netbox_are_loaded_from_a_table(parts: Parts) -> None:
    (report,) = parts("../network-devices.csv", "netbox-devices")

    assert counts([report]) == [("devices", 4, 4, 0, 0, 0)]


def test_it_finds_the_preset_of_an_array_by_its_first_items(
    tmp_path: Path, make_job: MakeJob
) -> None:
    told = json.loads((TWINS / "netbox-api.json").read_text())["results"]
    path = tmp_path / "devices.json.gz"
    path.write_bytes(gzip.compress(json.dumps(told).encode()))

    (job,) = prepared(make_job(path))

    assert job.preset == "netbox-devices-api"


def test_a_part_that_was_stopped_can_be_taken_up(
    parts: Parts,
) -> None:
    parts("inventory.json")

    noted = ImportRun.objects.get(type="software")
    job = job_of(noted)

    assert (job.shape, job.preset) == ("glpi-software", "glpi-software")
    assert [one.rows for one in run_all([replace(job, dry_run=True)])] == [3]
