"""How files of custom fields are loaded: a definition a row."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from assets.models import AssetField, EnumValue, FieldType
from assets.models.field_names import field_name_key
from assets.services.fields import create_field, update_field
from organisations.imports import Cells, Column, Export, Key, Terms, joined, parted
from organisations.imports.catalogue import CatalogueLoader, PlainResource, key
from organisations.imports.exporting import CHUNK, as_cell, refuse_filter
from organisations.models import Organisation
from organisations.permissions import Permission

OWN: Mapping[str, str] = {
    "name": "text",
    "description": "text",
    "type": "text",
    "required": "boolean",
    "is_result": "boolean",
    "units": "text",
    "multi_line": "boolean",
    "max_length": "integer",
}


class FieldLoader(CatalogueLoader[AssetField]):
    """Loads the rows of one file as custom fields.

    The cell of values names all that an enum field allows: others are removed, unless
    assets have them.
    """

    noun: ClassVar[str] = "field"
    types: ClassVar[Mapping[str, str]] = OWN

    def rows(self) -> Iterable[AssetField]:
        """Return the organisation's fields."""
        return AssetField.objects.of(self.terms.organisation)

    def make(self, cells: Cells) -> AssetField:
        """Make a field with its values."""
        body = self.values(cells)
        if texts := parted(cells.text("values")):
            body["values"] = texts
        return create_field(
            organisation=self.terms.organisation,
            body=self._with_default(body, cells, body.get("type")),
            actor=self.terms.actor,
        )

    def change(self, row: AssetField, cells: Cells) -> AssetField:
        """Change a definition, and make its values those of the cell."""
        body = self.values(cells)
        if texts := parted(cells.text("values")):
            body["values"] = _edits(row, texts)
        body = self._with_default(body, cells, body.get("type", row.type))
        return update_field(row, body, actor=self.terms.actor)

    def state(self, row: AssetField) -> Mapping[str, object]:
        """Return the columns and the values."""
        values = EnumValue.objects.filter(field=row).order_by("id")
        texts = values.values_list("value", flat=True)
        return {**row.recorded(), "values": joined(texts)}

    def _with_default(
        self, body: dict[str, Any], cells: Cells, type_: object
    ) -> dict[str, Any]:
        """Add the default as a value of the type; the service refuses other texts."""
        text = cells.text("default_value")
        if not text:
            return body
        try:
            kind = FieldType.parse(type_)
        except ValueError:
            # The service says what is wrong with the type.
            return body
        is_text = kind in {FieldType.TEXT, FieldType.ENUM, FieldType.URL}
        column = self.columns["default_value"]
        return {
            **body,
            "default_value": text if is_text else column.read(kind.label, text),
        }


def _edits(row: AssetField, texts: Sequence[str]) -> list[object]:
    """Return what makes these the values of the field, case and all."""
    stored = {value.value_key: value for value in row.values.all()}
    wanted = {field_name_key(text): text for text in texts}
    gone = [
        {"id": str(value.pk), "removed": True}
        for name, value in stored.items()
        if name not in wanted
    ]
    kept = [
        {"id": str(value.pk), "value": wanted[name]}
        for name, value in stored.items()
        if name in wanted
    ]
    new = [text for name, text in wanted.items() if name not in stored]
    return [*gone, *kept, *new]


class FieldResource(PlainResource):
    """Files with a custom field a row."""

    name: ClassVar[str] = "fields"
    keys: ClassVar[Sequence[Key]] = (
        key("name", "field", "fieldname"),
        key("description", "notes", "comments"),
        key("type", "fieldtype", "format"),
        key("required", "mandatory"),
        key("is_result"),
        key("units", "unit"),
        key("multi_line"),
        key("max_length"),
        key("values", "enumvalues", "fieldvalues", "choices", "options"),
        key("default_value", "default"),
    )
    needed = Permission.MANAGE_FLEETS

    def loader(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> FieldLoader:
        """Make ready to load."""
        return FieldLoader(terms, columns, unique)

    def export(self, organisation: Organisation, *, filter: str = "") -> Export:
        """Return the fields in the order of their making."""
        refuse_filter(self.name, filter)
        return Export([one.name for one in self.keys], _rows(organisation))


def _rows(organisation: Organisation) -> Iterator[list[str]]:
    values: dict[int, dict[str, str]] = {}
    texts = EnumValue.objects.filter(field__organisation=organisation).order_by("id")
    for field_id, key_, text in texts.values_list("field_id", "pk", "value"):
        values.setdefault(field_id, {})[str(key_)] = text
    found = AssetField.objects.of(organisation).order_by("id")
    for field in found.iterator(chunk_size=CHUNK):
        own = [as_cell(getattr(field, name)) for name in OWN if name != "type"]
        own.insert(list(OWN).index("type"), FieldType(field.type).label)
        known = values.get(field.pk, {})
        default: Any = field.default_value
        if field.type == FieldType.ENUM:
            default = known.get(default)
        yield [*own, joined(known.values()), as_cell(default)]
