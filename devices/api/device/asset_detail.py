"""GET /Asset/{id}: one asset with everything that clients ask for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from config.api.device.lists import set_members
from config.api.device.on_demand import Extra, extended, many
from config.api.device.parameters import INTEGER, flag, one_id
from config.api.keyed import ShownRow, read_keys
from config.api.rows import Page, PageField, Read
from config.api.snowflake import serial_of
from devices.api.device.asset_parts import (
    AllowedStatusSerializer,
    ContractSerializer,
    ExternalLinkSerializer,
    RecordSerializer,
    changes_of,
    licences_of,
    links_of,
    people_of,
    records_of,
    software_of,
    statuses_of,
)
from devices.api.device.changes import AssetChangeSerializer
from devices.api.device.custom_fields import (
    CustomFieldShape,
    FieldShape,
    TypeFields,
    shown_custom_fields,
    shown_fields,
)
from devices.api.device.facts import Fact, ReferenceField
from devices.api.device.rows import DeviceRowSerializer
from devices.api.device.software import SoftwareSerializer
from devices.models import DeviceAsset
from devices.services.lineage import MOST, Relative, lineage
from devices.services.links import siblings_of
from licensing.api.device.licence_rows import LicenceSerializer
from licensing.kinds import ReferenceKind
from organisations.api.device.base import RegisterViewSet
from organisations.api.device.first_calls import AgentSerializer

# How many levels a diagram shows below an asset.
LEVELS = 2


class TypeFieldValues(PageField):
    """The fields of the asset's type with their values."""

    columns = ("type_id", "fields")
    show: Callable[..., list[dict[str, Any]]]

    def gather(self, page: Page, prefix: str) -> None:
        """Ask for the types of the page."""
        TypeFields.of(page).types |= page.distinct(f"{prefix}type_id")

    def bind_page(self, page: Page, prefix: str) -> Read:
        """Return the function from a row to the values."""
        known, show = TypeFields.of(page), type(self).show
        kind, stored = (page.reader(prefix + name) for name in self.columns)
        return lambda row: show(known.of_type(kind(row)), stored(row) or {})


@extend_schema_field(FieldShape(many=True))
class FieldValues(TypeFieldValues):
    """`fields`."""

    show = staticmethod(shown_fields)


@extend_schema_field(CustomFieldShape(many=True))
class CustomFieldValues(TypeFieldValues):
    """`customfields`."""

    show = staticmethod(shown_custom_fields)


@extend_schema_field({"type": "array", "items": INTEGER})
class ReferenceNumbers(ReferenceField):
    """The numbers of all records of a kind."""

    def tell(self, facts: Sequence[Fact]) -> list[int]:
        """Return the numbers, in the order in which they came to the asset."""
        return [one.number for one in facts]


class AssetDetailSerializer(DeviceRowSerializer):
    """An asset with its custom fields."""

    service_ids = ReferenceNumbers(ReferenceKind.SERVICE)
    fields = FieldValues()  # type: ignore[assignment]
    customfields = CustomFieldValues()

    class Meta(DeviceRowSerializer.Meta):
        ref_name = "Device"
        fields: Any = (
            *DeviceRowSerializer.Meta.fields,
            "service_ids",
            "fields",
            "customfields",
        )


DETAILS, HIERARCHY, STATUSES = (
    "includedetails",
    "includehierarchy",
    "includeallowedstatus",
)
DIAGRAM = "includediagramdetails"


@extend_schema_field(
    {"type": "array", "items": {"$ref": "#/components/schemas/DeviceRowBranch"}}
)
class Branches(serializers.ReadOnlyField):
    """Assets of a diagram, each with those right below it."""


Branch = extended(
    DeviceRowSerializer, (Extra("children", DIAGRAM, Branches),), "Branch"
)
ON_DEMAND = (
    Extra("software", DETAILS, many(SoftwareSerializer), is_answered=True),
    Extra("licences", DETAILS, many(LicenceSerializer), is_answered=True),
    Extra("services", DETAILS, many(RecordSerializer)),
    Extra("kbs", DETAILS, many(RecordSerializer)),
    Extra("contracts", DETAILS, many(ContractSerializer)),
    Extra("users", DETAILS, many(AgentSerializer)),
    Extra("external_links", DETAILS, many(ExternalLinkSerializer)),
    Extra("parent_assets", HIERARCHY, many(DeviceRowSerializer)),
    Extra("child_assets", HIERARCHY, many(DeviceRowSerializer)),
    Extra("sibling_assets", HIERARCHY, many(DeviceRowSerializer)),
    Extra("hierarchy", HIERARCHY, many(DeviceRowSerializer)),
    Extra("children", DIAGRAM, many(Branch)),
    Extra("changehistory", "includeactivity", many(AssetChangeSerializer)),
    Extra("allowallstatus", STATUSES, serializers.BooleanField),
    Extra("allowed_status", STATUSES, many(AllowedStatusSerializer)),
)


