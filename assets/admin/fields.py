"""Custom fields, and the values that enum fields allow."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminTextInputWidget

from assets.admin.values import read_default
from assets.models import AssetField, EnumValue, FieldType
from assets.services.enum_values import add_value, change_value, delete_value
from assets.services.fields import create_field, delete_field, update_field
from organisations.admin.base import PartInline
from organisations.admin.filters import RowFilter
from organisations.admin.forms import BackOfficeForm, Lines
from organisations.admin.organisations import DescribedAdmin
from organisations.admin.rights import desk_of
from organisations.admin.writing import WritingAdmin
from organisations.permissions import Permission


class FieldForm(BackOfficeForm):
    """Reads the definition of a field."""

    def input_of(self, key: str) -> str | None:
        """Return the inputs that stand for what no line of text is in the API."""
        lines = {"default_value": "default", "values": "new_values"}
        return lines.get(key) or super().input_of(key)

    def body(self, names: Any) -> dict[str, object]:
        """Return what was typed as a body of the API."""
        data = self.cleaned_data
        body = self.typed(names)
        if "type" in body:
            body["type"] = int(body["type"])
        if "default" in names:
            kind = body.get("type", self.instance.type)
            body["default_value"] = read_default(kind, data["default"])
        texts = [line.strip() for line in data["new_values"].splitlines()]
        if values := [{"value": text} for text in texts if text]:
            body["values"] = values
        return body


class ValueInline(PartInline):
    """The values of an enum field."""

    model = EnumValue
    fields = ("value", "updated_at")


@admin.register(AssetField)
class AssetFieldAdmin(DescribedAdmin):
    """Properties that an organisation keeps of its assets."""

    form = FieldForm
    permission = Permission.MANAGE_FLEETS
    inlines = (ValueInline,)
    list_display = (
        "name",
        "type",
        "units",
        "required",
        "is_result",
        "description",
        "organisation",
    )
    list_filter = ("type", "required", ("organisation", RowFilter))
    list_select_related = ("organisation",)
    search_fields = ("normalised_name",)
    own_fields = (
        "name",
        "type",
        "description",
        "required",
        "is_result",
        "units",
        "multi_line",
        "max_length",
    )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        """Ask for default and values as text, or show them to who may not write."""
        if obj is None or self.has_change_permission(request, obj):
            return (*self.own_fields, "default", "new_values")
        return (*self.own_fields, "default_text")

    def get_inlines(self, request: HttpRequest, obj: Any) -> Sequence[Any]:
        """Show the values of enum fields."""
        is_enum = obj is not None and obj.type == FieldType.ENUM
        return self.inlines if is_enum else ()

    def inputs(self, request: HttpRequest, row: Any) -> dict[str, forms.Field]:
        """Ask for the default and for new values, as text."""
        return {
            "default": forms.CharField(
                required=False,
                strip=False,
                initial=self.default_text(row) if row is not None else "",
                widget=UnfoldAdminTextInputWidget,
                help_text="What new assets have; written as the API takes it.",
            ),
            "new_values": forms.CharField(
                required=False,
                widget=Lines,
                label="Values" if row is None else "More values",
                help_text="Of an enum, one on each line.",
            ),
        }

    def create_row(self, request: HttpRequest, row: Any, form: Any) -> Any:
        """Make the field, with its values."""
        return create_field(
            organisation=row.organisation,
            body=form.body(form.fields),
            actor=desk_of(request).actor,
        )

    def update_row(self, request: HttpRequest, row: Any, form: Any) -> Any:
        """Change the field, and add the values."""
        body = form.body(form.changed_data)
        return update_field(row, body, actor=desk_of(request).actor)

    def delete_row(self, request: HttpRequest, row: Any) -> None:
        """Delete a field that no type has and no asset has a value of."""
        delete_field(row, actor=desk_of(request).actor)

    @admin.display(description="default", empty_value="—")
    def default_text(self, row: AssetField) -> str:
        """Return the default as a line of text; of an enum, what the value says."""
        value = row.default_value
        if value is None:
            return ""
        if row.type == FieldType.ENUM:
            chosen = row.values.filter(pk=int(value)).first()
            return chosen.value if chosen else ""
        return str(value).lower() if isinstance(value, bool) else str(value)


class ValueForm(BackOfficeForm):
    """Reads one value of an enum field."""

    def input_of(self, key: str) -> str | None:
        """Show at the input what is said of the list of values."""
        return "value" if key == "values" else super().input_of(key)


@admin.register(EnumValue)
class EnumValueAdmin(WritingAdmin):
    """Values of enum fields, each to be renamed or deleted."""

    form = ValueForm
    permission = Permission.MANAGE_FLEETS
    is_in_organisation = False
    narrowed_by = ()
    list_display = ("value", "field", "updated_by", "updated_at")
    list_filter = (("field", RowFilter),)
    list_select_related = ("field", "updated_by")
    search_fields = ("value", "field__normalised_name")
    fields = ("field", "value", "updated_by", "updated_at")

    def get_readonly_fields(
        self, request: HttpRequest, obj: Any = None
    ) -> Sequence[str]:
        """Leave the field that the value is of."""
        noted = ("updated_by", "updated_at")
        return noted if obj is None else ("field", *noted)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Offer enum fields of organisations in which the person may write."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if "field" in form.base_fields:
            offered = desk_of(request).organisations(self.permission)
            field = form.base_fields["field"]
            field.queryset = field.queryset.filter(
                organisation__in=offered, type=FieldType.ENUM
            )
        return form

    def create_row(self, request: HttpRequest, row: Any, form: BackOfficeForm) -> Any:
        """Add the value to the field."""
        values = form.cleaned_data
        actor = desk_of(request).actor
        return add_value(values["field"], values["value"], actor=actor)

    def update_row(self, request: HttpRequest, row: Any, form: BackOfficeForm) -> Any:
        """Rename the value."""
        text = form.cleaned_data["value"]
        return change_value(row, text, actor=desk_of(request).actor)

    def delete_row(self, request: HttpRequest, row: Any) -> None:
        """Delete the value, unless assets have it or it is the last one."""
        delete_value(row, force=False, actor=desk_of(request).actor)
