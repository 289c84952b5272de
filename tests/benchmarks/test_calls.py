"""What stands beside the register in its benchmarks does the same as the register."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from pytest_django import Settings

from benchmarks.bare import connect
from benchmarks.calls import Call, calls_of, same_rows
from benchmarks.fill import fill, filled
from organisations.services.tokens import create_token

APPS = ("assets", "devices", "licensing", "organisations")
ROWS = 240
# Ids, numbers, moments and hashes are each row's own.
OF_ITS_OWN = re.compile(r"\b[0-9a-f]{12,64}\b|(?<=/)[0-9a-f]{2}(?=/)|\d+(\.\d+)?")

Rows = dict[tuple[str, Any], dict[str, Any]]


@pytest.fixture
def calls(tmp_path: Path, settings: Settings) -> Iterator[list[Call]]:
    settings.MEDIA_ROOT = tmp_path / "media"
    random = Random(2026)  # noqa: S311 - invents rows, not secrets
    fill(random, ROWS, 2)
    own, written, folder = filled(0), filled(1), tmp_path / "by hand"
    with connect(connection.settings_dict) as hand:
        yield [*calls_of(own, written, hand, folder, random)]


def stored() -> Rows:
    return {
        (model._meta.label, row["pk"]): row
        for name in APPS
        for model in apps.get_app_config(name).get_models()
        for row in model._base_manager.values("pk", *columns_of(model))
    }


def columns_of(model: Any) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def left_by(write: Callable[[], object]) -> Counter[str]:
    before = stored()
    write()
    return Counter(
        f"{label} {OF_ITS_OWN.sub('0', json.dumps(row, default=str, sort_keys=True))}"
        for (label, key), row in stored().items()
        if before.get((label, key)) != row
    )


@pytest.fixture
def ask(calls: list[Call], client: Client) -> Callable[[Call], bytes]:
    """Ask the register, for the owner of what the calls are about."""
    token = create_token(user=filled(0).owner, name="benchmarks").text

    def ask_once(call: Call) -> bytes:
        body, kind = call.body()
        headers = {"Authorization": f"Bearer {token}"}
        answer = client.generic(
            call.method, call.path, body, content_type=kind, headers=headers
        )
        assert answer.status_code in {200, 201}, call.name
        content: bytes = answer.content
        return content

    return ask_once


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_it_reads_and_writes_the_same_by_hand(
    calls: list[Call], ask: Callable[[Call], bytes]
) -> None:
    for call in calls:
        if call.method == "GET":
            assert same_rows(call, ask(call), call.by_hand(b"")), call.name
            continue
        # So that both change what has been changed before.
        ask(call)
        ours = left_by(partial(ask, call))
        bare = left_by(partial(by_hand, call))
        assert ours == bare, call.name
        assert ours, call.name


def by_hand(call: Call) -> bytes:
    return call.by_hand(call.body()[0])


def test_it_tells_answers_apart() -> None:
    read = Call("one", "/", lambda _: b"")
    write = Call("create", "/", lambda _: b"", "POST")

    assert same_rows(read, b'{"id": "1", "name": "a"}', b'{"name":"a","id":"1"}')
    assert not same_rows(read, b'{"id": "1"}', b'{"id": "2"}')
    assert same_rows(write, b'[{"id": "1", "name": "a"}]', b'[{"id":"2","name":"a"}]')
    assert not same_rows(write, b'{"id": "1", "name": "a"}', b'{"id":"1","name":"b"}')
