"""No filter, however strange, is answered with a server error."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.api.fleet.serializers.assets import AssetSerializer
from config.api.errors import Refusal, fleet_body
from tests.cast import Cast
from tests.config.api.odata.asking import ask
from tests.config.api.odata.grammar import filters
from tests.config.api.odata.register import Register
from tests.config.api.odata.scattered import Scattered, scatter
from tests.examples import examples

VOCABULARY = (
    "name description number active id fleet_id type/name status/active location/code "
    "created_at fields/Int fields/Dec fields/'Run time' fields/Colour fields/Moment "
    "fields/Day fields/Nope fields/5 password eq ne gt ge lt le in and or not ( ) , "
    "contains( startswith( endswith( substringof( tolower( trim( length( indexof( "
    "year( month( day( null true false 'a' 'it''s' '' 0 -1 2.5 1e3 5L 1e999 "
    "9223372036854775807 99999999999999999999 2026-01-01 2026-02-30 0001-01-01 "
    "2026-01-01T00:00:00Z 9999-12-31T23:59:59-14:00 datetime'2026-01-01' ' % _ \\ ; -- "
    "\0 \ud800 \u202e \U0001f600 ä /* */ $it @x NaN INF"
)
PIECES = VOCABULARY.split(" ")

fuzz = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def scattered(cast: Cast) -> Scattered:
    """Return assets with random values."""
    return scatter(cast)


def answer(scattered: Scattered, query: dict[str, str]) -> int:
    """Return the status, after looking at the shape of the answer."""
    try:
        response = ask(scattered.assets, AssetSerializer, scattered.allowed, query)
    except Refusal as refusal:
        body = fleet_body(refusal)
        assert body.keys() == {"code", "message", "errors"}
        assert body["code"] == "odata_error"
        assert [*body["errors"]] == [*query]
        assert all(
            isinstance(one, str) and one
            for said in body["errors"].values()
            for one in said
        )
        return refusal.status
    assert isinstance(response.data, list)
    return response.status_code


@settings(fuzz, max_examples=examples(250))
@given(text=st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join))
def test_it_survives_words_in_any_order(scattered: Scattered, text: str) -> None:
    assert answer(scattered, {"$filter": text}) in {200, 400}


@settings(fuzz, max_examples=examples(250))
@given(text=st.text(max_size=60))
def test_it_survives_any_characters(scattered: Scattered, text: str) -> None:
    assert answer(scattered, {"$filter": text}) in {200, 400}


@settings(fuzz, max_examples=examples(125))
@given(drawn=filters(), data=st.data())
def test_it_survives_a_filter_with_an_error_in_it(
    scattered: Scattered, drawn: Any, data: st.DataObject
) -> None:
    text = drawn.text
    start = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 4))
    piece = data.draw(st.sampled_from(PIECES) | st.characters())
    broken = text[:start] + piece + text[start + length :]
    assert answer(scattered, {"$filter": broken}) in {200, 400}


@settings(fuzz, max_examples=examples(125))
@given(text=st.lists(st.sampled_from([*PIECES, "asc", "desc", ","]), max_size=8))
def test_it_survives_any_order(scattered: Scattered, text: list[str]) -> None:
    assert answer(scattered, {"$orderby": " ".join(text)}) in {200, 400}


@settings(fuzz, max_examples=examples(75))
@given(token=st.text(max_size=80) | st.text("abcABC019:_-.", max_size=80))
def test_it_survives_any_token(scattered: Scattered, token: str) -> None:
    assert answer(scattered, {"$skiptoken": token}) == (400 if token else 200)


# As they arrive in an address.
HOSTILE = (
    "name%20eq%20'%00'",
    "name%20eq%20'%ED%A0%80'",
    "name%20eq%20'%FF'",
    "created_at%20gt%209999-12-31T23:59:59-14:00",
    "number%20eq%20999999999999999999999999999999",
    "number%20eq%201e999",
    "fields/Dec%20gt%201e999",
    "name%20eq%20'x'%20or%201%20eq%201",
    "name%20eq%20'x';DROP%20TABLE%20assets_assetgroup",
    "name%20eq%20'x''%20OR%20''1''=''1",
    "startswith(created_by/password,'p')",
    "%28" * 300,
    "not%20" * 300,
    "%F0%9F%98%80",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_it_answers_a_hostile_filter_in_the_shape_of_the_family(
    register: Register, text: str
) -> None:
    client = register.cast.client("member")
    response = client.get(f"{register.cast.path}/assets?$filter={text}")
    body = response.json()
    assert response.status_code == 400
    assert body["code"] in {"odata_error", "invalid_filter"}
    assert body["message"]
    assert response["Content-Type"] == "application/json"
    assert response["X-Request-Id"]
