"""Work items: written down, changed and closed by every member, as in the API."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest

from assets.admin.register_filter import of_the_register
from assets.models import AssetGroup
from assets.services.work_items import create_work_item, update_work_item
from organisations.admin.forms import BackOfficeForm, Lines
from organisations.admin.rights import MEMBERSHIP, desk_of
from organisations.admin.writing import WritingAdmin

ASKED = ("type", "summary", "details", "asset_group", "occurred_at")
NOTED = ("closed_at", "created_by", "created_at", "updated_by", "updated_at")


class WorkItemWritingAdmin(WritingAdmin):
    """Writes work items by their services; none is ever deleted."""

    permission: ClassVar[str | None] = MEMBERSHIP
    can_delete = False
    formfield_overrides = {models.TextField: {"widget": Lines}}

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        """Ask for what is to be done; of an item that is there also for its state."""
        if obj is None:
            return ASKED
        return ("formatted_number", "state", *ASKED, *NOTED)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Any = None
    ) -> Sequence[str]:
        """Leave the number, and who did what when."""
        return () if obj is None else ("formatted_number", *NOTED)

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer assets and equipment beside the groups."""
        if db_field.remote_field.model is AssetGroup:
            kwargs["queryset"] = of_the_register(self, request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Let the services say since when a new item is to be done."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is None and "occurred_at" in form.base_fields:
            form.base_fields["occurred_at"].required = False
            form.base_fields["occurred_at"].help_text = "Now when empty."
        return form

    def create_row(self, request: HttpRequest, row: Any, form: BackOfficeForm) -> Any:
        """Write the item down, with the next number."""
        values = form.keyed(form.typed())
        if values["occurred_at"] is None:
            del values["occurred_at"]
        return create_work_item(
            organisation=row.organisation,
            values=values,
            actor=desk_of(request).actor,
        )

    def update_row(self, request: HttpRequest, row: Any, form: BackOfficeForm) -> Any:
        """Change the item, and the counts of what it is about."""
        values = form.keyed(form.changed())
        return update_work_item(row, values, actor=desk_of(request).actor)
