"""Fifty organisations with everything that a register of a million assets has."""

from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

from assets.ephemerality import Ephemerality
from assets.models import Asset, AssetGroup, AssetType
from assets.services.drafts import AssetDraft
from assets.services.groups import create_group
from benchmarks.imports import write_rows
from config.imports.runs import Job, run
from devices.models import Device
from devices.services.creation import create_devices
from devices.services.drafts import DeviceDraft, SoftwareDraft
from devices.services.software import upsert_software
from licensing.services.licences import create_licence
from licensing.services.seats import Seat, allocate
from organisations.imports import Terms
from organisations.models import Organisation, User
from organisations.services.organisations import create_organisation

ORGANISATIONS, FEW = 50, 5
# Of the assets of an organisation, one in so many is a device or leads a group.
DEVICES, GROUPS = 20, 1_000
MEMBERS, SEATS, BATCH = 20, 100, 1_000
NAME = "Filled"
MISSING = frozenset({"types", "statuses", "locations", "fields"})


@dataclass(frozen=True)
class Filled:
    """What filling took; nothing where the rows were kept from a run before."""

    rows: int
    seconds: float


def fill(random: Random, size: int, organisations: int) -> Filled:
    """Load a file into each organisation, then what no file was made for."""
    if Organisation.objects.filter(name__startswith=NAME).count() >= organisations:
        return Filled(0, 0)
    owner, _ = User.objects.get_or_create(username="bench", email="bench@example.org")
    rows, spent = size // organisations, 0.0
    with TemporaryDirectory() as folder:
        for number in range(organisations):
            path = Path(folder) / "fleet.csv"
            write_rows(path, random, rows)
            organisation = create_organisation(name=f"{NAME} {number}", owner=owner)
            start = perf_counter()
            run(Job(path, Terms(organisation, owner, MISSING)))
            spent += perf_counter() - start
            _add_devices(organisation, random, max(rows // DEVICES, 1))
            _add_groups(organisation, max(rows // GROUPS, 1))
    return Filled(rows * organisations, spent)


def filled(number: int) -> Organisation:
    """Return an organisation that questions are about."""
    named = Organisation.objects.filter(name=f"{NAME} {number}")
    found: Organisation = named.latest("pk")
    return found


def _add_devices(organisation: Organisation, random: Random, count: int) -> None:
    """Make devices with a program each, and licences whose seats they have."""
    kind = AssetType.objects.create(
        organisation=organisation, name="Laptop", ephemerality=Ephemerality.SINGLE
    )
    like = Asset.objects.of(organisation).order_by("id")[0]
    while count:
        batch = min(count, BATCH)
        pairs = [
            (_draft(like, kind), DeviceDraft(values=_columns(random)))
            for _ in range(batch)
        ]
        owner = organisation.owner
        devices = create_devices(organisation=organisation, pairs=pairs, actor=owner)
        _equip(organisation, devices)
        count -= batch


def _draft(like: Asset, kind: AssetType) -> AssetDraft:
    place, status = like.location_id, like.status_id
    return AssetDraft(type_id=kind.pk, location_id=place, status_id=status)


def _columns(random: Random) -> dict[str, object]:
    return {"serial_number": f"C{random.randrange(10**9):09}", "notes": "Invented"}


def _equip(organisation: Organisation, devices: list[Device]) -> None:
    owner = organisation.owner
    programs = [SoftwareDraft("Writer", "7.2")]
    keys = [device.pk for device in devices]
    assets = list(Asset.objects.filter(pk__in=keys).select_related("organisation"))
    upsert_software([(asset, programs) for asset in assets], actor=owner)
    licence = create_licence(
        organisation=organisation,
        values={"name": "Office suite", "count": BATCH},
        actor=owner,
    )
    allocate([Seat(licence.pk, asset_id=key) for key in keys[:SEATS]], actor=owner)


def _add_groups(organisation: Organisation, count: int) -> None:
    """Make temporary groups of assets that are in no other."""
    rows = AssetGroup.objects.of(organisation).single().order_by("id")
    keys = [*rows.values_list("pk", flat=True)[: count * MEMBERS]]
    for number in range(count):
        members = keys[number * MEMBERS : (number + 1) * MEMBERS]
        if members:
            create_group(
                organisation=organisation,
                body={
                    "ephemerality": Ephemerality.TEMPORARY,
                    "name": f"Train {number}",
                    "consist_asset_group_ids": members,
                },
                actor=organisation.owner,
            )
