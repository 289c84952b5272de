"""Reading, changing and deleting logs: contract rows 38, 40 and 41."""

from hashlib import sha256
from typing import Any

import pytest
from rest_framework.test import APIClient

from assets.models import AssetGroup, AssetLog
from assets.services.removal import delete_asset
from organisations.models import Change, Membership
from tests.assets.api.fleet.calls import refusal, said
from tests.assets.api.fleet.log_shapes import log_shape
from tests.cast import Cast
from tests.factories.logs import make_log

GONE = refusal("not_found", status=404)


def test_it_keeps_the_old_text_in_history(
    cast: Cast, asset: AssetGroup, member: APIClient
) -> None:
    log = make_log(asset, actor=cast.member, duration=5)
    body = {"log": "Two flat spots", "duration": None}

    response = member.patch(f"/api/assetlogs/{log.pk}", body)

    made = log.updated_at
    log.refresh_from_db()
    assert response.status_code == 200
    assert response.json() == log_shape(log)
    assert log.log_hash == sha256(b"Two flat spots").hexdigest()
    assert log.updated_at > made
    changes = Change.objects.filter(model="assetlog", object_id=log.pk).order_by("id")
    assert [
        (one.action, one.field, one.old, one.new)
        for one in changes
        if one.action == "changed"
    ] == [
        ("changed", "log", "Flat spot on axle 2", "Two flat spots"),
        ("changed", "duration", 5, None),
    ]
    assert changes[0].action == "created"
    assert (changes[0].new or {})["log"] == "Flat spot on axle 2"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"log": "Flat spot on axle 2", "duration": None},
        {"id": "5", "latitude": 3, "embed": "x", "logged_at": "x", "type": "x"},
    ],
)
def test_it_leaves_alone_what_stays(
    cast: Cast, asset: AssetGroup, member: APIClient, body: dict[str, Any]
) -> None:
    log = make_log(asset, actor=cast.member)
    before = Change.objects.count()

    response = member.patch(f"/api/assetlogs/{log.pk}", body)

    log.refresh_from_db()
    assert response.json() == log_shape(log)
    assert log.updated_at == log.created_at
    assert Change.objects.count() == before


def test_it_takes_its_own_answer_back(
    cast: Cast, asset: AssetGroup, member: APIClient
) -> None:
    log = make_log(asset, actor=cast.member)
    path = f"/api/assetlogs/{log.pk}"
    seen = member.get(path)

    again = member.patch(path, seen.json(), HTTP_IF_MATCH=seen["ETag"])

    assert again.json() == seen.json()
    stale = member.patch(path, {"log": "x"}, HTTP_IF_MATCH='"stale"')
    assert said(stale) == refusal("precondition_failed", status=412)


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"log": ""}, "log"),
        ({"log": None}, "log"),
        ({"log": "x" * 16_001}, "log"),
        ({"duration": -1}, "duration"),
    ],
)
def test_it_refuses_a_change(
    cast: Cast, asset: AssetGroup, member: APIClient, body: dict[str, Any], key: str
) -> None:
    log = make_log(asset, actor=cast.member)

    response = member.patch(f"/api/assetlogs/{log.pk}", body)

    assert said(response) == refusal("invalid_body", key)


@pytest.mark.parametrize(
    ("who", "code"), [("owner", "not_creator"), ("outsider", "not_a_member")]
)
def test_it_lets_nobody_else_change_it(
    cast: Cast, asset: AssetGroup, who: str, code: str
) -> None:
    log = make_log(asset, actor=cast.member)

    response = cast.client(who).patch(f"/api/assetlogs/{log.pk}", {"log": 5})

    assert said(response) == refusal(code, status=403)


def test_it_does_not_let_a_former_member_change_it(
    cast: Cast, asset: AssetGroup, member: APIClient
) -> None:
    log = make_log(asset, actor=cast.member)
    Membership.objects.filter(user=cast.member).delete()

    response = member.patch(f"/api/assetlogs/{log.pk}", {"log": "x"})

    assert said(response) == refusal("not_a_member", status=403)


def test_it_deletes_a_log(cast: Cast, asset: AssetGroup, manager: APIClient) -> None:
    log = make_log(asset)
    path = f"/api/assetlogs/{log.pk}"

    response = manager.delete(path)

    assert (response.status_code, response.content) == (204, b"")
    assert said(manager.get(path)) == GONE
    assert said(manager.delete(path)) == GONE
    change = Change.objects.filter(model="assetlog").latest("id")
    assert (change.action, (change.old or {})["log"]) == ("deleted", log.log)
    assert change.user == cast.manager


def test_it_lets_managers_only_delete(
    cast: Cast, asset: AssetGroup, member: APIClient, outsider: APIClient
) -> None:
    log = make_log(asset, actor=cast.member)

    for client in (member, outsider):
        response = client.delete(f"/api/assetlogs/{log.pk}")
        assert said(response) == refusal("missing_permission", status=403)
    assert AssetLog.objects.exists()


def test_it_hides_the_logs_of_what_is_deleted(
    cast: Cast, path: str, asset: AssetGroup, manager: APIClient
) -> None:
    log = make_log(asset, actor=cast.manager)
    delete_asset(asset, actor=cast.manager)

    one = f"/api/assetlogs/{log.pk}"
    assert said(manager.get(path)) == GONE
    assert said(manager.post(path, {"log": "x"})) == GONE
    assert said(manager.get(one)) == GONE
    assert said(manager.patch(one, {"log": "x"})) == GONE
    assert said(manager.delete(one)) == GONE


@pytest.mark.parametrize("key", ["5", "x", "0", "-1", str(2**63), "9" * 30])
def test_it_knows_no_such_log(manager: APIClient, key: str) -> None:
    assert said(manager.get(f"/api/assetlogs/{key}")) == GONE
    assert said(manager.get(f"/api/assetgroups/{key}/logs")) == GONE
