"""People, and what they are members of."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from unfold.decorators import action
from unfold.forms import AdminPasswordChangeForm
from unfold.widgets import UnfoldAdminTextInputWidget

from organisations.admin.base import gone
from organisations.admin.filters import RowFilter
from organisations.admin.forms import BackOfficeForm
from organisations.admin.rights import desk_of, is_superuser
from organisations.admin.shown_once import show_once
from organisations.admin.widgets import ManyRows, SearchMany
from organisations.admin.writing import WritingAdmin
from organisations.models import Membership, Role, User
from organisations.permissions import Permission
from organisations.services.history import record_value
from organisations.services.invitations import write_invitation
from organisations.services.members import (
    invite_member,
    remove_member,
    update_member,
)
from organisations.services.users import create_user, generate_password

# Permissions are held by the roles of memberships.
admin.site.unregister(Group)

# What fellow members see of each other.
NAMES = ("username", "first_name", "last_name")
# What the flags of a person open, in words.
FLAGS = {
    "is_active": ("Account is open", "Off closes the account and all of its tokens."),
    "is_staff": ("Staff", "Enters the back office, for the organisations they are in."),
    "is_superuser": ("Operator", "Sees and writes everything of every organisation."),
}


class InvitedField(forms.CharField):
    """Who is to be a member; its address, or a user name that the inviter knows."""

    def __init__(self) -> None:
        super().__init__(
            label="E-mail address or user name",
            max_length=254,
            widget=UnfoldAdminTextInputWidget,
            help_text="Anybody by their address; by user name whom you work with "
            "in another organisation.",
        )


@admin.register(User)
class UserAdmin(WritingAdmin, DjangoUserAdmin):  # type: ignore[misc, type-arg]
    """People; operators write them, others see whom they work with by name."""

    is_in_organisation = False
    can_delete = False
    list_display = (*NAMES, "is_active", "is_staff", "is_superuser")
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("username", "normalised_first_name", "normalised_last_name")
    filter_horizontal = ()
    add_form_template = None
    change_password_form = AdminPasswordChangeForm
    readonly_fields = ("last_login", "date_joined")
    form = add_form = BackOfficeForm
    actions_detail = ("set_password",)
    narrowed_by = ("memberships__organisation",)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show operators everything but the password."""
        if not is_superuser(request):
            return [(None, {"fields": NAMES})]
        flags = ("is_active", "is_staff", "is_superuser")
        if obj is None:
            return [(None, {"fields": ("username", "email", *flags[1:])})]
        person = (*NAMES, "email", "phone_number", "company", "position")
        return [
            (None, {"fields": person}),
            ("May enter", {"fields": flags}),
            ("Moments", {"fields": self.readonly_fields}),
        ]

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Tell fellow members nothing that their pages do not show."""
        return self.list_filter if is_superuser(request) else ()

    def get_list_display(self, request: HttpRequest) -> Any:
        """Tell fellow members nothing that their pages do not show."""
        return self.list_display if is_superuser(request) else NAMES

    def get_search_fields(self, request: HttpRequest) -> Any:
        """Let operators search for addresses too."""
        more = ("email",) if is_superuser(request) else ()
        return (*self.search_fields, *more)

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Say of each flag what it opens."""
        label, help_text = FLAGS.get(db_field.name, (None, None))
        if label:
            kwargs |= {"label": label, "help_text": help_text}
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def organisation_id_of(self, row: Any) -> None:
        """Let no organisation decide about a person."""

    def create_row(self, request: HttpRequest, row: Any, form: BackOfficeForm) -> Any:
        """Make the person with a password that is shown once."""
        desk = desk_of(request)
        desk.secret = generate_password()
        return create_user(**form.typed(), password=desk.secret, actor=desk.actor)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the password, this once."""
        secrets = {"User name": obj.username, "Password": desk_of(request).secret}
        return show_once(self, request, secrets, title=f"The user {obj.username}")

    @action(  # type: ignore[untyped-decorator]
        description="Set password", url_path="set-password", permissions=["change"]
    )
    def set_password(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Lead to Django's page for it."""
        return redirect("admin:auth_user_password_change", object_id)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Record that a password was set; of what else changes the services tell."""
        match = request.resolver_match
        if match and match.url_name == "auth_user_password_change":
            actor = desk_of(request).actor
            record_value(obj, "password", old=None, new="set", actor=actor)


@admin.register(Membership)
class MembershipAdmin(WritingAdmin):
    """Who is a member where, and with which roles."""

    permission = Permission.MANAGE_MEMBERS
    named = {"roles": Role}
    list_display = ("user", "organisation", "role_names", "location", "joined_at")
    list_filter = (("organisation", RowFilter), ("user", RowFilter))
    list_select_related = ("user", "organisation", "location")
    actions_detail = ("invite_again",)
    search_fields = (
        "user__username",
        "user__normalised_first_name",
        "user__normalised_last_name",
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read the roles of a page in one query."""
        return super().get_queryset(request).prefetch_related("roles")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        """Ask for the address of a new member; who it is stays as it was."""
        if obj is None:
            return ("email", "roles", "location")
        return ("user", "organisation", "roles", "location", "joined_at")

    def get_readonly_fields(
        self, request: HttpRequest, obj: Any = None
    ) -> Sequence[str]:
        """Leave who is a member, and where."""
        return () if obj is None else ("user", "organisation", "joined_at")

    def inputs(self, request: HttpRequest, row: Any) -> dict[str, forms.Field]:
        """Ask for an address, known or not, and for roles."""
        roles = ManyRows(
            Role.objects.all(),
            required=False,
            widget=SearchMany(Membership._meta.get_field("roles"), self.admin_site),
        )
        if row is not None:
            return {"roles": roles}
        return {"email": InvitedField(), "roles": roles}

    def create_row(self, request: HttpRequest, row: Any, form: BackOfficeForm) -> Any:
        """Make the person a member, and keep the invitation for the answer."""
        desk = desk_of(request)
        invited, home = form.cleaned_data["email"], form.cleaned_data["location"]
        made = invite_member(
            organisation=row.organisation,
            **{"email" if "@" in invited else "username": invited},
            role_ids=[role.pk for role in form.cleaned_data["roles"]],
            location_id=home.pk if home else None,
            actor=desk.actor,
            is_operator=desk.actor.is_superuser,
        )
        desk.secret = made.token
        return made.membership

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the invitation, this once; known people need it not."""
        return self.show_link(request, desk_of(request).secret, "The new member")

    def show_link(self, request: HttpRequest, token: str, title: str) -> HttpResponse:
        """Answer the page with the link to pass on."""
        link = reverse("invitation", kwargs={"token": token})
        secrets = {"Link to pass on, for seven days": request.build_absolute_uri(link)}
        return show_once(self, request, secrets, title=title)

    def has_invite_permission(self, request: HttpRequest, key: Any = None) -> bool:
        """Let those who manage members somewhere ask; of whom, the page decides."""
        return self.may_write(request)

    @action(  # type: ignore[untyped-decorator]
        description="Write the invitation again",
        url_path="invite-again",
        permissions=["invite"],
        icon="mail",
    )
    def invite_again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show a link for a member whose first one was lost or has run out.

        It opens no account that has been open; whether it does is not told here.
        """
        membership = self.get_object(request, unquote(object_id))
        if membership is None:
            return gone(self, request, object_id)
        if not self.may_write(request, membership):
            raise PermissionDenied
        link = write_invitation(membership)
        return self.show_link(request, link.token, f"An invitation of {membership}")

    def update_row(self, request: HttpRequest, row: Any, form: BackOfficeForm) -> Any:
        """Change the member's roles and home."""
        actor = desk_of(request).actor
        values: dict[str, Any] = {}
        if "roles" in form.changed_data:
            values["role_ids"] = [role.pk for role in form.cleaned_data["roles"]]
        if "location" in form.changed_data:
            location = form.cleaned_data["location"]
            values["location_id"] = location.pk if location else None
        return update_member(
            membership=row,
            values=values,
            actor=actor,
            is_operator=actor.is_superuser,
        )

    def delete_row(self, request: HttpRequest, row: Any) -> None:
        """Remove the member."""
        remove_member(membership=row, actor=desk_of(request).actor)

    @admin.display(description="roles")
    def role_names(self, membership: Membership) -> str:
        """Name the roles."""
        return ", ".join(str(role) for role in membership.roles.all())
