"""Entity tags: what has been read, and what may be changed (contract C18)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from rest_framework.test import APIClient

from assets.models import AssetGroup
from tests.cast import Cast, assemble
from tests.factories.assets import AssetStatusFactory, make_asset


@pytest.fixture
def owner(cast: Cast) -> APIClient:
    return cast.client("owner")


@pytest.fixture
def path(cast: Cast) -> str:
    status = AssetStatusFactory(organisation=cast.organisation, name="idle")
    asset = make_asset(cast.organisation, status_id=status.pk)
    return f"/api/assets/{asset.pk}"


def tag_of(answer: Any) -> str:
    tag: str = answer.headers["ETag"]
    return tag


def test_it_tags_a_single_object(owner: APIClient, path: str) -> None:
    first, second = owner.get(path), owner.get(path)
    assert tag_of(first) == tag_of(second)
    assert tag_of(first).startswith('"')


def test_it_tags_what_a_write_answers(owner: APIClient, path: str) -> None:
    changed = owner.patch(path, {"name": "renamed"})
    assert tag_of(changed) == tag_of(owner.get(path))


def test_it_does_not_tag_a_list(owner: APIClient, cast: Cast, path: str) -> None:
    assert "ETag" not in owner.get(f"{cast.path}/assets").headers


@pytest.mark.parametrize("form", ["{}", '"other", {}', "*"])
def test_it_answers_304_to_who_has_it(owner: APIClient, path: str, form: str) -> None:
    tag = tag_of(owner.get(path))
    again = owner.get(path, HTTP_IF_NONE_MATCH=form.format(tag))
    assert (again.status_code, again.content) == (304, b"")
    assert tag_of(again) == tag


def test_it_changes_when_an_embedded_row_changes(
    owner: APIClient, path: str, cast: Cast
) -> None:
    before = owner.get(path)
    status = before.json()["status"]["id"]
    owner.patch(f"/api/assetstatuses/{status}", {"name": "busy"})
    again = owner.get(path, HTTP_IF_NONE_MATCH=tag_of(before))
    assert again.status_code == 200


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_it_refuses_to_change_what_has_changed(
    owner: APIClient, path: str, method: str
) -> None:
    seen = tag_of(owner.get(path))
    owner.patch(path, {"name": "first"})
    answer = getattr(owner, method)(path, {"name": "second"}, HTTP_IF_MATCH=seen)
    assert (answer.status_code, answer.json()["code"]) == (412, "precondition_failed")
    assert owner.get(path).json()["name"] == "first"


def test_it_changes_what_has_been_seen(owner: APIClient, path: str) -> None:
    seen = tag_of(owner.get(path))
    assert owner.patch(path, {"name": "new"}, HTTP_IF_MATCH=seen).status_code == 200
    assert owner.patch(path, {"name": "any"}, HTTP_IF_MATCH="*").status_code == 200


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_it_loses_no_update_under_concurrency() -> None:
    cast = assemble()
    asset = make_asset(cast.organisation)
    address, header = f"/api/assets/{asset.pk}", cast.header("owner")
    seen = tag_of(cast.client("owner").get(address))

    def patch(number: int) -> int:
        client = APIClient()
        client.credentials(**header)
        try:
            body = {"name": f"thread {number}"}
            return int(client.patch(address, body, HTTP_IF_MATCH=seen).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        statuses = sorted(threads.map(patch, range(8)))
    assert statuses == [200, *[412] * 7]
    assert AssetGroup.objects.get(pk=asset.pk).name.startswith("thread")
