"""Pages that need neither a database nor a person: the front page, and refusals."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from config.navigation import FAVICON

SHEETS = ("unfold/fonts/inter/styles.css", "config/plain.css")


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Tell strangers what this is and where to go, and nothing about what is in it."""
    return HttpResponse(render_to_string("front.html", shared()))


def shared() -> dict[str, Any]:
    """Return what all plain pages show."""
    return {
        "name": settings.UNFOLD["SITE_TITLE"],
        "favicon": FAVICON["href"],
        "sheets": sheets(),
    }


def sheets() -> Sequence[str]:
    """Return where the styles are; nowhere as long as no files have been collected.

    A page that says what went wrong must not fail for its looks.
    """
    try:
        return [static(name) for name in SHEETS]
    except ValueError:
        return []


def refusal(
    status: HTTPStatus, title: str, sentence: str, request_id: str = ""
) -> HttpResponse:
    """Answer a page that says what happened, and where to go on."""
    context = {
        **shared(),
        "title": title,
        "sentence": sentence,
        "request_id": request_id,
        "links": links(),
    }
    return HttpResponse(render_to_string("error.html", context), status=status)


def links() -> list[tuple[str, str]]:
    """Return where somebody may go on who was refused; these addresses are fixed."""
    return [
        (f"/{settings.BACK_OFFICE_PATH}", "Start of the back office"),
        ("/", "Front page"),
    ]
