"""Files of logs, good and hostile: contract rows 36 and 39, resolution 29."""

from hashlib import sha256
from typing import Any

import pytest
from django.core.files.storage import default_storage
from rest_framework.test import APIClient

from assets.models import AssetLog, Attachment
from tests.assets.api.fleet.calls import refusal, said
from tests.assets.api.fleet.files import chunk, huge_png, image_bytes, upload
from tests.assets.api.fleet.log_shapes import log_shape
from tests.assets.api.fleet.logs.sending import address, post, received, stored

pytestmark = pytest.mark.usefixtures("files_on_disk")

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


HTML = b"<!doctype html><script>alert(1)</script>"


HEADERS = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "private, max-age=31536000, immutable",
    "Content-Disposition": "",
    "Content-Length": "",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Content-Type": "",
    "ETag": "",
    "X-Content-Type-Options": "nosniff",
}


def test_it_stores_a_photo(path: str, member: APIClient) -> None:
    photo = image_bytes("JPEG", (160, 120))

    response = post(member, path, attachment=upload(photo, "axle.jpg", "image/jpeg"))

    assert response.status_code == 201
    made = response.json()
    assert made == log_shape(AssetLog.objects.get())
    file = made["attachment"]
    assert file == {
        "id": str(Attachment.objects.get().pk),
        "organisation_id": made["organisation_id"],
        "asset_log_id": made["id"],
        "file_name": "axle.jpg",
        "file_hash": sha256(photo).hexdigest(),
        "content_type": "image/jpeg",
        "length": len(photo),
        "width": 160,
        "height": 120,
        "created_at": made["created_at"],
        "created_by": made["created_by"],
    }
    assert member.get(path).json() == [made]
    [kept] = stored()
    with default_storage.open(kept) as found:
        assert found.read() == photo


def test_it_answers_the_photo(path: str, member: APIClient) -> None:
    photo = image_bytes("JPEG", (160, 120))
    made = post(member, path, attachment=upload(photo, "Käse.jpg")).json()

    response = member.get(address(made), HTTP_ACCEPT="image/*")

    tag = f'"{sha256(photo).hexdigest()}"'
    assert response.status_code == 200
    assert received(response) == photo
    assert {key: response[key] for key in HEADERS} == {
        **HEADERS,
        "Content-Type": "image/jpeg",
        "Content-Length": str(len(photo)),
        "Content-Disposition": "inline; filename*=utf-8''K%C3%A4se.jpg",
        "ETag": tag,
    }


def test_it_takes_a_file_without_a_text(path: str, member: APIClient) -> None:
    texts: list[dict[str, Any]] = [{"log": ""}, {}]
    for text in texts:
        form = {**text, "attachment": upload(b"%PDF-1.7 ...")}
        made = member.post(path, form, format="multipart")
        assert (made.status_code, made.json()["log"]) == (201, "")
    emptied = member.patch(made["Location"], {"log": "text"})
    assert emptied.json()["attachment"]["content_type"] == "application/pdf"
    assert member.patch(made["Location"], {"log": ""}).json()["log"] == ""


