"""What stands on a side of a comparison, as the database sees it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    DateField,
    DateTimeField,
    F,
    Field,
    FloatField,
    Q,
    TextField,
    Value,
)
from django.db.models.functions import (
    ExtractDay,
    ExtractMonth,
    ExtractYear,
    Length,
    StrIndex,
    Trim,
)
from django.db.models.lookups import Exact, IsNull

from config.api.odata.expressions import (
    CodePoints,
    Stored,
    StoredChoice,
    StoredFlag,
    StoredNumber,
    StoredPart,
    UnicodeLower,
    UnicodeUpper,
    WithoutZ,
    text,
)
from config.api.odata.points import Point, point_of
from config.api.odata.properties import CustomProperty, Kind, Property
from config.api.odata.syntax import Literal

OUTPUT: dict[Kind, "Field[Any, Any]"] = {
    Kind.ID: BigIntegerField(),
    Kind.TEXT: TextField(),
    Kind.INTEGER: BigIntegerField(),
    Kind.NUMBER: FloatField(),
    Kind.DECIMAL: FloatField(),
    Kind.BOOLEAN: BooleanField(),
    Kind.DATE: DateField(),
    Kind.DATETIME: DateTimeField(),
}
PARTS: dict[str, tuple[Any, int, int]] = {
    "year": (ExtractYear, 1, 4),
    "month": (ExtractMonth, 6, 2),
    "day": (ExtractDay, 9, 2),
}


@dataclass(frozen=True)
class Operand:
    """A value of each row: a column, or what functions made of it.

    `given` holds where there is a value; it is None when there always is one.
    """

    kind: Kind
    value: Any
    given: Q | None = None

    def point(self, literal: Literal) -> Point:
        """Bring a literal to this scale, or raise Misread."""
        return point_of(self.kind, literal)

    def encoded(self, value: Any) -> Value:
        """Return a value of this scale as the database takes it."""
        return Value(value, output_field=OUTPUT[self.kind])

    def compared(self) -> Any:
        """Return the value in the form that sorts alike everywhere."""
        return CodePoints(self.value) if self.kind is Kind.TEXT else self.value

    def certain(self, condition: Q) -> Q:
        """Make a condition false, not null, where there is no value."""
        return condition if self.given is None else self.given & condition

    def equal(self, value: Any) -> Q:
        """Hold where the value is this one."""
        return self.certain(Q(Exact(self.compared(), self.encoded(value))))

    def part(self, name: str) -> "Operand":
        """Return the year, the month or the day, in UTC."""
        extract = PARTS[name][0]
        options = {"tzinfo": UTC} if self.kind is Kind.DATETIME else {}
        return Operand(Kind.INTEGER, extract(self.value, **options), self.given)


@dataclass(frozen=True)
class CustomOperand(Operand):
    """A custom field's value, kept as JSON."""

    custom: CustomProperty = field(kw_only=True)

    def point(self, literal: Literal) -> Point:
        """Take an enum value's id as a number, too."""
        is_id = isinstance(literal.value, int) and not isinstance(literal.value, bool)
        if self.custom.choices is not None and is_id:
            return Point(str(literal.value))
        return super().point(literal)

    def encoded(self, value: Any) -> Value:
        """Return a value as `StoredNumber` and the others show it."""
        if self.kind in {Kind.INTEGER, Kind.DECIMAL}:
            return Value(float(value), output_field=FloatField())
        if self.kind is Kind.DATETIME:
            return text(stored_form(value).removesuffix("Z"))
        return text(stored_form(value))

    def equal(self, value: Any) -> Q:
        """Look the value up, which an index answers and which is never null."""
        choices = self.custom.choices
        if choices is not None:
            ids = [key for key, shown in choices.items() if shown == value]
            value = ids[0] if ids else value
        wanted = {self.custom.key: stored_form(value)}
        return Q(**{f"{self.custom.column}__holds": wanted})

    def part(self, name: str) -> Operand:
        """Cut the part out of the text."""
        _, start, length = PARTS[name]
        cut = StoredPart(self.custom.column, self.custom.key, start, length)
        return Operand(Kind.INTEGER, cut, Q(IsNull(cut, False)))


def stored_form(value: Any) -> Any:
    """Return a value as custom fields keep it (contract 3.2)."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


def column_operand(found: Property) -> Operand:
    """Make a property's column or expression comparable."""
    value = F(found.value) if isinstance(found.value, str) else found.value
    given = Q(IsNull(value, False)) if found.nullable else None
    return Operand(found.kind, value, given)


def custom_operand(custom: CustomProperty) -> CustomOperand:
    """Make a custom field's values comparable."""
    value = custom_value(custom)
    return CustomOperand(custom.kind, value, Q(IsNull(value, False)), custom=custom)


def custom_value(custom: CustomProperty) -> Any:
    """Return the value in the form that compares and sorts as its kind does."""
    if custom.choices is not None:
        return StoredChoice(custom.column, custom.key, custom.choices)
    raw = Stored(custom.column, custom.key)
    match custom.kind:
        case Kind.INTEGER | Kind.DECIMAL:
            return StoredNumber(custom.column, custom.key)
        case Kind.BOOLEAN:
            return StoredFlag(custom.column, custom.key)
        case Kind.DATETIME:
            return WithoutZ(raw)
        case _:
            return raw


def _made(function: Callable[[Any], Any], kind: Kind) -> Callable[[Operand], Operand]:
    return lambda operand: Operand(kind, function(operand.value), operand.given)


# Functions of one text.
OF_TEXT: Mapping[str, Callable[[Operand], Operand]] = {
    "tolower": _made(UnicodeLower, Kind.TEXT),
    "toupper": _made(UnicodeUpper, Kind.TEXT),
    "trim": _made(Trim, Kind.TEXT),
    "length": _made(Length, Kind.INTEGER),
}


def index_of(operand: Operand, needle: str) -> Operand:
    """Return where a text starts in another, from 0; -1 where it does not."""
    place = StrIndex(operand.compared(), text(needle)) - Value(1)
    return Operand(Kind.INTEGER, place, operand.given)
