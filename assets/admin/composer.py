"""The page on which a temporary group is put together (contract rows 28 and 33 to 35).

It works by plain posts, one for each move; a script of its own makes the moves in the
browser and asks the preview what stands against them. Nothing is stored before it is
saved, then everything at once.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from unfold.decorators import action

from assets.admin.composition import MOST_SHOWN, Sheet, is_composed
from assets.admin.deleted import RestoringAdmin
from assets.admin.search import matching
from assets.models import AssetGroup
from assets.services.composing import NotAgreed, compose, compose_new
from config.api.errors import as_refusal
from organisations.admin.addresses import page_of
from organisations.admin.base import gone
from organisations.admin.choosing import choose_organisation, chosen_organisation
from organisations.admin.forms import REFUSED, BackOfficeForm
from organisations.admin.ids import is_id
from organisations.admin.rights import desk_of
from organisations.models import Organisation
from organisations.permissions import Permission

MOST_FOUND = 20
# What a new group is asked for beside its members.
PROPERTIES = ("name", "fleet", "location")
# Acts that store, and what becomes of the group's activity.
WRITES = {"save": None, "activate": True, "release": False}
DONE = {
    "save": "The group was saved.",
    "activate": "The group was saved and is active.",
    "release": "The group was saved and released.",
}
NO_STORE = {"Cache-Control": "no-store"}


class ComposerAdmin(RestoringAdmin):
    """Adds the composer to the pages of groups."""

    permission = Permission.MANAGE_FLEETS
    actions_list = ("compose_new",)
    actions_detail = ("compose",)

    def get_urls(self) -> list[Any]:
        """Add what the script of the page asks."""
        view = self.admin_site.admin_view
        own = [
            path(
                "compose/preview/",
                view(self.preview_new),
                name="assets_assetgroup_compose_new_preview",
            ),
            path(
                "<path:object_id>/compose/preview/",
                view(self.preview),
                name="assets_assetgroup_compose_preview",
            ),
        ]
        return own + list(super().get_urls())

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Offer to compose what can be composed."""
        group = self.get_object(request, unquote(str(object_id)))
        if group is None or not is_composed(group):
            return []
        is_allowed = self.has_change_permission(request, group)
        return list(super().get_actions_detail(request, object_id)) * is_allowed

    @action(  # type: ignore[untyped-decorator]
        description="Compose a consist",
        permissions=["add"],
        url_path="compose",
        icon="reorder",
    )
    def compose_new(self, request: HttpRequest) -> HttpResponse:
        """Ask for the organisation, then put a new group together."""
        return self._new(request, is_preview=False)

    def preview_new(self, request: HttpRequest) -> HttpResponse:
        """Tell what stands against a group that is to be made."""
        return self._new(request, is_preview=True)

    @action(description="Compose", icon="reorder")  # type: ignore[untyped-decorator]
    def compose(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Put the members of a group together anew."""
        return self._stored(request, object_id, is_preview=False)

    def preview(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Tell what stands against members that are not saved."""
        return self._stored(request, object_id, is_preview=True)

    def _new(self, request: HttpRequest, *, is_preview: bool) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        organisation = chosen_organisation(self, request)
        if organisation is None:
            return choose_organisation(self, request)
        return self._page(request, organisation, None, is_preview)

    def _stored(
        self, request: HttpRequest, object_id: str, *, is_preview: bool
    ) -> HttpResponse:
        group = self.get_object(request, unquote(object_id))
        if group is None:
            return gone(self, request, object_id)
        if not self.has_change_permission(request, group):
            raise PermissionDenied
        told = self._why_not(group)
        if told:
            self.message_user(request, told, messages.ERROR)
            return self.to_page(group.pk)
        return self._page(request, group.organisation, group, is_preview)

    def _why_not(self, group: AssetGroup) -> str:
        """Say why a group has no such page; nothing for one that has."""
        if not is_composed(group):
            return "Only temporary groups are put together by hand."
        if group.members.count() > MOST_SHOWN:
            return f"The group has more than {MOST_SHOWN} members: load it from a file."
        return ""

    def _page(
        self,
        request: HttpRequest,
        organisation: Organisation,
        group: AssetGroup | None,
        is_preview: bool,
    ) -> HttpResponse:
        """Do what was posted, and show what became of it."""
        form = self._properties(request) if group is None else None
        if request.method != "POST":
            sheet = Sheet.stored(organisation, group)
            return self._shown(request, sheet, form, is_preview)
        sheet = Sheet.posted(organisation, group, request.POST)
        what, _, key = sheet.asked.partition(":")
        if sheet.asked in WRITES and not is_preview:
            if form is not None:
                form = self._properties(request, is_typed=True)
            try:
                written = self._write(request, sheet, form)
            except NotAgreed as refusal:
                sheet.takes = refusal.takes
            except REFUSED as error:
                form = self._told(request, sheet, form, error)
            else:
                if written is not None:
                    self.message_user(request, DONE[sheet.asked], messages.SUCCESS)
                    return to_composer(written)
        elif what == "mine":
            sheet.adopt_version()
        elif is_id(key):
            sheet.act(what, int(key))
        return self._shown(request, sheet, form, is_preview)

    def _write(
        self, request: HttpRequest, sheet: Sheet, form: Any
    ) -> AssetGroup | None:
        """Store the members, and return the group; None where the form is at fault."""
        sheet.refuse_too_many()
        actor, active = desk_of(request).actor, WRITES[sheet.asked]
        if sheet.problems:
            return None
        if sheet.group is not None:
            compose(
                sheet.group,
                sheet.places,
                version=sheet.version,
                active=active,
                agreed=sheet.agreed,
                actor=actor,
            )
            return sheet.group
        if not form.is_valid():
            return None
        return compose_new(
            sheet.organisation,
            sheet.places,
            body=form.keyed(form.typed()),
            active=bool(active),
            agreed=sheet.agreed,
            actor=actor,
        )

    def _told(
        self, request: HttpRequest, sheet: Sheet, form: Any, error: Exception
    ) -> Any:
        """Say what was refused, at the input at fault if there is one."""
        refusal = as_refusal(error)
        if refusal is None:
            raise error
        if form is None or not any(form.input_of(key) for key in refusal.errors):
            sheet.problems.append(refusal.message)
            return form
        desk_of(request).refusal = refusal
        return self._properties(request, is_typed=True)

    def _properties(self, request: HttpRequest, *, is_typed: bool = False) -> Any:
        """Return the inputs of a new group, filled as they were, judged when saved."""
        kind = self.get_form(request, None, form=BackOfficeForm, fields=PROPERTIES)
        if is_typed:
            return kind(request.POST)
        kept = {name: request.POST.get(name) for name in PROPERTIES}
        return kind(initial={k: v for k, v in kept.items() if v is not None})

    def _shown(
        self, request: HttpRequest, sheet: Sheet, form: Any, is_preview: bool
    ) -> HttpResponse:
        """Answer the page, or the part of it that changes with the members."""
        group = sheet.group
        context = {
            **sheet.shown(group.fleet_id if group else fleet_in(request)),
            "found": self._found(request, sheet),
            "most_found": MOST_FOUND,
        }
        if is_preview:
            part = "assets/compose_part.html"
            return TemplateResponse(request, part, context, headers=NO_STORE)
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            **context,
            "title": "Compose a consist",
            "subtitle": str(group) if group else None,
            "opts": self.opts,
            "form": form,
            "organisation": sheet.organisation,
            "media": self.media + form.media if form else self.media,
            "preview": preview_of(request, group),
        }
        page = "assets/compose.html"
        return TemplateResponse(request, page, context, headers=NO_STORE)

    def _found(self, request: HttpRequest, sheet: Sheet) -> Sequence[AssetGroup]:
        """Return what the person searches, as lists find it."""
        # No database looks for a NUL, and nothing stored has one.
        if not sheet.term or "\x00" in sheet.term:
            return []
        rows = sheet.offered().filter(matching(request, sheet.term))
        return list(rows.order_by("pk")[:MOST_FOUND])


def may_compose(request: HttpRequest) -> bool:
    """Tell whether the sidebar leads to the composer."""
    return desk_of(request).may_somewhere(ComposerAdmin.permission)


def fleet_in(request: HttpRequest) -> int | None:
    """Return the fleet that a new group is to have; saving judges it."""
    text = request.POST.get("fleet", "")
    return int(text) if is_id(text) else None


def preview_of(request: HttpRequest, group: AssetGroup | None) -> str:
    """Return where a page's script asks what stands against its members."""
    name = "compose" if group else "compose_new"
    args = [group.pk] if group else []
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return reverse(f"admin:assets_assetgroup_{name}_preview", args=args) + query


def to_composer(group: AssetGroup) -> HttpResponseRedirect:
    """Redirect to the page of a group that has been saved."""
    return HttpResponseRedirect(page_of(group, "compose"))