@pytest.mark.parametrize(
    ("content", "name", "content_type"),
    [
        (SVG, "picture.svg", "application/octet-stream"),
        (HTML, "page.html", "application/octet-stream"),
        (b"just a note", "note.txt", "application/octet-stream"),
        (b"%PDF-1.7\n", "manual.pdf", "application/pdf"),
        (b"PK\x03\x04rest", "parts.xlsx", "application/zip"),
        (b"\0\0\0\x18ftypmp42rest", "brake.mp4", "video/mp4"),
        (b"\0\0\0\x18ftypheicrest", "photo.heic", "image/heic"),
        (image_bytes("GIF"), "photo.gif", "image/gif"),
        (image_bytes("WEBP"), "photo.webp", "image/webp"),
        (image_bytes("TIFF"), "scan.tif", "image/tiff"),
        (image_bytes("BMP"), "scan.bmp", "image/bmp"),
        (b"II*\0 as a camera stores it", "photo.nef", "application/octet-stream"),
        (b"BMW 320, in for repair", "note", "application/octet-stream"),
    ],
)
def test_it_shows_nothing_but_photos_inline(
    path: str, member: APIClient, content: bytes, name: str, content_type: str
) -> None:
    sent = upload(content, name, "text/html")
    made = post(member, path, attachment=sent).json()

    for query in ("", "?size=16"):
        answer = member.get(address(made) + query)
        assert received(answer) == content
        assert answer["Content-Type"] == content_type
        assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    "content",
    [
        huge_png(),
        huge_png(10_000, 5_001),
        huge_png(0, 5),
        b"\x89PNG\r\n\x1a\n",
        b"\x89PNG\r\n\x1a\nnonsense",
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b""),
        image_bytes("PNG")[:-20],
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xe0" + b"\xff" * 100,
        b"RIFF\0\0\0\0WEBPVP8 ",
        b"GIF89a" + bytes(3),
        b"GIF89a;<script>",
        b"II*\0",
        b"BM and nothing else",
        SVG,
        HTML,
        b"x",
        b"%PDF-1.7\n",
        b"\0\0\0\x18ftypheicrest",
        b"",
    ],
)
def test_it_refuses_images_that_are_none(
    path: str, member: APIClient, content: bytes
) -> None:
    for name, kind in (("x.png", "text/plain"), ("x", "image/png")):
        response = post(member, path, attachment=upload(content, name, kind))

        assert said(response) == refusal("invalid_body", "attachment")
    assert not AssetLog.objects.exists()
    assert stored() == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/absolute/path.txt", "path.txt"),
        ("C:\\temp\\x.txt", "x.txt"),
        ("..", "file"),
        ("a/", "file"),
        ("nul\0byte.txt", "nulbyte.txt"),
        ("new\tline.txt", "newline.txt"),
        ("evil\u202egpj.exe", "evilgpj.exe"),
        ("&lt;b&gt;.txt", "<b>.txt"),
        ('quo"te.txt', 'quo"te.txt'),
        ("x" * 300 + ".json", "x" * 250 + ".json"),
        ("x" * 300, "x" * 255),
        ("Käse 🚂.txt", "Käse 🚂.txt"),
    ],
)
def test_it_cleans_the_name(
    path: str, member: APIClient, name: str, shown: str
) -> None:
    response = raw_form(member, path, name.encode())

    assert response.status_code == 201, response.content
    made = response.json()
    assert made["attachment"]["file_name"] == shown
    answer = member.get(address(made))
    assert received(answer) == b"content"
    assert "\n" not in answer["Content-Disposition"]
    assert all(".." not in one for one in stored())


def test_it_takes_one_file(path: str, member: APIClient) -> None:
    files = [upload(b"one"), upload(b"two")]

    response = post(member, path, attachment=files)

    assert said(response) == refusal("invalid_body", "attachment")


def test_it_takes_no_text_for_a_file(path: str, member: APIClient) -> None:
    response = post(member, path, attachment="one")

    assert said(response) == refusal("invalid_body", "attachment")


def test_it_ignores_files_of_other_names(path: str, member: APIClient) -> None:
    response = post(member, path, picture=upload(b"one"))

    assert response.json()["attachment"] is None


def raw_form(client: APIClient, path: str, name: bytes) -> Any:
    """Send a form written by hand, with a file of this name."""
    quoted = name.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    body = (
        b'--limit\r\nContent-Disposition: form-data; name="log"\r\n\r\nx\r\n'
        b'--limit\r\nContent-Disposition: form-data; name="attachment"; filename="'
        + quoted
        + b'"\r\nContent-Type: text/plain\r\n\r\ncontent\r\n--limit--\r\n'
    )
    kind = "multipart/form-data; boundary=limit"
    return client.post(path, body, content_type=kind)
