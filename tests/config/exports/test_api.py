"""Exports through the fleet API."""

import io
import json
from collections.abc import Iterator, Mapping
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from django.http import StreamingHttpResponse

from config.exports.api import Begun
from organisations.models import Location
from organisations.services.tokens import create_token
from tests.cast import Cast
from tests.factories.organisations import LocationFactory


@pytest.fixture
def depot(cast: Cast) -> Location:
    place: Location = LocationFactory(
        organisation=cast.organisation, name="=North", code="007"
    )
    LocationFactory(organisation=cast.other, name="Riga")
    return place


def get(cast: Cast, query: str, who: str = "member", **headers: str) -> Any:
    return cast.client(who).get(f"{cast.path}/exports?{query}", headers=headers)


def content(answer: Any) -> bytes:
    """Return the whole file of an answer."""
    assert isinstance(answer, StreamingHttpResponse)
    pieces: Any = answer.streaming_content
    return b"".join(pieces)


def said(answer: Any) -> tuple[int, str, Mapping[str, list[str]]]:
    body = answer.json()
    return answer.status_code, body["code"], body.get("errors", {})


@pytest.mark.usefixtures("depot")
def test_it_answers_a_file_that_no_browser_shows(cast: Cast) -> None:
    answer = get(cast, "type=locations", Accept="text/csv")

    assert {name: answer.headers[name] for name in sorted(answer.headers)} == {
        **dict(answer.headers),
        "Cache-Control": "private, no-store",
        "Content-Disposition": 'attachment; filename="locations.csv"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Content-Type": "text/csv; charset=utf-8",
        "X-Content-Type-Options": "nosniff",
    }
    header, row = content(answer).decode().splitlines()
    assert header.startswith("name,code,")
    assert row.startswith("'=North,007,")


@pytest.mark.usefixtures("depot")
def test_it_answers_each_format(cast: Cast) -> None:
    lines = get(cast, "type=locations&format=jsonl")
    assert lines.headers["Content-Type"] == "application/jsonl"
    assert json.loads(content(lines))["name"] == "=North"

    book = get(cast, "type=locations&format=xlsx")
    whole = content(book)
    assert book.headers["Content-Length"] == str(len(whole))
    assert openpyxl.load_workbook(io.BytesIO(whole)).sheetnames == ["locations"]


@pytest.mark.usefixtures("depot")
def test_it_answers_everything_as_an_archive(cast: Cast) -> None:
    answer = get(cast, "type=all&format=jsonl", "owner")

    disposition = answer.headers["Content-Disposition"]
    assert disposition == 'attachment; filename="export.zip"'
    with ZipFile(io.BytesIO(content(answer))) as archive:
        assert b'"name":"=North"' in archive.read("02-locations.jsonl")


@pytest.mark.parametrize(
    ("query", "status", "code", "keys"),
    [
        ("type=trams", 400, "invalid_filter", ["type"]),
        ("type=locations&format=pdf", 400, "invalid_filter", ["format"]),
        ("type=assets&$filter=trams eq 1", 400, "odata_error", ["$filter"]),
        ("type=all&$filter=id eq 1", 400, "unsupported_query_option", []),
        ("type=locations&$top=1", 400, "unsupported_query_option", ["$top"]),
        ("type=prefixes", 403, "missing_permission", []),
        ("type=roles", 403, "missing_permission", []),
        ("type=all", 403, "missing_permission", []),
    ],
)
def test_it_refuses_with_a_code(
    cast: Cast, query: str, status: int, code: str, keys: list[str]
) -> None:
    answered = said(get(cast, query))

    assert (*answered[:2], list(answered[2])) == (status, code, keys)


def test_it_lets_go_of_the_database_when_nobody_takes_the_rest() -> None:
    told: list[str] = []

    def pieces() -> Iterator[bytes]:
        try:
            yield b"first"
            yield b"second"
        finally:
            told.append("closed")

    begun = Begun(pieces())
    begun.close()

    assert told == ["closed"]


def test_it_tells_outsiders_nothing(cast: Cast) -> None:
    assert said(get(cast, "type=locations", "outsider"))[:2] == (403, "not_a_member")
    assert get(cast, "type=locations", "anonymous").status_code == 401


def test_it_takes_tokens_that_may_read(cast: Cast) -> None:
    text = create_token(user=cast.member, name="t", scope="edit:assets").text
    client = cast.client("anonymous")

    answer = client.get(
        f"{cast.path}/exports?type=locations", HTTP_AUTHORIZATION=f"Bearer {text}"
    )

    assert answer.status_code == 200
    content(answer)
