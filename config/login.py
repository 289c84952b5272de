"""How django-axes guards the login of the back office."""

from collections.abc import Mapping
from http import HTTPStatus
from math import ceil

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# The width of the column in which attempts are kept.
LONGEST_NAME = 255


def attempted_name(
    request: HttpRequest, credentials: Mapping[str, str] | None = None
) -> str:
    """Return the user name of an attempt, cut to what can be stored."""
    form = request.POST if credentials is None else credentials
    return (form.get("username") or "")[:LONGEST_NAME]


def answer_closed(
    request: HttpRequest,
    response: HttpResponse | None = None,
    credentials: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Answer 429 to who failed too often, with a page that says for how long.

    The time is the longest it can take, whatever has passed of it.
    """
    seconds = settings.AXES_COOLOFF_TIME.total_seconds()
    context = {
        **admin.site.each_context(request),
        "title": "Login closed",
        "minutes": ceil(seconds / 60),
    }
    page = render(
        request,
        "admin/login_closed.html",
        context,
        status=HTTPStatus.TOO_MANY_REQUESTS,
    )
    page.headers["Retry-After"] = str(ceil(seconds))
    return page
