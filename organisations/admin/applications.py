"""OAuth applications, which act as their users, and the tokens they were given."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from oauth2_provider import admin as theirs
from oauth2_provider.models import (
    AccessToken,
    Application,
    RefreshToken,
    revoke_access_token,
)

from organisations.admin.base import ScopedAdmin
from organisations.admin.filters import RowFilter
from organisations.admin.rights import desk_of
from organisations.admin.shown_once import show_once

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
            return ("name", "user", "client_id", "created", "updated")
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
        if not change:
            desk = desk_of(request)
            obj.user = obj.user or desk.actor
            obj.client_type = Application.CLIENT_CONFIDENTIAL
            obj.authorization_grant_type = Application.GRANT_CLIENT_CREDENTIALS
            desk.secret = obj.client_secret
        super().save_model(request, obj, form, change)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the secret, this once."""
        secrets = {"Client id": obj.client_id, "Client secret": desk_of(request).secret}
        return show_once(self, request, secrets, title=f"The application {obj.name}")

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
