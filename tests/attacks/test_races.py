"""Attack: do the same thing fifty times at the same moment, to get it twice.

Seats, tags, shares, invitations and the order of members have races of their own in
`tests/*/services`; here fifty requests come in through the door.
"""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from rest_framework.test import APIClient

from assets.models import AssetGroup, AssetLog, AssetStatus, GroupMember
from tests.cast import Cast, assemble
from tests.factories.assets import AssetStatusFactory, AssetTypeFactory, make_asset
from tests.factories.groups import make_group

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

MANY = 50


def at_once(cast: Cast, ask: Callable[[APIClient, int], Any]) -> list[Any]:
    """Send fifty requests of the owner at the same moment."""
    header = cast.header("owner")

    def run(number: int) -> Any:
        client = APIClient()
        client.credentials(**header)
        try:
            return ask(client, number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(MANY) as threads:
        return list(threads.map(run, range(MANY)))


def statuses(answers: list[Any]) -> Counter[int]:
    """Count the answers by status."""
    return Counter(answer.status_code for answer in answers)


def test_it_gives_every_asset_another_number() -> None:
    cast = assemble()
    kind = AssetTypeFactory(organisation=cast.organisation)
    body = {"type_id": str(kind.pk)}

    answers = at_once(cast, lambda client, _: client.post(f"{cast.path}/assets", body))

    assert statuses(answers) == {201: MANY}
    assert sorted(one.json()["number"] for one in answers) == list(range(1, MANY + 1))


def test_it_writes_a_log_with_a_nonce_once() -> None:
    cast = assemble()
    path = f"/api/assetgroups/{make_asset(cast.organisation).pk}/logs"
    body = {"log": "x", "nonce": "467084578272595488"}

    answers = at_once(cast, lambda client, _: client.post(path, body))

    assert statuses(answers) == {201: 1, 304: MANY - 1}
    assert len({one.headers["Location"] for one in answers}) == 1
    assert AssetLog.objects.count() == 1


def test_it_runs_a_request_with_a_key_once() -> None:
    cast = assemble()
    path = f"{cast.path}/asset-statuses"
    before = AssetStatus.objects.count()

    def ask(client: APIClient, number: int) -> Any:
        return client.post(path, {}, headers={"Idempotency-Key": "the-same"})

    told = statuses(at_once(cast, ask))

    assert told.keys() <= {201, 409}
    assert told[201] >= 1
    assert AssetStatus.objects.count() == before + 1


def test_it_lets_one_of_those_change_a_row_who_have_all_seen_it() -> None:
    cast = assemble()
    status = AssetStatusFactory(organisation=cast.organisation)
    path = f"/api/assetstatuses/{status.pk}"
    tag = cast.client("owner").get(path).headers["ETag"]

    def ask(client: APIClient, number: int) -> Any:
        body = {"name": f"number {number}"}
        return client.patch(path, body, headers={"If-Match": tag})

    answers = at_once(cast, ask)

    assert statuses(answers) == {200: 1, 412: MANY - 1}
    (winner,) = (one for one in answers if one.status_code == 200)
    status.refresh_from_db()
    assert status.name == winner.json()["name"]


def test_it_keeps_the_order_of_a_consist_whole() -> None:
    cast = assemble()
    members = [make_asset(cast.organisation) for _ in range(5)]
    group = make_group(cast.organisation, *members)

    def ask(client: APIClient, number: int) -> Any:
        member = members[number % 5]
        path = f"/api/assetgroups/{group.pk}/assets/{member.pk}"
        return client.patch(path, {"order": number % 4})

    assert statuses(at_once(cast, ask)) == {200: MANY}
    rows = GroupMember.objects.filter(group=group).order_by("position")
    assert list(rows.values_list("position", flat=True)) == list(range(5))
    assert {row.asset_id for row in rows} == {one.pk for one in members}


def test_it_loses_no_change_of_another_field() -> None:
    cast = assemble()
    asset = make_asset(cast.organisation)
    path = f"/api/assets/{asset.pk}"

    def ask(client: APIClient, number: int) -> Any:
        key = "name" if number % 2 else "description"
        return client.patch(path, {key: f"number {number}"})

    assert statuses(at_once(cast, ask)) == {200: MANY}
    row = AssetGroup.objects.get(pk=asset.pk)
    assert row.name.startswith("number")
    assert row.description.startswith("number")
