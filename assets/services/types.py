"""Asset types: what they refer to, and the fields and zones that hang on them."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction

from assets.ephemerality import Ephemerality
from assets.models import (
    AssetField,
    AssetType,
    AssetTypeField,
    AssetTypeZone,
    AssetZone,
)
from config.api.errors import Refusal
from config.api.snowflake import parse_snowflake
from organisations.models import Fleet, Organisation, Prefix, User
from organisations.services import history, rows


def check_type(
    organisation: Organisation,
    body: Mapping[str, object],
    *,
    fleet_code: str,
    kind: AssetType | None = None,
) -> dict[str, Any]:
    """Return the references a body names, in the order of contract rows 5 and 8.

    `fleet_code` is what an unknown fleet, or one of another organisation, is called:
    `fleet_not_found` on create, `fleet_not_in_organisation` on change. A type keeps
    its prefix after that has been switched off.
    """
    values: dict[str, Any] = {}
    if "fleet_id" in body:
        fleet = _own(Fleet, organisation, body["fleet_id"], fleet_code, "fleet_id")
        values["fleet"] = fleet
    if "prefix_id" in body:
        prefix = _own(
            Prefix, organisation, body["prefix_id"], "prefix_invalid", "prefix_id"
        )
        is_new = prefix is not None and (kind is None or kind.prefix_id != prefix.pk)
        if is_new and not prefix.enabled:
            raise Refusal("prefix_invalid", "The prefix is off.", field="prefix_id")
        values["prefix"] = prefix
    return values


def check_ephemerality(body: Mapping[str, object]) -> Ephemerality:
    """Return the kind of thing the type is for; temporary groups have no type."""
    key = "ephemerality"
    try:
        found = Ephemerality.parse(body.get(key))
    except ValueError:
        found = Ephemerality.TEMPORARY
    if found is Ephemerality.TEMPORARY:
        sentence = "0 (single), 2 (permanent) or 3 (equipment) is expected."
        raise Refusal("invalid_ephemerality", sentence, field=key)
    return found


def _own(
    model: Any, organisation: Organisation, value: object, code: str, key: str
) -> Any:
    if value is None or value == "":
        return None
    try:
        wanted = parse_snowflake(value)
    except ValueError as error:
        raise Refusal(code, f"{key}: {error}", errors={key: [str(error)]}) from None
    if not wanted:
        return None
    found = model.objects.of(organisation).filter(pk=wanted).first()
    if found is None:
        raise Refusal(code, f"There is no such {model._meta.verbose_name}.", field=key)
    return found


@transaction.atomic
def add_field(kind: AssetType, field: AssetField, *, actor: User) -> None:
    """Give assets of the type a field; nothing happens when they have it."""
    _refuse_foreign(kind, field, "field_other_organisation")
    _, is_new = AssetTypeField.objects.get_or_create(type=kind, field=field)
    if is_new:
        history.record_value(kind, "fields", old=None, new=str(field.pk), actor=actor)


@transaction.atomic
def add_fields(links: Collection[tuple[AssetType, AssetField]], *, actor: User) -> None:
    """Give many types fields that they do not have, in a constant number of queries."""
    for kind, field in links:
        _refuse_foreign(kind, field, "field_other_organisation")
    AssetTypeField.objects.bulk_create(
        AssetTypeField(type=kind, field=field) for kind, field in links
    )
    history.record_links(
        [(kind, "fields", str(field.pk)) for kind, field in links], actor=actor
    )


@transaction.atomic
def remove_field(kind: AssetType, field: AssetField, *, actor: User) -> None:
    """Take a field from the type; values stay stored (contract row 10)."""
    _refuse_foreign(kind, field, "field_other_organisation")
    gone, _ = AssetTypeField.objects.filter(type=kind, field=field).delete()
    if not gone:
        raise Refusal("field_not_associated", "The type does not have the field.")
    history.record_value(kind, "fields", old=str(field.pk), new=None, actor=actor)


@transaction.atomic
def add_zone(kind: AssetType, zone: AssetZone, *, actor: User) -> None:
    """Give assets of the type a zone; nothing happens when they have it."""
    _refuse_foreign(kind, zone, "zone_other_organisation")
    _, is_new = AssetTypeZone.objects.get_or_create(type=kind, zone=zone)
    if is_new:
        history.record_value(kind, "zones", old=None, new=str(zone.pk), actor=actor)


@transaction.atomic
def remove_zone(kind: AssetType, zone: AssetZone, *, actor: User) -> None:
    """Take a zone from the type."""
    _refuse_foreign(kind, zone, "zone_other_organisation")
    gone, _ = AssetTypeZone.objects.filter(type=kind, zone=zone).delete()
    if not gone:
        raise Refusal("zone_not_associated", "The type does not have the zone.")
    history.record_value(kind, "zones", old=str(zone.pk), new=None, actor=actor)


def _refuse_foreign(kind: AssetType, part: AssetField | AssetZone, code: str) -> None:
    if part.organisation_id != kind.organisation_id:
        raise Refusal(code, "It belongs to another organisation than the type.")


@transaction.atomic
def delete_zone(zone: AssetZone, *, actor: User) -> None:
    """Delete a zone that no type has; raise `in_use` with their number otherwise."""
    rows.refuse_uses({"asset types": AssetTypeZone.objects.filter(zone=zone).count()})
    rows.delete(zone, actor=actor)
