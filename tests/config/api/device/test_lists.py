"""Lists of the device API: envelope, pages, order, count."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from config.api.snowflake import serial_of
from organisations.models import Location
from tests.cast import Cast
from tests.counting import queries_of_page
from tests.factories.organisations import LocationFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.urls("tests.config.api.device.places"),
]


def place(cast: Cast, name: str, **values: Any) -> Location:
    """Make a place of the cast's organisation."""
    found: Location = LocationFactory(
        **{"organisation": cast.organisation, "name": name, "code": "", **values}
    )
    return found


@pytest.fixture
def member(cast: Cast) -> APIClient:
    """Return the client of a member."""
    return cast.client("member")


def titles(client: APIClient, query: str) -> list[str]:
    """Return the titles of a list, in order."""
    response = client.get(f"/api/Place?{query}")
    assert response.status_code == 200, response.content
    return [row["title"] for row in response.json()["places"]]


def test_it_shows_rows_in_an_envelope(cast: Cast, member: APIClient) -> None:
    row = place(cast, "Turku", code="TKU", radius=12.5, delivery=True)
    bare = place(cast, "Pori")
    place(cast, "Riga", organisation=cast.other)

    response = member.get("/api/Place")

    made = f"{cast.organisation.created_at:%Y-%m-%dT%H:%M:%S}Z"
    client = serial_of(cast.organisation.pk)
    assert response.json() == {
        "record_count": 2,
        "places": [
            {
                "id": serial_of(row.pk),
                "client_id": client,
                "client_name": "Suomen Vaunu",
                "title": "Turku",
                "code": "TKU",
                "delivery": True,
                "inactive": False,
                "centre": 12.5,
                "made": made,
            },
            {
                "id": serial_of(bare.pk),
                "client_id": client,
                "client_name": "Suomen Vaunu",
                "title": "Pori",
                "delivery": False,
                "inactive": True,
                "centre": 0,
                "made": made,
            },
        ],
    }


def test_it_pages_and_echoes_what_was_sent(cast: Cast, member: APIClient) -> None:
    for number in range(5):
        place(cast, f"Place {number}")

    response = member.get("/place?pageinate=True&page_no=2&page_size=2&order=title")

    body = response.json()
    assert list(body) == ["page_no", "page_size", "record_count", "places"]
    assert (body["page_no"], body["page_size"], body["record_count"]) == (2, 2, 5)
    assert [row["title"] for row in body["places"]] == ["Place 2", "Place 3"]


def test_it_answers_nothing_past_the_end(cast: Cast, member: APIClient) -> None:
    place(cast, "Turku")

    response = member.get("/API/PLACE?pageinate=true&page_no=99&page_size=50")

    assert response.json() == {
        "page_no": 99,
        "page_size": 50,
        "record_count": 0,
        "places": [],
    }


def test_it_clamps_a_large_page(cast: Cast, member: APIClient) -> None:
    response = member.get("/api/Place?pageinate=true&page_size=5000")

    assert response.json() == {"page_size": 1000, "record_count": 0, "places": []}


def test_it_takes_pages_for_nothing_unless_asked_to(
    cast: Cast, member: APIClient
) -> None:
    for number in range(3):
        place(cast, f"Place {number}")

    assert len(titles(member, "page_size=1&page_no=2")) == 3
    assert len(titles(member, "count=2")) == 2
    assert member.get("/api/Place?count=2").json()["record_count"] == 3


def test_it_counts_once_for_all_pages(cast: Cast, member: APIClient) -> None:
    for number in range(6):
        place(cast, f"Place {number}")
    pages = "/api/Place?pageinate=true&page_size=2"
    counts = []
    for path in (pages, f"{pages}&page_no=2", f"{pages}&page_no=2&code=x"):
        with CaptureQueriesContext(connection) as queries:
            member.get(path)
        counts.append(sum("COUNT(" in one["sql"] for one in queries))

    assert counts == [1, 0, 0]


