"""The same request twice is one request (contract C17)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from rest_framework.test import APIClient

from assets.models import AssetStatus
from organisations.models import IdempotencyKey
from tests.cast import Cast, assemble

KEY: dict[str, Any] = {"HTTP_IDEMPOTENCY_KEY": "order-66"}


@pytest.fixture
def owner(cast: Cast) -> APIClient:
    return cast.client("owner")


def create(
    client: APIClient, cast: Cast, name: str = "in repair", **headers: Any
) -> Any:
    path = f"{cast.path}/asset-statuses"
    return client.post(path, {"name": name}, **(headers or KEY))


def test_it_replays_the_first_answer(owner: APIClient, cast: Cast) -> None:
    first, second = create(owner, cast), create(owner, cast)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second.headers["Location"] == first.headers["Location"]
    assert second.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert AssetStatus.objects.count() == 1


def test_it_replays_a_refusal(owner: APIClient, cast: Cast) -> None:
    first, second = create(owner, cast, "x"), create(owner, cast, "x")
    assert first.status_code == second.status_code == 400
    assert first.json() == second.json()
    assert second.headers["Idempotent-Replayed"] == "true"


def test_it_replays_an_answer_without_a_body(owner: APIClient, cast: Cast) -> None:
    asset_type = owner.post(
        f"{cast.path}/asset-types", {"ephemerality": 0, "name": "coach"}
    ).json()
    zone = owner.post(f"{cast.path}/asset-zones", {}).json()
    path = f"/api/assettype/{asset_type['id']}/asset-zones/{zone['id']}"
    owner.put(path)
    answers = [owner.delete(path, **KEY) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [204, 204]
    assert [answer.content for answer in answers] == [b"", b""]


@pytest.mark.parametrize("what", ["body", "path", "method"])
def test_it_refuses_a_key_that_stands_for_another_request(
    owner: APIClient, cast: Cast, what: str
) -> None:
    made = create(owner, cast)
    if what == "body":
        again = create(owner, cast, "scrapped")
    elif what == "path":
        again = owner.post(f"{cast.path}/asset-zones", {"name": "in repair"}, **KEY)
    else:
        path = made.headers["Location"]
        again = owner.patch(path, {"name": "in repair"}, **KEY)
    assert (again.status_code, again.json()["code"]) == (422, "idempotency_key_reused")
    assert AssetStatus.objects.count() == 1


def test_it_keeps_the_keys_of_people_apart(owner: APIClient, cast: Cast) -> None:
    first, second = create(owner, cast), create(cast.client("manager"), cast)
    assert first.json()["id"] != second.json()["id"]


def test_it_answers_409_while_the_first_runs(owner: APIClient, cast: Cast) -> None:
    create(owner, cast)
    IdempotencyKey.objects.update(status=None)
    again = create(owner, cast)
    assert (again.status_code, again.json()["code"]) == (409, "idempotency_in_progress")


def test_it_runs_anew_when_the_first_has_died(owner: APIClient, cast: Cast) -> None:
    create(owner, cast)
    row = IdempotencyKey.objects.get()
    row.status, row.claimed_at = None, row.claimed_at - timedelta(seconds=61)
    row.save()
    assert create(owner, cast).status_code == 201
    assert AssetStatus.objects.count() == 2


def test_it_forgets_after_a_day(owner: APIClient, cast: Cast) -> None:
    create(owner, cast)
    row = IdempotencyKey.objects.get()
    row.claimed_at -= timedelta(hours=24, seconds=1)
    row.save()
    create(owner, cast, "scrapped")
    assert AssetStatus.objects.count() == 2


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "ä"])
def test_it_refuses_a_malformed_key(owner: APIClient, cast: Cast, key: str) -> None:
    answer = create(owner, cast, HTTP_IDEMPOTENCY_KEY=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_body")
    assert not AssetStatus.objects.exists()


def test_it_keeps_no_answer_of_what_was_never_let_in(cast: Cast) -> None:
    create(cast.client("anonymous"), cast)
    create(cast.client("outsider"), cast)
    assert not IdempotencyKey.objects.exists()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_it_runs_one_of_many_at_once() -> None:
    cast = assemble()
    header = cast.header("owner")

    def post(number: int) -> int:
        client = APIClient()
        client.credentials(**header)
        try:
            return int(create(client, cast).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        statuses = list(threads.map(post, range(20)))
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert AssetStatus.objects.count() == 1
