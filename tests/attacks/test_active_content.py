"""Attack: upload what a browser would run, and have somebody open it on this host.

Which bytes are told as which type stands in `tests/assets/api/fleet/logs`; here is
what a browser makes of the answer.
"""

import zlib

import pytest

from tests.assets.api.fleet.files import chunk, image_bytes, upload
from tests.assets.api.fleet.logs.sending import address, post, received
from tests.cast import Cast
from tests.factories.assets import make_asset

pytestmark = pytest.mark.django_db

SCRIPT = b"<script>alert(document.domain)</script>"
SHOWN = {"image/jpeg", "image/png"}
# What browsers run, frame or hand to a program that does.
RUN = ("html", "xml", "svg", "javascript", "ecma", "text/", "x-shockwave", "xhtml")


def png_with_a_script() -> bytes:
    """Return a picture that is a page as well, for who looks no further."""
    whole = image_bytes("PNG")
    end = whole.rindex(chunk(b"IEND", b""))
    text = chunk(b"tEXt", b"Comment\0" + SCRIPT)
    packed = chunk(b"zTXt", b"Author\0\0" + zlib.compress(SCRIPT))
    return whole[:end] + text + packed + whole[end:] + SCRIPT


POLYGLOTS = {
    "page.html": b"<!doctype html>" + SCRIPT,
    "page.xhtml": b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">'
    + SCRIPT
    + b"</html>",
    "picture.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "program.js": b"alert(1)",
    "style.css": b"body{background:url(//evil.example)}",
    "feed.xml": b'<?xml-stylesheet href="x.xsl"?><x/>',
    "film.swf": b"CWS\x07" + bytes(20),
    "old.mht": b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + SCRIPT,
    "manual.pdf": b"%PDF-1.7\n" + SCRIPT,
    "parts.zip": b"PK\x03\x04" + SCRIPT,
    "both.gif": b"GIF89a/*" + SCRIPT + b"*/=alert(1)",
    "utf-7.txt": b"+ADw-script+AD4-alert(1)",
    "utf-16.txt": SCRIPT.decode().encode("utf-16"),
    "picture.png": png_with_a_script(),
    "photo.jpg": image_bytes("JPEG") + SCRIPT,
}


@pytest.mark.parametrize("name", POLYGLOTS)
def test_it_hands_out_nothing_that_runs(cast: Cast, name: str) -> None:
    path = f"/api/assetgroups/{make_asset(cast.organisation).pk}/logs"
    client = cast.client("member")
    for said in ("text/html", "image/svg+xml", "application/javascript"):
        sent = post(client, path, attachment=upload(POLYGLOTS[name], name, said))
        if sent.status_code == 400:
            continue
        answer = client.get(address(sent.json()), HTTP_ACCEPT="text/html")
        kind = answer.headers["Content-Type"]
        content = received(answer)
        assert answer.status_code == 200
        assert not any(word in kind for word in RUN), kind
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert (
            answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        )
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        disposition = answer.headers["Content-Disposition"]
        assert disposition.startswith("inline") == (kind in SHOWN)
        assert content == POLYGLOTS[name]


def test_it_asks_for_a_token_that_no_link_carries(cast: Cast) -> None:
    path = f"/api/assetgroups/{make_asset(cast.organisation).pk}/logs"
    client = cast.client("member")
    made = post(client, path, attachment=upload(SCRIPT, "page.html")).json()
    there = address(made)
    token = cast.header("member")["HTTP_AUTHORIZATION"].split()[1]
    nobody = cast.client("anonymous")

    for link in (there, f"{there}?access_token={token}", f"{there}?token={token}"):
        assert nobody.get(link).status_code == 401


def test_it_leaves_no_script_in_a_smaller_picture(cast: Cast) -> None:
    path = f"/api/assetgroups/{make_asset(cast.organisation).pk}/logs"
    client = cast.client("member")
    photo = upload(png_with_a_script(), "x.png", "image/png")
    made = post(client, path, attachment=photo).json()

    smaller = received(client.get(f"{address(made)}?size=16"))

    assert smaller.startswith(b"\x89PNG")
    assert b"script" not in smaller
