"""Which statuses assets of a type may have."""

from collections import defaultdict
from collections.abc import Collection

from django.db import transaction

from assets.models import AssetStatus, AssetType
from config.api.errors import Refusal
from devices.models import AllowedStatus
from organisations.models import User
from organisations.services import history
from organisations.services.rows import locked


def allowed_statuses(kind: AssetType) -> list[AllowedStatus]:
    """Return what is allowed for the type; nothing means every status."""
    rows = AllowedStatus.objects.filter(type=kind).select_related("type", "status")
    return list(rows)


def refuse_status(kind_id: int | None, status_id: int | None) -> None:
    """Raise `invalid_body` at `status_id` for a status that the type does not allow."""
    if kind_id is None or status_id is None:
        return
    if refused_statuses({(kind_id, status_id)}):
        sentence = "The status is not one of the asset type's."
        raise Refusal("invalid_body", sentence, field="status_id")


def refused_statuses(pairs: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return those of the pairs of a type and a status that the type does not allow."""
    allowed: dict[int, set[int]] = defaultdict(set)
    rows = AllowedStatus.objects.filter(type__in={kind for kind, _ in pairs})
    for kind, status in rows.values_list("type_id", "status_id"):
        allowed[kind].add(status)
    return {
        (kind, status)
        for kind, status in pairs
        if kind in allowed and status not in allowed[kind]
    }


@transaction.atomic
def set_allowed_statuses(
    kind: AssetType, statuses: Collection[AssetStatus], *, actor: User | None
) -> None:
    """Allow these statuses for a type and no other; none of them allows all.

    Raise `invalid_body` for a status of another organisation.
    """
    kind = locked(kind)
    if any(one.organisation_id != kind.organisation_id for one in statuses):
        raise Refusal("invalid_body", "The status does not exist.", field="status_id")
    before = [row.status for row in allowed_statuses(kind)]
    wanted = {one.pk for one in statuses}
    held = {one.pk for one in before}
    if wanted == held:
        return
    AllowedStatus.objects.filter(type=kind).exclude(status__in=wanted).delete()
    new = [AllowedStatus(type=kind, status_id=key) for key in sorted(wanted - held)]
    AllowedStatus.objects.bulk_create(new)
    history.record_value(
        kind,
        "allowed_statuses",
        old=sorted(one.name for one in before),
        new=sorted(one.name for one in statuses),
        actor=actor,
    )
