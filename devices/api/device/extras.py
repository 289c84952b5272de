"""What GET /Asset adds to its rows on demand, in a query each for a whole page."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from django.db.models import Max
from rest_framework import serializers

from config.api.device.fields import DeviceInteger, DeviceMoment
from config.api.device.lists import LARGEST_COUNT, read_page
from config.api.device.on_demand import Extra, many, one
from config.api.keyed import read_keys
from config.api.snowflake import serial_of
from devices.api.device.asset_parameters import previous_items
from devices.api.device.custom_fields import (
    CustomFieldShape,
    FieldShape,
    fields_of_types,
    fields_with_serials,
    shown_custom_fields,
    shown_fields,
)
from devices.api.device.rows import DeviceRowSerializer
from devices.models import AllowedStatus, DeviceAsset, DeviceReference
from licensing.kinds import ReferenceKind
from organisations.api.device.first_calls import AgentSerializer
from organisations.models import User

MOMENT = DeviceMoment()
COLUMNS = ("id", "type_id", "device__user_id", "fields")


@dataclass(frozen=True)
class Key:
    """What an extra is looked up by."""

    id: int
    type_id: int | None
    user_id: int | None
    fields: Mapping[str, Any]


class Extras:
    """The rows of a page, and the keys behind their ids, read when first needed."""

    def __init__(self, view: Any, rows: list[dict[str, Any]]) -> None:
        self.view, self.rows = view, rows
        self.asked: Mapping[str, Any] = view.asked

    @cached_property
    def keys(self) -> dict[int, Key]:
        """The key of each row, by its serial."""
        serials = [row["id"] for row in self.rows]
        found = DeviceAsset.objects.filter(id__serial__in=serials).order_by()
        keys = [Key(*row) for row in found.values_list(*COLUMNS)]
        return {serial_of(key.id): key for key in keys}

    @cached_property
    def assets(self) -> list[int]:
        """The ids of the assets."""
        return [key.id for key in self.keys.values()]

    @cached_property
    def by_id(self) -> dict[int, dict[str, Any]]:
        """The rows by their serials."""
        return {row["id"]: row for row in self.rows}

    def set(self, member: str, value: Callable[[Key], Any]) -> None:
        """Give every row a member."""
        for row in self.rows:
            row[member] = value(self.keys[row["id"]])


def add_fields(page: Extras) -> None:
    """Add the fields of the asset's type."""
    types = {key.type_id for key in page.keys.values() if key.type_id}
    known = fields_of_types(types)
    page.set(
        "fields", lambda key: shown_fields(known.get(key.type_id or 0, []), key.fields)
    )


def add_custom_fields(page: Extras) -> None:
    """Add the fields that are asked for by id, where the asset's type has them."""
    wanted = fields_with_serials(page.asked["include_custom_fields"], page.view.actor)
    types = fields_of_types({key.type_id for key in page.keys.values() if key.type_id})
    held = {kind: {one.id for one in fields} for kind, fields in types.items()}

    def shown(key: Key) -> list[dict[str, Any]]:
        own = held.get(key.type_id or 0, set())
        return shown_custom_fields([one for one in wanted if one.id in own], key.fields)

    page.set("customfields", shown)


def add_services(page: Extras) -> None:
    """Add the numbers of the services that the asset is part of."""
    found: dict[int, list[int]] = defaultdict(list)
    links = DeviceReference.objects.filter(
        asset__in=page.assets, kind=ReferenceKind.SERVICE
    ).order_by("id")
    for asset, number in links.values_list("asset_id", "reference__number"):
        found[asset].append(number)
    page.set("service_ids", lambda key: found.get(key.id, []))


def add_people(page: Extras) -> None:
    """Add the person who has the asset, where the caller sees them; else null."""
    people = {key.user_id for key in page.keys.values() if key.user_id}
    seen = User.objects.visible_to(page.view.actor).filter(pk__in=people)
    keys = sorted(seen.values_list("pk", flat=True))
    found = dict(zip(keys, read_keys(AgentSerializer, User, keys), strict=True))
    page.set("user", lambda key: found.get(key.user_id))


