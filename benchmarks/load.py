"""Both families over HTTP, by 1, 8 and 32 clients, beside the same answers by hand.

In rounds: in each, everything is asked a share of its count, so that a busy moment hits
a part of everything rather than the whole of one thing.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter

from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.bare import connect
from benchmarks.calls import Body, Call, calls_of, same_rows
from benchmarks.fill import filled
from benchmarks.lists import Api
from benchmarks.serving import HOST, Server
from benchmarks.timing import seconds
from organisations.services.tokens import create_token

CLIENTS = (1, 8, 32)
ROUNDS = 5


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


def measure_load(server: Server, random: Random, *, count: int) -> list[Served]:
    """Ask everything so often by each number of clients, in rounds."""
    own, written = filled(0), filled(1)
    token = create_token(user=own.owner, name="benchmarks").text
    with (
        connect(connection.settings_dict) as hand,
        TemporaryDirectory() as folder,
    ):
        lines = [
            line
            for call in calls_of(own, written, hand, Path(folder), random)
            for line in _lines(call, _Client(server.port, token, call))
        ]
        for number in range(ROUNDS):
            # Or what a round wrote would slow down what the next one reads.
            hand.execute("VACUUM ANALYZE")
            for line in lines:
                line.ask_share(server, count, number)
    return [line.served() for line in lines]


def share_of(count: int, number: int) -> int:
    """Return how much of a count is asked in a round: over all rounds, all of it."""
    return count * (number + 1) // ROUNDS - count * number // ROUNDS


@dataclass(frozen=True)
class _Client:
    port: int
    token: str
    call: Call

    def ask_often(self, times: int) -> list[float]:
        """Ask again and again, and return the seconds of each answer."""
        line = HTTPConnection(HOST, self.port, timeout=60)
        try:
            return [self._ask(line, self.call.body())[0] for _ in range(times)]
        finally:
            line.close()

    def ask_once(self, body: Body) -> bytes:
        """Return the answer."""
        line = HTTPConnection(HOST, self.port, timeout=60)
        try:
            return self._ask(line, body)[1]
        finally:
            line.close()

    def _ask(self, line: HTTPConnection, body: Body) -> tuple[float, bytes]:
        content, kind = body
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": kind}
        start = perf_counter()
        line.request(self.call.method, self.call.path, content or None, headers)
        answer = line.getresponse()
        told = answer.read()
        took = perf_counter() - start
        if answer.status not in {200, 201}:
            raise SystemExit(f"{self.call.name}: {answer.status} {told[:300]!r}")
        return took, told


@dataclass
class _Line:
    """Gathers what one call takes so many clients, over all rounds."""

    client: _Client
    clients: int
    queries: int | None
    times: list[float] = field(default_factory=list)
    by_hand: list[float] = field(default_factory=list)
    spent: float = 0
    cpu: float = 0

    def ask_share(self, server: Server, count: int, number: int) -> None:
        """Ask this round's share, one client beside as many answers by hand."""
        call = self.client.call
        each = max(count // call.rarity // self.clients, 1)
        share = share_of(each, number)
        if not share:
            return
        if self.clients == 1:
            self.by_hand += [_seconds_by_hand(call) for _ in range(share)]
        before, start = server.cpu(), perf_counter()
        with ThreadPoolExecutor(self.clients) as pool:
            turns = list(pool.map(self.client.ask_often, [share] * self.clients))
        self.spent += perf_counter() - start
        self.cpu += server.cpu() - before
        self.times += [one for turn in turns for one in turn]

    def served(self) -> Served:
        """Return the line of the table."""
        times = sorted(1_000 * one for one in self.times)
        asked = len(times)
        return Served(
            name=self.client.call.name,
            clients=self.clients,
            median=median(times),
            p99=quantiles([*times, times[-1]], n=100, method="inclusive")[98],
            rate=asked / self.spent,
            cpu=1_000 * self.cpu / asked,
            queries=self.queries,
            bare=1_000 * median(self.by_hand) if self.by_hand else None,
        )


def _lines(call: Call, client: _Client) -> Iterable[_Line]:
    """Return the lines of a call, once both ways have given the same answer."""
    body = call.body()
    if not same_rows(call, client.ask_once(body), call.by_hand(body[0])):
        raise SystemExit(f"The answers to '{call.name}' differ.")
    queries = _queries(client) if call.method == "GET" else None
    return [_Line(client, clients, queries) for clients in CLIENTS]


def _queries(client: _Client) -> int:
    api, path = Api(client.token), client.call.path
    api.get(path)
    with CaptureQueriesContext(connection) as queries:
        api.get(path)
    return len(queries)


def _seconds_by_hand(call: Call) -> float:
    content, _ = call.body()
    return seconds(lambda: call.by_hand(content))
