"""Attack: read a file of somebody else by its hash, or one of the host by its path."""

from hashlib import sha256
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import Client
from rest_framework.test import APIClient

from tests.assets.api.fleet.files import upload
from tests.assets.api.fleet.logs.sending import address, post, received, stored
from tests.cast import Cast
from tests.factories.assets import make_asset

pytestmark = pytest.mark.django_db

CONTENT = b"the timetable of next year"
PATHS = (
    *("../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/x"),
    *("/etc/passwd", "file:///etc/passwd", "..\\..\\boot.ini", "settings.py", "."),
    *("0" * 64, "a" * 63, "A" * 64, "*", "%00", "\u202e", "x" * 4_000),
)


@pytest.fixture
def made(cast: Cast) -> dict[str, Any]:
    """Return a log with a file, of an organisation that others envy."""
    asset = make_asset(cast.organisation)
    client = cast.client("member")
    path = f"/api/assetgroups/{asset.pk}/logs"
    found: dict[str, Any] = post(client, path, attachment=upload(CONTENT)).json()
    return found


def thief(cast: Cast) -> tuple[APIClient, dict[str, Any]]:
    """Return somebody of another organisation, and a log of theirs with a file."""
    client = cast.client("outsider")
    asset = make_asset(cast.other)
    path = f"/api/assetgroups/{asset.pk}/logs"
    return client, post(client, path, attachment=upload(b"bait")).json()


def test_it_answers_who_guesses_like_who_invents(
    cast: Cast, made: dict[str, Any]
) -> None:
    client, own = thief(cast)
    known = sha256(CONTENT).hexdigest()
    wrong = address(made).replace(known, "0" * 64)
    mixed = f"/api/assetlogs/{own['id']}/attachments/{known}"

    answers = [client.get(path) for path in (address(made), wrong, mixed)]

    assert {one.status_code for one in answers} == {404}
    assert len({one.content for one in answers[:2]}) == 1
    assert Client().get(address(made)).status_code == 401


def test_it_gives_nobody_a_file_for_knowing_its_hash(
    cast: Cast, made: dict[str, Any]
) -> None:
    client, _ = thief(cast)
    asset = make_asset(cast.other)

    # The same content is another file of another organisation.
    path = f"/api/assetgroups/{asset.pk}/logs"
    sent = post(client, path, attachment=upload(CONTENT)).json()

    cast.client("owner").delete(f"/api/assetlogs/{made['id']}")
    assert received(client.get(address(sent))) == CONTENT


@pytest.mark.parametrize("name", PATHS)
def test_it_serves_no_path(cast: Cast, made: dict[str, Any], name: str) -> None:
    client = cast.client("owner")
    folder = f"/api/assetlogs/{made['id']}/attachments/"

    for path in (f"{folder}{name}", f"{folder}{quote(name, safe='')}"):
        answer = client.get(path)
        assert answer.status_code in {400, 404}
        assert b"root:" not in answer.content


def test_it_serves_nothing_from_the_folder_of_files(made: dict[str, Any]) -> None:
    client = Client()
    (path, *_) = [one for one in stored() if sha256(CONTENT).hexdigest() in one]

    for root in (settings.MEDIA_URL, settings.STATIC_URL, "/", "/api/"):
        for name in (path, f"../{path}", "../config/settings.py", "../.env"):
            answer = client.get(f"{root}{name}")
            assert answer.status_code in {400, 401, 404}, (root, name)


def test_it_stores_no_file_where_its_name_says(cast: Cast) -> None:
    asset = make_asset(cast.organisation)
    path = f"/api/assetgroups/{asset.pk}/logs"

    for name in ("../../x.py", "/tmp/x", "C:\\x", "a/../../b.txt"):  # noqa: S108
        post(cast.client("member"), path, attachment=upload(name.encode(), name))

    assert [one for one in stored() if not one.startswith("attachments/")] == []
    assert [one for one in stored() if ".." in one or "x.py" in one] == []
