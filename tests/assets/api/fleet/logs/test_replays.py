"""Logs that are sent twice: resolution 25."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from assets.models import AssetLog
from assets.services import nonces
from organisations.models import Membership
from tests.assets.api.fleet.calls import refusal, said
from tests.assets.api.fleet.files import upload
from tests.cast import Cast
from tests.factories.assets import make_asset


def test_it_answers_a_replay_with_where_the_first_is(
    path: str, member: APIClient
) -> None:
    first = member.post(path, {"log": "x", "nonce": "7"})

    again = member.post(path, {"log": "x", "nonce": 7})

    assert first.status_code == 201
    assert (again.status_code, again.content) == (304, b"")
    assert again["Location"] == first["Location"]
    assert "Content-Type" not in again.headers
    assert AssetLog.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        {"log": "quite another"},
        {},
        {"log": 5, "latitude": 1},
        {"type": "remark"},
    ],
)
def test_it_looks_at_nothing_else_in_a_replay(
    cast: Cast, path: str, member: APIClient, body: dict[str, Any]
) -> None:
    member.post(path, {"log": "x", "nonce": "7"})
    elsewhere = f"/api/assetgroups/{make_asset(cast.organisation).pk}/logs"

    for address in (path, elsewhere):
        assert member.post(address, {**body, "nonce": "7"}).status_code == 304


def test_it_refuses_before_it_knows_a_replay(
    cast: Cast, path: str, member: APIClient
) -> None:
    member.post(path, {"log": "x", "nonce": "7"})
    Membership.objects.filter(user=cast.member).delete()

    response = member.post(path, {"log": "x", "nonce": "7"})

    assert said(response) == refusal("not_a_member", status=403)


def test_it_keeps_the_nonces_of_people_apart(
    path: str, member: APIClient, manager: APIClient
) -> None:
    answers = [one.post(path, {"log": "x", "nonce": "7"}) for one in (member, manager)]

    assert [one.status_code for one in answers] == [201, 201]


@pytest.mark.parametrize("nonce", [0, "0", "", None])
def test_it_reads_none_as_no_nonce(path: str, member: APIClient, nonce: object) -> None:
    answers = [member.post(path, {"log": "x", "nonce": nonce}) for _ in range(2)]

    assert [one.status_code for one in answers] == [201, 201]


def test_it_does_not_bring_back_what_was_deleted(path: str, manager: APIClient) -> None:
    first = manager.post(path, {"log": "x", "nonce": "7"})
    manager.delete(first["Location"])

    again = manager.post(path, {"log": "x", "nonce": "7"})

    assert (again.status_code, again["Location"]) == (304, first["Location"])
    assert not AssetLog.objects.exists()


def test_it_does_not_spend_a_nonce_on_a_refusal(path: str, member: APIClient) -> None:
    member.post(path, {"log": "", "nonce": "7"})

    assert member.post(path, {"log": "x", "nonce": "7"}).status_code == 201


def test_it_forgets_a_nonce_after_thirty_days(
    path: str, member: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def post() -> int:
        return int(member.post(path, {"log": "x", "nonce": "7"}).status_code)

    post()
    later = iter(timezone.now() + timedelta(days=days) for days in (29, 31))
    monkeypatch.setattr(nonces, "timezone", SimpleNamespace(now=lambda: next(later)))

    assert [post(), post()] == [304, 201]


def test_it_answers_a_form_once_for_its_idempotency_key(
    path: str, member: APIClient
) -> None:
    def answer(content: bytes) -> Any:
        form = {"log": "x", "attachment": upload(content)}
        headers = {"Idempotency-Key": "one"}
        return member.post(path, form, format="multipart", headers=headers)

    first, again = answer(b"the same"), answer(b"the same")

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again["Location"] == first["Location"]
    assert answer(b"another").status_code == 422
    assert AssetLog.objects.count() == 1


def test_it_has_no_object_to_match_yet(path: str, member: APIClient) -> None:
    assert member.post(path, {"log": "x"}, HTTP_IF_MATCH='"any"').status_code == 201