class AssetDetail(RegisterViewSet):
    """Answers one asset, and what the flags of its path ask for."""

    queryset = DeviceAsset.objects.present()
    serializer_class = AssetDetailSerializer
    detail_parameters = (
        one_id("assettype_id"),
        flag("includedetails"),
        flag("includehierarchy"),
        flag("includediagramdetails"),
        flag("includeactivity"),
        flag("includeallowedstatus"),
    )
    detail_extras = ON_DEMAND
    reads_what_it_shows = True

    def details(self, row: ShownRow) -> dict[str, Any]:
        """Return the arrays that are asked for; refuse an asset of another type."""
        wanted = self.asked.get("assettype_id")
        if wanted is not None and wanted != serial_of(row.type_id or 0):
            raise self.not_found(serial_of(row.id))
        parts: Mapping[str, Callable[[ShownRow], dict[str, Any]]] = {
            "includedetails": self.arrays,
            "includehierarchy": self.hierarchy,
            "includediagramdetails": self.diagram,
            "includeactivity": self.activity,
            "includeallowedstatus": self.statuses,
        }
        found: dict[str, Any] = {}
        for name, tell in parts.items():
            if self.asked.get(name):
                found |= tell(row)
        return found

    def answered(self, rows: Sequence[Any]) -> Sequence[dict[str, Any]]:
        """Answer a POST with the programs and licences of each asset as well."""
        keys = [row.pk for row in rows]
        software = software_of(keys, self.actor)
        licences = licences_of(keys, self.actor)
        return [
            {**shown, "software": software[key], "licences": licences[key]}
            for key, shown in zip(keys, self.shown_all(rows), strict=True)
        ]

    def arrays(self, row: ShownRow) -> dict[str, Any]:
        """Return what hangs on an asset."""
        return {
            "software": software_of([row.id], self.actor)[row.id],
            "licences": licences_of([row.id], self.actor)[row.id],
            **records_of(row),
            "users": people_of(row, self.actor),
            "external_links": links_of(row),
        }

    def hierarchy(self, row: ShownRow) -> dict[str, Any]:
        """Return the assets above, below and beside one, and the whole line of it."""
        line = lineage(row.id)
        beside = [one.pk for one in siblings_of(row.id)][:MOST]
        shown = self.rows_shown([row.id, *beside, *(one.asset for one in line)])

        def these(keys: Iterable[int]) -> list[dict[str, Any]]:
            return [shown[key] for key in keys if key in shown]

        above = [one.asset for one in line if one.level < 0]
        below = [one.asset for one in line if one.level > 0]
        return {
            "parent_assets": these(one.asset for one in line if one.level == -1),
            "child_assets": these(one.asset for one in line if one.level == 1),
            "sibling_assets": these(beside),
            "hierarchy": these([*above, row.id, *below]),
        }

    def diagram(self, row: ShownRow) -> dict[str, Any]:
        """Return the assets below one with those below them."""
        line = [one for one in lineage(row.id, deepest=LEVELS) if one.level > 0]
        shown = self.rows_shown([one.asset for one in line])
        return {"children": nested(row.id, line, shown)}

    def activity(self, row: ShownRow) -> dict[str, Any]:
        """Return the newest changes, beside the counts of tickets."""
        return {"changehistory": changes_of(row, self.actor)}

    def statuses(self, row: ShownRow) -> dict[str, Any]:
        """Return the statuses that the asset's type allows, none if it allows all."""
        allowed = statuses_of(row)
        return {"allowallstatus": not allowed, "allowed_status": allowed}

    def rows_shown(self, keys: Iterable[int]) -> dict[int, dict[str, Any]]:
        """Return those of the assets that the caller sees, as list rows, by key."""
        found = list(
            self.visible(self.get_queryset())
            .filter(pk__in=set(keys))
            .order_by("id")
            .values_list("pk", flat=True)
        )
        context = dict(self.get_serializer_context())
        rows = read_keys(DeviceRowSerializer, DeviceAsset, found, context)
        return dict(zip(found, map(set_members, rows), strict=True))


def nested(
    asset: int, line: Sequence[Relative], shown: Mapping[int, dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the assets right below one, each with its `children`."""
    return [
        {**shown[one.asset], "children": nested(one.asset, line, shown)}
        for one in line
        if one.parent == asset and one.asset in shown
    ]
