"""How the tests talk to `/auth/token`."""

import json
from typing import Any

from django.test import Client as Browser

from tests.factories.access import Client

ADDRESS = "/auth/token"
FORM = "application/x-www-form-urlencoded"


def post(browser: Browser, form: dict[str, str], **extra: Any) -> Any:
    """Ask for a token."""
    return browser.post(ADDRESS, form, **extra)


def error_of(response: Any) -> tuple[int, str]:
    """Return the status and the code of an error of RFC 6749."""
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Cache-Control"] == "no-store"
    return response.status_code, json.loads(response.content)["error"]


def refresh_form(program: Client, text: str, **form: str) -> dict[str, str]:
    """Return the form that asks for a token in exchange for a refresh token."""
    return program.credentials(grant_type="refresh_token", refresh_token=text, **form)
