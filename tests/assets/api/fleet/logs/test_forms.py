"""Forms that carry files, too large or broken ones among them."""

from io import BytesIO
from typing import Any

import pytest
from rest_framework.test import APIClient

from config.api import uploads
from tests.assets.api.fleet.calls import refusal, said
from tests.assets.api.fleet.files import upload
from tests.assets.api.fleet.logs.sending import address, post, received, stored

pytestmark = pytest.mark.usefixtures("files_on_disk")


def test_it_takes_a_file_of_the_largest_size(path: str, member: APIClient) -> None:
    content = b"x" * uploads.MOST_FILE_BYTES

    made = post(member, path, attachment=upload(content)).json()

    assert made["attachment"]["length"] == 25 * 1024 * 1024
    assert received(member.get(address(made))) == content


@pytest.mark.parametrize("extra", [1, 1024, 2 * 1024 * 1024])
def test_it_refuses_a_larger_file(path: str, member: APIClient, extra: int) -> None:
    content = b"x" * (uploads.MOST_FILE_BYTES + extra)

    response = post(member, path, attachment=upload(content))

    assert said(response).status == 413
    assert said(response).code == "file_too_large"
    assert stored() == []


def test_it_names_other_faults_before_the_size(
    path: str, member: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_FILE_BYTES", 100)
    monkeypatch.setattr("assets.services.contents.MOST_FILE_BYTES", 100)
    large = {"attachment": upload(b"x" * 100_000), "log": "x", "nonce": "5"}

    def answer(**body: Any) -> Any:
        # The file comes first in the form, whatever is wrong behind it.
        large["attachment"].seek(0)  # type: ignore[attr-defined]
        return post(member, path, **{**large, **body})

    assert said(answer(latitude="1")).code == "latitude_longitude_together"
    assert said(answer(duration="x")) == refusal("invalid_body", "duration")
    assert said(answer()) == refusal("file_too_large", "attachment", status=413)
    member.post(path, {"log": "x", "nonce": "5"})
    assert answer(latitude="1").status_code == 304


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=", b"x"),
        (
            "multipart/form-data; boundary=limit",
            b'--limit\r\nContent-Disposition: form-data; name="a"; filename="f"\r\n'
            b"Content-Transfer-Encoding: base64\r\n\r\n!!!\r\n--limit--\r\n",
        ),
        (
            "multipart/form-data; boundary=limit",
            b'--limit\r\nContent-Disposition: form-data; name="log"\r\n\r\nx\r\n'
            b'--limit\r\nContent-Disposition: form-data; name="attachment"; '
            b'filename="f"\r\n\r\nthe connection broke he',
        ),
        (
            "multipart/form-data; boundary=limit",
            b"--limit\r\n" + b"X-Long: y\r\n" * 1_000 + b"\r\n",
        ),
        (
            "multipart/form-data; boundary=limit",
            b'--limit\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n' * 1_100
            + b"--limit--\r\n",
        ),
        (
            "multipart/form-data; boundary=limit",
            b'--limit\r\nContent-Disposition: form-data; name="a"; filename="f"\r\n\r\n'
            b"x\r\n" * 110 + b"--limit--\r\n",
        ),
    ],
)
def test_it_refuses_a_broken_form(
    path: str, member: APIClient, kind: str, body: bytes
) -> None:
    response = member.post(path, body, content_type=kind)

    assert said(response) == refusal("invalid_body")


@pytest.mark.parametrize(
    "body", [b"no form at all", b"--limit--\r\n", b"--limit\r\n\r\n\r\n--limit--"]
)
def test_it_misses_the_text_in_an_empty_form(
    path: str, member: APIClient, body: bytes
) -> None:
    kind = "multipart/form-data; boundary=limit"

    response = member.post(path, body, content_type=kind)

    assert said(response) == refusal("invalid_body", "log")


def test_it_refuses_null_characters_in_a_form(path: str, member: APIClient) -> None:
    assert said(post(member, path, log="a\0b")) == refusal("invalid_body", "log")


def test_it_refuses_a_form_that_is_shorter_than_it_says(
    path: str, member: APIClient
) -> None:
    form = (
        b'--limit\r\nContent-Disposition: form-data; name="log"\r\n\r\nx\r\n--limit--'
    )

    cut_off: dict[str, Any] = {"wsgi.input": BytesIO(form[:-4])}
    response = member.post(
        path,
        form,
        content_type="multipart/form-data; boundary=limit",
        CONTENT_LENGTH=str(len(form)),
        **cut_off,
    )

    assert said(response) == refusal("invalid_body")


def test_it_does_not_read_a_form_that_says_it_is_too_large(
    path: str, member: APIClient
) -> None:
    response = member.post(
        path,
        b"x",
        content_type="multipart/form-data; boundary=limit",
        CONTENT_LENGTH=str(10**12),
    )

    assert said(response) == refusal("file_too_large", status=413)


def test_it_refuses_a_form_with_too_much_text(path: str, member: APIClient) -> None:
    response = post(member, path, embed="x" * (17 * 1024 * 1024))

    assert said(response) == refusal("body_too_large", status=413)
