"""How rows are found by the value of any custom field: by the index of values.

Which ids have it is asked beforehand and only so many are taken: a condition on all the
fields at once would make the database read the whole table.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest

from assets.models import AssetField, AssetGroup, EnumValue, FieldType
from assets.models.field_names import field_name_key
from assets.services.definitions import Definition
from assets.services.values import canonical_value
from config.api.errors import Refusal
from organisations.admin.filters import listed_organisation
from organisations.admin.rights import desk_of

# In so many fields a value is looked up.
MOST_FIELDS = 100
# So many rows are found by their values; a filter by the field finds all.
MOST_FOUND = 500
WHOLE = {FieldType.INTEGER, FieldType.DURATION}
# A flag tells too little to be searched for; enum values are found by their texts.
LEFT_OUT = {FieldType.BOOLEAN, FieldType.ENUM}


def with_value(request: HttpRequest, term: str) -> set[int]:
    """Return the ids of rows that have exactly this value in a field; so many at most.

    Where the person works on too many fields, values are searched for within the
    organisation that the list is narrowed to.
    """
    memory = desk_of(request).memory
    key = ("with_value", term)
    if key not in memory:
        memory[key] = _with_value(request, term)
    found: set[int] = memory[key]
    return found


def _with_value(request: HttpRequest, term: str) -> set[int]:
    fields = list(_fields(request)[: MOST_FIELDS + 1])
    if len(fields) > MOST_FIELDS:
        sentence = "Values of fields are searched for in one organisation: choose one."
        messages.info(request, sentence)
        return set()
    rows = AssetGroup.objects.present().order_by().values("pk")
    parts = [rows.filter(fields__holds={k: value}) for k, value in held(fields, term)]
    if not parts:
        return set()
    united = parts[0].union(*parts[1:])
    found = list(united.values_list("pk", flat=True)[: MOST_FOUND + 1])
    if len(found) > MOST_FOUND:
        sentence = f"More than {MOST_FOUND} rows have this value in a field: "
        messages.info(request, f"{sentence}filter by the field to see all.")
    return {*found[:MOST_FOUND]}


def _fields(request: HttpRequest) -> Any:
    organisation = listed_organisation(request)
    if organisation is not None:
        return AssetField.objects.of(organisation)
    return AssetField.objects.staffed_by(desk_of(request).actor)


def held(fields: list[AssetField], term: str) -> Iterator[tuple[str, object]]:
    """Yield the keys of the fields that can have the text, with what they then hold."""
    enums = [one.pk for one in fields if one.type == FieldType.ENUM]
    values = EnumValue.objects.filter(field__in=enums, value_key=field_name_key(term))
    if enums:
        for field_id, value_id in values.values_list("field_id", "pk"):
            yield f"f{field_id}", str(value_id)
    for definition in map(Definition.of, fields):
        if definition.type in LEFT_OUT:
            continue
        try:
            yield definition.key, read(definition, term)
        except (Refusal, ValueError):
            continue


def read(definition: Definition, term: str) -> object:
    """Return the text as a value of the field; raise Refusal or ValueError."""
    given = int(term) if definition.type in WHOLE else term
    return canonical_value(definition, given, key=definition.name)
