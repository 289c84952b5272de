"""Admin classes whose rows are written, by the services and their rules."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import quote, unquote
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from config.api.errors import as_refusal
from organisations.admin.addresses import address_of
from organisations.admin.base import ScopedAdmin, narrow
from organisations.admin.choosing import choose_organisation, chosen_organisation
from organisations.admin.conflicts import refuse_overwriting, seen_change
from organisations.admin.forms import REFUSED, BackOfficeForm
from organisations.admin.reverting import RevertingMixin
from organisations.admin.rights import desk_of
from organisations.services import rows


class WritingAdmin(RevertingMixin, ScopedAdmin):
    """Writes rows through services, for whom the row's organisation lets.

    `permission` is what the API asks for such writes; without one superusers write.
    """

    form = BackOfficeForm
    change_form_before_template = "admin/chosen.html"
    permission: ClassVar[str | None] = None
    can_add: ClassVar[bool] = True
    can_delete: ClassVar[bool] = True
    # Whether a new row is made in an organisation that is chosen first.
    is_in_organisation: ClassVar[bool] = True
    narrowed_by: ClassVar[Sequence[str]] = ("organisation",)

    def organisation_id_of(self, row: Any) -> int | None:
        """Return the organisation whose permissions decide about the row."""
        found: int | None = row.history_organisation_id
        return found

    def may_write(self, request: HttpRequest, row: Any = None) -> bool:
        """Tell whether the person may write the row, or any row where none is given."""
        desk = desk_of(request)
        if row is None:
            return desk.may_somewhere(self.permission)
        return desk.may(self.permission, self.organisation_id_of(row))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let those add who may write in some organisation."""
        return self.can_add and self.may_write(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let those change who may write in the row's organisation."""
        return self.may_write(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let those delete who may write in the row's organisation."""
        return self.can_delete and self.may_write(request, obj)

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Ask for the organisation first, where there is a choice."""
        context = {**(extra_context or {})}
        if self.is_in_organisation and self.has_add_permission(request):
            organisation = chosen_organisation(self, request)
            if organisation is None:
                return choose_organisation(self, request)
            context["chosen"] = self.chosen(request)
        response: HttpResponse = super().add_view(request, form_url, context)
        return response

    def chosen(self, request: HttpRequest) -> dict[str, str]:
        """Return what is settled of a new row, by its label."""
        return {"Organisation": str(desk_of(request).organisation)}

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Say above the form whose row it is, and how far its history was read."""
        row = kwargs.get("obj")
        if row is not None and self.has_change_permission(request, row):
            context["seen"] = seen_change(request, row)
        if row is not None and self.is_in_organisation:
            context["chosen"] = {"Organisation": str(row.organisation)}
        response: HttpResponse = super().render_change_form(
            request, context, *args, **kwargs
        )
        return response

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Offer rows of the row's own organisation, and say what was refused."""
        desk = desk_of(request)
        if obj is None or self.has_change_permission(request, obj):
            inputs = self.inputs(request, obj)
            kwargs.setdefault("form", type("Form", (self.form,), inputs))
        form = super().get_form(request, obj, change=change, **kwargs)
        form.refusal = desk.refusal
        narrow(form, getattr(obj, "organisation", None) or desk.organisation)
        return form

    def inputs(self, request: HttpRequest, row: Any) -> dict[str, forms.Field]:
        """Return the inputs of a form that are no plain columns of the model."""
        return {}

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the form again when a service refuses, with nothing written."""
        try:
            return self._changeform(request, object_id, form_url, extra_context)
        except REFUSED as error:
            desk_of(request).refusal = as_refusal(error)
        return self._changeform(request, object_id, form_url, extra_context)

    def _changeform(self, *args: Any) -> HttpResponse:
        response: HttpResponse = super().changeform_view(*args)
        return response

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        """Return the row as it is stored, or an empty one."""
        return form.instance

    def save_model(
        self, request: HttpRequest, obj: Any, form: BackOfficeForm, change: bool
    ) -> None:
        """Hand what was typed to the services."""
        if change:
            refuse_overwriting(self, request, obj, form)
            adopt(obj, self.update_row(request, obj, form))
            return
        desk = desk_of(request)
        if desk.organisation is not None:
            obj.organisation = desk.organisation
        adopt(obj, self.create_row(request, obj, form))

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: bool
    ) -> None:
        """Write nothing beside the row itself; `create_row` and `update_row` do."""

    def create_row(self, request: HttpRequest, row: Any, form: BackOfficeForm) -> Any:
        """Make and return the row; the one given is empty but for its organisation."""
        for name, value in form.typed().items():
            setattr(row, name, value)
        return rows.create(row, actor=desk_of(request).actor)

    def update_row(self, request: HttpRequest, row: Any, form: BackOfficeForm) -> Any:
        """Change the row where the form was changed, and return it."""
        return rows.update(row, form.changed(), actor=desk_of(request).actor)

    def delete_row(self, request: HttpRequest, row: Any) -> None:
        """Delete the row unless it is in use."""
        rows.delete(row, actor=desk_of(request).actor)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name the row, and count what still refers to it without naming it."""
        uses = rows.uses_of(objs[0])
        counts = {str(self.opts.verbose_name_plural): len(objs)}
        refers = [f"{count} {name}" for name, count in uses.items()]
        return [str(row) for row in objs], counts, set(), refers

    def delete_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Say so when a service refuses to delete, with nothing written."""
        try:
            response: HttpResponse = super().delete_view(
                request, object_id, extra_context
            )
        except REFUSED as error:
            refusal = as_refusal(error)
            self.message_user(request, str(refusal and refusal.message), messages.ERROR)
            return self.to_page(unquote(object_id))
        return response

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Hand the deletion to the services."""
        self.delete_row(request, obj)

    def to_page(self, object_id: Any) -> HttpResponseRedirect:
        """Redirect to a row's page."""
        address = address_of(self.model, "change", quote(object_id))
        return HttpResponseRedirect(address)

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[Any]:
        """Tell Django's own log nothing; the history knows."""
        return []

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """Leave no second log."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """Leave no second log."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        """Leave no second log."""


def adopt(row: models.Model, written: models.Model) -> None:
    """Make the row that Django's views hold the one that a service has written."""
    if written is row:
        return
    row.pk = written.pk
    row.refresh_from_db()
    row._state.adding = False
