"""Fleets, and what is shared of them."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.decorators import action

from config.api.errors import Refusal
from organisations.admin.base import PartInline
from organisations.admin.filters import RowFilter
from organisations.admin.forms import BackOfficeForm
from organisations.admin.inbox import show_inbox
from organisations.admin.organisations import DescribedAdmin
from organisations.admin.rights import desk_of
from organisations.admin.writing import WritingAdmin
from organisations.models import Fleet, FleetShare
from organisations.permissions import Permission
from organisations.services.fleets import delete_fleet, offer_fleet, update_share


class ShareInline(PartInline):
    """To whom a fleet is shared."""

    model = FleetShare
    fields = ("organisation", "user", "share_to_users_organisation", "status")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read the recipients with the shares."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related("organisation", "user")


@admin.register(Fleet)
class FleetAdmin(DescribedAdmin):
    """Sets of assets that are run together."""

    permission = Permission.MANAGE_FLEETS
    inlines = (ShareInline,)
    list_display = ("name", "code", "color", "organisation")
    list_filter = (("organisation", RowFilter),)
    list_select_related = ("organisation",)
    search_fields = ("normalised_name", "code")
    fields = ("code", "name", "description", "color", "root_system_id")

    def delete_row(self, request: HttpRequest, row: Any) -> None:
        """Delete the fleet with its shares."""
        delete_fleet(fleet=row, actor=desk_of(request).actor)


@admin.register(FleetShare)
class FleetShareAdmin(WritingAdmin):
    """Offers of fleets; what was offered stays, until it is revoked."""

    permission = Permission.SHARE_FLEETS
    is_in_organisation = False
    narrowed_by = ()
    can_delete = False
    list_display = (
        "fleet",
        "organisation",
        "user",
        "share_to_users_organisation",
        "status",
        "shared_by",
        "shared_at",
    )
    list_filter = ("status", ("fleet", RowFilter))
    list_select_related = ("fleet", "organisation", "user", "shared_by")
    search_fields = ("fleet__normalised_name", "organisation__name", "user__username")
    fields = ("fleet", "organisation", "user", "share_to_users_organisation")
    actions = ("revoke",)
    actions_list = ("inbox",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody change what was offered."""
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        """Show what became of an offer that was made."""
        answered = ("scope", "status", "shared_by", "shared_at")
        return self.fields if obj is None else (*self.fields, *answered)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Any = None
    ) -> Sequence[str]:
        """Show everything of an offer that was made."""
        return () if obj is None else self.get_fields(request, obj)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Offer fleets of organisations in which the person may share them."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if "fleet" in form.base_fields:
            offered = desk_of(request).organisations(self.permission)
            field = form.base_fields["fleet"]
            field.queryset = field.queryset.filter(organisation__in=offered)
        return form

    def create_row(self, request: HttpRequest, row: Any, form: BackOfficeForm) -> Any:
        """Offer the fleet."""
        values = form.cleaned_data
        organisation, user = values["organisation"], values["user"]
        return offer_fleet(
            fleet=values["fleet"],
            organisation_id=organisation.pk if organisation else None,
            user_id=user.pk if user else None,
            share_to_users_organisation=values["share_to_users_organisation"],
            actor=desk_of(request).actor,
        )

    @action(description="Shared with us", icon="inbox")  # type: ignore[untyped-decorator]
    def inbox(self, request: HttpRequest) -> HttpResponse:
        """Show what others share, and take the answers."""
        return show_inbox(self, request)

    @admin.action(description="Revoke")
    def revoke(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Revoke the chosen shares; nothing more is read through them."""
        desk = desk_of(request)
        revoked = 0
        for share in queryset:
            try:
                update_share(
                    share=share,
                    status=FleetShare.Status.REVOKED,
                    actor=desk.actor,
                    is_operator=desk.actor.is_superuser,
                )
            except Refusal as refusal:
                self.message_user(request, f"{share}: {refusal.message}", "error")
                continue
            revoked += 1
        if revoked:
            self.message_user(request, f"Revoked {revoked} shares.")
