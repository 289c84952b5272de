"""Both families over HTTP, by 1, 8 and 32 clients, beside the same answers by hand."""

import io
import itertools
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from random import Random
from statistics import median, quantiles
from time import perf_counter
from urllib.parse import quote

from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from assets.models import Asset, AssetField
from benchmarks.bare import Bare, connect
from benchmarks.fill import first_filled
from benchmarks.lists import Api
from benchmarks.serving import HOST, Server
from benchmarks.timing import seconds
from config.api.snowflake import serial_of
from organisations.names import successor
from organisations.services.tokens import create_token

CLIENTS = (1, 8, 32)
ROWS, CHANGES, RARE = 500, 100, 10
PREFIX = "vehicle 1"
JSON = "application/json"
BOUNDARY = "a-boundary-of-the-benchmarks"

Body = tuple[bytes, str]


@dataclass(frozen=True)
class Call:
    """What is asked, and how the same is answered by hand, where that is measured."""

    name: str
    path: str
    method: str = "GET"
    # Makes the body anew for each request, with the type of its content.
    body: Callable[[], Body] | None = None
    bare: Callable[[], bytes] | None = None
    # Asked so many times less often, as it handles as many rows.
    rarity: int = 1


@dataclass(frozen=True)
class Served:
    """One line of the table: milliseconds of an answer, by so many clients at once."""

    name: str
    clients: int
    median: float
    p99: float
    rate: float
    # Of the server's processes alone, for one answer.
    cpu: float
    queries: int | None = None
    bare: float | None = None

    @property
    def ratio(self) -> float | None:
        """The time of the bare way as a part of ours."""
        return self.bare / self.median if self.bare else None


def measure_load(server: Server, random: Random, *, count: int) -> Iterator[Served]:
    """Ask everything so often, in rounds of one client after the other number."""
    token = create_token(user=first_filled().owner, name="benchmarks").text
    api = Api(token)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    with connect(connection.settings_dict) as hand:
        for call in _calls(Bare(hand), random):
            by_hand = _by_hand(call, count) if call.bare else None
            queries = _queries(api, call) if call.method == "GET" else None
            for clients in CLIENTS:
                told = _measure(server, token, call, clients, count)
                is_alone = clients == 1
                yield replace(told, queries=queries, bare=by_hand if is_alone else None)


def _queries(api: Api, call: Call) -> int:
    api.get(call.path)
    with CaptureQueriesContext(connection) as queries:
        api.get(call.path)
    return len(queries)


def _by_hand(call: Call, count: int) -> float:
    assert call.bare is not None  # noqa: S101 - for the types
    call.bare()
    return 1_000 * median(seconds(call.bare) for _ in range(count))


