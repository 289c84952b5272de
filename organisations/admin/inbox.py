"""What others share with the person and their organisations: answered here."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from config.api.errors import Refusal
from organisations.admin.ids import is_id
from organisations.admin.paginator import BoundedPaginator
from organisations.admin.rights import Desk, desk_of
from organisations.models import FleetShare
from organisations.permissions import Permission
from organisations.services.fleets import ANSWERS, update_share

PER_PAGE = 50
Status = FleetShare.Status
DONE = {Status.ACCEPTED: "Accepted", Status.REJECTED: "Declined"}


@dataclass(frozen=True, slots=True)
class Offer:
    """A share as its receiver sees it."""

    share: FleetShare
    may_answer: bool

    @property
    def recipient(self) -> str:
        """Who reads the fleet, once it is accepted."""
        share = self.share
        if share.organisation is None:
            return str(share.user)
        if share.user is None or share.share_to_users_organisation:
            return f"all of {share.organisation}"
        return f"{share.user} at {share.organisation}"


def show_inbox(admin: Any, request: HttpRequest) -> HttpResponse:
    """Answer the page of what is offered; a post answers one of the offers."""
    if request.method == "POST":
        answer(admin, request)
        return HttpResponseRedirect(request.get_full_path())
    desk = desk_of(request)
    paginator = BoundedPaginator(received(desk), PER_PAGE)
    page = paginator.get_page(request.GET.get(PAGE_VAR))
    request.current_app = admin.admin_site.name
    context = {
        **admin.admin_site.each_context(request),
        "title": "Shared with us",
        "opts": admin.opts,
        "offers": [Offer(share, may_answer(desk, share)) for share in page.object_list],
        "page": page,
        "page_var": PAGE_VAR,
        "is_cut": paginator.is_cut,
    }
    return TemplateResponse(request, "organisations/inbox.html", context)


def received(desk: Desk) -> QuerySet[FleetShare]:
    """Return what organisations that are on offer the person, the latest first."""
    offered = FleetShare.objects.received_by(desk.actor)
    rows: QuerySet[FleetShare] = offered.filter(fleet__organisation__enabled=True)
    return rows.select_related(
        "fleet__organisation", "organisation", "user", "shared_by"
    ).order_by("-id")


def may_answer(desk: Desk, share: FleetShare) -> bool:
    """Tell whether to offer the buttons, without a query; the service decides."""
    if share.status != Status.PENDING:
        return False
    if share.user_id is None or share.share_to_users_organisation:
        return desk.may(Permission.MANAGE_FLEETS, share.organisation_id)
    return share.user_id == desk.actor.pk


def answer(admin: Any, request: HttpRequest) -> None:
    """Accept or decline one of the offers, and say what became of it."""
    key, status = request.POST.get("share", ""), request.POST.get("status", "")
    if status not in ANSWERS:
        raise PermissionDenied
    desk = desk_of(request)
    share = received(desk).filter(pk=key).first() if is_id(key) else None
    if share is None:
        raise Http404
    try:
        update_share(share=share, status=status, actor=desk.actor)
    except Refusal as refusal:
        admin.message_user(request, f"{share.fleet}: {refusal.message}", messages.ERROR)
        return
    sentence = f"{DONE[Status(status)]} the fleet {share.fleet}."
    admin.message_user(request, sentence, messages.SUCCESS)
