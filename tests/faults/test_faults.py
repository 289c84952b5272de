"""Killed processes, a database that goes away, a full disk: nothing lost or doubled."""

import json
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.faults.cluster import Cluster
from tests.faults.load import Load, form, headers_of
from tests.faults.processes import UNLIMITED, Installation, wait_until

pytestmark = pytest.mark.faults
Tell = Callable[[str], None]

AWAY_SECONDS = 30
# The key of a request that died is free again after a minute.
UNTIL_FREE = 120
ROWS = 20_000
# Longer than the log of these tests, which the limit is for as well.
LENGTH = 20 << 20


def is_ready(installation: Installation) -> bool:
    return installation.status("/readyz") == HTTPStatus.OK


def test_it_loses_and_doubles_nothing_when_processes_die(
    installation: Installation, cluster: Cluster, stage: dict[str, str], tell: Tell
) -> None:
    load = Load(installation, stage)
    load.start(programs=8)
    wait_until(lambda: len(load.made) > 20)
    installation.kill_web_process()
    seconds = wait_until(lambda: is_ready(installation))
    tell(f"a killed web process answered again after {seconds:.1f} s")

    cluster.kill()
    seconds = wait_until(lambda: not is_ready(installation))
    tell(f"the killed database was noticed after {seconds:.1f} s")
    began = time.monotonic()
    while time.monotonic() < began + AWAY_SECONDS:
        assert installation.status("/healthz") == HTTPStatus.OK
        assert installation.status("/readyz") == HTTPStatus.SERVICE_UNAVAILABLE
        time.sleep(1)
    began, made = time.monotonic(), len(load.made)
    cluster.start()
    wait_until(lambda: is_ready(installation))
    seconds = time.monotonic() - began
    tell(
        f"after {AWAY_SECONDS} s without it, ready {seconds:.1f} s after it was started"
    )
    seconds = wait_until(lambda: len(load.made) > made, UNTIL_FREE)
    tell(f"the first write went through {seconds:.1f} s later")
    wait_until(lambda: len(load.made) > made + 20, UNTIL_FREE)
    load.finish()

    assert load.refused == []
    assert load.repeated
    tell(f"{len(load.made)} assets were made, {load.repeated} requests repeated")
    assert stored(cluster, "Wagon-%") == sorted(load.made.items())
    assert noted(cluster, "Wagon-%") == len(load.made)


def stored(cluster: Cluster, names: str) -> list[tuple[str, str]]:
    """Return names and ids of assets."""
    with psycopg.connect(cluster.url) as connection:
        rows = connection.execute(
            "SELECT name, id FROM assets_assetgroup WHERE name LIKE %s", [names]
        )
        return sorted((name, str(key)) for name, key in rows)


def noted(cluster: Cluster, names: str) -> int:
    """Return how many lines of history tell of the creation of the assets."""
    with psycopg.connect(cluster.url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM organisations_change JOIN assets_assetgroup AS made"
            " ON made.id = object_id AND model = 'assetgroup'"
            " WHERE action = 'created' AND name LIKE %s",
            [names],
        ).fetchone()
    assert row is not None
    return int(row[0])


def test_a_killed_worker_takes_its_import_up_again(
    installation: Installation, cluster: Cluster, stage: dict[str, str], tell: Tell
) -> None:
    lines = [f"Bus {number},Wagon\n" for number in range(ROWS)]
    content = ("Name,Type\n" + "".join(lines)).encode()
    body, content_type = form({"type": "assets"}, "file", content)
    headers = {**headers_of(stage), "Content-Type": content_type}
    path = f"/api/organisations/{stage['organisation']}/imports"
    installation.work()
    status, answer, _ = installation.send(path, body, headers)
    assert status in {HTTPStatus.CREATED, HTTPStatus.ACCEPTED}, answer
    address = f"/api/imports/{json.loads(answer)['id']}"

    def told() -> Any:
        return json.loads(installation.send(address, b"", headers, method="GET")[1])

    def state() -> str:
        return str(told()["state"])

    wait_until(lambda: state() != "waiting")
    assert state() == "running", str(told())
    assert installation.worker is not None
    installation.worker.kill()
    installation.worker.wait()
    assert state() == "running"
    assert stored(cluster, "Bus %") == []
    installation.work()
    seconds = wait_until(lambda: state() != "running", seconds=120)
    tell(f"a killed worker's import of {ROWS:,} rows was done after {seconds:.1f} s")

    assert state() == "done"
    names = [name for name, _ in stored(cluster, "Bus %")]
    assert names == sorted(f"Bus {number}" for number in range(ROWS))
    assert noted(cluster, "Bus %") == ROWS


def test_an_upload_to_a_full_disk_leaves_nothing(
    installation: Installation, stage: dict[str, str], database: psycopg.Connection
) -> None:
    fields = {"log": "The photo of the door."}
    body, content_type = form(fields, "attachment", b"\x07" * LENGTH)
    path = f"/api/assetgroups/{stage['asset']}/logs"
    headers = {
        **headers_of(stage),
        "Content-Type": content_type,
        "Idempotency-Key": "the-photo",
    }
    installation.limit_files(LENGTH - 1)
    status, answer, _ = installation.send(path, body, headers)
    assert status == HTTPStatus.INTERNAL_SERVER_ERROR
    assert json.loads(answer)["code"] == "server_error"
    for table in ("assets_assetlog", "assets_attachment", "assets_blob"):
        assert count(database, table) == 0
    assert files(installation) == []
    assert is_ready(installation)

    installation.limit_files(UNLIMITED)
    status, answer, _ = installation.send(path, body, headers)
    assert status == HTTPStatus.CREATED, answer
    again, _, told = installation.send(path, body, headers)
    assert (again, told["Idempotent-Replayed"]) == (HTTPStatus.CREATED, "true")
    assert count(database, "assets_assetlog") == 1
    assert [length for _, length in files(installation)] == [LENGTH]


def count(database: psycopg.Connection, table: str) -> int:
    query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
    row = database.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def files(installation: Installation) -> list[tuple[str, int]]:
    """Return the attachments on the disk, and how long they are."""
    found = (installation.media / "attachments").rglob("*")
    return [(one.name, one.stat().st_size) for one in found if one.is_file()]
