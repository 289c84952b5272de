"""Inputs for the values of custom fields, one kind of input for each type of field."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminNullBooleanSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextInputWidget,
    UnfoldAdminURLInputWidget,
)

from assets.models import AssetField, AssetType, FieldType
from assets.services.definitions import Definition, Definitions
from assets.services.values import LONGEST_URL, units_of
from organisations.admin.forms import Lines

PREFIX = "field_"
NOTHING = [("", "—")]
FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}

Kwargs = dict[str, Any]


class Measured:
    """Shows units at the end of an input, and says them to who cannot see."""

    template_name = "unfold/widgets/text.html"

    def __init__(self, definition: Definition, **attrs: str) -> None:
        self.units = units_of(definition)
        if self.units:
            attrs["data-units"] = self.units
            attrs["aria-label"] = f"{definition.name} in {self.units}"
        super().__init__(attrs=attrs)  # type: ignore[call-arg]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Hand the units to the template."""
        context: dict[str, Any] = super().get_context(name, value, attrs)  # type: ignore[misc]
        context["widget"]["suffix"] = self.units
        return context


class MeasuredText(Measured, UnfoldAdminTextInputWidget):  # type: ignore[misc]
    """A text that may have units."""


class MeasuredInteger(Measured, UnfoldAdminIntegerFieldWidget):  # type: ignore[misc]
    """A whole number that may have units."""


class MeasuredDecimal(Measured, UnfoldAdminDecimalFieldWidget):  # type: ignore[misc]
    """A decimal number that may have units."""


def _text(definition: Definition, kwargs: Kwargs) -> forms.Field:
    widget = Lines() if definition.multi_line else MeasuredText(definition)
    return forms.CharField(
        max_length=definition.longest, strip=False, widget=widget, **kwargs
    )


def _integer(definition: Definition, kwargs: Kwargs) -> forms.Field:
    return forms.IntegerField(widget=MeasuredInteger(definition), **kwargs)


def _decimal(definition: Definition, kwargs: Kwargs) -> forms.Field:
    widget = MeasuredDecimal(definition, step="any")
    return forms.DecimalField(widget=widget, **kwargs)


def _boolean(definition: Definition, kwargs: Kwargs) -> forms.Field:
    # Three states: a box that is not ticked could not tell "no" from "not known".
    return forms.NullBooleanField(widget=UnfoldAdminNullBooleanSelectWidget, **kwargs)


def _date(definition: Definition, kwargs: Kwargs) -> forms.Field:
    return forms.DateField(widget=UnfoldAdminSingleDateWidget, **kwargs)


def _datetime(definition: Definition, kwargs: Kwargs) -> forms.Field:
    return forms.SplitDateTimeField(widget=UnfoldAdminSplitDateTimeWidget, **kwargs)


def _enum(definition: Definition, kwargs: Kwargs) -> forms.Field:
    pairs = [(key, text) for text, key in definition.enum_by_text.items()]
    return forms.ChoiceField(
        choices=NOTHING + sorted(pairs, key=lambda pair: pair[1].casefold()),
        widget=UnfoldAdminSelectWidget,
        **kwargs,
    )


def _url(definition: Definition, kwargs: Kwargs) -> forms.Field:
    return forms.URLField(
        max_length=LONGEST_URL,
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget,
        **kwargs,
    )


INPUTS: Mapping[FieldType, Callable[[Definition, Kwargs], forms.Field]] = {
    FieldType.TEXT: _text,
    FieldType.INTEGER: _integer,
    FieldType.DECIMAL: _decimal,
    FieldType.BOOLEAN: _boolean,
    FieldType.DATE: _date,
    FieldType.DATETIME: _datetime,
    FieldType.ENUM: _enum,
    FieldType.DURATION: _integer,
    FieldType.URL: _url,
}
# Types whose inputs have room for the units.
MEASURED = frozenset(
    {FieldType.TEXT, FieldType.INTEGER, FieldType.DECIMAL, FieldType.DURATION}
)


def input_name(definition: Definition) -> str:
    """Return what the form calls the input of a field."""
    return f"{PREFIX}{definition.id}"


def input_for(definition: Definition, stored: object) -> forms.Field:
    """Return the input of a field, showing the stored value.

    The form never requires it: the services insist on what is required, after
    defaults.
    """
    units = units_of(definition)
    is_inside = definition.type in MEASURED and not definition.multi_line
    beside = f" [{units}]" if units and not is_inside else ""
    return INPUTS[definition.type](
        definition,
        {
            "required": False,
            "initial": shown(definition, stored),
            "label": f"{definition.name}{beside}",
            "help_text": "Required." if definition.required else "",
        },
    )


def shown(definition: Definition, stored: object) -> object:
    """Return a stored value as its input shows it."""
    if stored is None:
        return None
    match definition.type:
        case FieldType.DECIMAL:
            return Decimal(str(stored))
        case FieldType.DATE:
            return date.fromisoformat(str(stored))
        case FieldType.DATETIME:
            return datetime.fromisoformat(str(stored))
    return stored


def sent(value: object) -> object:
    """Return what an input holds as the wire would send it; None clears."""
    if value == "" or value is None:
        return None
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def read_default(kind: object, text: str) -> object:
    """Read the default of a field from a line of text, as far as its type needs it.

    What cannot be read is left as it is, for the service to refuse.
    """
    if text == "":
        return None
    if kind == FieldType.BOOLEAN:
        return FLAGS.get(text.strip().lower(), text)
    if kind not in {FieldType.INTEGER, FieldType.DURATION}:
        return text
    try:
        return int(text)
    except ValueError:
        return text


def spoken(definition: Definition, stored: object) -> str:
    """Write a stored value for people: of an enum the text."""
    texts = {key: text for text, key in definition.enum_by_text.items()}
    return texts.get(str(stored), str(stored))


def definitions_of(kind: AssetType | None, stored: set[int]) -> list[Definition]:
    """Read the fields of a type in order, then others that the row has values of."""
    rows: list[AssetField] = []
    if kind is not None:
        of_type = AssetField.objects.filter(type_fields__type=kind)
        rows += of_type.order_by("type_fields__id")
    others = stored - {row.pk for row in rows}
    if others:
        rows += AssetField.objects.filter(pk__in=others)
    return list(Definitions(rows).by_id.values())
