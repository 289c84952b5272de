"""The same submission from many requests at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from rest_framework.test import APIClient

from assets.models import AssetLog, Nonce
from tests.assets.api.fleet.files import upload
from tests.cast import assemble
from tests.factories.assets import make_asset

MANY = 20


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", ["json", "multipart"])
def test_it_writes_one_log_of_twenty_that_arrive_at_once(form: str) -> None:
    cast = assemble()
    path = f"/api/assetgroups/{make_asset(cast.organisation).pk}/logs"
    member: Any = cast.client("member")
    header, start = member._credentials, Barrier(MANY)

    def post(number: int) -> tuple[int, bytes, str]:
        client = APIClient()
        client.credentials(**header)
        body = {"log": f"copy {number}", "nonce": "7"}
        if form == "multipart":
            body["attachment"] = upload(b"the same")  # type: ignore[assignment]
        try:
            start.wait()
            response = client.post(path, body, format=form)
            return response.status_code, response.content, response["Location"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(MANY) as threads:
        answers = list(threads.map(post, range(MANY)))

    log = AssetLog.objects.get()
    assert sorted(status for status, _, _ in answers) == [201, *[304] * (MANY - 1)]
    assert {where for _, _, where in answers} == {f"/api/assetlogs/{log.pk}"}
    assert {body for status, body, _ in answers if status == 304} == {b""}
    assert Nonce.objects.get().object_id == log.pk


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_it_lets_the_next_one_try_when_the_first_is_refused() -> None:
    cast = assemble()
    path = f"/api/assetgroups/{make_asset(cast.organisation).pk}/logs"
    member: Any = cast.client("member")
    header, start = member._credentials, Barrier(8)

    def post(number: int) -> int:
        client = APIClient()
        client.credentials(**header)
        try:
            start.wait()
            log = "" if number % 2 else "x"
            return int(client.post(path, {"log": log, "nonce": "7"}).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(post, range(8)))

    assert answers.count(201) == 1
    assert set(answers) <= {201, 304, 400}
    assert AssetLog.objects.count() == 1
