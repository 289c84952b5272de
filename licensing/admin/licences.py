"""Licences, their seats and parts, and the records of other systems."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from config.api.errors import Refusal
from licensing.admin.attention import LicenceEndsFilter, SeatsFilter
from licensing.models import (
    Allocation,
    Licence,
    LicenceMatch,
    LicenceRole,
    Reference,
)
from licensing.services.licences import (
    create_licence,
    delete_licence,
    update_licence,
)
from licensing.services.seats import Seat, allocate, release
from organisations.admin.base import PartInline, ScopedAdmin
from organisations.admin.filters import RowFilter
from organisations.admin.forms import BackOfficeForm
from organisations.admin.history import HistoryMixin
from organisations.admin.rights import desk_of
from organisations.admin.writing import WritingAdmin
from organisations.permissions import Permission


class ReadingAdmin(HistoryMixin, ScopedAdmin):
    """Shows rows that are written through the API."""

    narrowed_by: ClassVar[Sequence[str]] = ("organisation",)
    sortable_by = ()


class SeatInline(PartInline):
    """The seats of a licence that are taken."""

    model = Allocation
    fields = ("asset", "user", "created_at", "created_by")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read what the seats are named after."""
        rows = super().get_queryset(request)
        return rows.select_related("licence", "asset", "user", "created_by")


@admin.register(Licence)
class LicenceAdmin(WritingAdmin):
    """Rights to use software, and how many seats are left."""

    permission = Permission.MANAGE_LICENCES
    inlines = (SeatInline,)
    sortable_by = ()
    list_display = (
        "name",
        "count",
        "seats_in_use",
        "seats_available",
        "end_date",
        "is_active",
        "organisation",
    )
    list_filter = (
        "is_active",
        SeatsFilter,
        LicenceEndsFilter,
        ("organisation", RowFilter),
        ("location", RowFilter),
        ("supplier", RowFilter),
    )
    list_select_related = ("location", "supplier", "parent", "organisation")
    search_fields = ("normalised_name", "product_sku")
    fields = (
        "name",
        ("type", "count"),
        ("location", "parent"),
        # More than two in a line would lie on top of each other.
        ("manufacturer", "vendor"),
        ("distributor", "supplier"),
        ("product_sku", "vendor_product_sku"),
        "third_party_product",
        ("purchase_price", "price"),
        ("monthly_price", "monthly_cost"),
        ("billing_cycle", "term_duration"),
        "autorenew",
        "start_date",
        "end_date",
        "requested_quantity",
        "requested_quantity_date",
        ("tenant_id", "tenant_name"),
        ("status", "is_active"),
        "notes",
    )

    def scoped(self, rows: Any, request: HttpRequest) -> Any:
        """Leave out what has been deleted."""
        return super().scoped(rows, request).present()

    def create_row(self, request: HttpRequest, row: Any, form: BackOfficeForm) -> Any:
        """Make the licence."""
        return create_licence(
            organisation=row.organisation,
            values=form.typed(),
            actor=desk_of(request).actor,
        )

    def update_row(self, request: HttpRequest, row: Any, form: BackOfficeForm) -> Any:
        """Change the licence."""
        actor = desk_of(request).actor
        return update_licence(licence=row, values=form.changed(), actor=actor)

    def delete_row(self, request: HttpRequest, row: Any) -> None:
        """Free the seats and hide the licence."""
        delete_licence(licence=row, actor=desk_of(request).actor)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name the licences only; hiding them takes nothing else along."""
        counts = {str(self.opts.verbose_name_plural): len(objs)}
        return [str(row) for row in objs], counts, set(), []

    @admin.display(description="seats taken")
    def seats_in_use(self, row: Licence) -> int:
        """Return how many seats are taken."""
        return row.seats_in_use

    @admin.display(description="seats left")
    def seats_available(self, row: Licence) -> int:
        """Return how many seats are left."""
        return row.seats_available


@admin.register(Allocation)
class AllocationAdmin(WritingAdmin):
    """Seats, and who or what has them; adding one gives a seat to an asset."""

    permission = Permission.MANAGE_LICENCES
    sortable_by = ()
    list_display = ("licence", "asset", "user", "created_at", "organisation")
    list_display_links = ("licence", "created_at")
    list_filter = (
        ("organisation", RowFilter),
        ("licence", RowFilter),
        ("asset", RowFilter),
        ("user", RowFilter),
    )
    list_select_related = ("licence", "asset", "user", "created_by", "organisation")
    search_fields = ("licence__normalised_name",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        """Ask which asset gets a seat of which licence; people get theirs by API."""
        if obj is None:
            return ("licence", "asset")
        return ("licence", "asset", "user", "created_at", "created_by", "organisation")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody move a seat: it is freed, and taken by another."""
        return False

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Insist on an asset."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if "asset" in form.base_fields:
            form.base_fields["asset"].required = True
        return form

    def create_row(self, request: HttpRequest, row: Any, form: BackOfficeForm) -> Any:
        """Give the asset a seat; it has one of a licence at most."""
        typed = form.typed()
        seat = Seat(typed["licence"].pk, asset_id=typed["asset"].pk)
        made = allocate([seat], actor=desk_of(request).actor, field="licence")
        if not made:
            raise Refusal("conflict", "The asset has a seat of it.", field="asset")
        return made[0]

    def delete_row(self, request: HttpRequest, row: Any) -> None:
        """Free the seat."""
        release(Allocation.objects.filter(pk=row.pk), actor=desk_of(request).actor)


@admin.register(LicenceRole)
class LicenceRoleAdmin(ReadingAdmin):
    """Roles under which software is used."""

    list_display = ("name", "licence", "note", "organisation")
    list_filter = (("organisation", RowFilter), ("licence", RowFilter))
    list_select_related = ("licence", "organisation")
    search_fields = ("name",)
    fields = ("licence", "name", "note", "organisation")


@admin.register(LicenceMatch)
class LicenceMatchAdmin(ReadingAdmin):
    """Texts by which software is known to need a licence."""

    list_display = ("text", "type", "licence", "organisation")
    list_filter = (("organisation", RowFilter), ("licence", RowFilter))
    list_select_related = ("licence", "organisation")
    search_fields = ("text",)
    fields = ("licence", "type", "text", "organisation")


@admin.register(Reference)
class ReferenceAdmin(WritingAdmin):
    """Contracts, suppliers and other records that other systems keep."""

    permission = Permission.MANAGE_DEVICES
    narrowed_by = ("organisation", "kind")
    list_display = ("__str__", "kind", "number", "organisation")
    list_filter = ("kind", ("organisation", RowFilter))
    list_select_related = ("organisation",)
    search_fields = ("normalised_label",)
    fields = ("kind", "number", "label", "billing_period")

    def get_readonly_fields(
        self, request: HttpRequest, obj: Any = None
    ) -> tuple[str, ...]:
        """Leave what the other system knows the record by."""
        return () if obj is None else ("kind", "number")
