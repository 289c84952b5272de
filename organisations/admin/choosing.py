"""The step before a new row: in which organisation?

A form that knows its organisation offers that one's rows only, and needs no script.
"""

from typing import Any, Protocol

from django import forms
from django.contrib.admin.options import IS_POPUP_VAR
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from config.api.snowflake import parse_snowflake
from organisations.admin.rights import desk_of
from organisations.admin.widgets import Search
from organisations.models import Organisation
from organisations.querysets import OrganisationQuerySet

ORGANISATION = "organisation"


class Choosing(Protocol):
    """What the step needs of an admin class."""

    permission: Any
    model: Any
    opts: Any
    admin_site: Any
    media: Any


def chosen_organisation(
    admin: Choosing, request: HttpRequest, permission: str | None = None
) -> Organisation | None:
    """Return the one that the address names, or the only one there is; remember it.

    It is one in which the person holds the permission, the admin's if none is said.
    """
    desk = desk_of(request)
    if desk.organisation is None:
        offered = desk.organisations(permission or admin.permission)
        desk.organisation = _chosen(offered, request.GET.get(ORGANISATION))
    return desk.organisation


def _chosen(offered: OrganisationQuerySet, given: str | None) -> Organisation | None:
    if given:
        try:
            return offered.filter(pk=parse_snowflake(given)).first()
        except ValueError:
            return None
    first = list(offered[:2])
    return first[0] if len(first) == 1 else None


def choose_organisation(
    admin: Choosing,
    request: HttpRequest,
    permission: str | None = None,
    *,
    title: str = "",
) -> HttpResponse:
    """Answer the page that asks for the organisation."""
    offered = desk_of(request).organisations(permission or admin.permission)
    field = forms.ModelChoiceField(
        offered,
        widget=Search(admin.model._meta.get_field(ORGANISATION), admin.admin_site),
        error_messages={"invalid_choice": f"No {admin.opts.verbose_name} there."},
    )
    return choose(admin, request, ORGANISATION, field, title=title)


def choose(
    admin: Any, request: HttpRequest, name: str, field: forms.Field, *, title: str = ""
) -> HttpResponse:
    """Answer a page that asks for one thing before the form, and keeps the rest."""
    given = request.GET if name in request.GET else None
    form = type("ChoiceForm", (forms.Form,), {name: field})(given)
    kept = [(key, value) for key, value in request.GET.items() if key != name]
    context = {
        **admin.admin_site.each_context(request),
        "title": title or f"Add {admin.opts.verbose_name}",
        "opts": admin.opts,
        "form": form,
        "kept": kept,
        "media": admin.media + form.media,
        "is_popup": IS_POPUP_VAR in request.GET,
    }
    return TemplateResponse(request, "admin/choose.html", context)
