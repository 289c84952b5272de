"""What programs come in with: personal tokens, applications and their tokens."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import display_for_value
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
)

from organisations import scopes
from organisations.admin.filters import RowFilter
from organisations.admin.forms import BackOfficeForm
from organisations.admin.rights import desk_of
from organisations.admin.shown_once import show_once
from organisations.admin.writing import WritingAdmin
from organisations.models import PersonalToken
from organisations.services.tokens import (
    MOST_DAYS,
    NEVER,
    create_token,
    revoke_token,
)

IN_WORDS = [(name, f"{name}: {words}") for name, words in scopes.IN_WORDS.items()]


@admin.register(PersonalToken)
class PersonalTokenAdmin(WritingAdmin):
    """Tokens that people made for programs: named, revocable, never shown again."""

    is_in_organisation = False
    narrowed_by = ()
    list_display = ("name", "person", "scope", "expires", "last_used_at")
    list_filter = (("token__user", RowFilter),)
    list_select_related = ("token__user",)
    search_fields = ("name", "token__user__username")
    actions = ("revoke",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let everybody make tokens that act as they do."""
        return self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody change what a token may do."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let people revoke the tokens that they see: their own."""
        return self.has_view_permission(request)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        """Ask what the token is for, or show it."""
        if obj is None:
            return ("name", "scopes", "days")
        return ("name", "person", "scope", "created", "expires", "last_used_at")

    def get_readonly_fields(
        self, request: HttpRequest, obj: Any = None
    ) -> Sequence[str]:
        """Show everything of a token that is there."""
        return self.get_fields(request, obj) if obj is not None else ()

    def inputs(self, request: HttpRequest, row: Any) -> dict[str, forms.Field]:
        """Ask what the token may do, and for how long."""
        return {
            "scopes": forms.MultipleChoiceField(
                choices=IN_WORDS,
                initial=[scopes.DEFAULT],
                widget=UnfoldAdminCheckboxSelectMultipleWidget,
            ),
            "days": forms.IntegerField(
                required=False,
                min_value=1,
                max_value=MOST_DAYS,
                widget=UnfoldAdminIntegerFieldWidget,
                help_text="Until it expires; empty for never.",
            ),
        }

    def create_row(self, request: HttpRequest, row: Any, form: BackOfficeForm) -> Any:
        """Make a token that acts as the person, and keep its text for the answer."""
        desk = desk_of(request)
        values = form.cleaned_data
        made = create_token(
            user=desk.actor,
            name=values["name"],
            scope=" ".join(values["scopes"]),
            days=values["days"],
            actor=desk.actor,
        )
        row.pk = made.row.pk
        row.refresh_from_db()
        desk.secret = made.text
        return made.row

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the text, this once."""
        secrets = {"Token": desk_of(request).secret}
        return show_once(self, request, secrets, title=f"The token {obj.name}")

    def delete_row(self, request: HttpRequest, row: Any) -> None:
        """Revoke the token."""
        revoke_token(token=row, actor=desk_of(request).actor)

    @admin.action(description="Revoke")
    def revoke(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Revoke the chosen tokens; the next request with one is refused."""
        chosen = list(queryset)
        for token in chosen:
            self.delete_row(request, token)
        self.message_user(request, f"Revoked {len(chosen)} tokens.")

    @admin.display(description="acts as")
    def person(self, token: PersonalToken) -> str:
        """Name the person."""
        return str(token.token.user)

    @admin.display(description="scope")
    def scope(self, token: PersonalToken) -> str:
        """Name the scopes."""
        return str(token.token.scope)

    @admin.display(description="created")
    def created(self, token: PersonalToken) -> str:
        """Tell when it was made."""
        return str(display_for_value(token.token.created, "-"))

    @admin.display(description="expires")
    def expires(self, token: PersonalToken) -> str:
        """Tell when it stops to work."""
        moment: datetime = token.token.expires
        return str(display_for_value(None if moment == NEVER else moment, "never"))
