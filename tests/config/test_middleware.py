import logging
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import Client, RequestFactory
from django.utils.functional import SimpleLazyObject

from config.api.context import request_id
from config.middleware import (
    MalformedRequestMiddleware,
    RequestLogMiddleware,
    TrailingSlashMiddleware,
)


def answer(request: HttpRequest) -> HttpResponse:
    """Tell what reached the view."""
    return JsonResponse({"path": request.path_info, "request_id": request_id.get()})


def test_it_takes_the_request_id_of_the_client() -> None:
    request = RequestFactory().get("/api/x", headers={"X-Request-Id": "train-4.2_b"})

    response = RequestLogMiddleware(answer)(request)

    assert response.headers["X-Request-Id"] == "train-4.2_b"
    assert isinstance(response, HttpResponse)
    assert b'"request_id": "train-4.2_b"' in response.content


@pytest.mark.parametrize("given", ["", "with space", "x" * 65, "ä", 'a"b'])
def test_it_makes_a_request_id_where_none_is_usable(given: str) -> None:
    request = RequestFactory().get("/api/x", headers={"X-Request-Id": given})

    response = RequestLogMiddleware(answer)(request)

    assert re.fullmatch(r"[0-9a-f]{32}", response.headers["X-Request-Id"])
    assert request_id.get() == ""


def test_it_logs_one_line_for_each_request(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="config.request"):
        client.get("/healthz")

    (record,) = caplog.records
    fields: dict[str, Any] = record.__dict__["fields"]
    assert fields.pop("milliseconds") >= 0
    assert fields == {
        "user": None,
        "method": "GET",
        "route": "/healthz",
        "status": 200,
        "queries": 0,
    }


@pytest.mark.django_db
def test_it_warns_of_slow_requests_with_route_and_queries(
    client: Client, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    settings.SLOW_REQUEST_MILLISECONDS = 0
    with caplog.at_level(logging.WARNING, logger="config.request"):
        client.get("/readyz")

    (record,) = caplog.records
    assert record.message == "slow request"
    fields: dict[str, Any] = record.__dict__["fields"]
    assert fields["route"] == "/readyz"
    assert fields["queries"] >= 1


def test_it_logs_the_user_without_asking_for_one(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def never() -> None:
        raise AssertionError("the session was read for the log")

    request = RequestFactory().get("/api/x")
    request.user = SimpleLazyObject(never)  # type: ignore[assignment]

    with caplog.at_level(logging.INFO, logger="config.request"):
        RequestLogMiddleware(answer)(request)

    assert caplog.records[0].__dict__["fields"]["user"] is None


@pytest.mark.parametrize("path", ["/api/%00", "/api/%FF", "/api/%ED%A0%80", "/a%0Ab"])
def test_it_refuses_a_malformed_path(client: Client, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 400
    assert response.json() == {
        "code": "invalid_body",
        "message": "The path is malformed.",
    }
    assert "X-Request-Id" in response.headers


@pytest.mark.parametrize(
    "query", ["name=%00", "name=%FF", "%ED%A0%80=1", "name=\xff", "a=1&b=%C3"]
)
def test_it_refuses_a_malformed_query(client: Client, query: str) -> None:
    response = client.get("/healthz", QUERY_STRING=query)

    assert response.status_code == 400
    assert response.json() == {
        "code": "invalid_filter",
        "message": "The query is malformed.",
    }


def test_it_lets_every_text_pass() -> None:
    query = urlencode({"name": "Tōkyō 100 % + \n 🚂"})
    request = RequestFactory().get("/api/Ärger", QUERY_STRING=query)

    assert MalformedRequestMiddleware(answer)(request).status_code == 200


def test_it_refuses_a_foreign_host(client: Client) -> None:
    response = client.get("/healthz", headers={"Host": "elsewhere.example"})

    assert response.status_code == 400
    assert response.json()["code"] == "invalid_body"


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("/api/assets/", "/api/assets"),
        ("/organisations/1/assets/", "/organisations/1/assets"),
        ("/api/assets//", "/api/assets/"),
        ("/api/assets", "/api/assets"),
        ("/", "/"),
        ("/admin/", "/admin/"),
        ("/admin/assets/", "/admin/assets/"),
        ("/static/x/", "/static/x/"),
    ],
)
def test_it_drops_one_slash_of_api_paths_only(path: str, seen: str) -> None:
    request = RequestFactory().get(path)

    TrailingSlashMiddleware(answer)(request)

    assert request.path_info == request.path == seen


def test_it_never_redirects_an_api_path(client: Client) -> None:
    assert client.post("/healthz/").status_code == 405
    assert client.get("/healthz/").status_code == 200


def test_it_still_appends_the_slash_in_the_back_office(client: Client) -> None:
    response = client.get("/admin")

    assert response.status_code == 301
    assert response.headers["Location"] == "/admin/"
