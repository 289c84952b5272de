"""Logs that are written on the page of an asset, with photos, and those shown there."""

from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assets.models import Asset, AssetLog, Attachment
from organisations.models import Organisation
from tests.assets.api.fleet.files import image_bytes, upload
from tests.back_office import as_staff, page
from tests.cast import Cast
from tests.factories.assets import make_asset
from tests.factories.logs import make_log

MOVED = HTTPStatus.FOUND


@pytest.fixture
def client(cast: Cast) -> Client:
    """A member without any role, who may write logs by the API as well."""
    return as_staff(cast.member)


@pytest.fixture
def asset(cast: Cast) -> Asset:
    found: Asset = Asset.objects.get(pk=make_asset(cast.organisation).pk)
    return found


def photo(name: str = "door.png") -> Any:
    """Return a picture as a form carries it."""
    return upload(image_bytes("PNG", (640, 480)), name, "image/png")


def address_of(attachment: Attachment, name: str) -> str:
    """Return where the bytes of a file are."""
    return reverse(f"admin:assets_attachment_{name}", args=[attachment.pk])


def write(client: Client, asset: Asset, text: str = "", *photos: Any) -> Any:
    """Post the form."""
    asked: dict[str, Any] = {"log": text, "photos": list(photos)}
    return client.post(page(Asset, "log", asset.pk), asked)


def test_it_writes_a_log_with_its_photos(
    cast: Cast, asset: Asset, client: Client
) -> None:
    shown = client.get(page(Asset, "change", asset.pk)).content.decode()
    assert 'enctype="multipart/form-data"' in shown
    assert page(Asset, "log", asset.pk) in shown
    answer = write(client, asset, "One\r\nTwo", photo(), photo("other.png"))
    assert answer.headers["Location"] == f"{page(Asset, 'change', asset.pk)}#logs"
    first, second = AssetLog.objects.order_by("id")
    assert (first.log, second.log) == ("One\nTwo", "")
    assert (first.created_by, first.asset_group_id) == (cast.member, asset.pk)
    assert first.attachment.file_name == "door.png"
    assert second.attachment.file_name == "other.png"
    shown = client.get(page(Asset, "change", asset.pk)).content.decode()
    assert address_of(first.attachment, "thumbnail") in shown


def test_it_says_what_is_wrong_and_keeps_the_text(asset: Asset, client: Client) -> None:
    broken = upload(b"\x89PNG\r\n\x1a\nno picture", "broken.png", "image/png")
    for photos in ([broken], [photo(), broken]):
        broken.seek(0)
        answer = write(client, asset, "The door sticks.", *photos)
        assert answer.status_code == HTTPStatus.OK
        shown = answer.content.decode()
        assert "The file is not a whole image." in shown
        assert "The door sticks.</textarea>" in shown
        assert not AssetLog.objects.exists()
    assert "broken.png: " in answer.content.decode()


def test_it_refuses_nothing_and_too_much(asset: Asset, client: Client) -> None:
    assert "A text is required" in write(client, asset).content.decode()
    empty = upload(b"", "empty.txt")
    assert "The file is empty." in write(client, asset, "x", empty).content.decode()
    many = [upload(b"x", f"{number}.txt") for number in range(11)]
    assert "At most 10 files" in write(client, asset, "x", *many).content.decode()
    assert not AssetLog.objects.exists()


def test_it_writes_once_what_is_sent_twice(asset: Asset, client: Client) -> None:
    form = client.get(page(Asset, "log", asset.pk)).context["form"]
    asked = {"log": "Once", "nonce": form["nonce"].value()}
    for _ in range(2):
        assert client.post(page(Asset, "log", asset.pk), asked).status_code == MOVED
    assert AssetLog.objects.count() == 1


def test_it_asks_for_the_token_of_the_page(cast: Cast, asset: Asset) -> None:
    client = Client(enforce_csrf_checks=True)
    cast.member.is_staff = True
    cast.member.save()
    client.force_login(cast.member, "django.contrib.auth.backends.ModelBackend")
    assert write(client, asset, "Forged").status_code == HTTPStatus.FORBIDDEN


def test_it_takes_no_log_where_nobody_writes(
    cast: Cast, asset: Asset, client: Client
) -> None:
    Organisation.objects.filter(pk=cast.organisation.pk).update(enabled=False)
    assert write(client, asset, "x").status_code == HTTPStatus.FORBIDDEN
    shown = client.get(page(Asset, "change", asset.pk))
    assert page(Asset, "log", asset.pk) not in shown.content.decode()


def test_it_sends_pictures_whole_and_small(asset: Asset, client: Client) -> None:
    log = make_log(asset, file=photo())
    whole = client.get(address_of(log.attachment, "file"))
    small = client.get(address_of(log.attachment, "thumbnail"))
    for answer in (whole, small):
        assert answer["Content-Type"] == "image/png"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["X-Content-Type-Options"] == "nosniff"
    assert int(small["Content-Length"]) != int(whole["Content-Length"])
    again = client.get(
        address_of(log.attachment, "file"), headers={"if-none-match": whole["ETag"]}
    )
    assert again.status_code == HTTPStatus.NOT_MODIFIED


def test_it_never_shows_what_may_be_active(asset: Asset, client: Client) -> None:
    page_of_theirs = upload(b"<script>alert(1)</script>", "a.html", "text/html")
    log = make_log(asset, file=page_of_theirs)
    answer = client.get(address_of(log.attachment, "file"))
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    small = client.get(address_of(log.attachment, "thumbnail"))
    assert small.status_code == HTTPStatus.NOT_FOUND
    shown = client.get(page(Asset, "change", asset.pk)).content.decode()
    assert "a.html" in shown
    assert address_of(log.attachment, "thumbnail") not in shown


def test_it_tells_nobody_else_of_a_file(cast: Cast, asset: Asset) -> None:
    log = make_log(asset, file=photo())
    outsider = as_staff(cast.outsider)
    for name in ("file", "thumbnail"):
        answer = outsider.get(address_of(log.attachment, name))
        assert answer.status_code == HTTPStatus.NOT_FOUND


def test_it_says_when_the_storage_has_lost_a_file(asset: Asset, client: Client) -> None:
    log = make_log(asset, file=photo())
    blob = log.attachment.blob
    blob.file.storage.delete(str(blob.file.name))
    answer = client.get(address_of(log.attachment, "file"))
    assert answer.status_code == HTTPStatus.NOT_FOUND


def test_it_shows_the_file_on_the_pages_of_logs(asset: Asset, client: Client) -> None:
    log = make_log(asset, file=photo())
    for row in (log, log.attachment):
        shown = client.get(page(type(row), "change", row.pk)).content.decode()
        assert address_of(log.attachment, "thumbnail") in shown
