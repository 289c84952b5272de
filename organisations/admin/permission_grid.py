"""What the roles of an organisation allow, side by side, changed in one save."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from unfold.widgets import CHECKBOX_CLASSES

from config.api.errors import Refusal
from organisations.admin.choosing import choose_organisation, chosen_organisation
from organisations.admin.paginator import BoundedPaginator
from organisations.admin.rights import MEMBERSHIP, Desk, desk_of
from organisations.models import Organisation, Role
from organisations.permissions import ALL_PERMISSIONS, SUBJECTS, Permission
from organisations.services.roles import Step, change_permissions

TITLE = "Compare permissions"
# So many columns can be read beside each other.
PER_PAGE = 8


class GridForm(forms.Form):
    """The boxes of some roles, and which of them were ticked when they were shown."""

    def __init__(self, roles: Sequence[Role], data: Any = None) -> None:
        super().__init__(data)
        self.roles = [role for role in roles if data is None or _was(role) in data]
        for role in self.roles:
            self.fields[_now(role)] = forms.MultipleChoiceField(
                choices=Permission.choices, required=False
            )
            self.fields[_was(role)] = forms.CharField(required=False)

    def ticked(self, role: Role) -> frozenset[str]:
        """Return what is to be ticked: what was typed, else what the role allows."""
        if not self.is_bound or role not in self.roles:
            return frozenset(role.permissions)
        return frozenset(self.data.getlist(_now(role)))  # type: ignore[attr-defined]

    def shown(self, role: Role) -> str:
        """Return what the role allowed when the page was first shown."""
        if self.is_bound and role in self.roles:
            return str(self.data[_was(role)])
        return ",".join(role.permissions)

    def steps(self) -> Mapping[int, Step]:
        """Return what is to be changed, by the ids of the roles."""
        found: dict[int, Step] = {}
        for role in self.roles:
            now = frozenset(self.cleaned_data[_now(role)])
            was = ALL_PERMISSIONS & {*self.cleaned_data[_was(role)].split(",")}
            if now != was:
                found[role.pk] = Step(added=now - was, removed=was - now)
        return found


@dataclass(frozen=True, slots=True)
class Box:
    """One permission of one role."""

    role: Role
    is_ticked: bool
    # Nobody grants what they lack; they may take it away.
    is_fixed: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One permission, with what it allows and a box for each role."""

    permission: Permission
    words: str
    is_held: bool
    boxes: list[Box]


def compare_roles(admin: Any, request: HttpRequest) -> HttpResponse:
    """Answer the page of an organisation's roles; save what was ticked there."""
    organisation = chosen_organisation(admin, request, MEMBERSHIP)
    if organisation is None:
        return choose_organisation(admin, request, MEMBERSHIP, title=TITLE)
    desk = desk_of(request)
    may_write = desk.may(Permission.MANAGE_ROLES, organisation.pk)
    roles = Role.objects.of(organisation).order_by("pk")
    page = BoundedPaginator(roles, PER_PAGE).get_page(request.GET.get(PAGE_VAR))
    form = GridForm(list(page.object_list))
    if request.method == "POST":
        if not may_write:
            raise PermissionDenied
        form = GridForm(list(page.object_list), request.POST)
        if form.is_valid() and save(admin, request, form):
            return HttpResponseRedirect(request.get_full_path())
    return _shown(admin, request, page, form)


def save(admin: Any, request: HttpRequest, form: GridForm) -> bool:
    """Change the roles as ticked; tell whether it was done, and say so."""
    desk = desk_of(request)
    try:
        changed = change_permissions(
            organisation=_organisation(desk),
            steps=form.steps(),
            actor=desk.actor,
            is_operator=desk.actor.is_superuser,
        )
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return False
    names = ", ".join(str(role) for role in changed)
    sentence = f"Changed what these roles allow: {names}." if changed else UNCHANGED
    admin.message_user(request, sentence, messages.SUCCESS)
    return True


UNCHANGED = "The roles allow what they allowed before."


def _shown(
    admin: Any, request: HttpRequest, page: Page[Role], form: GridForm
) -> HttpResponse:
    desk = desk_of(request)
    organisation = _organisation(desk)
    roles = list(page.object_list)
    held = {name for name in Permission.values if desk.may(name, organisation.pk)}
    request.current_app = admin.admin_site.name
    context = {
        **admin.admin_site.each_context(request),
        "title": TITLE,
        "subtitle": str(organisation),
        "opts": admin.opts,
        "organisation": organisation,
        "page": page,
        "page_var": PAGE_VAR,
        "form": form,
        "roles": [(role, form.shown(role)) for role in roles],
        "subjects": [
            (subject.name, list(_lines(subject.allowing, roles, form, held)))
            for subject in SUBJECTS
        ],
        "may_write": Permission.MANAGE_ROLES in held,
        "box_classes": " ".join(CHECKBOX_CLASSES),
    }
    return TemplateResponse(request, "organisations/permission_grid.html", context)


def _lines(
    allowing: Mapping[Permission, str],
    roles: Sequence[Role],
    form: GridForm,
    held: set[str],
) -> Iterator[Line]:
    may_write = Permission.MANAGE_ROLES in held
    for permission, words in allowing.items():
        is_held = permission in held
        boxes = []
        for role in roles:
            is_ticked = permission in form.ticked(role)
            may_tick = is_held or permission in role.permissions or is_ticked
            boxes.append(Box(role, is_ticked, is_fixed=not (may_write and may_tick)))
        yield Line(permission, words, is_held, boxes)


def _organisation(desk: Desk) -> Organisation:
    """Return the organisation that was chosen."""
    if desk.organisation is None:
        raise PermissionDenied
    return desk.organisation


def _now(role: Role) -> str:
    """Name the boxes of a role."""
    return f"role-{role.pk}"


def _was(role: Role) -> str:
    """Name what was ticked when the role was shown."""
    return f"was-{role.pk}"
