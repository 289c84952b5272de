"""What the history keeps of a row, as the inputs of the row's form hold it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict

from organisations.admin.forms import BackOfficeForm
from organisations.models import Change


def form_of(admin: Any, request: HttpRequest, row: Any, **given: Any) -> BackOfficeForm:
    """Return the form that changes the row; empty of inputs for who may not."""
    form_class = admin.get_form(request, row, change=True)
    form: BackOfficeForm = form_class(**given, instance=row)
    return form


def input_of(form: BackOfficeForm, change: Change) -> str | None:
    """Return the input that stands for what was changed, if any."""
    key = change.field if change.action == Change.Action.CHANGED else ""
    return form.input_of(key.replace("/", ".")) if key else None


def held(form: BackOfficeForm, name: str) -> Any:
    """Return what the row holds now as somebody would type it into the input."""
    field = form.fields[name]
    return _typed(field, form.get_initial_for_field(field, name))


def before(form: BackOfficeForm, name: str, change: Change, now: Any) -> Any:
    """Return what the input held before a change, if it held `now` after it."""
    field = form.fields[name]
    if not _is_link(field, change):
        return _typed(field, _read(field, change.old))
    others = [str(one) for one in now or () if str(one) != str(change.new)]
    return others if change.old is None else [*others, str(change.old)]


def stands(form: BackOfficeForm, name: str, change: Change) -> bool:
    """Tell whether the row still holds what a change has written."""
    field = form.fields[name]
    if _is_link(field, change):
        links = {str(one) for one in held(form, name) or ()}
        is_there = change.new is None or str(change.new) in links
        return is_there and str(change.old) not in links
    now = form.get_initial_for_field(field, name)
    return not field.has_changed(now, _typed(field, _read(field, change.new)))


def write(data: QueryDict, form: BackOfficeForm, name: str) -> None:
    """Put what the row holds now into what a browser has posted."""
    field, html_name, value = form.fields[name], form.add_prefix(name), held(form, name)
    widget: Any = getattr(field.widget, "widget", field.widget)
    if isinstance(field, forms.MultiValueField):
        for suffix, part in zip(widget.widgets_names, value, strict=True):
            data[f"{html_name}{suffix}"] = _text(part)
    elif getattr(widget, "allow_multiple_selected", False):
        data.setlist(html_name, [_text(one) for one in value or ()])
    elif isinstance(widget, forms.CheckboxInput):
        data.setlist(html_name, ["on"] if value else [])
    else:
        data[html_name] = _text(value)


def _is_link(field: forms.Field, change: Change) -> bool:
    """Tell whether the change is one row that came to others, or went."""
    is_many = isinstance(field, forms.ModelMultipleChoiceField)
    return is_many and not isinstance(change.old or change.new, list)


def _read(field: forms.Field, recorded: Any) -> Any:
    """Return a value of the history's JSON as the column has it."""
    if not isinstance(recorded, str) or not recorded:
        return recorded
    if isinstance(field, forms.DateTimeField | forms.SplitDateTimeField):
        return datetime.fromisoformat(recorded).replace(microsecond=0)
    if isinstance(field, forms.DateField):
        return date.fromisoformat(recorded)
    return Decimal(recorded) if isinstance(field, forms.DecimalField) else recorded


def _typed(field: forms.Field, value: Any) -> Any:
    """Return a value as the input takes it, in parts where it has several."""
    value = field.prepare_value(value)
    if isinstance(field, forms.MultiValueField) and not isinstance(value, list):
        return field.widget.decompress(value)
    return value


def _text(value: Any) -> str:
    return "" if value is None else str(value)
