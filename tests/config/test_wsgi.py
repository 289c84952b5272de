from collections.abc import Iterable
from io import BytesIO
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment
from wsgiref.util import setup_testing_defaults

import pytest

from config.wsgi import ChunkedBodies, UndeclaredCharsets, application


def echo(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer the length and the body that the application was given."""
    length = environ.get("CONTENT_LENGTH", "none")
    return [length.encode(), environ["wsgi.input"].read()]


def send(body: bytes, **environ: str) -> list[bytes]:
    """Send the body through the wrapper."""
    return list(ChunkedBodies(echo)({"wsgi.input": BytesIO(body), **environ}, print))  # type: ignore[arg-type]


def test_it_gives_a_chunked_body_a_length() -> None:
    assert send(b"abc", HTTP_TRANSFER_ENCODING="chunked") == [b"3", b"abc"]


def test_it_leaves_other_bodies_alone() -> None:
    assert send(b"abc", CONTENT_LENGTH="2") == [b"2", b"abc"]
    assert send(b"abc") == [b"none", b"abc"]


def test_it_reads_no_more_than_the_limit() -> None:
    class Endless(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return b"a" * (size or 0)

    environ = {"wsgi.input": Endless(), "HTTP_TRANSFER_ENCODING": "chunked"}
    length, body = ChunkedBodies(echo)(environ, print)  # type: ignore[arg-type]

    assert int(length) == len(body)
    assert ChunkedBodies.limit < len(body) <= ChunkedBodies.limit + 64 * 1024


def content_type(environ: WSGIEnvironment, start_response: StartResponse) -> list[Any]:
    """Answer the content type that the application was given."""
    return [environ.get("CONTENT_TYPE")]


@pytest.mark.parametrize(
    ("sent", "given"),
    [
        ("application/json; charset=rot13", "application/json"),
        ('application/json;CHARSET = "utf-8"', "application/json"),
        (
            "multipart/form-data; charset*=x; boundary=y",
            "multipart/form-data; boundary=y",
        ),
        ("application/json", "application/json"),
        ("", ""),
    ],
)
def test_it_takes_the_charset_out(sent: str, given: str) -> None:
    environ = {"CONTENT_TYPE": sent}

    assert list(UndeclaredCharsets(content_type)(environ, print)) == [given]  # type: ignore[arg-type, comparison-overlap]


@pytest.mark.django_db
@pytest.mark.parametrize("charset", ["rot13", "undefined", "idna", "utf-16", "\xff"])
def test_it_answers_whatever_charset_is_declared(charset: str) -> None:
    answered: list[str] = []
    environ: dict[str, Any] = {
        "PATH_INFO": "/healthz",
        "QUERY_STRING": "a=b",
        "CONTENT_TYPE": f"application/json; charset={charset}",
        "HTTP_HOST": "testserver",
    }
    setup_testing_defaults(environ)

    application(environ, lambda status, _headers: answered.append(status))  # type: ignore[arg-type]

    assert answered == ["200 OK"]
