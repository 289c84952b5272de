"""Rows with everything in them that files are known to break on."""

from datetime import UTC, datetime
from typing import Any

from django.core.files.base import ContentFile

from assets.models import AssetGroup, AssetType, FieldType
from assets.services.changing import update_asset
from assets.services.fields import create_field
from assets.services.groups import remove_from_group
from assets.services.removal import delete_asset
from assets.services.types import add_fields
from assets.services.work_items import update_work_item
from devices.services.custody import Handover, Return, check_in, record_past
from devices.services.links import link_assets
from organisations.models import Organisation
from organisations.permissions import Permission
from organisations.services import rows
from tests.factories.assets import (
    AssetStatusFactory,
    AssetTypeFactory,
    AssetZoneFactory,
    make_asset,
    make_assets,
)
from tests.factories.devices import (
    asset_of,
    make_checkout,
    make_device,
    make_reading,
    make_software,
)
from tests.factories.groups import make_equipment, make_group, make_unit
from tests.factories.licensing import make_licence
from tests.factories.logs import make_log, make_work_item
from tests.factories.organisations import (
    FleetFactory,
    LocationFactory,
    MembershipFactory,
    PrefixFactory,
    SubLocationFactory,
    SubscriptionFactory,
)

# Names of at most twenty characters.
NAMES = (
    *('"Quoted", no', "=1+1", "'=1+1", "'t Hoen", "@home", "--", "-12.5", "+47 22"),
    *("007", "1e5", "true", "a;b", "back\\slash", "c\\;d", "NULL", "שלום", "Åse 🚂"),
    *("a\u202eb\u202c", "Twin", "Twin", "2024-01-02", "x,y\u2028z", "_x000D_"),
)
LONG = 'First line\nsecond, "quoted"\r\n=third\ttabbed; ' + "and on " * 120

LONG_AGO = datetime(2024, 2, 29, tzinfo=UTC)
LATER = datetime(2099, 12, 31, 23, 59, 59, 123456, UTC)

VALUES: dict[str, tuple[object, ...]] = {
    "text": ("=A1", "007", "'quoted", "-12.5", "true", "a;b", "1\u202f000"),
    "integer": (0, -7, 9_007_199_254_740_991),
    "decimal": (0, -0.5, "123456789.012345", 1e-6),
    "boolean": (True, False),
    "date": ("1900-01-01", "2024-02-29"),
    "datetime": ("2024-02-29T23:59:59.123456Z", "1969-12-31T00:00:00+14:00"),
    "enum": ("a;b", "=x", "it's"),
    "duration": (0, 86_400),
    "url": ("https://example.org/?a=1,2;b='x'",),
}


def add_oddities(organisation: Organisation) -> None:
    """Make odd rows of every kind."""
    own: dict[str, Any] = {"organisation": organisation}
    _add_places(own)
    for place, name in enumerate(sorted(set(NAMES))):
        AssetStatusFactory(**own, name=f"{name} s", description=LONG[:900])
        AssetZoneFactory(**own, name=f"{name} z", code=f"00{place}")
    kind: AssetType = AssetTypeFactory(**own, name="=Odd; type", description=LONG[:999])
    notes = create_field(
        organisation=organisation,
        body={"name": "Odd notes", "type": "text", "multi_line": True},
        actor=organisation.owner,
    )
    add_fields([(kind, notes)], actor=organisation.owner)
    assets = [
        make_asset(
            organisation,
            type_id=kind.pk,
            name=name,
            description=LONG[:900],
            active=name != "--",
            fields={str(notes.pk): LONG.strip()},
        )
        for name in NAMES
    ]
    _add_values(organisation, kind)
    delete_asset(make_asset(organisation, type_id=kind.pk), actor=organisation.owner)
    _add_groups(organisation, assets)
    _add_devices(organisation)
    _add_subscriptions(own, assets)


