"""Texts that are shown once: in the answer to the request that made them.

They pass through no session, cookie, message or cache; whoever reloads the page makes
another, and whoever goes back finds nothing.
"""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from organisations.admin.addresses import address_of
from organisations.admin.base import ScopedAdmin


def show_once(
    admin: ScopedAdmin, request: HttpRequest, secrets: Mapping[str, str], *, title: str
) -> HttpResponse:
    """Answer the page that shows the secrets, each under its label."""
    context = {
        **admin.admin_site.each_context(request),
        "title": title,
        "opts": admin.opts,
        "secrets": secrets.items(),
        "next_url": address_of(admin.model, "changelist"),
    }
    return TemplateResponse(
        request,
        "admin/secret.html",
        context,
        headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"},
    )
