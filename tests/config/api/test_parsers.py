from io import BytesIO
from time import thread_time

import orjson
import pytest
from django.core.exceptions import RequestDataTooBig
from django.http import UnreadablePostError
from django.test import RequestFactory, override_settings
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.api.parsers import MAX_DEPTH, JsonParser, parse_json

DOCUMENTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text('a"\\:,{}'), inner),
)


class Echo(APIView):
    """Answers the body as it was understood."""

    permission_classes = ()

    def post(self, request: Request) -> Response:
        """Return the parsed body."""
        return Response(request.data)


def send(body: bytes, content_type: str = "application/json", **extra: str) -> Response:
    """Post the body to the view."""
    request = RequestFactory().post(
        "/",
        body,
        content_type=content_type,
        **extra,  # type: ignore[arg-type]
    )
    response = Echo.as_view()(request)
    assert isinstance(response, Response)
    return response


@given(DOCUMENTS)
def test_it_reads_every_document(document: object) -> None:
    assert parse_json(orjson.dumps(document)) == document


@pytest.mark.parametrize("body", [b"", b" \r\n\t"])
def test_it_takes_an_empty_body_for_an_empty_object(body: bytes) -> None:
    assert send(body).data == {}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"{}x",
        b"{'a': 1}",
        b'{"a": 1,}',
        b"NaN",
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": 1e400}',
        b"\xff",
        b'{"a": "\xed\xa0\x80"}',
        b'{"a": "\\ud800"}',
        b'{"\\udc00": 1}',
        b'{"a": "\\u0000"}',
        b'{"a": "\\\\\\u0000"}',
        b'{"\\u0000": 1}',
        b'{"a": "\x00"}',
        b'{"a": 1, "a": 1}',
        b'[{"a": {"b": 1, "\\u0062": 2}}]',
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b"[" * MAX_DEPTH + b"1" + b"]" * MAX_DEPTH,
    ],
    ids=lambda body: repr(body[:20]),
)
def test_it_refuses_what_is_no_usable_json(body: bytes) -> None:
    response = send(body)

    assert response.status_code == 400
    assert response.data["code"] == "invalid_json"
    assert set(response.data) == {"code", "message"}


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": "\\\\u0000"}',
        b'{"a": "{\\"b\\": 1, \\"b\\": 2}"}',
        b'{"a": "\\\\", "b": ":"}',
        b'[{"a": 1}, {"a": 2}]',
        b"[" * (MAX_DEPTH - 1) + b"1" + b"]" * (MAX_DEPTH - 1),
    ],
    ids=lambda body: repr(body[:20]),
)
def test_it_takes_what_only_looks_forbidden(body: bytes) -> None:
    assert send(body).data == orjson.loads(body)


def test_it_makes_no_integer_of_thirty_digits() -> None:
    assert isinstance(send(b'{"a": 123456789012345678901234567890}').data["a"], float)


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=100)
def test_it_refuses_a_body_beyond_the_limit() -> None:
    assert len(send(b'"' + b"a" * 98 + b'"').data) == 98

    with pytest.raises(RequestDataTooBig):
        JsonParser().parse(BytesIO(b'"' + b"a" * 99 + b'"'))


def test_it_refuses_a_body_that_broke_off() -> None:
    class Broken(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise UnreadablePostError

    with pytest.raises(ParseError):
        JsonParser().parse(Broken())


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "nonsense"])
def test_it_refuses_another_content_type(content_type: str) -> None:
    response = send(b"{}", content_type)

    assert response.status_code == 415
    assert response.data["code"] == "unsupported_media_type"


@pytest.mark.parametrize(
    "content_type",
    ["application/json; charset=utf-8", "Application/JSON", "application/json;"],
)
def test_it_takes_the_content_type_in_every_spelling(content_type: str) -> None:
    assert send(b'{"a": 1}', content_type).data == {"a": 1}


@pytest.mark.parametrize(
    "body",
    [b'"' + b"\\\\" * 7_000_000 + b'"', b"[" + b'{"a":"b"},' * 500_000 + b"1]"],
    ids=["escapes", "objects"],
)
def test_it_reads_a_large_body_in_seconds(body: bytes) -> None:
    started = thread_time()

    parse_json(body)

    assert thread_time() - started < 5
