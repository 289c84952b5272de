"""The rules for an asset's values, each with the code that its refusal carries."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError

from assets.models import AssetGroup
from assets.models.field_names import READ_ONLY, WRITABLE, bare_name
from assets.services.definitions import Definition, Definitions
from assets.services.references import References, reference_id
from assets.services.values import canonical_value
from config.api.errors import Refusal, invalid
from organisations.models import Location, SubLocation
from organisations.models.prefix import LARGEST_NUMBER

NAME = AssetGroup._meta.get_field("name")
DESCRIPTION = AssetGroup._meta.get_field("description")


def check_text(field: Any, value: object) -> str:
    """Return a text in its clean form; raise ValidationError as the column would."""
    if not isinstance(value, str):
        raise ValidationError("A text is expected.")
    cleaned: str = field.clean(value, None)
    return cleaned


def check_flag(value: object) -> bool:
    """Return a flag; raise ValidationError for anything but true and false."""
    if not isinstance(value, bool):
        raise ValidationError("true or false is expected.")
    return value


def check_number(value: object) -> int | None:
    """Return an explicit number, None for none; raise ValidationError."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValidationError("A whole number is expected.")
    if not 1 <= value <= LARGEST_NUMBER:
        raise ValidationError(f"A number from 1 to {LARGEST_NUMBER} is expected.")
    return value


def check_name(value: object) -> str:
    """Return a clean name (contract C10)."""
    return check_text(NAME, value)


def check_description(value: object) -> str:
    """Return a description, trimmed; null is the empty one (contract C10)."""
    return check_text(DESCRIPTION, "" if value is None else value).strip()


BODY = {"name": check_name, "description": check_description, "active": check_flag}


def check_body(values: Mapping[str, object]) -> dict[str, object]:
    """Check name, description and active where given; refuse naming all at fault."""
    cleaned: dict[str, object] = {}
    errors: dict[str, list[str]] = {}
    for key, check in BODY.items():
        if key not in values:
            continue
        try:
            cleaned[key] = check(values[key])
        except ValidationError as error:
            errors[key] = [str(message) for message in error.messages]
    if errors:
        raise invalid(errors)
    return cleaned


def check_place(
    references: References, location: Location | None, value: object
) -> SubLocation | None:
    """Return the sub-location a value names: one of the location, with room left."""
    key = "sub_location_id"
    found: SubLocation | None = references.find(
        "sub_locations", value, "sub_location_invalid", key
    )
    if found is None:
        return None
    if location is None or found.location_id != location.pk:
        sentence = "The sub-location is not part of the location."
        raise Refusal("sub_location_invalid", sentence, field=key)
    if not references.take_place(found):
        raise Refusal("location_invalid", "The sub-location is full.", field=key)
    return found


def check_subscription_id(value: object) -> int | None:
    """Read the id of a subscription; whether it has seats is asked last."""
    try:
        return reference_id(value)
    except ValueError as error:
        raise invalid({"subscription_id": [str(error)]}) from None


def check_group(
    references: References, value: object, *, fleet_id: int | None, unknown: str
) -> AssetGroup | None:
    """Return the group an asset is to join: one of the same fleet (resolution 6).

    Raise `unknown` for what names no group, `group_not_in_fleet` for another fleet's.
    """
    found: AssetGroup | None = references.find("groups", value, unknown, "group_id")
    if found is not None and found.fleet_id != fleet_id:
        sentence = "The group does not belong to the fleet of the asset."
        raise Refusal("group_not_in_fleet", sentence, field="group_id")
    return found


def find_fields(
    values: object, definitions: Definitions, allowed: Mapping[int, Definition]
) -> dict[str, tuple[Definition, object]]:
    """Find the field of each key of a `fields` object, by id or name.

    Raise `field_unknown` for keys that name none of the allowed fields, and
    `invalid_body` for two keys that name the same one (contract 3.3).
    """
    if values is None:
        return {}
    if not isinstance(values, Mapping):
        raise invalid({"fields": ["An object keyed by field id is expected."]})
    found: dict[str, tuple[Definition, object]] = {}
    unknown: dict[str, list[str]] = {}
    seen: set[int] = set()
    for key, value in values.items():
        definition = definitions.find(str(key))
        if definition is None or definition.id not in allowed:
            unknown[f"fields.{key}"] = ["There is no such field."]
            continue
        if definition.id in seen:
            raise invalid({f"fields.{key}": ["The field is named twice."]})
        seen.add(definition.id)
        found[str(key)] = (definition, value)
    if unknown:
        message = f"There is no field '{next(iter(unknown)).removeprefix('fields.')}'."
        raise Refusal("field_unknown", message, errors=unknown)
    return found


def check_fields(found: Mapping[str, tuple[Definition, object]]) -> dict[str, object]:
    """Return the canonical values by storage key; None clears.

    Raise the first of `units_mismatch`, `invalid_field_value` and `field_required`
    (a required field cleared), with every key at fault named as `fields.<key>`.
    """
    values: dict[str, object] = {}
    first: Refusal | None = None
    errors: dict[str, list[str]] = {}
    for key, (definition, raw) in found.items():
        try:
            value = canonical_value(definition, raw, key=key)
            if value is None:
                refuse_cleared(definition, value, key)
        except Refusal as refusal:
            first = first or refusal
            errors |= {
                f"fields.{name}": [*said] for name, said in refusal.errors.items()
            }
            continue
        values[definition.key] = value
    if first:
        raise Refusal(first.code, first.message, errors=errors)
    return values


def refuse_cleared(definition: Definition, value: object, key: str) -> None:
    """Refuse to leave a required field without a value."""
    if definition.required and value is None:
        sentence = f"The field '{definition.name}' is required."
        raise Refusal("field_required", sentence, field=key)


def split_built_ins(
    body: Mapping[str, object], *, without: Collection[str] = ()
) -> tuple[dict[str, object], dict[str, object]]:
    """Split a `.../fields` body into built-in values and custom ones (contract 3.3).

    `without` are built-ins that the row does not have. Raise `invalid_body` when two
    keys name the same one.
    """
    built_in: dict[str, object] = {}
    custom: dict[str, object] = {}
    for key, value in body.items():
        name = WRITABLE.get(bare_name(key))
        if name is None or name in without:
            custom[key] = value
            continue
        if name in built_in:
            raise invalid({key: ["The field is named twice."]})
        if isinstance(value, Mapping) and "value" in value:
            value = value["value"]
        built_in[name] = value
    return built_in, custom


def is_read_only(key: str) -> bool:
    """Tell whether the key names a built-in that cannot be written.

    Such names are reserved, so no custom field can be meant.
    """
    return bare_name(key) in READ_ONLY


def refuse_read_only(keys: Iterable[str]) -> None:
    """Refuse built-in names that cannot be written."""
    errors = {key: ["The field is read-only."] for key in keys if is_read_only(key)}
    if errors:
        key = next(iter(errors))
        raise Refusal("field_read_only", f"{key} is read-only.", errors=errors)
