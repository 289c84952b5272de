"""Files of IT that nobody here wrote: licences, certificates, devices, software."""

from pathlib import Path
from typing import Any

import pytest

from devices.models import Checkout, Software
from licensing.models import Certificate, Licence, Reference
from tests.cast import Cast
from tests.config.imports.files import REAL
from tests.exchange import Exchange, counts
from tests.factories.devices import make_device
from tests.factories.organisations import UserFactory

pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not here")


def test_it_loads_the_licences_of_snipe_it(cast: Cast, tmp_path: Path) -> None:
    licences = Exchange("licences", cast.organisation, tmp_path)
    path = REAL / "snipeit" / "licenses-sample.csv"
    asked = {"Username": "-"}

    report = licences.load(path, asked=asked, ignore_unknown=True)
    again = licences.load(path, asked=asked, ignore_unknown=True)

    assert counts(report) == (50, 50, 0, 0, 0)
    assert counts(again) == (50, 0, 0, 50, 0)
    first = Licence.objects.order_by("pk")[0]
    assert (first.count, first.purchase_price) == (56, 12.58)
    assert (str(first.end_date)[:10], str(first.supplier)) == (
        *("2016-02-26", "Treutel Inc"),
    )
    assert "\n\nProin interdum" in first.notes


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
@pytest.mark.parametrize(
    ("name", "count", "called"),
    [
        ("certifi-2026.10.18-cacert.pem", 117, ""),
        ("cryptography.io.pem", 1, "www.cryptography.io"),
        ("cryptography.io.old_header.pem", 1, "www.cryptography.io"),
        ("wildcard_san.pem", 1, "*.langui.sh"),
        ("letsencryptx3.pem", 1, "Let's Encrypt Authority X3"),
    ],
)
def test_it_loads_bundles_of_certificates(
    cast: Cast, tmp_path: Path, name: str, count: int, called: str
) -> None:
    certificates = Exchange("certificates", cast.organisation, tmp_path)
    path = REAL / "certificates" / name

    report, again = certificates.load(path), certificates.load(path)

    assert counts(report) == (count, count, 0, 0, 0)
    assert counts(again) == (count, 0, 0, count, 0)
    names = [*Certificate.objects.values_list("name", flat=True)]
    assert called in names or not called
    assert "" not in names


ALL = frozenset({"types", "statuses", "locations", "fleets", "fields"})


def test_it_loads_the_devices_of_netbox(cast: Cast, tmp_path: Path) -> None:
    devices = Exchange("devices", cast.organisation, tmp_path)
    path = REAL / "netbox" / "devices-branches.csv"

    report = devices.load(path, missing=ALL)
    again = devices.load(path, missing=ALL)

    assert counts(report) == (52, 52, 0, 0, 0)
    assert counts(again) == (52, 0, 0, 52, 0)
    makers = Reference.objects.values_list("label", flat=True)
    assert "Cisco" in makers
    assert {place.column: place.target for place in report.columns}["Role"] == "type"


def test_it_loads_the_devices_of_snipe_it_and_who_has_them(
    cast: Cast, tmp_path: Path
) -> None:
    devices = Exchange("devices", cast.organisation, tmp_path)
    path = REAL / "snipeit" / "assets-sample.csv"
    options: dict[str, Any] = {
        "missing": ALL,
        "asked": {"Checked Out To: Email": "-"},
    }

    strangers = devices.load(path, dry_run=True, **options)
    for name in {one.value for one in strangers.refusals}:
        cast.organisation.memberships.create(user=UserFactory(username=name))
    report = devices.load(path, **options)
    again = devices.load(path, **options)

    assert {one.code for one in strangers.refusals} == {"user_invalid"}
    assert counts(strangers)[4] == 9
    assert counts(report) == (22, 22, 0, 0, 0)
    assert counts(again) == (22, 0, 0, 22, 0)
    held = Checkout.objects.open()
    assert held.exclude(user=None).count() == 9
    assert held.exclude(location=None).count() == 8


def test_it_loads_the_software_of_a_laptop(cast: Cast, tmp_path: Path) -> None:
    device = make_device(cast.organisation, inventory_number="LF014")
    software = Exchange("software", cast.organisation, tmp_path)
    path = REAL / "software" / "software-LF014.csv"
    options: dict[str, Any] = {
        "ignore_unknown": True,
        "defaults": {"device": "LF014"},
    }

    report = software.load(path, **options)
    again = software.load(path, **options)

    assert counts(report) == (3_033, 3_005, 0, 28, 0)
    assert counts(again) == (3_033, 0, 0, 3_033, 0)
    rows = Software.objects.filter(asset=device.pk)
    assert (rows.count(), rows.filter(count=2).count()) == (3_005, 28)


@pytest.mark.parametrize(
    ("name", "rows", "whole", "rising"),
    [
        ("il-electricity-cdd-hdd-daily.csv", 810, 4, 9),
        ("il-electricity-cdd-hdd-billing_monthly.csv", 27, 0, 3),
    ],
)
def test_it_loads_the_readings_of_an_electricity_meter(
    cast: Cast, tmp_path: Path, name: str, rows: int, whole: int, rising: int
) -> None:
    make_device(cast.organisation, inventory_number="E-1")
    readings = Exchange("readings", cast.organisation, tmp_path)
    path = REAL / "meter-readings" / name
    options: dict[str, Any] = {
        "skip_invalid": True,
        "defaults": {"device": "E-1", "meter_name": "Consumption"},
    }
    kept: dict[str, str] = {**options["defaults"], "multiplier": "100"}
    meant = {**kept, "confirmed": "true"}

    plain = readings.load(path, dry_run=True, **options)
    hundredths = readings.load(path, dry_run=True, **{**options, "defaults": kept})
    report = readings.load(path, **{**options, "defaults": meant})
    again = readings.load(path, **{**options, "defaults": meant})

    # A meter shows whole numbers, and none below the last: these are consumptions.
    assert counts(plain) == (rows, whole, 0, 0, rows - whole)
    assert counts(hundredths) == (rows, rising, 0, 0, rows - rising)
    assert {one.code for one in plain.refusals} == {"invalid_body"}
    assert [one.reason for one in report.refusals] == ["'nan' is no reading."]
    assert counts(report) == (rows, rows - 1, 0, 0, 1)
    assert counts(again) == (rows, 0, 0, rows - 1, 1)
