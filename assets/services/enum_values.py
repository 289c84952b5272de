"""The values of enum fields: made, renamed and removed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from assets.models import AssetField, AssetGroup, EnumValue, FieldType
from assets.models.field_names import field_name_key
from assets.services.checks import check_text
from assets.services.field_errors import checked_part, definition_error
from assets.services.references import reference_id
from config.api.errors import Refusal, invalid
from organisations.models import User
from organisations.services import history, rows

MOST_VALUES = 500
VALUE = EnumValue._meta.get_field("value")


@transaction.atomic
def add_value(field: AssetField, text: object, *, actor: User) -> EnumValue:
    """Add one value to an enum field (contract row 22)."""
    if field.type != FieldType.ENUM:
        raise Refusal("not_enum_field", "The field is not an enum.")
    AssetField.objects.select_for_update().get(pk=field.pk)
    cleaned = _checked_text(text)
    _refuse_duplicate(field, cleaned)
    if field.values.count() >= MOST_VALUES:
        raise definition_error("values", f"At most {MOST_VALUES} values are allowed.")
    value = make_value(field, cleaned, actor)
    value.save(force_insert=True)
    history.record_created([value], actor=actor)
    return value


def new_values(field: AssetField, items: object) -> list[str]:
    """Read `values` of a new field: `[{"value": ...}]` or `["..."]`."""
    if field.type != FieldType.ENUM:
        if items:
            raise definition_error("values", "Only an enum field has values.")
        return []
    if not isinstance(items, list) or not items:
        raise definition_error("values", "An enum field needs at least one value.")
    if len(items) > MOST_VALUES:
        raise definition_error("values", f"At most {MOST_VALUES} values are allowed.")
    texts = [
        checked_part(
            "values",
            _clean_value,
            one.get("value") if isinstance(one, Mapping) else one,
        )
        for one in items
    ]
    if len({field_name_key(text) for text in texts}) < len(texts):
        raise definition_error("values", "A value is named twice.")
    return texts


def _clean_value(value: object) -> str:
    return check_text(VALUE, value)


def _checked_text(text: object) -> str:
    try:
        return _clean_value(text)
    except ValidationError as error:
        raise invalid({"value": [str(message) for message in error.messages]}) from None


def make_value(field: AssetField, text: str, actor: User) -> EnumValue:
    """Return a new value, unsaved."""
    return EnumValue(
        field=field, value=text, updated_by=actor, updated_at=timezone.now()
    )


def _refuse_duplicate(field: AssetField, text: str, but: int | None = None) -> None:
    same = field.values.filter(value_key=field_name_key(text)).exclude(pk=but)
    if same.exists():
        raise Refusal("value_not_unique", "The field has this value.", field="value")


@dataclass(slots=True)
class Edits:
    """What a request does to the values of a field, taken as a whole."""

    removed: list[EnumValue] = dataclass_field(default_factory=list)
    renamed: list[tuple[EnumValue, str]] = dataclass_field(default_factory=list)
    added: list[str] = dataclass_field(default_factory=list)


def change_values(
    field: AssetField,
    items: object,
    *,
    force: bool,
    keeps_default: bool,
    actor: User,
) -> None:
    """Delete, rename and make values as the items say (contract row 21).

    Only what is left in the end must be unique: two values may change their texts. A
    value that is the field's default goes with `force` only, which clears the default,
    unless the caller sets another one.
    """
    stored = {value.pk: value for value in field.values.all()}
    edits = _read_edits(items, stored)
    _check_result(stored, edits)
    for value in edits.removed:
        remove_value(value, force=force, actor=actor, keeps_default=keeps_default)
    _park([value for value, _ in edits.renamed])
    for value, text in edits.renamed:
        rename_value(value, text, actor=actor)
    added = [make_value(field, text, actor) for text in edits.added]
    for value in added:
        value.save(force_insert=True)
    history.record_created(added, actor=actor)


def _read_edits(items: object, stored: Mapping[int, EnumValue]) -> Edits:
    items = [] if items is None else items
    if not isinstance(items, list) or len(items) > MOST_VALUES:
        raise definition_error("values", f"A list of up to {MOST_VALUES} is expected.")
    edits, named = Edits(), set[int]()
    for item in items:
        given = item if isinstance(item, Mapping) else {"value": item}
        value = _stored_value(given.get("id"), stored)
        if value is None:
            text = checked_part("values", _clean_value, given.get("value"))
            edits.added.append(text)
            continue
        if value.pk in named:
            raise definition_error("values", "A value is named twice.")
        named.add(value.pk)
        if given.get("removed") is True:
            edits.removed.append(value)
        elif "value" in given:
            text = checked_part("values", _clean_value, given["value"])
            edits.renamed += [(value, text)] if text != value.value else []
    return edits


def _check_result(stored: Mapping[int, EnumValue], edits: Edits) -> None:
    """Refuse two values of one text, no value at all, and too many."""
    texts = {key: value.value for key, value in stored.items()}
    texts |= {value.pk: text for value, text in edits.renamed}
    for value in edits.removed:
        del texts[value.pk]
    left = [*texts.values(), *edits.added]
    if len({field_name_key(text) for text in left}) < len(left):
        raise definition_error("values", "The field has this value.")
    if not left:
        raise definition_error("values", "An enum field keeps at least one value.")
    if len(left) > MOST_VALUES:
        raise definition_error("values", f"At most {MOST_VALUES} values are allowed.")


def _park(values: Sequence[EnumValue]) -> None:
    """Free the keys of values that are renamed together, so that none is in the way.

    No text has the control character that a parked key begins with.
    """
    if len(values) < 2:
        return
    parked = Concat(Value("\x01"), Cast("pk", CharField()), output_field=CharField())
    EnumValue.objects.filter(pk__in=[one.pk for one in values]).update(value_key=parked)


def _stored_value(key: object, stored: Mapping[int, EnumValue]) -> EnumValue | None:
    """Return the value that an item names, None for an item without an id."""
    try:
        wanted = reference_id(key)
        return None if wanted is None else stored[wanted]
    except (ValueError, KeyError):
        sentence = "The field has no such value."
        raise Refusal("enum_value_not_found", sentence, field="values") from None


def rename_value(value: EnumValue, text: str, *, actor: User) -> EnumValue:
    """Give a value another text; who and when are noted only when it differs."""
    if value.value == text:
        return value
    named = {
        "value": text,
        "value_key": field_name_key(text),
        "updated_by": actor,
        "updated_at": timezone.now(),
    }
    return rows.update(value, named, actor=actor)


def remove_value(
    value: EnumValue, *, force: bool, actor: User, keeps_default: bool = True
) -> None:
    """Delete a value; with `force` also where assets have it or it is the default."""
    field, key = value.field, str(value.pk)
    users = AssetGroup.objects.filter(
        organisation=field.organisation_id, **{f"fields__{field.key}": key}
    )
    is_default = keeps_default and field.default_value == key
    if not force and (is_default or users.exists()):
        sentence = "Assets have this value, or it is the default."
        raise Refusal("enum_value_in_use", sentence, field="values")
    _clear_value(users.select_for_update().iterator(), field.key, actor)
    if is_default:
        rows.update(field, {"default_value": None}, actor=actor)
    history.record_deleted(value, actor=actor)
    value.delete()


def remove_all(field: AssetField, *, actor: User) -> None:
    """Delete the values of a field that is no enum any more, and its default."""
    rows.update(field, {"default_value": None}, actor=actor)
    for value in field.values.all():
        history.record_deleted(value, actor=actor)
        value.delete()


def _clear_value(users: Iterable[AssetGroup], key: str, actor: User) -> None:
    for row in users:
        left = {name: value for name, value in row.fields.items() if name != key}
        rows.update(row, {"fields": left}, actor=actor)


@transaction.atomic
def change_value(value: EnumValue, text: object, *, actor: User) -> EnumValue:
    """Give one value another text, unique in its field."""
    AssetField.objects.select_for_update().get(pk=value.field_id)
    cleaned = _checked_text(text)
    _refuse_duplicate(value.field, cleaned, but=value.pk)
    return rename_value(value, cleaned, actor=actor)


@transaction.atomic
def delete_value(value: EnumValue, *, force: bool, actor: User) -> None:
    """Delete one value; the last one of a field stays."""
    AssetField.objects.select_for_update().get(pk=value.field_id)
    if value.field.values.count() == 1:
        raise definition_error("values", "An enum field keeps at least one value.")
    remove_value(value, force=force, actor=actor)
