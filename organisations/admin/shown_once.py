"""Texts that are shown once: in the answer to the request that made them.

They pass through no session, cookie, message or cache; whoever reloads the page makes
another, and whoever goes back finds nothing.
"""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from organisations.admin.base import ScopedAdmin


def show_once(
    admin: ScopedAdmin, request: HttpRequest, secrets: Mapping[str, str], *, title: str
) -> HttpResponse:
    """Answer the page that shows the secrets, each under its label."""
    opts = admin.opts
    context = {
        **admin.admin_site.each_context(request),
        "title": title,
        "opts": opts,
        "secrets": secrets.items(),
        "next_url": reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"),
    }
    return TemplateResponse(
        request,
        "admin/secret.html",
        context,
        headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"},
    )
