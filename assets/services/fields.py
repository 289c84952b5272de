"""Custom fields: their definition and their enum values (contract rows 17 to 22)."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from assets.models import (
    AssetField,
    AssetGroup,
    AssetTypeField,
    EnumValue,
    FieldType,
)
from assets.models.field_names import field_name_key, validate_field_name
from assets.services.checks import check_description, check_flag, check_name, check_text
from assets.services.definitions import Definition
from assets.services.enum_values import (
    change_values,
    make_value,
    new_values,
    remove_all,
)
from assets.services.field_errors import checked_part, definition_error
from assets.services.values import canonical_value
from config.api.errors import Refusal, invalid
from organisations.models import Organisation, User
from organisations.names import clean_name
from organisations.services import history, rows

DEFAULT_NAME = "new asset field"
NOT_UNIQUE = "Another field has this name."
FLAGS = ("required", "is_result", "multi_line")
UNITS = AssetField._meta.get_field("units")
MAX_LENGTH = AssetField._meta.get_field("max_length")


@transaction.atomic
def create_field(
    *, organisation: Organisation, body: Mapping[str, object], actor: User
) -> AssetField:
    """Make a field, and its values when it is an enum.

    Raise `field_name_not_unique`, `field_name_reserved`, `invalid_field_definition`
    or `invalid_body`, in this order.
    """
    field = AssetField(organisation=organisation)
    name = body["name"] if "name" in body else _first_free_name(organisation)
    field.name = _checked_name(field, name)
    if "type" not in body:
        raise definition_error("type", "The type of the values is required.")
    _define(field, body)
    texts = new_values(field, body.get("values"))
    _insert(field)
    added = [make_value(field, text, actor) for text in texts]
    EnumValue.objects.bulk_create(added)
    field.default_value = _checked_default(field, body)
    field.save(update_fields=["default_value"])
    history.record_created([field, *added], actor=actor)
    return field


@transaction.atomic
def update_field(
    field: AssetField, body: Mapping[str, object], *, actor: User
) -> AssetField:
    """Change what the body names, its enum values included (contract row 21).

    Of `values`, an item without id is made, one with id renamed, one with
    `removed: true` deleted; those not listed stay. `force: true` deletes values that
    assets still have, and clears them there.
    """
    field = AssetField.objects.select_for_update().get(pk=field.pk)
    fresh = AssetField.objects.get(pk=field.pk)
    if "name" in body:
        fresh.name = _checked_name(field, body["name"])
    _define(fresh, body)
    was_enum = field.type == FieldType.ENUM
    if fresh.type != field.type:
        _refuse_type_in_use(field)
    names = ("name", "description", "type", "units", "max_length", *FLAGS)
    _update(field, {name: getattr(fresh, name) for name in names}, actor)
    if field.type == FieldType.ENUM:
        change_values(
            field,
            body.get("values"),
            force=body.get("force") is True,
            keeps_default="default_value" not in body,
            actor=actor,
        )
    elif body.get("values"):
        raise definition_error("values", "Only an enum field has values.")
    elif was_enum:
        remove_all(field, actor=actor)
    _update(field, {"default_value": _checked_default(field, body)}, actor)
    return field


def _first_free_name(organisation: Organisation) -> str:
    taken = set(
        AssetField.objects.of(organisation)
        .filter(name_key__startswith=DEFAULT_NAME)
        .values_list("name_key", flat=True)
    )
    number = 1
    while True:
        name = DEFAULT_NAME if number == 1 else f"{DEFAULT_NAME} {number}"
        if name not in taken:
            return name
        number += 1


def _checked_name(field: AssetField, name: object) -> str:
    if not isinstance(name, str):
        raise invalid({"name": ["A text is expected."]})
    key = field_name_key(name)
    others = AssetField.objects.filter(
        organisation=field.organisation_id, name_key=key
    ).exclude(pk=field.pk)
    # A text that no column can hold is nobody's name; the rules below refuse it.
    if key.isprintable() and others.exists():
        raise Refusal("field_name_not_unique", NOT_UNIQUE, field="name")
    try:
        validate_field_name(clean_name(name))
    except ValidationError as error:
        raise Refusal("field_name_reserved", error.messages[0], field="name") from None
    try:
        return check_name(name)
    except ValidationError as error:
        raise invalid({"name": [str(message) for message in error.messages]}) from None


def _define(field: AssetField, body: Mapping[str, object]) -> None:
    """Set the parts of the definition that the body names, and check them together."""
    if "type" in body:
        _set_type(field, body["type"])
    for key in FLAGS:
        if key in body:
            setattr(field, key, checked_part(key, check_flag, body[key]))
    if "description" in body:
        field.description = checked_part(
            "description", check_description, body["description"]
        )
    if "units" in body:
        units = "" if body["units"] is None else body["units"]
        field.units = checked_part(
            "units", lambda value: check_text(UNITS, value), units
        )
    if "max_length" in body:
        field.max_length = checked_part("max_length", _max_length, body["max_length"])
    _check_together(field)


def _set_type(field: AssetField, value: object) -> None:
    was_duration = field.type == FieldType.DURATION
    try:
        field.type = FieldType.parse(value)
    except ValueError:
        raise definition_error("type", "A field type is 0 to 8.") from None
    if was_duration:
        field.units = ""


def _max_length(value: object) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise ValidationError("A whole number is expected.")
    cleaned: int | None = MAX_LENGTH.clean(value, None)
    return cleaned


def _check_together(field: AssetField) -> None:
    if field.type == FieldType.DURATION and field.units in {"", "s"}:
        field.units = "s"
    elif field.units and field.type not in {FieldType.INTEGER, FieldType.DECIMAL}:
        raise definition_error("units", "Only numbers have units.")
    for key in ("multi_line", "max_length"):
        if getattr(field, key) and field.type != FieldType.TEXT:
            raise definition_error(key, "Only a text has this.")


def _refuse_type_in_use(field: AssetField) -> None:
    if has_values(field):
        sentence = "Assets have values of the field; its type stays."
        raise Refusal("field_type_in_use", sentence, field="type")


@transaction.atomic
def delete_field(field: AssetField, *, actor: User) -> None:
    """Delete a field that no type has and no row has a value of, or raise `in_use`."""
    valued = AssetGroup.objects.filter(
        organisation=field.organisation_id, fields__has_key=field.key
    )
    uses = {
        "asset types": AssetTypeField.objects.filter(field=field).count(),
        "assets": valued.order_by()[: rows.COUNTED].count(),
    }
    rows.refuse_uses(uses)
    rows.delete(field, actor=actor)


def has_values(field: AssetField) -> bool:
    """Tell whether any row of the register, deleted ones included, has a value."""
    rows_of = AssetGroup.objects.filter(organisation=field.organisation_id)
    return rows_of.filter(fields__has_key=field.key).exists()


def _checked_default(field: AssetField, body: Mapping[str, object]) -> object:
    """Return the default, checked as a value of the field, whose values are known."""
    definition = Definition.of(field)
    for value in field.values.all():
        definition.enum_ids.add(str(value.pk))
        definition.enum_by_text[value.value] = str(value.pk)
    wanted = body.get("default_value", field.default_value)
    try:
        return canonical_value(definition, wanted, key="default_value")
    except Refusal as refusal:
        raise Refusal(
            "invalid_field_definition", refusal.message, errors=refusal.errors
        ) from None


def _insert(field: AssetField) -> None:
    field.full_clean(exclude={"id"})
    try:
        with transaction.atomic():
            field.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal("field_name_not_unique", NOT_UNIQUE, field="name") from error


def _update(field: AssetField, values: Mapping[str, Any], actor: User) -> None:
    try:
        rows.update(field, values, actor=actor)
    except IntegrityError as error:
        raise Refusal("field_name_not_unique", NOT_UNIQUE, field="name") from error
