"""Answers where no view gave one: the API's shape, or a page in the back office."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.views import defaults

from config.api.device.errors import device_error_response
from config.api.errors import fleet_error_response
from config.urls.device import is_device_path


def error_response(request: HttpRequest, code: str, message: str) -> HttpResponse:
    """Answer from outside a view, in the shape of the family that the path is of."""
    if is_device_path(request.path_info):
        return device_error_response(code, message)
    return fleet_error_response(code, message)


def in_back_office(path: str) -> bool:
    """Tell whether people in a browser, not programs, use this path."""
    return path.startswith(f"/{settings.BACK_OFFICE_PATH}")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400: what Django calls a suspicious operation, such as a foreign host."""
    if in_back_office(request.path):
        return defaults.bad_request(request, exception)
    if isinstance(exception, RequestDataTooBig):
        sentence = "The body is larger than 16 MB."
        return error_response(request, "body_too_large", sentence)
    return error_response(request, "invalid_body", "The request is malformed.")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    if in_back_office(request.path):
        return defaults.permission_denied(request, exception)
    return error_response(request, "missing_permission", "You may not do this.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404."""
    if in_back_office(request.path):
        return defaults.page_not_found(request, exception)
    return error_response(request, "not_found", "There is nothing at this address.")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500; the log has the reason, under the request id of the answer."""
    if in_back_office(request.path):
        return defaults.server_error(request)
    return error_response(request, "server_error", "Something went wrong on our side.")
