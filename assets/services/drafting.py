"""Checking one draft of an asset, a piece of equipment or a group."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError

from assets.ephemerality import ALONE, Ephemerality
from assets.models import AssetGroup, AssetType
from assets.services.checks import (
    check_body,
    check_fields,
    check_group,
    check_number,
    check_place,
    check_subscription_id,
    find_fields,
)
from assets.services.drafts import ABSENT, AssetDraft
from assets.services.references import References, names_another
from assets.services.values import is_null
from config.api.errors import Refusal, invalid
from organisations.models import Prefix
from organisations.models.base import Row

CheckConsist = Callable[[int | None], None]

DEFAULT_NAMES = {
    Ephemerality.SINGLE: "new asset",
    Ephemerality.EQUIPMENT: "new equipment",
    Ephemerality.TEMPORARY: "new asset group",
    Ephemerality.PERMANENT: "new asset group",
}
KINDS = {
    Ephemerality.SINGLE: "single assets",
    Ephemerality.EQUIPMENT: "equipment",
    Ephemerality.PERMANENT: "permanent groups",
}


def check_draft(
    draft: AssetDraft,
    references: References,
    ephemerality: Ephemerality,
    check_consist: CheckConsist | None = None,
) -> AssetGroup:
    """Check one draft in the order of contract rows 26, 28 and 45.

    `check_consist` is called with the fleet of a new group, where the contract checks
    its members.
    """
    kind = _type_of(draft, references, ephemerality)
    fleet = references.find("fleets", draft.fleet_id, "fleet_invalid", "fleet_id")
    status = references.find("statuses", draft.status_id, "status_invalid", "status_id")
    location = references.find(
        "locations", draft.location_id, "location_invalid", "location_id"
    )
    sub_location = check_place(references, location, draft.sub_location_id)
    fields = _fields_of(draft, references, kind)
    fleet_id = _key(fleet)
    group = check_group(
        references, draft.group_id, fleet_id=fleet_id, unknown="group_not_in_fleet"
    )
    if check_consist is not None:
        check_consist(fleet_id)
    prefix = _prefix_of(draft, references, kind)
    number = _number_of(draft)
    name = DEFAULT_NAMES[ephemerality] if draft.name is ABSENT else draft.name
    body: Any = check_body(
        {"name": name, "description": draft.description, "active": draft.active}
    )
    row = AssetGroup.of_columns(
        {
            "organisation_id": references.organisation.pk,
            "ephemerality": ephemerality,
            "type_id": _key(kind),
            "fleet_id": fleet_id,
            "status_id": _key(status),
            "location_id": _key(location),
            "sub_location_id": _key(sub_location),
            "fields": fields,
            "unique_number": prefix.unique_number,
            "number": number,
            "subscription_id": check_subscription_id(draft.subscription_id),
            **body,
        }
    )
    row.prefix, row.joining = prefix, group
    return row


def _key(row: Row | None) -> int | None:
    return None if row is None else row.id


def _type_of(
    draft: AssetDraft, references: References, ephemerality: Ephemerality
) -> AssetType | None:
    found: AssetType | None = references.find(
        "types", draft.type_id, "asset_type_required", "type_id"
    )
    if ephemerality is Ephemerality.TEMPORARY:
        _refuse_type(found)
        return None
    if found is None:
        raise Refusal("asset_type_required", "A type is required.", field="type_id")
    if found.ephemerality != ephemerality:
        sentence = f"The type is not one for {KINDS[ephemerality]}."
        raise Refusal("asset_type_required", sentence, field="type_id")
    return found


def _refuse_type(found: AssetType | None) -> None:
    if found is not None:
        sentence = "A temporary group has no type."
        raise Refusal("asset_type_required", sentence, field="type_id")


def _fields_of(
    draft: AssetDraft, references: References, kind: AssetType | None
) -> dict[str, object]:
    """Check the values, apply defaults, then insist on what is required.

    Assets have the fields of their type, groups any of the organisation's.
    """
    own = references.type_fields[kind.pk] if kind else {}
    is_alone = kind is not None and kind.ephemerality in ALONE
    allowed = own if is_alone else references.definitions.by_id
    found = find_fields(draft.fields, references.definitions, allowed)
    values = check_fields(
        {key: pair for key, pair in found.items() if not is_null(pair[1])}
    )
    errors: dict[str, list[str]] = {}
    for definition in own.values():
        if definition.key not in values and definition.default_value is not None:
            values[definition.key] = definition.default_value
        if definition.required and definition.key not in values:
            errors[f"fields.{definition.id}"] = [f"'{definition.name}' is required."]
    if errors:
        sentence = next(iter(errors.values()))[0]
        raise Refusal("field_required", f"The field {sentence}", errors=errors)
    return values


def _prefix_of(
    draft: AssetDraft, references: References, kind: AssetType | None
) -> Prefix:
    """Choose the series of the number (resolution 20).

    Any other prefix than the type's own is a mismatch, whether it exists or not.
    """
    key = "prefix_id"
    own = kind.prefix_id if kind else None
    if own and names_another(draft.prefix_id, own):
        sentence = "The prefix is not the one of the type."
        raise Refusal("prefix_type_mismatch", sentence, field=key)
    given: Prefix | None = references.find(
        "prefixes", draft.prefix_id, "prefix_invalid", key
    )
    default = own or references.organisation.default_prefix_id
    chosen = given or references.prefixes.get(default or 0)
    if chosen is None or not chosen.enabled:
        raise Refusal("prefix_invalid", "The prefix cannot be used.", field=key)
    return chosen


def _number_of(draft: AssetDraft) -> int | None:
    try:
        return check_number(draft.number)
    except ValidationError as error:
        raise invalid(
            {"number": [str(message) for message in error.messages]}
        ) from None
