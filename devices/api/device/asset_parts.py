"""What hangs on assets, read for many of them at once."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from config.api.device.fields import DeviceInteger, DeviceString
from config.api.device.serializers import DeviceSerializer, IdOf, NameOf
from config.api.kept import kept_rows
from config.api.keyed import ShownRow
from config.api.rows import Page, build, columns_of, gather, read_rows, render
from devices.api.device.changes import ABOUT, AssetChangeSerializer
from devices.api.device.facts import Facts
from devices.api.device.software import SoftwareSerializer
from devices.models import (
    AllowedStatus,
    IntegrationLink,
    Software,
)
from licensing.api.device.licence_rows import LicenceSerializer
from licensing.kinds import ReferenceKind
from licensing.models import Allocation, Reference
from organisations.api.device.first_calls import AgentSerializer
from organisations.models import Change, User

# The arrays of records, and what each calls the label of one.
RECORDS = {
    "services": (ReferenceKind.SERVICE, "name"),
    "kbs": (ReferenceKind.ARTICLE, "name"),
    "contracts": (ReferenceKind.CONTRACT, "ref"),
}
MOST = 1_000
NEWEST = 20
# Where the columns of a seat's licence begin.
LICENCE = "licence__"
Parts = dict[int, list[dict[str, Any]]]
Rows = QuerySet[Any, Any]


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
    """Return the programs of each of the assets, in one query for all of them."""
    columns = columns_of(SoftwareSerializer)
    page = Page(columns, kept_rows(_software_on, assets, user.pk, columns=columns))
    found: Parts = defaultdict(list)
    shown = render(SoftwareSerializer, page)
    for asset, one in zip(page.values("asset_id"), shown, strict=True):
        found[asset].append(one)
    return found


def _software_on(
    assets: Collection[int], user_id: int, *, columns: tuple[str, ...]
) -> Rows:
    rows = Software.objects.visible_to(User(pk=user_id)).filter(asset__in=assets)
    return rows.order_by("id").values_list(*columns)


def licences_of(assets: Collection[int], user: User) -> Parts:
    """Return the licences of each of the assets, in one query for all of them."""
    columns = ("asset_id", *(LICENCE + name for name in columns_of(LicenceSerializer)))
    page = Page(columns, kept_rows(_seats_of, assets, user.pk, columns=columns))
    gather(LicenceSerializer, page, LICENCE)
    found: Parts = defaultdict(list)
    shown = build(LicenceSerializer, page, LICENCE, page.rows)
    for asset, one in zip(page.values("asset_id"), shown, strict=True):
        found[asset].append(one)
    return found


def _seats_of(
    assets: Collection[int], user_id: int, *, columns: tuple[str, ...]
) -> Rows:
    seats = Allocation.objects.visible_to(User(pk=user_id)).filter(asset__in=assets)
    return seats.order_by("licence_id").values_list(*columns)


def records_of(row: ShownRow) -> dict[str, list[dict[str, Any]]]:
    """Return `services`, `kbs` and `contracts`: records that were read with the row."""
    facts = Facts.of(row.page)
    return {
        array: [
            {"id": one.number, name: one.label}
            for one in facts.of_kind(kind.value).get(row.id, ())
        ]
        for array, (kind, name) in RECORDS.items()
    }


def statuses_of(row: ShownRow) -> list[dict[str, Any]]:
    """Return the statuses that the asset's type allows, none if it allows all."""
    rows = AllowedStatus.objects.filter(type=row.type_id or 0).order_by("id")
    return read_rows(AllowedStatusSerializer, rows)


def changes_of(row: ShownRow, user: User) -> list[dict[str, Any]]:
    """Return the newest lines of the asset's history."""
    lines = Change.objects.visible_to(user).filter(model=ABOUT, object_id=row.id)
    return read_rows(AssetChangeSerializer, lines.order_by("-id")[:NEWEST])


def people_of(row: ShownRow, user: User) -> list[dict[str, Any]]:
    """Return who has the asset: one person, or nobody that the user sees."""
    if row.device__user_id is None:
        return []
    people = User.objects.visible_to(user).filter(pk=row.device__user_id)
    return read_rows(AgentSerializer, people)


def links_of(row: ShownRow) -> list[dict[str, Any]]:
    """Return what other programs know the asset as."""
    columns = columns_of(ExternalLinkSerializer)
    found = kept_rows(_links_of, row.id, columns=columns)
    return render(ExternalLinkSerializer, Page(columns, found))


def _links_of(asset: int, *, columns: tuple[str, ...]) -> Rows:
    links = IntegrationLink.objects.filter(asset=asset).order_by("id")
    return links.values_list(*columns)[:MOST]
