"""The admin class that all others extend: its rows, its lists, and who may what."""

from collections.abc import Sequence
from copy import deepcopy
from functools import reduce
from operator import or_
from typing import Any, ClassVar

from django import forms
from django.contrib.admin import ShowFacets
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin, TabularInline
from unfold.forms import PaginationInlineFormSet

from organisations.admin.changelist import KeyedChangeList
from organisations.admin.ids import is_id
from organisations.admin.paginator import BoundedPaginator
from organisations.admin.rights import desk_of
from organisations.admin.widgets import Related, Search, narrow_input
from organisations.models import Organisation
from organisations.names import normalise_name

# No row has this id.
NO_ROW = "0"
POSTED = {"data", "files", "save_as_new"}


class ScopedAdmin(ModelAdmin):  # type: ignore[misc]
    """Shows the rows of a staff member's own organisations, and lets nobody write.

    A row of another organisation is nowhere to be found: pages, choices, filters and
    deletions all start from `get_queryset`.
    """

    list_per_page = 50
    list_max_show_all = 50
    # Filters that search are applied by a button.
    list_filter_submit = True
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    paginator = BoundedPaginator
    ordering = ("id",)
    view_on_site = False
    # Linked from the index and the sidebar.
    is_listed: ClassVar[bool] = True
    # What inputs that search for such rows may ask them to have in common.
    narrowed_by: ClassVar[Sequence[str]] = ()

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the rows that the person works on, and sees."""
        rows = self.scoped(self.model._default_manager.all(), request)
        return rows.order_by(*self.get_ordering(request))

    def scoped(self, rows: Any, request: HttpRequest) -> Any:
        """Narrow rows to those of the person's organisations."""
        return rows.staffed_by(desk_of(request).actor)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """Return a row by its id, None for one that is not there or not theirs.

        What a post works on stays locked, so that no other write comes between.
        """
        try:
            key = self.model._meta.pk.to_python(object_id)
        except forms.ValidationError:
            return None
        rows = self.get_queryset(request).select_related(*self.related(request))
        if request.method == "POST" and transaction.get_connection().in_atomic_block:
            rows = rows.select_for_update(of=("self",), no_key=True)
        return rows.filter(pk=key).first()

    def related(self, request: HttpRequest) -> Sequence[str]:
        """Return the relations that the list shows, which pages show too."""
        chosen: Any = self.get_list_select_related(request)
        return chosen if isinstance(chosen, list | tuple) else ()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let staff look; what they look at is within their scope."""
        return bool(request.user.is_active and request.user.is_staff)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """List the model to those who may look."""
        return self.is_listed and self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let nobody add rows, unless a subclass does."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody change rows, unless a subclass does."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody delete rows, unless a subclass does."""
        return False

    def response_action(
        self, request: HttpRequest, queryset: models.QuerySet[Any]
    ) -> Any:
        """Take what is no id among the chosen rows for a row that is not there."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(is_id(one) for one in chosen):
            post = request.POST.copy()
            ids = [one if is_id(one) else NO_ROW for one in chosen]
            post.setlist(ACTION_CHECKBOX_NAME, ids)
            request.POST = post  # type: ignore[assignment]
        return super().response_action(request, queryset)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Read what the list shows for one page of rows only."""
        return KeyedChangeList

    def lookup_allowed(
        self, lookup: str, value: str, request: HttpRequest | None = None
    ) -> bool:
        """Allow what the list's filters ask; any other would tell of hidden columns."""
        filters: Any = self.get_list_filter(request)
        known = {_parameter(one).partition("__")[0] for one in filters}
        is_known = lookup.partition("__")[0] in known
        return is_known and super().lookup_allowed(lookup, value, request)

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Find rows by what the person typed."""
        term = search_term.strip()
        if not term:
            return queryset, False
        return queryset.filter(self.matching(request, term)), False

    def matching(self, request: HttpRequest, term: str) -> Q:
        """Return the condition of a search: an id, or a part of one of the columns."""
        key = normalise_name(term)
        parts = [
            Q((f"{name}__icontains", key if "normalised" in name else term))
            for name in self.get_search_fields(request)
        ]
        if is_id(term):
            parts.append(Q(pk=int(term)))
        return reduce(or_, parts)

    def get_autocomplete_fields(self, request: HttpRequest) -> Sequence[str]:
        """Search for every row that another refers to; no list of choices is long."""
        fields = self.opts.concrete_fields
        return [field.name for field in fields if field.many_to_one]

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Any, inline: Any, prefix: str
    ) -> dict[str, Any]:
        """Give what was posted to no rows that are only shown."""
        kwargs = dict(super().get_formset_kwargs(request, obj, inline, prefix))
        if isinstance(inline, PartInline):
            kwargs = {k: v for k, v in kwargs.items() if k not in POSTED}
        return kwargs

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Refuse to make a copy of a row, which no page offers."""
        if "_saveasnew" in request.POST:
            raise PermissionDenied
        response: HttpResponse = super().changeform_view(
            request, object_id, form_url, extra_context
        )
        return response

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer the rows that the person sees, and take no other."""
        related = self.admin_site.get_model_admin(db_field.remote_field.model)
        kwargs.setdefault("queryset", related.get_queryset(request))
        kwargs.setdefault("widget", Search(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Put our own links beside fields that name other rows."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = Related.around(field.widget)
        return field


class Shown(PaginationInlineFormSet):  # type: ignore[misc]
    """Rows that a page shows and no post touches."""

    def is_valid(self) -> bool:
        """Stand in nobody's way."""
        return True


class PartInline(TabularInline):  # type: ignore[misc]
    """The rows that are parts of another, to look at; they have pages of their own."""

    formset = Shown
    extra = 0
    can_delete = False
    show_change_link = True
    hide_title = True
    per_page = 50

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Show the parts to whom the whole is shown."""
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave adding to the part's own page."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave changing to the part's own page."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave deleting to the part's own page."""
        return False


def gone(admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Lead back to the start page, which tells that there is no such row."""
    answer: HttpResponse = admin._get_obj_does_not_exist_redirect(
        request, admin.opts, object_id
    )
    return answer


def _parameter(list_filter: Any) -> str:
    """Return the name by which an address asks for a filter."""
    if isinstance(list_filter, type):
        return str(getattr(list_filter, "parameter_name", ""))
    return list_filter if isinstance(list_filter, str) else str(list_filter[0])


def narrow(form: Any, organisation: Organisation | None) -> None:
    """Let the inputs of a form class offer rows of one organisation only."""
    if organisation is None:
        return
    for name, field in form.base_fields.items():
        queryset = getattr(field, "queryset", None)
        if queryset is None or not hasattr(queryset, "of"):
            continue
        form.base_fields[name] = copied = deepcopy(field)
        rows = copied.queryset.of(organisation)
        narrow_input(copied, rows, {"organisation": organisation.pk})
