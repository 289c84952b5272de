"""Makes devices and what hangs on them, through the services where there is one."""

from typing import Any

import factory

from assets.models import Asset, AssetGroup
from assets.services.drafts import AssetDraft
from devices.models import (
    AllowedStatus,
    Checkout,
    ColumnProfile,
    Device,
    MeterReading,
    ProfileColumn,
    SavedSearch,
    Software,
    SoftwareTitle,
)
from devices.services.creation import create_devices
from devices.services.custody import Handover, check_out
from devices.services.drafts import DeviceDraft, SoftwareDraft
from devices.services.notes import Note, add_note
from devices.services.readings import add_reading
from devices.services.software import upsert_software
from organisations.models import Change, Organisation
from tests.factories.assets import AssetStatusFactory, AssetTypeFactory
from tests.factories.base import RowFactory


class ColumnProfileFactory(RowFactory):
    """A column profile of an organisation that must be given."""

    class Meta:
        model = ColumnProfile

    name = factory.Sequence(lambda n: f"Columns {n}")


class ProfileColumnFactory(RowFactory):
    """A column of a profile that must be given."""

    class Meta:
        model = ProfileColumn

    column_name = factory.Sequence(lambda n: f"column_{n}")


class SavedSearchFactory(RowFactory):
    """A saved search of an organisation that must be given."""

    class Meta:
        model = SavedSearch

    name = factory.Sequence(lambda n: f"Search {n}")


class SoftwareTitleFactory(RowFactory):
    """A version of a program, of an organisation that must be given."""

    class Meta:
        model = SoftwareTitle

    name = factory.Sequence(lambda n: f"Program {n}")
    version = "1.0"


def make_devices(
    organisation: Organisation, *drafts: DeviceDraft, **values: Any
) -> list[Device]:
    """Make a device of each draft, of a type of their own unless one is given."""
    if "type_id" not in values:
        values["type_id"] = AssetTypeFactory(organisation=organisation).pk
    pairs = [(AssetDraft(**values), draft) for draft in drafts]
    return create_devices(
        organisation=organisation, pairs=pairs, actor=organisation.owner
    )


def make_device(organisation: Organisation, **columns: Any) -> Device:
    """Make one device with these columns."""
    return make_devices(organisation, DeviceDraft(values=columns))[0]


def make_software(asset: AssetGroup, name: str = "Writer", **values: Any) -> Software:
    """Install a program."""
    drafts = [SoftwareDraft(name, values.pop("version", "1.0"), values)]
    actor = asset.organisation.owner
    return upsert_software([(asset, drafts)], actor=actor)[0]


def make_reading(asset: AssetGroup, reading: int = 100, **values: Any) -> MeterReading:
    """Read a meter."""
    actor = asset.organisation.owner
    return add_reading(asset=asset, values={"reading": reading, **values}, actor=actor)


def make_note(asset: AssetGroup, **values: Any) -> Change:
    """Write a line of an asset's history by hand."""
    note = Note(**{"field_name": "sticker", "new_value": "green", **values})
    return add_note(asset, note, actor=asset.organisation.owner)


def make_checkout(asset: AssetGroup, **values: Any) -> Checkout:
    """Hand an asset to its organisation's owner, unless told to whom."""
    owner = asset.organisation.owner
    to = Handover(**(values if "location" in values else {"user": owner, **values}))
    return check_out(asset, to, actor=owner)


def allow_status(organisation: Organisation) -> AllowedStatus:
    """Allow a new type a new status."""
    return AllowedStatus.objects.create(
        type=AssetTypeFactory(organisation=organisation),
        status=AssetStatusFactory(organisation=organisation),
    )


def asset_of(device: Device | AssetGroup) -> Asset:
    """Return the device's asset, read again."""
    found: Asset = Asset.objects.select_related("organisation").get(pk=device.pk)
    return found
