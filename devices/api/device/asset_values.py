"""Values of custom fields as clients of the device API write them: often as texts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assets.models import AssetField, EnumValue, FieldType
from assets.services.definitions import Definitions
from assets.services.values import canonical_value
from config.api.device.elements import Element, Problems
from config.api.device.fields import WHOLE
from config.api.device.values import Malformed, read_day, read_flag
from config.api.errors import Refusal
from config.api.snowflake import SERIAL_MASK, serial_of
from devices.api.device.custom_fields import fields_of_types

TWICE = "The field is named twice."
ELSEWHERE = "The asset type has no such field."
# Both arrays tell values; where they differ the second one counts.
ARRAYS = ("customfields", "fields")
LONGEST_NUMBER = 10


@dataclass
class Given:
    """The custom fields that an element sets, and where in it each stands."""

    values: dict[str, object] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)


Items = Mapping[str, Mapping[int, Sequence[Element]]]


class FieldValues:
    """Reads the fields of all elements; what they may hold is read once for all."""

    def __init__(self, items: Items, elements: Iterable[Element]) -> None:
        self.items = items
        rows: dict[int, AssetField] = {}
        for part in self._parts():
            found = part.values.get("field")
            if found is not None:
                rows[found.pk] = found
        self.definitions = Definitions(rows.values())
        kinds = [one.pk for one in rows.values() if one.type == FieldType.ENUM]
        self.choices = self._choices(kinds)
        types = {kind for one in elements if (kind := _type_of(one))} if rows else set()
        self.of_types = {
            key: {one.id for one in fields}
            for key, fields in fields_of_types(types).items()
        }

    def _parts(self) -> Iterable[Element]:
        for array in ARRAYS:
            for parts in self.items[array].values():
                yield from parts

    def _choices(self, fields: Sequence[int]) -> dict[tuple[int, int], str]:
        """Return the values of enum fields that are told by their serials."""
        told = (str(part.body.get("value")).strip() for part in self._parts())
        serials = {
            int(text)
            for text in told
            if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER
        }
        if not fields or not serials:
            return {}
        known = {one for one in serials if one <= SERIAL_MASK}
        rows = EnumValue.objects.filter(field__in=fields, id__serial__in=known)
        return {
            (row.field_id, serial_of(row.pk)): str(row.pk) for row in rows.only("field")
        }

    def given(self, element: Element, problems: Problems) -> Given:
        """Return what an element sets; note values that its fields do not take."""
        found = Given()
        for array in ARRAYS:
            seen: set[str] = set()
            for place, part in enumerate(self.items[array][element.index]):
                row, path = part.values.get("field"), f"{array}[{place}]"
                if row is None or isinstance(part.body.get("value"), list | dict):
                    continue
                if str(row.pk) in seen:
                    problems.note(element, {f"{path}.id": [TWICE]})
                    continue
                seen.add(str(row.pk))
                if row.pk not in self.of_types.get(_type_of(element) or 0, {row.pk}):
                    problems.note(element, {f"{path}.id": [ELSEWHERE]})
                    continue
                found.values[str(row.pk)] = self.plain(row, part.body.get("value"))
                found.paths[str(row.pk)] = f"{path}.value"
        for key, path in found.paths.items():
            definition = self.definitions.by_id[int(key)]
            try:
                canonical_value(definition, found.values[key], key=path)
            except Refusal as refusal:
                problems.note(element, refusal.errors)
                del found.values[key]
        return found

    def plain(self, row: AssetField, value: Any) -> object:
        """Return a value in its own type, as the fleet API has it; None clears."""
        if value is None or value == "":
            return None
        text = str(value).strip()
        match row.type:
            case FieldType.INTEGER | FieldType.DURATION:
                return int(text) if WHOLE.fullmatch(text) else value
            case FieldType.TEXT | FieldType.URL:
                return value if isinstance(value, bool) else str(value)
            case FieldType.ENUM:
                return self._choice(row, value, text)
            case FieldType.BOOLEAN:
                return _flag(value, text)
            case FieldType.DATE:
                return _day(value, text)
        return value

    def _choice(self, row: AssetField, value: object, text: str) -> object:
        """Return the text of a choice, or its id where a serial is told."""
        if text in self.definitions.by_id[row.pk].enum_by_text:
            return text
        known = text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER
        serial = int(text) if known else 0
        return self.choices.get((row.pk, serial), "")


def _type_of(element: Element) -> int | None:
    """Return the type that an element's asset has, or is to have."""
    kind = element.values.get("type")
    if kind is not None:
        return int(kind.pk)
    return None if element.is_new else element.row.type_id


def _flag(value: object, text: str) -> object:
    try:
        return read_flag(text)
    except Malformed:
        return value


def _day(value: object, text: str) -> object:
    """Take moments for their days."""
    try:
        return read_day(text).isoformat()
    except Malformed:
        return value
