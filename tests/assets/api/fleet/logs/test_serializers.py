"""Logs and work items look alike on the fast path and on the plain one."""

from typing import Any

import orjson
import pytest

from assets.api.fleet.serializers.logs import AssetLogSerializer, AttachmentSerializer
from assets.api.fleet.serializers.work_items import WorkItemSerializer
from assets.models import AssetGroup, AssetLog
from config.api.renderers import JsonRenderer
from config.api.rows import is_compiled, read_rows
from tests.assets.api.fleet.files import image_bytes, upload
from tests.cast import Cast
from tests.factories.logs import make_log, make_work_item


@pytest.mark.parametrize(
    "serializer_class", [AssetLogSerializer, AttachmentSerializer, WorkItemSerializer]
)
def test_it_shows_what_the_plain_path_shows(
    cast: Cast, asset: AssetGroup, serializer_class: Any
) -> None:
    make_log(asset, file=upload(image_bytes()), latitude=0, longitude=0, embed="x")
    make_log(asset, file=upload(b"no image"))
    make_log(asset, duration=5)
    AssetLog.objects.filter(duration=5).update(created_by=None)
    make_work_item(cast.organisation, asset_group_id=asset.pk)
    make_work_item(cast.organisation, state="closed")

    rows = serializer_class.Meta.model.objects.order_by("pk")
    plain = JsonRenderer().render([serializer_class(row).data for row in rows])

    assert is_compiled(serializer_class)
    assert orjson.loads(plain) == orjson.loads(
        JsonRenderer().render(read_rows(serializer_class, rows))
    )
    assert len(rows) >= 2
