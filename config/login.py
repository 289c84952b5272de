"""The login of the back office, and how django-axes guards it."""

from collections.abc import Mapping
from http import HTTPStatus
from math import ceil

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from unfold.forms import AuthenticationForm

# The width of the column in which attempts are kept.
LONGEST_NAME = 255

REFUSED = (
    "This user name and password open nothing here. Capital and small letters differ."
)
NOT_STAFF = (
    "Your account is open, but it does not enter the back office, which is for staff. "
    "Programs work with it by a token. Ask an administrator if you are to work here."
)


class LoginForm(AuthenticationForm):  # type: ignore[misc]
    """Tells people who are not staff why they are not let in.

    It tells only them: the form asks once the password has been found right.
    """

    error_messages = {**AuthenticationForm.error_messages, "invalid_login": REFUSED}

    def confirm_login_allowed(self, user: AbstractBaseUser) -> None:
        """Let staff in; raise ValidationError for others."""
        if user.is_active and not getattr(user, "is_staff", False):
            raise ValidationError(NOT_STAFF, code="not_staff")
        super().confirm_login_allowed(user)


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
