"""What is asked of both families over HTTP, each beside the same answer by hand."""

import io
import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

import orjson
import psycopg
from django.db.models import QuerySet
from PIL import Image

from assets.models import Asset, AssetField
from benchmarks.bare import Bare
from benchmarks.bare_devices import BareDevices
from benchmarks.bare_writes import Author, BareWrites
from config.api.snowflake import serial_of
from devices.models import Device
from organisations.models import Organisation
from organisations.names import successor

ROWS, CHANGES, RARE = 500, 100, 10
PREFIX, MAKER = "vehicle 1", "Vale Foundry"
# Of a serial number: few devices share so much of it.
WORD = 3
JSON = "application/json"
BOUNDARY = "a-boundary-of-the-benchmarks"

# What two writes of the same never have in common.
OWN = frozenset(
    {"id", "key", "number", "formatted_number", "inventory_number"}
    | {"asset_log_id", "created_at", "updated_at", "logged_at", "last_modified"}
)

Body = tuple[bytes, str]


@dataclass(frozen=True)
class Call:
    """What is asked, and how the same is answered by hand from the same body."""

    name: str
    path: str
    by_hand: Callable[[bytes], bytes]
    method: str = "GET"
    # Makes the body anew for each request, with the type of its content.
    make_body: Callable[[], Body] | None = None
    # Asked so many times less often, as it handles as many rows.
    rarity: int = 1

    def body(self) -> Body:
        """Return what is sent, nothing by those that only read."""
        return self.make_body() if self.make_body else (b"", JSON)


def calls_of(
    own: Organisation,
    written: Organisation,
    hand: "psycopg.Connection[dict[str, Any]]",
    folder: Path,
    random: Random,
) -> Iterator[Call]:
    """Yield what is asked about organisations that were filled.

    One is read, the other written, so that reads find the same in every round. Photos
    that are written by hand go to the folder.
    """
    yield from _reads(own, Bare(hand))
    yield from _device_reads(own, BareDevices(hand))
    owner = written.owner
    author = Author(
        written.pk, written.default_prefix_id or 0, owner.pk, owner.username
    )
    writes = BareWrites(hand, author, folder)
    yield from _writes(written, writes, random)
    yield from _device_writes(written, writes, random)


def _plain(own: Organisation) -> QuerySet[Asset, Asset]:
    """Return the assets that came by file; those that calls make have no status."""
    rows = Asset.objects.of(own).filter(status__isnull=False, device__isnull=True)
    found: QuerySet[Asset, Asset] = rows.order_by("id")
    return found


