"""Attack: upload a small file that is enormous once it is read.

Archives, workbooks and entities of every kind are tried in
`tests/config/imports/readers`; here they come in through the API.
"""

import gzip
import io
import json
import tracemalloc
import zipfile
from typing import Any

import pytest

from assets.models import AssetGroup
from config.imports.readers import packages
from tests.assets.api.fleet.files import upload
from tests.cast import Cast

pytestmark = pytest.mark.django_db

ZEROS = b"Name,Type\n" + b"0" * 4_000_000


def zipped(name: str, content: bytes) -> bytes:
    """Return an archive with one file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


BOMBS = {
    "fleet.csv.gz": gzip.compress(ZEROS),
    "fleet.zip": zipped("fleet.csv", ZEROS),
    "inner.zip": zipped("inner.zip", zipped("fleet.csv", ZEROS)),
    "fleet.xlsx": zipped("xl/worksheets/sheet1.xml", ZEROS),
    "fleet.json": json.dumps([]).encode() + b"[" * 100_000,
    "fleet.csv": b"," * 1_000_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_it_reads_no_bomb(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(packages, "LEAST_BOMB", 100_000)
    client: Any = cast.client("owner")
    form = {"type": "assets", "file": upload(BOMBS[name], name, "text/csv")}
    assert len(BOMBS[name]) <= 1_000_000

    tracemalloc.start()
    answer = client.post(f"{cast.path}/imports", form, format="multipart")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert answer.status_code in {202, 400, 413}
    if answer.status_code == 202:
        run = client.get(answer.headers["Location"]).json()
        assert run["state"] in {"failed", "finished"}
        assert run["created"] == 0
    assert most < 100 << 20
    assert not AssetGroup.objects.filter(organisation=cast.organisation).exists()
