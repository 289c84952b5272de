"""What devices add to the page of an asset: details, software, links and custody."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse

from assets.admin.sections import (
    Cell,
    Link,
    Section,
    list_of,
    named,
    newest,
    said,
    shown_of,
    table,
)
from devices.models import (
    AssetLink,
    Checkout,
    Device,
    DeviceReference,
    IntegrationLink,
    Software,
)
from organisations.admin.addresses import address_of, page_of
from organisations.admin.rights import desk_of
from organisations.permissions import Permission

NAMED = ("user_id", "parent_id")


def details(row: Any, device: Device | None) -> Section:
    """Return what is kept of the asset as a device, but for what is empty."""
    rows = [] if device is None else list(_values(row, device))
    url = reverse("admin:devices_deviceasset_change", args=[row.pk])
    return Section(
        key="device",
        title="Device",
        icon="devices",
        rows=rows,
        url=url if device is not None else "",
        template="assets/page/values.html",
        empty="Nobody has written it as a device.",
    )


def _values(row: Any, device: Device) -> Iterator[tuple[str, Cell]]:
    yield "user", said(device.user)
    if device.parent is not None:
        yield "under", named(device.parent, row)
    labels = {
        one.attname: str(one.verbose_name) for one in Device._meta.concrete_fields
    }
    recorded = device.recorded().items()
    for key, value in recorded:
        if key not in NAMED and value not in (None, "", 0, False):
            yield labels[key], said(value)


def software(request: HttpRequest, row: Any) -> Section:
    """Return the programs on the asset."""
    rows = shown_of(Software, request).filter(asset=row.pk)
    found, is_cut = newest(rows.select_related("title", "licence").order_by("-id"))
    return Section(
        key="software",
        title="Software",
        icon="apps",
        rows=table(
            (
                Cell(str(one.title), page_of(one)),
                named(one.licence, row),
                one.count,
                one.install_date,
            )
            for one in found
        ),
        is_cut=is_cut,
        headings=("Program", "Licence", "Count", "Installed"),
        url=list_of(Software, asset=row.pk),
        empty="No program is known.",
    )


def connections(request: HttpRequest, row: Any) -> Section:
    """Return what the asset is connected with, in the register and elsewhere."""
    beside, more_beside = newest(
        shown_of(AssetLink, request)
        .filter(Q(first=row.pk) | Q(second=row.pk))
        .select_related("first", "second")
        .order_by("-id")
    )
    under, more_under = newest(
        Device.objects.staffed_by(desk_of(request).actor)
        .filter(parent=row.pk, asset__deleted_at=None)
        .select_related("asset")
        .order_by("asset")
    )
    watched, more_watched = newest(
        shown_of(IntegrationLink, request).filter(asset=row.pk).order_by("-id")
    )
    records, more_records = newest(
        shown_of(DeviceReference, request)
        .filter(asset=row.pk)
        .select_related("reference")
        .order_by("-id")
    )
    lines: list[tuple[object, object]] = []
    for link in beside:
        other = link.second if link.first_id == row.pk else link.first
        lines.append(("beside", named(other, row)))
    lines += [("above", named(one.asset, row)) for one in under]
    for one in watched:
        lines.append((one.get_integration_type_display(), _outside(one)))
    for one in records:
        lines.append((one.get_kind_display(), named(one.reference, row)))
    return Section(
        key="links",
        title="Links",
        icon="hub",
        rows=table(lines),
        is_cut=more_beside or more_under or more_watched or more_records,
        headings=("How", "With"),
        url=list_of(AssetLink, first=row.pk),
        links=(
            Link("Integrations", list_of(IntegrationLink, asset=row.pk)),
            Link("Records of other systems", list_of(DeviceReference, asset=row.pk)),
        ),
        empty="Linked with nothing.",
    )


def _outside(link: IntegrationLink) -> Cell:
    return Cell(link.third_party_id or str(link), page_of(link))


def custody(request: HttpRequest, row: Any) -> Section:
    """Return in whose keeping the asset is and was, the latest first."""
    rows = shown_of(Checkout, request).filter(asset=row.pk)
    found, is_cut = newest(rows.select_related("user", "location").order_by("-id"))
    asked = {"organisation": row.organisation_id, "asset": row.pk}
    hand_over = Link("Hand over", address_of(Checkout, "add", asked=asked))
    is_out = any(one.is_open for one in found)
    may = desk_of(request).may(Permission.MANAGE_DEVICES, row.organisation_id)
    links = [hand_over] if may and not is_out else []
    if may and is_out:
        [out, *_] = [one for one in found if one.is_open]
        links.append(Link("Take back or extend", page_of(out)))
    return Section(
        key="custody",
        title="Custody",
        icon="assignment_return",
        rows=table(
            (
                Cell(str(one.user or one.location), page_of(one)),
                one.checked_out_at,
                one.due_at,
                "out" if one.is_open else one.returned_at,
            )
            for one in found
        ),
        is_cut=is_cut,
        headings=("In the keeping of", "Since", "Due", "Returned"),
        url=list_of(Checkout, asset=row.pk),
        links=links,
        empty="Never handed over.",
    )
