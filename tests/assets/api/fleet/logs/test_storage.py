"""What is kept of files, and until when: resolution 29."""

from hashlib import sha256

import pytest
from django.core.files.storage import default_storage
from pytest_django import DjangoCaptureOnCommitCallbacks
from rest_framework.test import APIClient

from assets.models import AssetLog, Attachment, Blob
from organisations.models import Change
from tests.assets.api.fleet.calls import refusal, said
from tests.assets.api.fleet.files import image_bytes, upload
from tests.assets.api.fleet.logs.sending import address, post, received, stored
from tests.cast import Cast
from tests.factories.assets import make_asset
from tests.factories.logs import make_log

pytestmark = pytest.mark.usefixtures("files_on_disk")

GONE = refusal("not_found", status=404)


def test_it_stores_the_same_content_once(
    cast: Cast, path: str, member: APIClient
) -> None:
    for name in ("one.txt", "two.txt"):
        post(member, path, attachment=upload(b"the same", name))
    foreign = make_asset(cast.other)
    make_log(foreign, file=upload(b"the same"))

    assert Blob.objects.filter(organisation=cast.organisation).count() == 1
    assert Blob.objects.filter(organisation=cast.other).count() == 1
    assert len(stored()) == 2
    names = [one.file_name for one in Attachment.objects.order_by("id")]
    assert names == ["one.txt", "two.txt", "note.txt"]


def test_it_removes_the_file_with_the_last_log(
    path: str,
    manager: APIClient,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    content = image_bytes("PNG", (200, 100))
    one, two = (
        post(manager, path, attachment=upload(content)).json() for _ in range(2)
    )
    received(manager.get(f"{address(one)}?size=50"))

    with django_capture_on_commit_callbacks(execute=True):
        manager.delete(f"/api/assetlogs/{one['id']}")
    assert len(stored()) == 2
    with django_capture_on_commit_callbacks() as later:
        manager.delete(f"/api/assetlogs/{two['id']}")

    assert said(manager.get(address(two))) == GONE
    assert not Blob.objects.exists()
    assert len(stored()) == 2
    for run in later:
        run()
    assert stored() == []
    actions = Change.objects.filter(model="attachment").order_by("id")
    assert [one.action for one in actions] == ["created"] * 2 + ["deleted"] * 2
    assert (actions[2].old or {})["file_hash"] == sha256(content).hexdigest()


def test_it_says_that_a_lost_file_is_gone(path: str, member: APIClient) -> None:
    made = post(member, path, attachment=upload(image_bytes())).json()
    for one in stored():
        default_storage.delete(one)

    for query in ("", "?size=16"):
        assert said(member.get(address(made) + query)) == GONE


def test_it_leaves_nothing_behind_when_the_disk_is_full(
    path: str, member: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise OSError("No space left on device")

    member.raise_request_exception = False
    monkeypatch.setattr("django.core.files.storage.FileSystemStorage._save", fail)

    response = post(member, path, attachment=upload())

    assert said(response) == refusal("server_error", status=500)
    assert not AssetLog.objects.exists()


def test_it_removes_nothing_that_came_back(
    path: str,
    manager: APIClient,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    one = post(manager, path, attachment=upload(b"the same")).json()
    with django_capture_on_commit_callbacks() as later:
        manager.delete(f"/api/assetlogs/{one['id']}")
    two = post(manager, path, attachment=upload(b"the same")).json()
    for run in later:
        run()

    assert received(manager.get(address(two))) == b"the same"
