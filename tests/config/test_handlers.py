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

SECRET = "canary of the exception"
ERRORS = {
    "bug": ZeroDivisionError(SECRET),
    "denied": PermissionDenied(),
    "large": RequestDataTooBig(),
    "missing": Http404(),
    "suspicious": SuspiciousOperation(),
}


def fail(request: HttpRequest, name: str) -> HttpResponse:
    """Raise what the path names."""
    raise ERRORS[name]


urlpatterns = [
    path(f"{place}/<name>", fail) for place in ("api", "admin", "invitations")
]


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


SAID = {
    400: "This request cannot be read",
    403: "You may not do this",
    404: "There is nothing here",
    413: "That was too much at once",
    500: "Something went wrong on our side",
}


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("bug", 500),
        ("denied", 403),
        ("large", 413),
        ("missing", 404),
        ("suspicious", 400),
    ],
)
@pytest.mark.parametrize("place", ["admin", "invitations"])
def test_it_shows_people_a_page(place: str, name: str, status: int) -> None:
    client = Client(raise_request_exception=False)
    # Without the database: the mark that lets a test use it is missing here.
    response = client.get(f"/{place}/{name}", headers={"X-Request-Id": "r-4711"})

    assert response.status_code == status
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    content = response.content.decode()
    assert f"<h1>{SAID[status]}</h1>" in content
    assert '<a href="/admin/">' in content
    assert ("r-4711" in content) is (status == 500)


def test_it_tells_nothing_of_what_went_wrong() -> None:
    client = Client(raise_request_exception=False)

    content = client.get("/admin/bug?token=hunter2").content.decode()

    for word in (
        SECRET,
        "hunter2",
        "/admin/bug",
        "Traceback",
        "ZeroDivision",
        __file__,
    ):
        assert word not in content


def test_it_reads_no_malformed_path_of_the_back_office() -> None:
    response = Client().get("/admin/%00")

    assert response.status_code == 400
    assert SAID[400] in response.content.decode()


def test_it_says_that_a_form_is_too_old() -> None:
    response = Client(enforce_csrf_checks=True).post("/admin/form", {"name": "x"})

    assert response.status_code == 403
    content = response.content.decode()
    assert "<h1>This form is too old</h1>" in content
    assert "CSRF" not in content


def test_it_answers_a_forged_form_in_the_shape_of_the_api() -> None:
    response = Client(enforce_csrf_checks=True).post("/api/form", {"name": "x"})

    assert response.status_code == 403
    assert response.json()["code"] == "missing_permission"


def test_it_tells_the_two_apart_by_the_path() -> None:
    assert handlers.in_back_office("/admin/assets/")
    assert not handlers.in_back_office("/api/assets")
    assert not handlers.in_back_office(RequestFactory().get("/administrators").path)