def _reads(own: Organisation, bare: Bare) -> Iterator[Call]:
    key, at = own.pk, f"/api/organisations/{own.pk}"
    one = _plain(own)[_plain(own).count() // 2]
    deep = max(Asset.objects.of(own).count() - 50, 0)
    field = AssetField.objects.get(organisation=own, name="Maker").pk
    made = quote(f"fields/{field} eq '{MAKER}'")
    beyond = successor(PREFIX) or ""
    status, kind, place = one.status_id or 0, one.type_id or 0, one.location_id or 0
    answers: tuple[tuple[str, str, Callable[[], bytes]], ...] = (
        ("list of 50", f"{at}/assets", lambda: bare.page(key)),
        ("deep page", f"{at}/assets?$skip={deep}", lambda: bare.page(key, deep)),
        (
            "filter by status",
            f"{at}/assets?status={status}",
            lambda: bare.with_status(key, status),
        ),
        (
            "filter by type",
            f"{at}/assets?type={kind}",
            lambda: bare.of_type(key, kind),
        ),
        (
            "filter by location",
            f"{at}/assets?location={place}",
            lambda: bare.at_location(key, place),
        ),
        (
            "filter by custom field",
            f"{at}/assets?$filter={made}",
            lambda: bare.with_value(key, field, MAKER),
        ),
        (
            "search by name",
            f"{at}/assets?name={quote(PREFIX)}",
            lambda: bare.named(key, PREFIX, beyond),
        ),
        ("one asset", f"/api/assets/{one.pk}", lambda: bare.one(one.pk)),
        ("list of 50 groups", f"{at}/asset-groups", lambda: bare.groups(key)),
        (
            "history of one",
            f"/api/assetgroups/{one.pk}/history",
            lambda: bare.history(one.pk),
        ),
    )
    for name, path, answer in answers:
        yield _read(name, path, answer)


def _device_reads(own: Organisation, bare: BareDevices) -> Iterator[Call]:
    device, key = _device(own), own.pk
    serial, word = serial_of(device.pk), device.serial_number[:WORD]
    paged = f"client_id={serial_of(key)}&pageinate=true&page_no=1&page_size=50"
    yield _read("device list of 50", f"/api/Asset?{paged}", lambda: bare.page(key))
    yield _read(
        "device search",
        f"/api/Asset?{paged}&search={word}",
        lambda: bare.found(key, word),
    )
    yield _read(
        "one device",
        f"/api/Asset/{serial}?includedetails=true",
        lambda: bare.one(serial),
    )
    yield _read(
        "device licences",
        f"/api/SoftwareLicence?{paged}",
        lambda: bare.licences(key),
    )


def _device(own: Organisation) -> Device:
    rows = Device.objects.filter(asset__organisation=own)
    found: Device = rows.order_by("asset")[0]
    return found


def _read(name: str, path: str, answer: Callable[[], bytes]) -> Call:
    return Call(name, path, lambda _: answer())


def _writes(own: Organisation, bare: BareWrites, random: Random) -> Iterator[Call]:
    """Yield what writes through the fleet API."""
    some = [*_plain(own)[:CHANGES]]
    assets = f"/api/organisations/{own.pk}/assets"
    kind = {"type_id": str(some[0].type_id)}

    def bodies(count: int) -> list[dict[str, str]]:
        return [{**kind, "name": name} for name in _names(random, count)]

    def changes() -> list[dict[str, str]]:
        pairs = zip(some, _names(random, len(some)), strict=True)
        return [{"id": str(row.pk), "name": name} for row, name in pairs]

    yield Call("create", assets, bare.create, "POST", lambda: _json(bodies(1)[0]))
    yield Call(
        name=f"create {ROWS}",
        path=assets,
        by_hand=bare.create,
        method="POST",
        make_body=lambda: _json(bodies(ROWS)),
        rarity=RARE,
    )
    yield Call(
        name=f"change {len(some)}",
        path=assets,
        by_hand=bare.change,
        method="PATCH",
        make_body=lambda: _json(changes()),
        rarity=RARE,
    )
    key = some[0].pk
    yield Call(
        name="log with photo",
        path=f"/api/assetgroups/{key}/logs",
        by_hand=lambda body: bare.log(key, body),
        method="POST",
        make_body=_photo,
    )


def _device_writes(
    own: Organisation, bare: BareWrites, random: Random
) -> Iterator[Call]:
    """Yield what writes through the device API."""
    kind = {"assettype_id": serial_of(_plain(own)[0].type_id or 0)}
    owner = {"client_id": serial_of(own.pk)}
    device = {"id": serial_of(_device(own).pk)}
    yield Call(
        name="create device",
        path="/api/Asset",
        by_hand=bare.create_device,
        method="POST",
        make_body=lambda: _json([{**kind, **owner}]),
    )
    yield Call(
        name="change device",
        path="/api/Asset",
        by_hand=bare.change_device,
        method="POST",
        make_body=lambda: _json([{**device, "notes": _names(random, 1)[0]}]),
    )


def same_rows(call: Call, ours: bytes, bare: bytes) -> bool:
    """Tell whether both answers say the same, but for the ids of what was written."""
    left, right = orjson.loads(ours), orjson.loads(bare)
    if call.method == "GET":
        return bool(left == right)
    return bool(_without_own(left) == _without_own(right))


def _without_own(content: Any) -> Any:
    if isinstance(content, list):
        return [_without_own(one) for one in content]
    if not isinstance(content, dict):
        return content
    return {
        key: None if key in OWN else _without_own(value)
        for key, value in content.items()
    }


def _names(random: Random, count: int) -> list[str]:
    return [f"New {random.randrange(10**6)}" for _ in range(count)]


def _json(content: object) -> Body:
    return json.dumps(content).encode(), JSON


# Pictures that are told apart, as the register keeps each content once.
_numbers = itertools.count()


def _photo() -> Body:
    """Return a form with a text and a picture that was not sent before."""
    number = next(_numbers)
    picture = io.BytesIO()
    colour = (number % 256, number // 256 % 256, 80)
    Image.new("RGB", (640, 480), colour).save(picture, "JPEG")
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="log"\r\n\r\nSeen\r\n'
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="attachment"; '
        'filename="seen.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    )
    content = head.encode() + picture.getvalue() + f"\r\n--{BOUNDARY}--\r\n".encode()
    return content, f"multipart/form-data; boundary={BOUNDARY}"
