"""Seats of licences: taken and freed under a lock, never more than there are."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from assets.models import Asset
from config.api.errors import Refusal
from licensing.models import Allocation, Licence
from licensing.models.licence import FULL
from organisations.models import User
from organisations.services import history

CODE = "no_licences_available"
FIELD = "add_configuration_items"


@dataclass(frozen=True, slots=True)
class Seat:
    """A licence, and the asset or the person that is to have a seat of it."""

    licence_id: int
    asset_id: int | None = None
    user_id: int | None = None


@transaction.atomic
def allocate(
    seats: Iterable[Seat], *, actor: User, field: str = FIELD
) -> list[Allocation]:
    """Give each its seat; who has one already keeps it. Return the new ones.

    The caller has checked that everything is of one organisation. Licences are locked
    in id order. Raise `no_licences_available` at `field` when one is full, and
    `not_found` for one that has just been deleted.
    """
    wanted = list(dict.fromkeys(seats))
    licences = _locked({seat.licence_id for seat in wanted})
    held = _held(wanted)
    new = [seat for seat in wanted if seat not in held]
    for key, ones in _by_licence(new).items():
        if key not in licences:
            raise Refusal("invalid_body", "The licence does not exist.", field=field)
        _take(licences[key], ones, actor=actor, field=field)
    now = timezone.now()
    made = Allocation.objects.bulk_create(
        Allocation(
            organisation_id=licences[seat.licence_id].organisation_id,
            licence_id=seat.licence_id,
            asset_id=seat.asset_id,
            user_id=seat.user_id,
            created_at=now,
            created_by=actor,
        )
        for seat in new
    )
    _record(made, licences, actor=actor, is_taken=True)
    return made


@transaction.atomic
def release(seats: QuerySet[Allocation], *, actor: User | None) -> int:
    """Free the seats, and return how many there were."""
    keys = set(seats.order_by().values_list("licence", flat=True))
    licences = _locked(keys, is_any=True)
    gone = list(seats.select_related("asset", "licence", "user"))
    _give_back(gone, licences)
    _record(gone, licences, actor=actor, is_taken=False)
    return len(gone)


def release_assets(assets: Collection[int], *, actor: User | None) -> int:
    """Free every seat that the assets have."""
    return release(Allocation.objects.filter(asset__in=assets), actor=actor)


def _locked(keys: Collection[int], *, is_any: bool = False) -> Mapping[int, Licence]:
    """Read the licences under a lock, in id order: no two wait in a ring."""
    rows = Licence.objects.select_for_update(no_key=True).filter(pk__in=keys)
    if not is_any:
        rows = rows.present()
    return {row.pk: row for row in rows.order_by("pk")}


def _held(wanted: Collection[Seat]) -> set[Seat]:
    licences = {seat.licence_id for seat in wanted}
    assets = {seat.asset_id for seat in wanted if seat.asset_id}
    users = {seat.user_id for seat in wanted if seat.user_id}
    rows = Allocation.objects.filter(licence__in=licences)
    columns = ("licence_id", "asset_id", "user_id")
    found: set[Seat] = set()
    for narrowed in (rows.filter(asset__in=assets), rows.filter(user__in=users)):
        found |= {Seat(*row) for row in narrowed.values_list(*columns)}
    return found


def _by_licence(seats: Iterable[Seat]) -> dict[int, list[Seat]]:
    found: dict[int, list[Seat]] = defaultdict(list)
    for seat in seats:
        found[seat.licence_id].append(seat)
    return found


def _take(
    licence: Licence, seats: Collection[Seat], *, actor: User, field: str
) -> None:
    """Count the seats of a locked licence as taken, or refuse.

    A full licence takes back first what assets have that were deleted elsewhere.
    """
    if len(seats) > licence.count - licence.seats_in_use:
        lost = Allocation.objects.filter(licence=licence)
        release(lost.filter(asset__deleted_at__isnull=False), actor=actor)
        licence.refresh_from_db(fields=["assets_in_use", "users_in_use"])
    if len(seats) > licence.count - licence.seats_in_use:
        raise Refusal(CODE, FULL, field=field)
    _count(licence, Counter(seat.asset_id is not None for seat in seats))


def _count(licence: Licence, more: Mapping[bool, int]) -> None:
    licence.assets_in_use += more.get(True, 0)
    licence.users_in_use += more.get(False, 0)
    licence.save(update_fields=["assets_in_use", "users_in_use"])


def _give_back(gone: Collection[Allocation], licences: Mapping[int, Licence]) -> None:
    counts: dict[int, Counter[bool]] = defaultdict(Counter)
    for one in gone:
        counts[one.licence_id][one.asset_id is not None] -= 1
    Allocation.objects.filter(pk__in=[one.pk for one in gone]).delete()
    for key, fewer in counts.items():
        _count(licences[key], fewer)


def _record(
    seats: Collection[Allocation],
    licences: Mapping[int, Licence],
    *,
    actor: User | None,
    is_taken: bool,
) -> None:
    """Leave a line in the history of the licence, and one in the asset's."""
    assets = Asset.objects.in_bulk([one.asset_id for one in seats if one.asset_id])
    lines: list[tuple[Licence | Asset, str, str]] = []
    for seat in seats:
        licence = licences[seat.licence_id]
        asset = assets.get(seat.asset_id or 0)
        if asset is None:
            lines.append((licence, f"users/{seat.user_id}", str(seat.user)))
            continue
        lines.append((licence, f"configuration_items/{asset.pk}", asset.name))
        lines.append((asset, f"licences/{licence.pk}", licence.name))
    history.record_values(
        (
            (row, field, None if is_taken else name, name if is_taken else None)
            for row, field, name in lines
        ),
        actor=actor,
    )
