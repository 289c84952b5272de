"""Answers where no view gave one: the API's shape, or a page for people."""

from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse

from config import plain
from config.api.context import request_id
from config.api.device.errors import device_error_response
from config.api.errors import Refusal, fleet_error_response
from config.urls.device import is_device_path

INVITATIONS = "/invitations/"


@dataclass(frozen=True, slots=True)
class Page:
    """What people are told of a refusal: what happened, and what they can do."""

    title: str
    sentence: str


PAGES = {
    HTTPStatus.BAD_REQUEST: Page(
        "This request cannot be read",
        "The address or the form was not what the register expects. Go back and try"
        " again, or begin at one of these pages.",
    ),
    HTTPStatus.FORBIDDEN: Page(
        "You may not do this",
        "Your account lacks the permission for it. Whoever looks after your"
        " organisation's roles can give it to you.",
    ),
    HTTPStatus.NOT_FOUND: Page(
        "There is nothing here",
        "The address may be mistyped, the row may have been deleted, or it may belong"
        " to an organisation that you do not work on.",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Page(
        "That was too much at once",
        "What you sent is larger than the register takes: 16 MB beside the files.",
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: Page(
        "Something went wrong on our side",
        "It is not your fault, and what you sent may not have been kept. Try again in a"
        " moment.",
    ),
}
EXPIRED = Page(
    "This form is too old",
    "The page was open for too long, you have logged in again since, or the browser"
    " keeps no cookies for this site. Go back, load the page anew and send it again.",
)


def error_response(request: HttpRequest, code: str, message: str) -> HttpResponse:
    """Answer from outside a view, in the shape of the family that the path is of."""
    if is_for_people(request.path_info):
        return page_of(HTTPStatus(Refusal(code, message).status))
    if is_device_path(request.path_info):
        return device_error_response(code, message)
    return fleet_error_response(code, message)


def page_of(status: HTTPStatus) -> HttpResponse:
    """Answer a page; of a failure of ours with the id under which the log has it."""
    told = PAGES[status]
    is_ours = status == HTTPStatus.INTERNAL_SERVER_ERROR
    noted = request_id.get() if is_ours else ""
    return plain.refusal(status, told.title, told.sentence, noted)


def in_back_office(path: str) -> bool:
    """Tell whether people in a browser, not programs, use this path."""
    return path.startswith(f"/{settings.BACK_OFFICE_PATH}")


def is_for_people(path: str) -> bool:
    """Tell whether a path is of a page: the back office, an invitation, the front."""
    return path == "/" or path.startswith(INVITATIONS) or in_back_office(path)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400: what Django calls a suspicious operation, such as a foreign host."""
    if isinstance(exception, RequestDataTooBig):
        sentence = "The body is larger than 16 MB."
        return error_response(request, "body_too_large", sentence)
    return error_response(request, "invalid_body", "The request is malformed.")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    return error_response(request, "missing_permission", "You may not do this.")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form that does not come from a page of ours, or from an old one.

    The reason is for who writes such pages; it is not told.
    """
    if is_for_people(request.path_info):
        return plain.refusal(HTTPStatus.FORBIDDEN, EXPIRED.title, EXPIRED.sentence)
    return error_response(request, "missing_permission", "You may not do this.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404."""
    return error_response(request, "not_found", "There is nothing at this address.")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500; the log has the reason, under the request id of the answer."""
    return error_response(request, "server_error", "Something went wrong on our side.")