def add_children(page: Extras) -> None:
    """Add the assets right under each, those that the list would show."""
    view = page.view
    children = view.shown_rows().children_of(*page.assets).order_by("id")
    context = dict(view.get_serializer_context())
    under: dict[int, list[Any]] = defaultdict(list)
    for row in read_page(DeviceRowSerializer, children[:LARGEST_COUNT], context):
        under[row["parent_id"]].append(row)
    page.set("child_assets", lambda key: under.get(serial_of(key.id), []))


def add_first_update(page: Extras) -> None:
    """Add since when the asset has been as it is."""
    for row in page.rows:
        row["lastupdatefromdate"] = row["last_modified"]


def add_last_update(page: Extras) -> None:
    """Add up to when the asset has been changed."""
    for row in page.rows:
        row["lastupdatetodate"] = row["last_modified"]


def add_last_ticket(page: Extras) -> None:
    """Add when the newest of the work items that the list looks at came up.

    A child of a match may have none.
    """
    items = previous_items(page.view).filter(asset_group__in=page.assets)
    newest = items.values("asset_group").annotate(newest=Max("occurred_at"))
    for asset, moment in newest.values_list("asset_group", "newest"):
        page.by_id[serial_of(asset)]["dateoccured"] = MOMENT.to_representation(moment)


def add_allowed_statuses(page: Extras) -> None:
    """Add whether the asset's type allows every status."""
    types = {key.type_id for key in page.keys.values() if key.type_id}
    bound = AllowedStatus.objects.filter(type__in=types).values_list("type_id")
    found = {kind for (kind,) in bound.distinct()}
    page.set("tallowallstatus", lambda key: key.type_id not in found)


def add_billing_period(page: Extras) -> None:
    """Add how often the contract is billed, 0 where the asset has another or none."""
    number = page.asked["contract_id_adding_to"]
    links = DeviceReference.objects.filter(
        asset__in=page.assets, kind=ReferenceKind.CONTRACT, reference__number=number
    )
    found = dict(links.values_list("asset_id", "reference__billing_period"))
    page.set("contract_billing_period", lambda key: found.get(key.id, 0))


def leave_out_icons(page: Extras) -> None:
    """Take the icon out of each row."""
    for row in page.rows:
        row.pop("icon", None)


IDS = partial(serializers.ListField, child=serializers.IntegerField())
ON_DEMAND = (
    Extra("fields", "includeassetfields", many(FieldShape)),
    Extra("customfields", "include_custom_fields", many(CustomFieldShape)),
    Extra("service_ids", "includeservices", IDS),
    Extra("user", "includeuser", one(AgentSerializer)),
    Extra("child_assets", "includechildren", many(DeviceRowSerializer)),
    Extra("tallowallstatus", "includeallowedstatus", serializers.BooleanField),
    Extra("lastupdatefromdate", "lastupdatefromdate", DeviceMoment),
    Extra("lastupdatetodate", "lastupdatetodate", DeviceMoment),
    Extra("dateoccured", "previously_selected", DeviceMoment),
    Extra("contract_billing_period", "contract_id_adding_to", DeviceInteger),
)
# What each parameter does when it is asked for.
EXTRAS: Mapping[str, Callable[[Extras], None]] = {
    "noicon": leave_out_icons,
    "includeassetfields": add_fields,
    "include_custom_fields": add_custom_fields,
    "includeservices": add_services,
    "includeuser": add_people,
    "includechildren": add_children,
    "includeallowedstatus": add_allowed_statuses,
    "lastupdatefromdate": add_first_update,
    "lastupdatetodate": add_last_update,
    "previously_selected": add_last_ticket,
    "contract_id_adding_to": add_billing_period,
}


def add_extras(view: Any, rows: list[dict[str, Any]]) -> None:
    """Add to the rows all that the parameters ask for."""
    if not rows:
        return
    page = Extras(view, rows)
    for name, add in EXTRAS.items():
        if view.asked.get(name):
            add(page)
