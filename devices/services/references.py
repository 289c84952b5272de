"""The records of other systems that devices refer to."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from assets.models import AssetGroup
from devices.models import DeviceReference
from devices.services.drafts import DeviceDraft, Linked
from devices.words import MEMBERS
from licensing.kinds import ReferenceKind
from licensing.models import Reference
from licensing.services.references import Found, Wanted
from organisations.models import User
from organisations.services import history

BLAMED = {member.kind: member.label or member.number for member in MEMBERS}


def wanted(kind: ReferenceKind, link: Linked) -> Wanted:
    """Return what `ensure_references` takes for a link."""
    return Wanted(kind, link.number, link.label, BLAMED.get(kind, kind.value))


def all_wanted(drafts: Iterable[DeviceDraft]) -> list[Wanted]:
    """Return every record that the drafts name."""
    return [
        wanted(kind, link)
        for draft in drafts
        for kind, links in draft.references.items()
        for link in links
    ]


def set_references(
    pairs: Sequence[tuple[AssetGroup, DeviceDraft]],
    found: Found,
    *,
    actor: User | None,
) -> None:
    """Make each asset refer to the records that its draft names, kind by kind.

    A kind that the draft does not name stays as it is. Lines of history are called
    `references/<kind>`.
    """
    pairs = [pair for pair in pairs if pair[1].references]
    if not pairs:
        return
    stored: dict[tuple[int, str], dict[int, DeviceReference]] = defaultdict(dict)
    links = DeviceReference.objects.filter(asset__in=[asset.pk for asset, _ in pairs])
    for row in links.select_related("reference"):
        stored[row.asset_id, row.kind][row.reference_id] = row
    gone: list[int] = []
    new: list[DeviceReference] = []
    moved: list[DeviceReference] = []
    told: list[tuple[AssetGroup, str, object, object]] = []
    for asset, draft in pairs:
        for kind, wishes in draft.references.items():
            before = stored[asset.pk, kind.value]
            after = _rows(asset, kind, wishes, found)
            gone += [row.pk for key, row in before.items() if key not in after]
            new += [row for key, row in after.items() if key not in before]
            for key, row in after.items():
                if key in before and before[key].line != row.line:
                    before[key].line = row.line
                    moved.append(before[key])
            old, now = _said(before.values()), _said(after.values())
            if old != now or {*before} != {*after}:
                told.append((asset, f"references/{kind.value}", old, now))
    DeviceReference.objects.filter(pk__in=gone).delete()
    DeviceReference.objects.bulk_create(new)
    DeviceReference.objects.bulk_update(moved, ["line"])
    history.record_values(told, actor=actor)


def _rows(
    asset: AssetGroup, kind: ReferenceKind, links: Sequence[Linked], found: Found
) -> dict[int, DeviceReference]:
    rows = {}
    for link in links:
        reference: Reference | None = found.get(wanted(kind, link).key)
        if reference is not None:
            rows[reference.pk] = DeviceReference(
                asset_id=asset.pk, reference=reference, kind=kind.value, line=link.line
            )
    return rows


def _said(rows: Iterable[DeviceReference]) -> str | None:
    """Name the records in the history: labels, numbers where they have none."""
    return ", ".join(sorted(str(row.reference) for row in rows)) or None
