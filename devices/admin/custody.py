"""Who has which asset, and what should have come back."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from devices.models import Checkout
from devices.services.custody import Handover, check_in, check_out, extend
from organisations.admin.filters import RowFilter
from organisations.admin.forms import BackOfficeForm
from organisations.admin.rights import desk_of
from organisations.admin.writing import WritingAdmin
from organisations.permissions import Permission

FIXED = ("asset", "user", "location", "note", "checked_out_at", "checked_out_by")
RETURNED = ("returned_at", "returned_by")


class StandingFilter(admin.SimpleListFilter):
    """Narrows the list to what is out, or should have come back."""

    title = "standing"
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer what staff ask for."""
        return [("out", "out"), ("overdue", "overdue")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what is out, or overdue."""
        rows: Any = queryset
        match self.value():
            case "out":
                found: QuerySet[Any] = rows.open()
                return found
            case "overdue":
                late: QuerySet[Any] = rows.overdue()
                return late
        return queryset


@admin.register(Checkout)
class CheckoutAdmin(WritingAdmin):
    """Assets handed over; adding one hands over, changing one takes back."""

    permission = Permission.MANAGE_DEVICES
    ordering = ("-id",)
    can_delete = False
    sortable_by = ()
    list_display = (
        "asset",
        "user",
        "location",
        "checked_out_at",
        "due_at",
        "returned_at",
        "organisation",
    )
    list_filter = (
        StandingFilter,
        ("organisation", RowFilter),
        ("asset", RowFilter),
        ("user", RowFilter),
        ("location", RowFilter),
    )
    list_select_related = (
        "asset",
        "user",
        "location",
        "checked_out_by",
        "returned_by",
        "organisation",
    )
    search_fields = ("asset__normalised_name", "user__username")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Ask to whom an asset goes; then until when, and whether it is back."""
        if obj is None:
            return ("asset", "user", "location", "due_at", "note")
        if not obj.is_open or not self.has_change_permission(request, obj):
            return (*FIXED, "due_at", *RETURNED)
        return (*FIXED, "due_at", "is_returned")

    def get_readonly_fields(
        self, request: HttpRequest, obj: Any = None
    ) -> tuple[str, ...]:
        """Show what is settled."""
        if obj is None:
            return ()
        return FIXED if obj.is_open else (*FIXED, "due_at", *RETURNED)

    def inputs(self, request: HttpRequest, row: Any) -> dict[str, forms.Field]:
        """Ask whether the asset is back."""
        if row is None or not row.is_open:
            return {}
        return {"is_returned": forms.BooleanField(required=False)}

    def create_row(self, request: HttpRequest, row: Any, form: BackOfficeForm) -> Any:
        """Hand the asset over."""
        values = form.typed()
        asset = values.pop("asset")
        return check_out(asset, Handover(**values), actor=desk_of(request).actor)

    def update_row(self, request: HttpRequest, row: Any, form: BackOfficeForm) -> Any:
        """Take the asset back, or let it be kept longer."""
        actor = desk_of(request).actor
        if form.cleaned_data.get("is_returned"):
            return check_in(row.asset, actor=actor)
        if "due_at" in form.changed_data:
            return extend(row, form.cleaned_data["due_at"], actor=actor)
        return row
