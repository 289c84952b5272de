"""OAuth applications, which act as their users, and the tokens they were given."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import display_for_value, unquote
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from oauth2_provider import admin as theirs
from oauth2_provider.models import (
    AccessToken,
    Application,
    RefreshToken,
    revoke_access_token,
)
from unfold.decorators import action
from unfold.widgets import UnfoldBooleanSwitchWidget

from config.api.errors import Refusal
from organisations.admin.base import ScopedAdmin, gone
from organisations.admin.filters import RowFilter
from organisations.admin.rights import desk_of
from organisations.admin.shown_once import show_once
from organisations.admin.writing import adopt
from organisations.services.applications import (
    create_application,
    delete_application,
    rotate_secret,
)

# Two of them belong to flows that the register does not offer; they stay empty.
admin.site.unregister(
    [
        theirs.application_model,
        theirs.access_token_model,
        theirs.refresh_token_model,
        theirs.grant_model,
        theirs.id_token_model,
    ]
)


class RotationForm(forms.Form):
    """Whether what was opened with the old secret is to close as well."""

    is_revoking = forms.BooleanField(
        label="Revoke the tokens it has been given too",
        help_text="Without this they work until they expire.",
        required=False,
        widget=UnfoldBooleanSwitchWidget,
    )


class OwnAdmin(ScopedAdmin):
    """Shows people what acts as themselves, and superusers everything."""

    def scoped(self, rows: Any, request: HttpRequest) -> Any:
        """Narrow rows to the person's own."""
        actor = desk_of(request).actor
        return rows if actor.is_superuser else rows.filter(user=actor)


@admin.register(Application)
class ApplicationAdmin(OwnAdmin):
    """Programs with a secret of their own, for the client-credentials grant."""

    list_display = ("name", "user", "client_id", "created")
    list_filter = (("user", RowFilter),)
    list_select_related = ("user",)
    search_fields = ("name", "client_id")
    actions_detail = ("rotate",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let everybody make applications that act as they do."""
        return self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let people rename the applications that they see."""
        return self.has_view_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let people delete the applications that they see, tokens and all."""
        return self.has_view_permission(request)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        """Ask for a name, and superusers for whom it acts as."""
        if obj is not None:
            return ("name", "user", "client_id", "created", "updated", "last_token_at")
        return ("name", "user") if desk_of(request).actor.is_superuser else ("name",)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Any = None
    ) -> Sequence[str]:
        """Leave everything but the name as it was made."""
        return self.get_fields(request, obj)[1:] if obj is not None else ()

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Insist on a name."""
        form = super().get_form(request, obj, change=change, **kwargs)
        form.base_fields["name"].required = True
        return form

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        """Keep the secret of a new application for the answer; its hash is stored."""
        if change:
            super().save_model(request, obj, form, change)
            return
        desk = desk_of(request)
        made = create_application(
            name=obj.name, user=obj.user or desk.actor, actor=desk.actor
        )
        adopt(obj, made.application)
        desk.secret = made.text

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the secret, this once."""
        return self.show_secret(request, obj)

    def show_secret(self, request: HttpRequest, application: Any) -> HttpResponse:
        """Answer the page with the secret that was just made."""
        secret = desk_of(request).secret
        secrets = {"Client id": application.client_id, "Client secret": secret}
        return show_once(
            self, request, secrets, title=f"The application {application.name}"
        )

    @action(description="Make another secret", icon="key")  # type: ignore[untyped-decorator]
    def rotate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask whether the secret is to be another; show that, this once."""
        application = self.get_object(request, unquote(object_id))
        if application is None:
            return gone(self, request, object_id)
        form = RotationForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            desk = desk_of(request)
            try:
                made = rotate_secret(
                    application=application, actor=desk.actor, **form.cleaned_data
                )
            except Refusal as refusal:
                form.add_error(None, refusal.message)
            else:
                desk.secret = made.text
                self.log_change(request, application, "Made another secret.")
                return self.show_secret(request, made.application)
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "title": "Make another secret",
            "opts": self.opts,
            "application": application,
            "form": form,
        }
        return TemplateResponse(request, "organisations/rotate_secret.html", context)

    @admin.display(description="last token given")
    def last_token_at(self, application: Any) -> str:
        """Tell when the program last came in with its secret."""
        given = AccessToken.objects.filter(application=application)
        moment = given.aggregate(at=Max("created"))["at"]
        return str(display_for_value(moment, "never"))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete the application, and tell the history of whom it acted as."""
        delete_application(application=obj, actor=desk_of(request).actor)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name the application only; its tokens stop to work with it."""
        counts = {str(self.opts.verbose_name_plural): len(objs)}
        return [str(row) for row in objs], counts, set(), []


@admin.register(AccessToken)
class AccessTokenAdmin(OwnAdmin):
    """Tokens that applications were given; their texts are nowhere to be seen."""

    list_display = ("__str__", "application", "user", "scope", "created", "expires")
    list_filter = (("application", RowFilter), ("user", RowFilter))
    list_select_related = ("application", "user")
    search_fields = ("application__name", "application__client_id", "user__username")
    fields = ("application", "user", "scope", "created", "expires")
    actions = ("revoke",)

    def scoped(self, rows: Any, request: HttpRequest) -> Any:
        """Leave personal tokens to their own page."""
        return super().scoped(rows, request).filter(personal_token=None)

    @admin.action(description="Revoke, with the refresh tokens that belong to them")
    def revoke(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Revoke the chosen tokens; the next request with one is refused."""
        chosen = list(queryset)
        for token in chosen:
            revoke_access_token(token)
        self.message_user(request, f"Revoked {len(chosen)} access tokens.")


@admin.register(RefreshToken)
class RefreshTokenAdmin(OwnAdmin):
    """What applications get their next tokens with."""

    list_display = ("__str__", "application", "user", "created", "revoked")
    list_filter = (("application", RowFilter), ("user", RowFilter))
    list_select_related = ("application", "user")
    search_fields = ("application__name", "application__client_id", "user__username")
    fields = ("application", "user", "created", "revoked")
    actions = ("revoke",)

    @admin.action(description="Revoke, with the access tokens that belong to them")
    def revoke(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Revoke the chosen tokens."""
        chosen = list(queryset)
        for token in chosen:
            token.revoke()
        self.message_user(request, f"Revoked {len(chosen)} refresh tokens.")
