"""Organisations and what numbers their assets."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from organisations.admin.filters import RowFilter
from organisations.admin.forms import BackOfficeForm, Lines
from organisations.admin.rights import MEMBERSHIP, desk_of
from organisations.admin.widgets import narrow_input
from organisations.admin.writing import WritingAdmin
from organisations.fields import DescriptionField
from organisations.models import Organisation, Prefix, Subscription, User
from organisations.permissions import Permission
from organisations.services import rows
from organisations.services.organisations import (
    create_organisation,
    update_organisation,
)
from organisations.services.prefixes import IMMUTABLE, delete_prefix, update_prefix


class DescribedAdmin(WritingAdmin):
    """Writes rows of an organisation, whose descriptions may have several lines."""

    formfield_overrides = {DescriptionField: {"widget": Lines}}


@admin.register(Organisation)
class OrganisationAdmin(DescribedAdmin):
    """Organisations; everybody may found one, operators say whose it is."""

    permission = Permission.MANAGE_ORGANISATION
    is_in_organisation = False
    narrowed_by = ()
    can_delete = False
    list_display = ("name", "owner", "enabled", "created_at")
    list_filter = ("enabled",)
    list_select_related = ("owner", "default_prefix")
    search_fields = ("name",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let all staff found organisations, as the API does."""
        return self.has_view_permission(request)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Ask a founder for little; the owner is the operator's to name."""
        is_operator = desk_of(request).actor.is_superuser
        if obj is None:
            return ["name", "description", *(["owner"] if is_operator else [])]
        return [
            "name",
            "description",
            "owner",
            "default_prefix",
            "enabled",
            "created_at",
            "updated_at",
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Let owners give an organisation away, and operators switch it off."""
        actor = desk_of(request).actor
        fixed = ["created_at", "updated_at"]
        if not actor.is_superuser:
            fixed.append("enabled")
            if obj is not None and obj.owner_id != actor.pk:
                fixed.append("owner")
        return fixed

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Offer the organisation's own prefixes, and its members as owners."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if "default_prefix" in form.base_fields:
            field = form.base_fields["default_prefix"]
            narrow_input(field, Prefix.objects.of(obj), {"organisation": obj.pk})
        if obj is not None and "owner" in form.base_fields:
            members = User.objects.filter(memberships__organisation=obj)
            owner = form.base_fields["owner"]
            narrow_input(owner, members, {"memberships__organisation": obj.pk})
        return form

    def create_row(self, request: HttpRequest, row: Any, form: BackOfficeForm) -> Any:
        """Found the organisation, with its first member and its prefix."""
        actor = desk_of(request).actor
        return create_organisation(**{"owner": actor, **form.typed()}, actor=actor)

    def update_row(self, request: HttpRequest, row: Any, form: BackOfficeForm) -> Any:
        """Change the organisation."""
        actor = desk_of(request).actor
        return update_organisation(
            organisation=row,
            values=form.keyed(form.changed()),
            actor=actor,
            is_operator=actor.is_superuser,
        )


@admin.register(Prefix)
class PrefixAdmin(DescribedAdmin):
    """Series of numbers."""

    permission = Permission.MANAGE_ORGANISATION
    list_display = (
        "number_format",
        "description",
        "number_digits",
        "last_number",
        "enabled",
        "organisation",
    )
    list_filter = ("enabled", ("organisation", RowFilter))
    list_select_related = ("organisation",)
    search_fields = ("number_format", "description")
    fields = (
        "number_format",
        "number_digits",
        "description",
        "unique_number",
        "last_number",
        "enabled",
    )

    def get_readonly_fields(
        self, request: HttpRequest, obj: Any = None
    ) -> tuple[str, ...]:
        """Keep what numbers already given out were made by."""
        return () if obj is None else IMMUTABLE

    def update_row(self, request: HttpRequest, row: Any, form: BackOfficeForm) -> Any:
        """Change the prefix; its numbers never go back."""
        actor = desk_of(request).actor
        return update_prefix(prefix=row, values=form.changed(), actor=actor)

    def delete_row(self, request: HttpRequest, row: Any) -> None:
        """Delete a prefix that is off and has given out no number."""
        delete_prefix(prefix=row, actor=desk_of(request).actor)


@admin.register(Subscription)
class SubscriptionAdmin(WritingAdmin):
    """Seats that the operator sells; staff write them, as in the API."""

    permission = MEMBERSHIP
    can_delete = False
    list_display = (
        "name",
        "capacity",
        "allocated",
        "starts_at",
        "ends_at",
        "enabled",
        "organisation",
    )
    list_filter = ("enabled", ("organisation", RowFilter))
    list_select_related = ("organisation",)
    search_fields = ("normalised_name",)
    fields = ("name", "capacity", "allocated", "starts_at", "ends_at", "enabled")
    readonly_fields = ("allocated",)

    def update_row(self, request: HttpRequest, row: Any, form: BackOfficeForm) -> Any:
        """Change the subscription as it is now, not as it was when it was read."""
        actor = desk_of(request).actor
        return rows.update(rows.locked(row), form.changed(), actor=actor)