def _add_places(own: dict[str, Any]) -> None:
    for code in ("N", "S", "007"):
        place = LocationFactory(
            **own, name="Twin depot", code=code, latitude=-0.5, longitude=179.999999
        )
        SubLocationFactory(location=place, name="=Track 1", asset_capacity=0)
    LocationFactory(**own, name='"Yard", =1', address="Line 1\nLine 2")
    FleetFactory(**own, name="'=Fleet; one", code="F;1", description=LONG[:900])
    PrefixFactory(**own, number_format="{n}-=x")
    member = MembershipFactory(**own, permissions=[Permission.MANAGE_FLEETS])
    member.roles.update(name="a;b", description="=role")


def _add_values(organisation: Organisation, kind: AssetType) -> None:
    """Give assets every odd value of a field of every type."""
    for type_, values in VALUES.items():
        body: dict[str, object] = {"name": f"Odd; {type_}", "type": type_}
        if type_ == "enum":
            body |= {"values": [*values], "required": True}
        if type_ in {"integer", "decimal"}:
            body["units"] = "=kg"
        field = create_field(
            organisation=organisation, body=body, actor=organisation.owner
        )
        assert FieldType(field.type).label == type_
        own: AssetType = AssetTypeFactory(
            organisation=organisation, name=f"odd {type_}", with_fields=[field]
        )
        for value in values:
            make_asset(organisation, type_id=own.pk, fields={str(field.pk): value})


def _add_groups(organisation: Organisation, assets: list[AssetGroup]) -> None:
    tool = make_equipment(organisation, name="=Tool; 1", description=LONG[:900])
    train = make_group(organisation, *assets[2:0:-1], name="'=Train")
    make_group(organisation, assets[4], name="Idle", active=False)
    gone = make_group(organisation, assets[5], name="Gone; all", description=LONG[:900])
    remove_from_group(gone, assets[5], actor=organisation.owner)
    make_unit(organisation, name="Empty unit")
    unit = make_unit(organisation, *make_assets(organisation, 2), name="a;b")
    for row in (tool, train, unit, assets[0]):
        make_log(row, log=LONG.strip(), logged_at="2024-02-29T12:00:00.5Z", duration=7)
        item = make_work_item(
            organisation, summary='=Turn, "wheels"', details=LONG, asset_group=row
        )
    update_work_item(item, {"state": "closed"}, actor=organisation.owner)
    make_log(unit, log="=1", latitude=-0.25, longitude=0)
    sound = ContentFile(b"=1", name='"Squeal"; 1.wav')
    make_log(unit, log="", file=sound)
    make_log(unit, file=sound)


def _add_devices(organisation: Organisation) -> None:
    device = make_device(organisation, serial_number="007;=1", manufacturer="'=Acme")
    asset = asset_of(device)
    for version in ("1.0", "=2", "007"):
        make_software(asset, name='"Writer", =1', version=version)
    for reading in (7, 100):
        make_reading(asset, reading)
    make_licence(organisation, name="=Suite; one", notes=LONG)
    _lend(asset)
    for other in make_assets(organisation, 2):
        link_assets(other, asset, actor=organisation.owner)


def _lend(asset: AssetGroup) -> None:
    """Lend a device three times; the last time it does not come back."""
    owner = asset.organisation.owner
    place = LocationFactory(organisation=asset.organisation, name="=Desk; 1")
    since = Handover(location=place, note='="Back"; 1', since=LONG_AGO, due_at=LATER)
    record_past(asset, since, Return(LONG_AGO), actor=owner)
    make_checkout(asset, note="=1")
    check_in(asset, actor=owner)
    make_checkout(asset, location=place)


def _add_subscriptions(own: dict[str, Any], assets: list[AssetGroup]) -> None:
    """Sell some, of which two give no seats any more although assets have theirs."""
    gold = SubscriptionFactory(**own, name="=Gold; one", capacity=None)
    ended = SubscriptionFactory(**own, name="Ended", capacity=2)
    off = SubscriptionFactory(**own, name="Switched off", capacity=1)
    SubscriptionFactory(**own, name="Coming", capacity=0, starts_at=LATER)
    for asset, one in zip(assets, (gold, ended, off, gold), strict=False):
        change = {"subscription_id": one.pk}
        update_asset(asset, change, actor=asset.organisation.owner)
    rows.update(rows.locked(ended), {"ends_at": LONG_AGO}, actor=None)
    rows.update(rows.locked(off), {"enabled": False}, actor=None)
