"""Groups of assets: made of members, placed and switched on and off as one."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from assets.admin.bulk import COMMON, MOST_GROUPS, RegisterBulkAdmin, SetActive
from assets.admin.composer import ComposerAdmin
from assets.admin.deleted import DeletedFilter
from assets.admin.filters import FieldFilter, InServiceFilter, PlaceFilter
from assets.admin.register_filter import RegisterFilter
from assets.admin.search import matching
from assets.ephemerality import Ephemerality
from assets.models import AssetGroup, GroupMember
from assets.services.changing import update_asset
from assets.services.groups import CONSIST, create_group
from assets.services.removal import delete_asset
from organisations.admin.base import PartInline, ScopedAdmin
from organisations.admin.filters import RowFilter
from organisations.admin.forms import BackOfficeForm
from organisations.admin.history import HistoryMixin
from organisations.admin.ids import is_id
from organisations.admin.rights import desk_of
from organisations.admin.widgets import ManyRows, SearchMany
from organisations.permissions import Permission

KINDS = [
    (kind.value, kind.label)
    for kind in (Ephemerality.TEMPORARY, Ephemerality.PERMANENT)
]
PAGES = {
    Ephemerality.SINGLE: "admin:assets_asset_change",
    Ephemerality.EQUIPMENT: "admin:assets_equipment_change",
}


class GroupForm(BackOfficeForm):
    """Reads a group's properties and its first members."""

    def input_of(self, key: str) -> str | None:
        """Show at the members what is said of their ids."""
        return "members" if key == CONSIST else super().input_of(key)


class MemberInline(PartInline):
    """The members of a group, in order."""

    model = GroupMember
    fk_name = "group"
    fields = ("position", "asset", "source_group")
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read the members with their places."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related("asset", "source_group").order_by("position")


@admin.register(AssetGroup)
class AssetGroupAdmin(RegisterBulkAdmin, ComposerAdmin):
    """Temporary and permanent groups; an asset asked for here leads to its own page."""

    form = GroupForm
    permission = Permission.MANAGE_FLEETS
    narrowed_by = ("organisation", "ephemerality")
    named = {"assets": AssetGroup}
    sortable_by = ()
    inlines = (MemberInline,)
    list_display = (
        "formatted_number",
        "name",
        "ephemerality",
        "type",
        "status",
        "location",
        "fleet",
        "active",
        "organisation",
    )
    list_display_links = ("formatted_number", "name")
    bulk_actions = (*COMMON, SetActive(MOST_GROUPS))
    list_filter = (
        "ephemerality",
        "active",
        ("organisation", RowFilter),
        ("type", RowFilter),
        ("status", RowFilter),
        ("fleet", RowFilter),
        ("location", PlaceFilter),
        InServiceFilter,
        FieldFilter,
        DeletedFilter,
    )
    list_select_related = ("type", "status", "location", "fleet", "organisation")
    search_fields = ("normalised_name",)
    search_help_text = "The beginning of a name, a number, a field's value, or an id."
    own_fields = (
        "type",
        "name",
        "description",
        "status",
        "fleet",
        "location",
        "sub_location",
        "active",
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """Leave assets and equipment to their own pages; inputs may choose them."""
        rows = super().get_queryset(request)
        match = request.resolver_match
        is_choice = match is not None and match.url_name == "autocomplete"
        is_any = is_choice and "groups" not in request.GET
        return rows if is_any else rows.groups()

    def matching(self, request: HttpRequest, term: str) -> Q:
        """Find by indexed columns only."""
        return matching(request, term)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Lead to the page of an asset or a piece of equipment."""
        page = self.own_page(request, object_id)
        if page is not None:
            return redirect(page, object_id)
        response: HttpResponse = super().change_view(
            request, object_id, form_url, extra_context
        )
        return response

    def own_page(self, request: HttpRequest, object_id: str) -> str | None:
        """Return where a row that is no group has its page."""
        if not is_id(object_id):
            return None
        rows = self.scoped(AssetGroup.objects.all(), request)
        kind = rows.filter(pk=int(object_id)).values_list("ephemerality", flat=True)
        return PAGES.get(kind.first())

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        """Ask for the kind and the first members of a new group."""
        if obj is None:
            return ("ephemerality", *self.own_fields, "members")
        shown = ("formatted_number", "created_at", "updated_at")
        return ("ephemerality", *self.own_fields, *shown)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Any = None
    ) -> Sequence[str]:
        """Leave what kind of group it is."""
        shown = ("formatted_number", "created_at", "updated_at")
        return () if obj is None else ("ephemerality", *shown)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Sequence[Any]:
        """Show the members of a group that is there."""
        return () if obj is None else self.inlines

    def formfield_for_choice_field(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer the two kinds of groups."""
        kwargs["choices"] = KINDS
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def inputs(self, request: HttpRequest, row: Any) -> dict[str, forms.Field]:
        """Ask for the members, in order."""
        if row is not None:
            return {}
        field = GroupMember._meta.get_field("asset")
        return {
            "members": ManyRows(
                AssetGroup.objects.present(),
                required=False,
                widget=SearchMany(field, self.admin_site),
            )
        }

    def create_row(self, request: HttpRequest, row: Any, form: Any) -> Any:
        """Make the group with its members, in the order they were chosen in."""
        members = form.data.getlist("members") or None
        body = {**form.keyed(form.typed()), CONSIST: members}
        return create_group(
            organisation=row.organisation, body=body, actor=desk_of(request).actor
        )

    def update_row(self, request: HttpRequest, row: Any, form: BackOfficeForm) -> Any:
        """Change the group where the form was changed."""
        body = form.keyed(form.changed())
        return update_asset(row, body, actor=desk_of(request).actor)

    def delete_row(self, request: HttpRequest, row: Any) -> None:
        """Hide the group and release its members."""
        delete_asset(row, actor=desk_of(request).actor)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name the group only; its members are released, not deleted."""
        counts = {str(self.opts.verbose_name_plural): len(objs)}
        return [str(row) for row in objs], counts, set(), []


@admin.register(GroupMember)
class GroupMemberAdmin(HistoryMixin, ScopedAdmin):
    """Which asset stands where in which group."""

    is_listed = False
    list_display = ("group", "position", "asset", "source_group")
    list_filter = (("group", RowFilter), ("asset", RegisterFilter))
    list_select_related = ("group", "asset", "source_group")
    search_fields = ("group__normalised_name",)
    fields = ("group", "position", "asset", "source_group")
