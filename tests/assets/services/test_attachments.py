"""Files of logs that several people store and remove at the same time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connections

from assets.models import AssetLog, Attachment, Blob
from assets.services.logs import delete_log
from tests.assets.api.fleet.files import upload
from tests.cast import assemble
from tests.factories.assets import make_asset
from tests.factories.logs import make_log

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def at_once(work: Callable[[int], Any], count: int) -> list[Any]:
    """Run the work in threads with connections of their own."""

    def run(number: int) -> Any:
        try:
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        return list(threads.map(run, range(count)))


def test_it_stores_once_what_many_send_at_once() -> None:
    asset = make_asset(assemble().organisation)

    at_once(lambda number: make_log(asset, file=upload(b"the same")), 16)

    blob = Blob.objects.get()
    assert Attachment.objects.filter(blob=blob).count() == 16
    with default_storage.open(str(blob.file.name)) as file:
        assert file.read() == b"the same"


def test_it_loses_no_file_while_others_remove_the_same() -> None:
    asset = make_asset(assemble().organisation)

    def come_and_go(number: int) -> None:
        log = make_log(asset, file=upload(b"the same"))
        if number % 8:
            delete_log(log, actor=None)

    at_once(come_and_go, 64)

    assert AssetLog.objects.count() == 8
    blob = Blob.objects.get()
    assert Attachment.objects.filter(blob=blob).count() == 8
    with default_storage.open(str(blob.file.name)) as file:
        assert file.read() == b"the same"
