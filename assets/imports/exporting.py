"""Assets, equipment and groups written so that the same file can be loaded again."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from assets.ephemerality import Ephemerality
from assets.imports.fields import field_names
from assets.imports.references import status_names, type_names
from assets.models import AssetField, AssetGroup, EnumValue, FieldType
from assets.services.conditions import custom_property
from assets.services.definitions import Definitions
from config.api.odata.filtering import condition_of
from config.api.odata.properties import Allowed, CustomProperty, Property
from organisations.imports import Export, Key, squeezed
from organisations.imports.exporting import CHUNK, as_cell
from organisations.imports.fleets import names_of as fleet_names
from organisations.imports.locations import names_of as location_names
from organisations.imports.locations import part_names_of
from organisations.imports.prefixes import names_of as prefix_names
from organisations.models import Organisation

# The columns behind the keys; what is not here is a column of the key's name.
COLUMNS: Mapping[str, str] = {
    "type": "type_id",
    "status": "status_id",
    "location": "location_id",
    "sub_location": "sub_location_id",
    "fleet": "fleet_id",
    "prefix": "prefix_id",
}
Names = Mapping[int, str]


def export_of(
    organisation: Organisation,
    ephemerality: Ephemerality,
    *,
    keys: Sequence[Key],
    found: Any,
) -> Export:
    """Return those of the rows found that are of one kind."""
    found = found.filter(ephemerality=ephemerality).order_by("id")
    custom = CustomCells(organisation)
    names = names_of(organisation, type_names(organisation, ephemerality))
    columns = [COLUMNS.get(one.name, one.name) for one in keys]
    return Export(
        custom.header(keys),
        _rows(found, columns, names, custom),
    )


def narrowed(
    organisation: Organisation, condition: str, properties: Mapping[str, Property]
) -> Any:
    """Return what an organisation has and what meets a condition, if there is one."""
    found = AssetGroup.objects.of(organisation).present()
    if not condition:
        return found
    definitions = Definitions.of_organisation(organisation)

    def custom(name: str) -> CustomProperty | None:
        return custom_property(definitions, name)

    return found.filter(condition_of(condition, Allowed(properties, custom)))


def chosen(organisation: Organisation, ids: Collection[int]) -> Any:
    """Return those of the rows that an organisation has."""
    return AssetGroup.objects.of(organisation).present().filter(pk__in=ids)


def names_of(organisation: Organisation, types: Names) -> dict[str, Names]:
    """Return by column the texts that name the rows which assets refer to."""
    return {
        "type_id": types,
        "status_id": status_names(organisation),
        "location_id": location_names(organisation),
        "sub_location_id": part_names_of(organisation),
        "fleet_id": fleet_names(organisation),
        "prefix_id": prefix_names(organisation),
    }


def _rows(
    found: Any,
    columns: Sequence[str],
    names: Mapping[str, Names],
    custom: "CustomCells",
) -> Iterator[list[str]]:
    write = [writer(names.get(column)) for column in columns]
    rows = found.values_list("fields", *columns).iterator(chunk_size=CHUNK)
    for fields, *values in rows:
        own = [one(value) for one, value in zip(write, values, strict=True)]
        yield own + custom.cells(fields)


def writer(names: Names | None) -> Callable[[Any], str]:
    """Return what writes a value: by name where it is the id of another row."""
    if names is None:
        return as_cell
    return lambda key: names.get(key, "")


class CustomCells:
    """The custom fields of an organisation as columns behind the keys."""

    def __init__(self, organisation: Organisation) -> None:
        fields = AssetField.objects.of(organisation).order_by("id")
        self.fields = list(fields)
        self.meant = field_names(organisation)
        values = EnumValue.objects.filter(field__organisation=organisation)
        texts = {str(key): text for key, text in values.values_list("pk", "value")}
        self.texts = {
            field.key: texts if field.type == FieldType.ENUM else None
            for field in self.fields
        }

    def header(self, keys: Sequence[Key]) -> list[str]:
        """Return the names of keys and fields, those of keys being no field's."""
        return [
            *(self._head(one) for one in keys),
            *(field.name for field in self.fields),
        ]

    def cells(self, values: Mapping[str, object]) -> list[str]:
        """Return the values of a row, the texts of enums for their ids."""
        shown = []
        for key, texts in self.texts.items():
            value = values.get(key)
            shown.append(as_cell(value if texts is None else texts.get(str(value))))
        return shown

    def _head(self, key: Key) -> str:
        """Return the key's name, or a synonym where a custom field is called so."""
        words = (key.name, *key.synonyms)
        return next((one for one in words if squeezed(one) not in self.meant), key.name)
