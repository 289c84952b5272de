"""Roles: what they allow, one by one and side by side."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import action
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from organisations.admin.filters import RowFilter
from organisations.admin.forms import BackOfficeForm
from organisations.admin.organisations import DescribedAdmin
from organisations.admin.permission_grid import compare_roles
from organisations.admin.rights import desk_of
from organisations.models import Role
from organisations.permissions import SUBJECTS, Permission
from organisations.services.roles import create_role, delete_role, update_role

# The permissions as a form offers them; what each allows, the page that compares says.
BY_SUBJECT = [
    (
        subject.name,
        [(one.value, str(one.label).capitalize()) for one in subject.allowing],
    )
    for subject in SUBJECTS
]


@admin.register(Role)
class RoleAdmin(DescribedAdmin):
    """Named sets of permissions; no one grants what they lack."""

    permission = Permission.MANAGE_ROLES
    list_display = ("name", "description", "allows", "organisation")
    list_filter = (("organisation", RowFilter),)
    list_select_related = ("organisation",)
    search_fields = ("name", "description")
    fields = ("name", "description", "permissions")
    actions_list = ("compare",)

    def inputs(self, request: HttpRequest, row: Any) -> dict[str, forms.Field]:
        """Ask for permissions by a box each."""
        return {
            "permissions": forms.MultipleChoiceField(
                choices=BY_SUBJECT,
                required=False,
                widget=UnfoldAdminCheckboxSelectMultipleWidget,
                help_text=format_html(
                    '<a class="underline" href="{}">What each of them allows</a>',
                    reverse("admin:organisations_role_compare"),
                ),
            )
        }

    def create_row(self, request: HttpRequest, row: Any, form: BackOfficeForm) -> Any:
        """Make the role."""
        actor = desk_of(request).actor
        return create_role(
            organisation=row.organisation,
            values=form.typed(),
            actor=actor,
            is_operator=actor.is_superuser,
        )

    def update_row(self, request: HttpRequest, row: Any, form: BackOfficeForm) -> Any:
        """Change the role."""
        actor = desk_of(request).actor
        return update_role(
            role=row,
            values=form.changed(),
            actor=actor,
            is_operator=actor.is_superuser,
        )

    def delete_row(self, request: HttpRequest, row: Any) -> None:
        """Delete the role unless somebody has it."""
        delete_role(role=row, actor=desk_of(request).actor)

    @action(  # type: ignore[untyped-decorator]
        description="Compare permissions", url_path="permissions", icon="grid_on"
    )
    def compare(self, request: HttpRequest) -> HttpResponse:
        """Show what the roles of an organisation allow, side by side."""
        return compare_roles(self, request)

    @admin.display(description="allows")
    def allows(self, role: Role) -> str:
        """Name the permissions."""
        words = dict(Permission.choices)
        return ", ".join(str(words.get(name, name)) for name in role.permissions)
