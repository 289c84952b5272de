"""What devices hold, so that it is told what an import changed of them."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from assets.models import AssetGroup
from devices.models import Checkout, Device, DeviceReference


def states_of(assets: Collection[int]) -> dict[int, dict[str, object]]:
    """Return by id what assets hold, as devices and otherwise, in four queries."""
    rows = AssetGroup.objects.in_bulk(sorted(assets))
    devices = Device.objects.in_bulk(sorted(assets))
    records = _records(assets)
    custody = _custody(assets)
    found: dict[int, dict[str, object]] = {}
    for key, row in rows.items():
        device = devices.get(key)
        blank = Device(asset_id=key, inventory_number=row.formatted_number)
        found[key] = {
            **row.recorded(),
            **(device or blank).recorded(),
            **records.get(key, {}),
            "custody": custody.get(key),
            "is_device": device is not None,
        }
    return found


def _records(assets: Collection[int]) -> Mapping[int, Mapping[str, str]]:
    """Return by id the records of other systems, those of a kind in one text."""
    told: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    links = DeviceReference.objects.filter(asset__in=assets)
    for link in links.select_related("reference").order_by("pk"):
        line = f" line {link.line}" if link.line else ""
        told[link.asset_id][link.kind].append(f"{link.reference}{line}")
    return {
        key: {f"references/{kind}": ", ".join(said) for kind, said in kinds.items()}
        for key, kinds in told.items()
    }


def _custody(assets: Collection[int]) -> Mapping[int, str]:
    """Return by id who has the assets that are checked out, and until when."""
    found = open_checkouts(assets)
    return {
        key: f"{one.user or one.location} {one.due_at or ''}".rstrip()
        for key, one in found.items()
    }


def open_checkouts(assets: Collection[int]) -> dict[int, Checkout]:
    """Return the open checkout of each asset that has one."""
    rows = Checkout.objects.open().filter(asset__in=assets)
    return {row.asset_id: row for row in rows.select_related("user", "location")}
