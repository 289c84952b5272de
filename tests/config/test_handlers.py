import pytest
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from config import handlers
from config.urls import handler400, handler403, handler404, handler500

pytestmark = pytest.mark.urls(__name__)

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

ERRORS = {
    "bug": ZeroDivisionError(),
    "denied": PermissionDenied(),
    "large": RequestDataTooBig(),
    "missing": Http404(),
    "suspicious": SuspiciousOperation(),
}


def fail(request: HttpRequest, name: str) -> HttpResponse:
    """Raise what the path names."""
    raise ERRORS[name]


urlpatterns = [path("api/<name>", fail), path("admin/<name>", fail)]


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("bug", 500, "server_error"),
        ("denied", 403, "missing_permission"),
        ("large", 413, "body_too_large"),
        ("missing", 404, "not_found"),
        ("suspicious", 400, "invalid_body"),
        ("no/such/route", 404, "not_found"),
    ],
)
def test_it_answers_in_the_shape_of_the_api(name: str, status: int, code: str) -> None:
    response = Client(raise_request_exception=False).get(f"/api/{name}")

    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/json"
    assert "X-Request-Id" in response.headers
    assert response.json() == {"code": code, "message": response.json()["message"]}


@pytest.mark.parametrize(
    ("name", "status"),
    [("bug", 500), ("denied", 403), ("large", 400), ("missing", 404)],
)
def test_it_shows_a_page_in_the_back_office(name: str, status: int) -> None:
    response = Client(raise_request_exception=False).get(f"/admin/{name}")

    assert response.status_code == status
    assert response.headers["Content-Type"].startswith("text/html")


def test_it_tells_the_two_apart_by_the_path() -> None:
    assert handlers.in_back_office("/admin/assets/")
    assert not handlers.in_back_office("/api/assets")
    assert not handlers.in_back_office(RequestFactory().get("/administrators").path)
