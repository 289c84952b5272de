"""How files are sent, and to whom: contract row 39."""

from hashlib import sha256

import pytest
from rest_framework.test import APIClient

from assets.models import AssetGroup
from organisations.models import Organisation
from tests.assets.api.fleet.calls import refusal, said
from tests.assets.api.fleet.files import image_bytes, upload
from tests.assets.api.fleet.logs.sending import address, post, received
from tests.cast import Cast
from tests.factories.logs import make_log

pytestmark = pytest.mark.usefixtures("files_on_disk")

GONE = refusal("not_found", status=404)


@pytest.mark.parametrize(
    ("asked", "status", "expected", "told"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=4-", 206, b"456789", "bytes 4-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=-30", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=8-100", 206, b"89", "bytes 8-9/10"),
        ("bytes=9-9", 206, b"9", "bytes 9-9/10"),
        ("bytes=10-", 416, None, "bytes */10"),
        ("bytes=10-20", 416, None, "bytes */10"),
        ("bytes=-0", 416, None, "bytes */10"),
        ("bytes=5-4", 200, b"0123456789", None),
        ("bytes=0-1,3-4", 200, b"0123456789", None),
        ("bytes=a-b", 200, b"0123456789", None),
        ("bytes=-", 200, b"0123456789", None),
        ("lines=0-1", 200, b"0123456789", None),
        ("bytes=" + "9" * 40 + "-", 200, b"0123456789", None),
    ],
)
def test_it_answers_a_range(
    path: str,
    member: APIClient,
    asked: str,
    status: int,
    expected: bytes | None,
    told: str | None,
) -> None:
    made = post(member, path, attachment=upload(b"0123456789")).json()

    response = member.get(address(made), HTTP_RANGE=asked)

    assert response.status_code == status
    assert response.headers.get("Content-Range") == told
    if expected is None:
        assert said(response) == refusal("range_not_satisfiable", status=416)
        return
    assert received(response) == expected
    assert response["Content-Length"] == str(len(expected))
    assert response["ETag"] == f'"{sha256(b"0123456789").hexdigest()}"'


def test_it_answers_a_range_of_the_same_bytes_only(
    path: str, member: APIClient
) -> None:
    made = post(member, path, attachment=upload(b"0123456789")).json()
    head = member.head(address(made))
    assert received(head) == b""
    tag = head["ETag"]

    same = member.get(address(made), HTTP_RANGE="bytes=0-1", HTTP_IF_RANGE=tag)
    other = member.get(address(made), HTTP_RANGE="bytes=0-1", HTTP_IF_RANGE='"x"')

    assert (same.status_code, received(same)) == (206, b"01")
    assert (other.status_code, received(other)) == (200, b"0123456789")


@pytest.mark.parametrize(
    ("known", "status"),
    [
        ("{tag}", 304),
        ("W/{tag}", 304),
        ('"other", {tag}', 304),
        ("*", 304),
        ('"other"', 200),
        ("nonsense", 200),
    ],
)
def test_it_does_not_send_what_is_known(
    path: str, member: APIClient, known: str, status: int
) -> None:
    made = post(member, path, attachment=upload(image_bytes())).json()
    for query in ("", "?size=16"):
        seen = member.get(address(made) + query)
        received(seen)

        header = known.replace("{tag}", seen["ETag"])
        response = member.get(address(made) + query, HTTP_IF_NONE_MATCH=header)

        assert response.status_code == status
        assert response["ETag"] == seen["ETag"]
        if status == 304:
            assert response.content == b""
        else:
            received(response)


@pytest.mark.parametrize("who", ["outsider", "disabled", "unknown hash", "no file"])
def test_it_tells_outsiders_nothing(
    cast: Cast, path: str, asset: AssetGroup, member: APIClient, who: str
) -> None:
    made = post(member, path, attachment=upload()).json()
    where = address(made)
    if who == "disabled":
        Organisation.objects.filter(pk=cast.organisation.pk).update(enabled=False)
    if who == "unknown hash":
        where = where[:-1] + ("0" if where[-1] != "0" else "1")
    if who == "no file":
        file_hash = made["attachment"]["file_hash"]
        where = f"/api/assetlogs/{make_log(asset).pk}/attachments/{file_hash}"

    client = cast.client("outsider") if who == "outsider" else member
    response = client.get(f"{where}?size=x")

    assert said(response) == GONE
    assert response.json() == client.get("/api/assetlogs/5/attachments/x").json()


def test_it_asks_who_it_is(cast: Cast, path: str, member: APIClient) -> None:
    made = post(member, path, attachment=upload()).json()

    response = cast.client("anonymous").get(address(made))

    assert said(response) == refusal("not_authenticated", status=401)


def test_it_answers_no_other_method(path: str, member: APIClient) -> None:
    made = post(member, path, attachment=upload()).json()

    response = member.delete(address(made))

    assert said(response) == refusal("method_not_allowed", status=405)
