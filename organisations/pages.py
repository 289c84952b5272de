"""Pages for people who are not in the back office."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import View
from unfold.widgets import (
    BASE_INPUT_CLASSES,
    UnfoldAdminPasswordWidget,
    UnfoldAdminTextInputWidget,
)

from config.api.errors import Refusal
from organisations.models import Membership, User
from organisations.services.invitations import accept_invitation, read_invitation
from organisations.services.tokens import create_token

TEMPLATE = "organisations/invitation.html"
FIRST_TOKEN = "First token"  # noqa: S105 - what it is called


class AcceptanceForm(SetPasswordForm):  # type: ignore[type-arg]
    """Who the invited person is, and the password they choose."""

    field_order = ["first_name", "last_name", "new_password1", "new_password2"]
    first_name = forms.CharField(max_length=150, widget=UnfoldAdminTextInputWidget)
    last_name = forms.CharField(max_length=150, widget=UnfoldAdminTextInputWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("new_password1", "new_password2"):
            self.fields[name].widget = UnfoldAdminPasswordWidget(
                attrs={"autocomplete": "new-password"}
            )


@method_decorator(never_cache, "dispatch")
@method_decorator(sensitive_post_parameters(), "dispatch")
class AcceptInvitationView(View):
    """Lets an invited person open their account; the link is all they have.

    An account that is or has been open is never touched: the page only says of which
    organisation its owner is a member.
    """

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show the form, or what became of the invitation."""
        try:
            membership = read_invitation(token)
        except Refusal as refusal:
            return page(request, refusal.status)
        if not membership.user.may_accept:
            return page(request, membership=membership)
        form = AcceptanceForm(membership.user)
        return page(request, membership=membership, form=form)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Open the account, and show its first token, this once."""
        try:
            membership = read_invitation(token)
            form = AcceptanceForm(membership.user, request.POST)
            person = accept(token, form) if membership.user.may_accept else None
        except Refusal as refusal:
            return page(request, refusal.status)
        if person is not None:
            made = create_token(user=person, name=FIRST_TOKEN, actor=person)
            return page(request, membership=membership, person=person, token=made.text)
        if not membership.user.may_accept:
            return page(request, membership=membership)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return page(request, status, membership=membership, form=form)


def accept(token: str, form: AcceptanceForm) -> User | None:
    """Open the account; None when the form says what is wrong."""
    if not form.is_valid():
        return None
    try:
        return accept_invitation(
            token=token,
            first_name=form.cleaned_data["first_name"],
            last_name=form.cleaned_data["last_name"],
            password=form.cleaned_data["new_password1"],
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return None


def page(
    request: HttpRequest,
    status: int = HTTPStatus.OK,
    *,
    membership: Membership | None = None,
    **context: Any,
) -> HttpResponse:
    """Render the page with what there is to show."""
    shown = {
        **admin.site.each_context(request),
        "title": "Invitation",
        "input_classes": " ".join(BASE_INPUT_CLASSES),
        "membership": membership,
        **context,
    }
    return render(request, TEMPLATE, shown, status=status)
