"""The back office's site: unfold's, but for what would answer with an error."""

from contextlib import nullcontext
from http import HTTPStatus
from typing import Any, cast

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from django.utils.functional import SimpleLazyObject
from unfold.sites import UnfoldAdminSite

from config.api.snowflake import parse_snowflake
from config.login import LoginForm
from organisations.models import User
from organisations.services.history import record_value

# Links to public pages of rows; the register has none.
LEFT_OUT = {"view_on_site"}


class ChoicesView(AutocompleteJsonView):
    """Answers what a field offers, of one organisation when the field says which."""

    def get_queryset(self) -> QuerySet[Any]:
        """Narrow what the model's admin shows; it never shows more than the scope."""
        found: QuerySet[Any] = super().get_queryset()
        for name in getattr(self.model_admin, "narrowed_by", ()):
            if name not in self.request.GET:
                continue
            try:
                found = found.filter(**{name: parse_snowflake(self.request.GET[name])})
            except ValueError:
                return found.none()
        return found


class BackOffice(UnfoldAdminSite):  # type: ignore[misc]
    """Where staff work; nothing is deleted by the list."""

    site_url = "/"
    login_form = LoginForm
    index_title = "Start"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Leave out what the register does not offer."""
        urls: list[URLPattern | URLResolver] = super().get_urls()
        return [url for url in urls if getattr(url, "name", None) not in LEFT_OUT]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Return what may be opened, found when it is asked for: few pages show it."""
        return SimpleLazyObject(
            lambda: super(BackOffice, self).get_app_list(request, app_label)
        )

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Answer what a field offers."""
        view = ChoicesView.as_view(admin_site=self)
        return view(request)  # type: ignore[return-value]

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Let people set their own password, and record that they did."""
        # A page that is only shown takes no lock on the database.
        with transaction.atomic() if request.method == "POST" else nullcontext():
            response: HttpResponse = super().password_change(request, extra_context)
            if response.status_code == HTTPStatus.FOUND:
                person = cast(User, request.user)
                record_value(person, "password", old=None, new="set", actor=person)
        return response

    def search(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Find pages by name; there is never more than one page of them."""
        if request.GET.get("page", "1") != "1":
            raise Http404
        response: HttpResponse = super().search(request, extra_context)
        return response
