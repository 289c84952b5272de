"""What hangs on assets, read for many of them at once."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from config.api.device.fields import DeviceInteger, DeviceString
from config.api.device.serializers import DeviceSerializer, IdOf, NameOf
from config.api.keyed import read_keys
from config.api.rows import read_rows
from devices.api.device.changes import ABOUT, AssetChangeSerializer
from devices.api.device.software import SoftwareSerializer
from devices.models import (
    AllowedStatus,
    DeviceAsset,
    DeviceReference,
    IntegrationLink,
    Software,
)
from licensing.api.device.licence_rows import LicenceSerializer
from licensing.kinds import ReferenceKind
from licensing.models import Allocation, Licence, Reference
from organisations.api.device.first_calls import AgentSerializer
from organisations.models import Change, User

RECORDS = {
    ReferenceKind.SERVICE: "services",
    ReferenceKind.ARTICLE: "kbs",
    ReferenceKind.CONTRACT: "contracts",
}
MOST = 1_000
NEWEST = 20
Parts = Mapping[int, list[dict[str, Any]]]


class ExternalLinkSerializer(DeviceSerializer):
    """The asset as another program knows it."""

    class Meta:
        model = IntegrationLink
        fields = ("integration_type", "tenant_id", "third_party_id", "url")


class RecordSerializer(DeviceSerializer):
    """A record of another system: a service, or an article."""

    id = DeviceInteger(source="number", read_only=True)
    name = DeviceString(source="label", read_only=True)

    class Meta:
        model = Reference
        ref_name = "Record"
        fields = ("id", "name")


class ContractSerializer(DeviceSerializer):
    """A contract, which another system keeps."""

    id = DeviceInteger(source="number", read_only=True)
    ref = DeviceString(source="label", read_only=True)

    class Meta:
        model = Reference
        ref_name = "Contract"
        fields = ("id", "ref")


class AllowedStatusSerializer(DeviceSerializer):
    """A status that assets of a type may have."""

    xtype_id = IdOf("type")
    xtype_name = NameOf("type")
    status_id = IdOf("status")
    status_name = NameOf("status")

    class Meta:
        model = AllowedStatus
        ref_name = "XTypeStatus"
        fields = ("id", "xtype_id", "xtype_name", "status_id", "status_name")


def software_of(assets: Collection[int], user: User) -> Parts:
    """Return the programs of each of the assets, in two queries for all of them."""
    rows = Software.objects.visible_to(user).filter(asset__in=assets)
    pairs = rows.order_by("id").values_list("pk", "asset_id")
    return _grouped(dict(pairs), SoftwareSerializer, Software)


def _grouped(
    homes: Mapping[int, int], serializer: Any, model: Any
) -> dict[int, list[dict[str, Any]]]:
    """Return rows, in the order of ids, by what each hangs on."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    shown = read_keys(serializer, model, list(homes)) if homes else []
    for key, one in zip(sorted(homes), shown, strict=True):
        found[homes[key]].append(one)
    return found


def licences_of(assets: Collection[int], user: User) -> Parts:
    """Return the licences of each of the assets, in two queries for all of them."""
    seats = Allocation.objects.visible_to(user).filter(asset__in=assets)
    pairs = list(seats.order_by("licence").values_list("asset_id", "licence_id"))
    keys = sorted({licence for _, licence in pairs})
    shown = read_keys(LicenceSerializer, Licence, keys) if keys else []
    licences = dict(zip(keys, shown, strict=True))
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for asset, licence in pairs:
        found[asset].append(licences[licence])
    return found


def records_of(asset: DeviceAsset) -> dict[str, list[dict[str, Any]]]:
    """Return `services`, `kbs` and `contracts`: records of other systems."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in RECORDS.values()}
    links = DeviceReference.objects.filter(asset=asset.pk, kind__in=RECORDS)
    links = links.order_by("id").select_related("reference")
    for link in links[:MOST]:
        kind = ReferenceKind(link.kind)
        is_contract = kind is ReferenceKind.CONTRACT
        shape = ContractSerializer if is_contract else RecordSerializer
        found[RECORDS[kind]].append(dict(shape(link.reference).data))
    return found


def statuses_of(asset: DeviceAsset) -> list[dict[str, Any]]:
    """Return the statuses that the asset's type allows, none if it allows all."""
    rows = AllowedStatus.objects.filter(type=asset.type_id or 0).order_by("id")
    return read_rows(AllowedStatusSerializer, rows)


def changes_of(asset: DeviceAsset, user: User) -> list[dict[str, Any]]:
    """Return the newest lines of the asset's history."""
    lines = Change.objects.visible_to(user).filter(model=ABOUT, object_id=asset.pk)
    return read_rows(AssetChangeSerializer, lines.order_by("-id")[:NEWEST])


def people_of(asset: DeviceAsset, user: User) -> list[dict[str, Any]]:
    """Return who has the asset: one person, or nobody that the user sees."""
    people = User.objects.visible_to(user).filter(devices=asset.pk)
    return read_rows(AgentSerializer, people)


def links_of(asset: DeviceAsset) -> list[dict[str, Any]]:
    """Return what other programs know the asset as."""
    links = IntegrationLink.objects.filter(asset=asset.pk).order_by("id")
    return read_rows(ExternalLinkSerializer, links[:MOST])
