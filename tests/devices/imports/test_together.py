"""Files of devices and of what hangs on them, taken back and loaded elsewhere."""

from pathlib import Path

import pytest

from assets.models import AssetGroup
from config.imports.undoing import undo
from devices.models import Checkout, Device, MeterReading, Software
from licensing.models import Allocation, Certificate, Licence, LicenceRole
from organisations.models import ImportRun
from tests.cast import Cast
from tests.exchange import Exchange, counts

ALL = frozenset({"types", "statuses", "locations", "fleets", "fields"})
PRINT = "AB" * 20
FILES = {
    "devices": (
        "name,type,serial,user,parent,manufacturer,checked_out_to\n"
        "A1,Laptop,S-1,owner,A2,Lenovo,owner\nA2,Dock,S-2,,,Lenovo,\n"
    ),
    "licences": (
        "name,count,roles,matches,allocations,users\n"
        "Office,4,Editor,Writer,S-1;S-2,owner\n"
    ),
    "certificates": f"name,thumbprint,asset\nIntranet,{PRINT},S-1\n",
    "software": "device,name,version,licence,role\nS-1,Writer,1.0,Office,Editor\n",
    "readings": "device,meter,date,value\nS-2,Uptime,2026-01-01,5\n",
}
MODELS = (
    *(AssetGroup, Device, Checkout, Licence, Allocation, LicenceRole, Certificate),
    *(Software, MeterReading),
)


@pytest.fixture
def exchanges(cast: Cast, tmp_path: Path) -> dict[str, Exchange]:
    return {type_: Exchange(type_, cast.organisation, tmp_path) for type_ in FILES}


def load_all(exchanges: dict[str, Exchange], files: dict[str, str]) -> None:
    for type_, text in files.items():
        report = exchanges[type_].load(text, missing=ALL)
        assert (report.problems, report.refusals) == ([], [])
        assert report.created == report.rows > 0


def test_it_takes_each_import_back(cast: Cast, exchanges: dict[str, Exchange]) -> None:
    load_all(exchanges, FILES)

    for noted in ImportRun.objects.order_by("-pk"):
        undone = undo(noted, actor=cast.owner)
        assert (undone.kept, bool(undone.deleted + undone.reverted)) == ([], True)

    present = {model.__name__: model.objects.count() for model in MODELS}
    present["AssetGroup"] = AssetGroup.objects.present().count()
    left = {name: count for name, count in present.items() if count}
    # Deleted assets and licences are kept, hidden, as everywhere.
    assert left.keys() <= {"Device", "Checkout", "Licence", "LicenceRole"}


def test_it_gives_back_what_an_import_changed(
    cast: Cast, exchanges: dict[str, Exchange]
) -> None:
    load_all(exchanges, FILES)
    before = {type_: one.export() for type_, one in exchanges.items()}

    exchanges["devices"].load("serial,notes,parent,user\nS-2,new,,member\n")
    exchanges["licences"].load("name,vendor,users\nOffice,Oy,member\n")
    exchanges["certificates"].load(f"thumbprint,issuer\n{PRINT},CA\n")
    exchanges["software"].load("device,name,version,count\nS-1,Writer,1.0,7\n")
    exchanges["readings"].load("device,meter,date,value\nS-2,Uptime,2026-01-01,6\n")
    assert all(one.export() != before[type_] for type_, one in exchanges.items())
    for noted in ImportRun.objects.order_by("-pk")[:5]:
        assert undo(noted, actor=cast.owner).kept == []

    assert {type_: one.export() for type_, one in exchanges.items()} == before


def test_it_loads_elsewhere_what_it_exports(
    cast: Cast, exchanges: dict[str, Exchange]
) -> None:
    load_all(exchanges, FILES)
    cast.other.memberships.create(user=cast.owner)
    elsewhere = {type_: one.elsewhere(cast.other) for type_, one in exchanges.items()}
    files = {type_: one.export() for type_, one in exchanges.items()}

    load_all(elsewhere, files)

    assert {type_: one.export() for type_, one in elsewhere.items()} == files


def test_it_makes_devices_of_the_assets_that_were_loaded_before(
    cast: Cast, exchanges: dict[str, Exchange], tmp_path: Path
) -> None:
    load_all(exchanges, {"devices": FILES["devices"]})
    cast.other.memberships.create(user=cast.owner)
    assets = Exchange("assets", cast.organisation, tmp_path)
    devices = exchanges["devices"]
    files = assets.export(), devices.export()
    assets, devices = assets.elsewhere(cast.other), devices.elsewhere(cast.other)

    loaded = assets.load(files[0], missing=ALL)
    made = devices.load(files[1], missing=ALL)

    assert (counts(loaded), counts(made)) == ((2, 2, 0, 0, 0), (2, 0, 2, 0, 0))
    assert (assets.export(), devices.export()) == files
