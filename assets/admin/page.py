"""The page of an asset or piece of equipment: all that is known of it in one place."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.admin.options import IS_POPUP_VAR
from django.http import HttpRequest, HttpResponse

from assets.admin.files import is_picture
from assets.admin.log_form import LogWritingAdmin, new_form
from assets.admin.sections import (
    Cell,
    Link,
    Section,
    list_of,
    named,
    newest,
    said,
    shown_of,
    table,
)
from assets.models import (
    AssetGroup,
    AssetLog,
    EnumValue,
    GroupMember,
    WorkItem,
    WorkItemState,
)
from organisations.admin.addresses import address_of, page_of
from organisations.admin.history import (
    Entry,
    Names,
    changes_of,
    ids_in,
    values_of,
)
from organisations.admin.rights import MEMBERSHIP, desk_of
from organisations.models import Change

FROM = "Location from"
# What the history calls values of custom fields, before their ids.
CUSTOM = "fields/"


class PageAdmin(LogWritingAdmin):
    """Shows around the form what else is kept of the row.

    Apps above add their own parts by extending `summary` and `sections`.
    """

    change_form_outer_before_template = "assets/page/summary.html"
    change_form_outer_after_template = "assets/page/sections.html"

    class Media:
        css = {"all": ("assets/page.css",)}

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Read the sections of a row that is there; windows that choose have none."""
        row = kwargs.get("obj")
        is_popup = IS_POPUP_VAR in request.GET or IS_POPUP_VAR in request.POST
        if row is not None and not is_popup:
            context["summary"] = self.summary(request, row)
            context["sections"] = self.sections(request, row)
        response: HttpResponse = super().render_change_form(
            request, context, *args, **kwargs
        )
        return response

    def summary(self, request: HttpRequest, row: Any) -> dict[str, Cell]:
        """Return the first things that anybody asks, by their names."""
        return {
            "Number": said(row.formatted_number),
            "Type": named(row.type, row),
            "Status": said(row.status),
            "In service": said(row.in_service),
            **_whereabouts(row),
        }

    def sections(self, request: HttpRequest, row: Any) -> list[Section]:
        """Return the parts of the page, the history last."""
        return [
            self.logs(request, row),
            work_items(request, row),
            groups(request, row),
            self.history(request, row),
        ]

    def texts(self, row: Any, changes: Sequence[Change]) -> Names:
        """Call the values of enum fields by their texts."""
        keys = {
            key
            for change in changes
            for name, *values in values_of(change)
            if name.startswith(CUSTOM)
            for value in values
            for key in ids_in(value)
        }
        found: dict[str, dict[str, str]] = {}
        if keys:
            values = EnumValue.objects.of(row.organisation).filter(pk__in=keys)
            for field, key, text in values.values_list("field_id", "pk", "value"):
                found.setdefault(f"{CUSTOM}{field}", {})[str(key)] = text
        return found

    def logs(self, request: HttpRequest, row: Any) -> Section:
        """Return what was written about the row, with the files."""
        rows = shown_of(AssetLog, request).filter(asset_group=row.pk)
        found, is_cut = newest(
            rows.select_related("created_by", "attachment__blob").order_by("-id")
        )
        form = new_form() if self.may_write_logs(request, row) else None
        return Section(
            key="logs",
            title="Logs",
            icon="chat",
            rows=[_shown_log(one) for one in found],
            is_cut=is_cut,
            url=list_of(AssetLog, asset_group=row.pk),
            template="assets/page/logs.html",
            more={"form": form, "action": page_of(row, "log")},
        )

    def history(self, request: HttpRequest, row: Any) -> Section:
        """Return the latest changes, each to be taken back."""
        changes, is_cut = newest(changes_of(row, request))
        offers = self.offers(request, row, changes)
        # All the values of a new row stand on the history page.
        single = [one for one in changes if one.field]
        entries = self.entries(request, row, single, offers)
        told = {entry.change.pk: entry for entry in entries}
        return Section(
            key="history",
            title="History",
            icon="history",
            rows=[told.get(one.pk) or Entry(one, []) for one in changes],
            is_cut=is_cut,
            url=page_of(row, "history"),
            template="assets/page/history.html",
        )


def _whereabouts(row: AssetGroup) -> dict[str, Cell]:
    """Tell where the row is, and whether that is its own place or its group's."""
    group = row.governed_by
    if group is None or group.organisation_id != row.organisation_id:
        return {"Location": named(row.location, row), FROM: said("the asset itself")}
    told = {"Location": named(group.location or row.location, row)}
    if group.location is None:
        told[FROM] = Cell(f"the asset itself; {group} has none", page_of(group))
        return told
    told[FROM] = Cell(f"the group {group}, which governs it", page_of(group))
    if row.location is not None and row.location_id != group.location_id:
        told["Its own place"] = named(row.location, row)
    return told


def _shown_log(log: AssetLog) -> Mapping[str, Any]:
    """Return a log with its file, as far as a page may show it."""
    attachment = getattr(log, "attachment", None)
    shown: dict[str, Any] = {"log": log, "url": page_of(log)}
    if attachment is not None:
        shown |= {"file": attachment, "file_url": page_of(attachment, "file")}
        if is_picture(attachment):
            shown["thumbnail_url"] = page_of(attachment, "thumbnail")
    return shown


def work_items(request: HttpRequest, row: Any) -> Section:
    """Return the work to be done on the row, what is open first."""
    rows = shown_of(WorkItem, request).filter(asset_group=row.pk)
    # Of the two states "open" is the later word.
    found, is_cut = newest(rows.order_by("-state", "-id"))
    asked = {"organisation": row.organisation_id, "asset_group": row.pk}
    add = Link("Open a work item", address_of(WorkItem, "add", asked=asked))
    may_add = desk_of(request).may(MEMBERSHIP, row.organisation_id)
    return Section(
        key="work",
        title="Work items",
        icon="task_alt",
        rows=table(
            (
                Cell(str(one), page_of(one)),
                one.get_type_display(),
                one.get_state_display(),
                one.occurred_at,
                one.closed_at if one.state == WorkItemState.CLOSED else None,
            )
            for one in found
        ),
        is_cut=is_cut,
        headings=("Work item", "Type", "State", "Since", "Closed"),
        url=list_of(WorkItem, asset_group=row.pk),
        links=[add] if may_add else (),
    )


def groups(request: HttpRequest, row: Any) -> Section:
    """Return the groups that the row is in, the latest first."""
    rows = shown_of(GroupMember, request).filter(asset=row.pk, group__deleted_at=None)
    found, is_cut = newest(rows.select_related("group").order_by("-id"))
    return Section(
        key="groups",
        title="Groups",
        icon="link",
        rows=table(
            (
                named(one.group, row),
                one.group.get_ephemerality_display(),
                one.position + 1,
                "governs where it is"
                if one.group_id == row.governed_by_id
                else ("active" if one.group.active else "released"),
            )
            for one in found
        ),
        is_cut=is_cut,
        headings=("Group", "Kind", "Place", "State"),
        url=list_of(GroupMember, asset=row.pk),
        empty="In no group.",
    )
