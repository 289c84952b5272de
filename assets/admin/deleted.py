"""Deleted rows: listed apart from the others, and brought back from there."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from assets.services.removal import restore_asset
from config.api.errors import as_refusal
from organisations.admin.addresses import name_of
from organisations.admin.forms import REFUSED
from organisations.admin.organisations import DescribedAdmin
from organisations.admin.rights import desk_of

# How many rows are brought back by one click.
MOST_RESTORED = 500


class DeletedFilter(admin.SimpleListFilter):
    """Offers the deleted rows, which the list itself reads in place of the others."""

    title = "deleted"
    parameter_name = "deleted"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the deleted rows."""
        return [("yes", "Yes")]

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Call what is shown otherwise by what it is."""
        others, *deleted = super().choices(changelist)
        yield {**others, "display": "No"}
        yield from deleted

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Leave the narrowing to `scoped`, which every page starts from."""
        return queryset


class RestoringAdmin(DescribedAdmin):
    """Leaves out deleted rows, but for the list that asks for them and restores them.

    A deleted row has no page: elsewhere it is not to be found.
    """

    actions = ("restore",)

    def lists_deleted(self, request: HttpRequest) -> bool:
        """Tell whether the request is for the list of this model's deleted rows."""
        match = request.resolver_match
        name = name_of(self.model, "changelist")
        is_list = match is not None and match.url_name == name
        return is_list and request.GET.get(DeletedFilter.parameter_name) == "yes"

    def scoped(self, rows: Any, request: HttpRequest) -> Any:
        """Leave out what has been deleted, or everything else."""
        found = super().scoped(rows, request)
        return found.deleted() if self.lists_deleted(request) else found.present()

    def get_list_display(self, request: HttpRequest) -> Any:
        """Tell of deleted rows since when."""
        shown = super().get_list_display(request)
        return (*shown, "deleted_at") if self.lists_deleted(request) else shown

    def get_list_display_links(
        self, request: HttpRequest, list_display: Sequence[Any]
    ) -> Any:
        """Lead nowhere from deleted rows."""
        if self.lists_deleted(request):
            return None
        return super().get_list_display_links(request, list_display)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Offer to restore where there is something to be restored."""
        found: dict[str, Any] = super().get_actions(request)
        if not self.lists_deleted(request):
            found.pop("restore", None)
        return found

    @admin.action(description="Restore", permissions=["delete"])
    def restore(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Bring the chosen rows back, each unless a rule forbids it."""
        chosen = list(queryset[: MOST_RESTORED + 1])
        if len(chosen) > MOST_RESTORED:
            sentence = f"At most {MOST_RESTORED} rows are restored at once."
            self.message_user(request, sentence, messages.ERROR)
            return
        restored = [row for row in chosen if self.is_restored(request, row)]
        if restored:
            self.message_user(request, f"Restored {len(restored)} rows.")

    def is_restored(self, request: HttpRequest, row: Any) -> bool:
        """Bring one row back, or say why not."""
        if not self.has_delete_permission(request, row):
            sentence = f"{row}: you may not restore it."
            self.message_user(request, sentence, messages.ERROR)
            return False
        try:
            restore_asset(row, actor=desk_of(request).actor)
        except REFUSED as error:
            refusal = as_refusal(error)
            sentence = f"{row}: {refusal and refusal.message}"
            self.message_user(request, sentence, messages.ERROR)
            return False
        return True