def test_it_keeps_the_count_to_the_caller_and_the_filter(
    cast: Cast, member: APIClient
) -> None:
    for number in range(6):
        place(cast, f"Place {number}")
        place(cast, f"Depot {number}", organisation=cast.other, code="x")
    path = "/api/Place?pageinate=true&page_size=2"
    member.get(path)
    place(cast, "Later")

    later = member.get(f"{path}&page_no=2&order=title&count=3")
    others = cast.client("outsider").get(f"{path}&page_no=2&code=x")
    filtered = member.get(f"{path}&page_no=2&search=place")

    assert later.json()["record_count"] == 6
    assert others.json()["record_count"] == 6
    assert filtered.json()["record_count"] == 6
    assert member.get(path).json()["record_count"] == 7


def test_it_orders_by_any_stored_member(cast: Cast, member: APIClient) -> None:
    place(cast, "B", code="1", radius=5, delivery=True)
    place(cast, "A", code="2")
    place(cast, "C", code="1")

    assert titles(member, "order=title") == ["A", "B", "C"]
    assert titles(member, "order=title&orderdesc=TRUE") == ["C", "B", "A"]
    assert titles(member, "order=code&order2=title&orderdesc2=true") == ["C", "B", "A"]
    assert titles(member, "order=centre&order5=title") == ["A", "C", "B"]
    assert titles(member, "order=centre&orderdesc=true&order3=title") == ["B", "A", "C"]
    assert titles(member, "order=inactive&order2=title") == ["B", "A", "C"]
    assert titles(member, "order=id&orderdesc=true&order2=title") == ["C", "A", "B"]


def test_it_answers_ids_only(cast: Cast, member: APIClient) -> None:
    row = place(cast, "Turku")

    response = member.get("/api/Place?idonly=true")

    assert response.json() == {
        "record_count": 1,
        "places": [{"id": serial_of(row.pk)}],
    }


def test_it_names_every_malformed_parameter(member: APIClient) -> None:
    response = member.get(
        "/api/Place?page_size=-1&page_no=0&count=x&order=fleet&order4=places"
        "&orderdesc=yes&pageinate=1&client_id=abc&client_ids=1,99999999999&delivery=2"
        "&kind=port&since=10000-01-01&stray=%7B&radius=1e5&ending=*"
    )

    def wrong(value: str) -> list[str]:
        return [f"The value '{value}' is not valid."]

    cannot = ["The list cannot be ordered by this."]
    assert response.status_code == 400
    assert response.json() == {
        "page_size": wrong("-1"),
        "page_no": wrong("0"),
        "count": wrong("x"),
        "order": cannot,
        "order4": cannot,
        "orderdesc": wrong("yes"),
        "pageinate": wrong("1"),
        "client_id": wrong("abc"),
        "client_ids": wrong("99999999999"),
        "delivery": wrong("2"),
        "kind": wrong("port"),
        "since": wrong("10000-01-01"),
        "radius": wrong("1e5"),
        "ending": ["Titles do not end so."],
    }


def test_it_costs_the_same_for_many_rows(cast: Cast, member: APIClient) -> None:
    path = "/api/Place?search=a"
    place(cast, "Tampere")
    one = queries_of_page(member, path)
    for number in range(20):
        place(cast, f"Place {number}")

    # The token, what the caller sees, the keys, the rows.
    assert (one, queries_of_page(member, path)) == (4, 4)


def test_it_finds_what_is_searched_for_once_to_list_and_count_it(
    cast: Cast, member: APIClient
) -> None:
    made = [place(cast, f"Place {number}") for number in range(5)]
    place(cast, "Depot")
    path = "/api/Place?search=place&pageinate=true&page_size=2&order=title"

    def read(query: str) -> tuple[Any, list[Any], int]:
        with CaptureQueriesContext(connection) as queries:
            body = member.get(f"{path}{query}").json()
        searches = sum("LIKE" in one["sql"] for one in queries)
        return body["record_count"], [row["id"] for row in body["places"]], searches

    ids = [serial_of(one.pk) for one in made]
    assert read("") == (5, ids[:2], 1)
    assert read("&page_no=2") == (5, ids[2:4], 1)
    assert read("&page_no=3") == (5, ids[4:], 1)
    assert read("&page_no=4") == (0, [], 1)
    assert read("&idonly=true&orderdesc=true") == (5, ids[:2:-1], 1)
    assert read("&search=nowhere") == (0, [], 1)


def test_it_answers_a_bare_array(cast: Cast, member: APIClient) -> None:
    LocationFactory(organisation=cast.organisation, name="Turku")

    assert member.get("/api/part?count=3&order=nothing").json() == []
