"""Assets that stand in several active consists at once (resolution 8)."""

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from assets.models import AssetGroup, GroupMember
from organisations.admin.addresses import page_of
from organisations.admin.base import ScopedAdmin
from organisations.admin.rights import desk_of


class DoubleBookedFilter(admin.SimpleListFilter):
    """Narrows a list to what is in two or more active temporary groups."""

    title = "double booked"
    parameter_name = "double_booked"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the double bookings."""
        return [("yes", "Yes")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Find the rows, and read the groups of a whole page in one query."""
        if self.value() != "yes":
            return queryset
        bookings = GroupMember.objects.staffed_by(desk_of(request).actor).bookings()
        groups = bookings.select_related("group").order_by("group_id")
        return queryset.filter(pk__in=bookings.of_double_booked()).prefetch_related(
            Prefetch("memberships", groups, to_attr="bookings")
        )


class BookingsAdmin(ScopedAdmin):
    """Shows in a list of double bookings which groups they are in."""

    def get_list_display(self, request: HttpRequest) -> Any:
        """Show the groups where the list reads them."""
        shown = super().get_list_display(request)
        is_asked = request.GET.get(DoubleBookedFilter.parameter_name) == "yes"
        return (*shown, "booked_in") if is_asked else shown

    @admin.display(description="booked in")
    def booked_in(self, row: AssetGroup) -> SafeString:
        """Name the groups, each leading to its page."""
        groups = [booking.group for booking in row.bookings]  # type: ignore[attr-defined]
        return format_html_join(
            ", ",
            '<a href="{}">{} {}</a>',
            (
                (
                    page_of(group),
                    group.formatted_number,
                    group.name,
                )
                for group in groups
            ),
        )
