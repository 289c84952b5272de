"""`/MeterReading`: readings of the meters of assets."""

from collections.abc import Mapping, Sequence
from typing import Any

from assets.models import WorkItem
from config.api.device.elements import Element, Problems
from config.api.device.fields import DeviceBoolean, DeviceInteger
from config.api.device.lists import set_members
from config.api.device.on_demand import Extra, one
from config.api.device.pairs import Pair
from config.api.device.parameters import flag, one_id
from config.api.device.serializers import DeviceSerializer, IdOf
from config.api.keyed import read_keys
from devices.api.device.parts import ASSET, AssetPartViewSet
from devices.api.device.rows import DeviceRowSerializer
from devices.models import DeviceAsset, MeterReading
from devices.services.readings import add_reading, update_reading
from devices.services.rows import lock_devices
from organisations.models import User

CONFIRMED = "_newreadingconfirmation_ok"
# What the service fills in where nothing is said.
FILLED_IN = frozenset({"who", "timestamp"})


def own_tickets(user: User) -> Any:
    """Return the work items that a body may name."""
    return WorkItem.objects.visible_to(user)


TICKET = Pair("ticket", "ticket", "Ticket", own_tickets, name_column="summary")


def on_line(rows: Any, line: int, view: "ReadingViewSet") -> Any:
    """Narrow to the readings on a line of a recurring invoice."""
    return rows.filter(recurringinvoice_line_id=line)


class ReadingSerializer(DeviceSerializer):
    """What a meter showed at a moment."""

    asset_id = IdOf("asset")
    ticket_id = IdOf("ticket")

    class Meta:
        model = MeterReading
        ref_name = "DeviceMeterReading"
        fields = (
            "id",
            "asset_id",
            "asset_meter_id",
            "meter_name",
            "timestamp",
            "who",
            "ticket_id",
            "invoice_id",
            "recurringinvoice_line_id",
            "reading_type",
            "pack_id",
            "reading",
            "previous_reading",
            "reason",
            "reviewed",
        )


class ReadingInput(DeviceSerializer):
    """What a body says of a reading; the one before is found by the server."""

    reading = DeviceInteger(least=0, required=True)
    _newreadingconfirmation_ok = DeviceBoolean()

    class Meta:
        model = MeterReading
        ref_name = "DeviceMeterReadingInput"
        fields = (
            "asset_meter_id",
            "meter_name",
            "timestamp",
            "who",
            "invoice_id",
            "recurringinvoice_line_id",
            "reading_type",
            "pack_id",
            "reading",
            "reason",
            "reviewed",
            CONFIRMED,
        )


class ReadingViewSet(AssetPartViewSet):
    """Readings of the meters of assets."""

    noun = "Meter reading"
    queryset = MeterReading.objects.filter(asset__deleted_at=None).select_related(
        "asset"
    )
    serializer_class = ReadingSerializer
    input_serializer_class = ReadingInput
    array = "readings"
    is_ordered = False
    parameters = (
        one_id("asset_id", "asset"),
        one_id("recurringinvoice_line_id", on_line),
    )
    detail_parameters = (flag("includedetails"),)
    detail_extras = (Extra("asset", "includedetails", one(DeviceRowSerializer)),)
    pairs = (ASSET, TICKET)

    def details(self, row: MeterReading) -> dict[str, Any]:
        """Add the asset, as lists show it, where that is asked for."""
        if not self.asked.get("includedetails"):
            return {}
        context = dict(self.get_serializer_context())
        keys = [row.asset_id]
        (asset,) = read_keys(DeviceRowSerializer, DeviceAsset, keys, context)
        return {"asset": set_members(asset)}

    def prepare(self, elements: Sequence[Element], problems: Problems) -> None:
        """Lock the assets in the order of ids, before their readings are."""
        named = [
            one.values.get("asset") if one.is_new else one.row.asset for one in elements
        ]
        lock_devices(list({one.pk: one for one in named if one}.values()))

    def perform_create(self, values: Mapping[str, Any]) -> MeterReading:
        """Keep a reading."""
        told, is_confirmed = divided(values)
        asset = told.pop("asset")
        return add_reading(
            asset=asset, values=told, is_confirmed=is_confirmed, actor=self.actor
        )

    def perform_update(
        self, row: MeterReading, values: Mapping[str, Any]
    ) -> MeterReading:
        """Change a reading; it stays with its asset."""
        told, is_confirmed = divided(values)
        self.refuse_move(row, told.pop("asset", None))
        return update_reading(
            reading=row, values=told, is_confirmed=is_confirmed, actor=self.actor
        )


def divided(values: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
    """Return what is stored, and whether a lower reading is meant."""
    told = {
        name: value
        for name, value in values.items()
        if name not in FILLED_IN or value not in (None, "")
    }
    return told, bool(told.pop(CONFIRMED, False))