def _measure(
    server: Server, token: str, call: Call, clients: int, count: int
) -> Served:
    """Let so many clients ask, each over a connection of its own."""
    each = max(count // call.rarity // clients, 1)
    client = _Client(server.port, token, call)
    client.ask_often(1)
    before, start = server.cpu(), perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        turns = list(pool.map(client.ask_often, [each] * clients))
    spent, cpu = perf_counter() - start, server.cpu() - before
    times = sorted(1_000 * one for turn in turns for one in turn)
    asked = len(times)
    return Served(
        name=call.name,
        clients=clients,
        median=median(times),
        p99=quantiles([*times, times[-1]], n=100, method="inclusive")[98],
        rate=asked / spent,
        cpu=1_000 * cpu / asked,
    )


@dataclass(frozen=True)
class _Client:
    port: int
    token: str
    call: Call

    def ask_often(self, times: int) -> list[float]:
        """Ask again and again, and return the seconds of each answer."""
        line = HTTPConnection(HOST, self.port, timeout=60)
        try:
            return [self._ask(line) for _ in range(times)]
        finally:
            line.close()

    def _ask(self, line: HTTPConnection) -> float:
        content, kind = self.call.body() if self.call.body else (None, JSON)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": kind}
        start = perf_counter()
        line.request(self.call.method, self.call.path, content, headers)
        answer = line.getresponse()
        told = answer.read()
        took = perf_counter() - start
        if answer.status not in {200, 201}:
            raise SystemExit(f"{self.call.name}: {answer.status} {told[:300]!r}")
        return took


def _calls(bare: Bare, random: Random) -> Iterator[Call]:
    """Yield the questions, then what writes: each finds the same rows as the last."""
    own = first_filled()
    key, at = own.pk, f"/api/organisations/{own.pk}"
    rows = Asset.objects.of(own)
    count = rows.count()
    one = rows.order_by("id")[count // 2]
    deep = max(count - 50, 0)
    field = AssetField.objects.get(organisation=own, name="Maker")
    maker = quote(f"fields/{field.pk} eq 'Vale Foundry'")
    beyond = successor(PREFIX) or ""
    device = rows.filter(device__isnull=False).order_by("id")[0]
    yield Call("list of 50", f"{at}/assets", bare=lambda: bare.page(key))
    yield Call(
        "deep page", f"{at}/assets?$skip={deep}", bare=lambda: bare.page(key, deep)
    )
    yield Call("filter by status", f"{at}/assets?status={one.status_id}")
    yield Call("filter by type", f"{at}/assets?type={one.type_id}")
    yield Call("filter by location", f"{at}/assets?location={one.location_id}")
    yield Call("filter by custom field", f"{at}/assets?$filter={maker}")
    yield Call(
        "search by name",
        f"{at}/assets?name={quote(PREFIX)}",
        bare=lambda: bare.named(key, PREFIX, beyond),
    )
    yield Call("one asset", f"/api/assets/{one.pk}", bare=lambda: bare.one(one.pk))
    yield Call("list of 50 groups", f"{at}/asset-groups")
    yield Call("history of one", f"/api/assetgroups/{one.pk}/history")
    yield Call("device list of 50", f"/api/Asset?{_paged(own.pk)}")
    yield Call("device search", f"/api/Asset?{_paged(own.pk)}&search=Laptop")
    yield Call("one device", f"/api/Asset/{serial_of(device.pk)}?includedetails=true")
    yield Call("device licences", f"/api/SoftwareLicence?{_paged(own.pk)}")
    yield from _writes(one, at, [*rows.order_by("id")[:CHANGES]], random)


def _writes(one: Asset, at: str, some: list[Asset], random: Random) -> Iterator[Call]:
    """Yield what writes, through both families."""
    kind = {"type_id": str(one.type_id)}

    def names(count: int) -> list[str]:
        return [f"New {random.randrange(10**6)}" for _ in range(count)]

    def bodies(count: int) -> list[dict[str, str]]:
        return [{**kind, "name": name} for name in names(count)]

    def changes() -> list[dict[str, str]]:
        pairs = zip(some, names(len(some)), strict=True)
        return [{"id": str(row.pk), "name": name} for row, name in pairs]

    serial = serial_of(one.pk)
    device = {"assettype_id": serial_of(one.type_id or 0)}
    owner = {"client_id": serial_of(one.organisation_id)}
    logs = f"/api/assetgroups/{one.pk}/logs"
    post = "POST"
    yield Call("create", f"{at}/assets", post, lambda: _json(bodies(1)[0]))
    yield Call(
        f"create {ROWS}", f"{at}/assets", post, lambda: _json(bodies(ROWS)), rarity=RARE
    )
    yield Call(
        f"change {len(some)}",
        f"{at}/assets",
        "PATCH",
        lambda: _json(changes()),
        rarity=RARE,
    )
    yield Call("log with photo", logs, post, _photo)
    yield Call(
        "create device", "/api/Asset", post, lambda: _json([{**device, **owner}])
    )
    yield Call(
        "change device",
        "/api/Asset",
        post,
        lambda: _json([{"id": serial, "notes": names(1)[0]}]),
    )


def _paged(organisation: int) -> str:
    client = serial_of(organisation)
    return f"client_id={client}&pageinate=true&page_no=1&page_size=50"


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
