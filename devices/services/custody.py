"""Custody: an asset goes to a person or a place, and comes back."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from assets.models import AssetGroup
from config.api.errors import Refusal
from devices.models import Checkout, Device
from devices.services.rows import lock_device, write_devices
from licensing.services import words
from organisations.models import Location, Membership, User
from organisations.services import history, rows

ALREADY_OUT = "already_checked_out"
NOT_OUT = "not_checked_out"


@dataclass(frozen=True, slots=True)
class Handover:
    """To whom or where an asset goes, until when, and why; since when, if not now."""

    user: User | None = None
    location: Location | None = None
    due_at: datetime | None = None
    note: str = ""
    since: datetime | None = None


@transaction.atomic
def check_out(asset: AssetGroup, to: Handover, *, actor: User) -> Checkout:
    """Hand an asset over; the device's user is the one who has it now.

    Raise `already_checked_out` while somebody has it, and `invalid_body` at `user_id`,
    `location_id` or `due_at`. Of two at once one wins: the device is locked.
    """
    _check(asset, to)
    device = lock_device(asset)
    if not AssetGroup.objects.present().single().filter(pk=asset.pk).exists():
        raise Refusal("not_found", "The asset does not exist.")
    if Checkout.objects.open().filter(asset=asset.pk).exists():
        raise Refusal(ALREADY_OUT, "The asset is checked out.", field="asset_id")
    checkout = Checkout(
        organisation_id=asset.organisation_id,
        asset_id=asset.pk,
        user=to.user,
        location=to.location,
        due_at=to.due_at,  # type: ignore[misc] # MomentField may be null
        note=to.note,
        checked_out_at=to.since or timezone.now(),
        checked_out_by=actor,
    )
    try:
        with transaction.atomic():
            checkout = words.create(checkout, actor=actor, location="location_id")
    except IntegrityError as error:
        sentence = "The asset is checked out."
        raise Refusal(ALREADY_OUT, sentence, field="asset_id") from error
    history.record_value(asset, "custody", old=None, new=_told(checkout), actor=actor)
    _set_user(device, to.user, actor=actor)
    return checkout


@transaction.atomic
def check_in(asset: AssetGroup, *, note: str | None = None, actor: User) -> Checkout:
    """Take an asset back; the device has no user then. Raise `not_checked_out`."""
    device = lock_device(asset)
    still_out = Checkout.objects.open().filter(asset=asset.pk)
    checkout: Checkout | None = still_out.first()
    if checkout is None:
        raise Refusal(NOT_OUT, "The asset is not checked out.", field="asset_id")
    told = _told(checkout)
    values = {"returned_at": timezone.now(), "returned_by": actor}
    values |= {} if note is None else {"note": note}
    checkout = words.update(checkout, values, actor=actor, location="location_id")
    history.record_value(asset, "custody", old=told, new=None, actor=actor)
    if device.user_id == checkout.user_id:
        _set_user(device, None, actor=actor)
    return checkout


@dataclass(frozen=True, slots=True)
class Return:
    """When an asset came back, who took it, and who had handed it over."""

    at: datetime
    returned_by: User | None = None
    checked_out_by: User | None = None


@transaction.atomic
def record_past(
    asset: AssetGroup, to: Handover, back: Return, *, actor: User
) -> Checkout:
    """Note that somebody had an asset once; who has it now stays as it is.

    Raise `invalid_body` as `check_out` does, and at `returned_at` for a return before
    the handover or still to come.
    """
    since = to.since
    if since is None:
        sentence = "When it went out is required."
        raise Refusal("invalid_body", sentence, field="checked_out_at")
    _check(asset, to)
    if not since <= back.at <= timezone.now():
        sentence = "It comes back after it went out, and not at a time to come."
        raise Refusal("invalid_body", sentence, field="returned_at")
    lock_device(asset)
    checkout = Checkout(
        organisation_id=asset.organisation_id,
        asset_id=asset.pk,
        user=to.user,
        location=to.location,
        due_at=to.due_at,  # type: ignore[misc] # MomentField may be null
        note=to.note,
        checked_out_at=since,
        checked_out_by=back.checked_out_by,
        returned_at=back.at,
        returned_by=back.returned_by,
    )
    return words.create(checkout, actor=actor, location="location_id")


@transaction.atomic
def extend(checkout: Checkout, due_at: datetime | None, *, actor: User) -> Checkout:
    """Let an asset be kept until another day, or with none set."""
    checkout = rows.locked(checkout)
    if not checkout.is_open:
        raise Refusal(NOT_OUT, "The asset has been returned.", field="asset_id")
    _refuse_past(due_at)
    return words.update(checkout, {"due_at": due_at}, actor=actor)


def _check(asset: AssetGroup, to: Handover) -> None:
    if (to.user is None) == (to.location is None):
        sentence = "It goes to a user or to a location."
        raise Refusal("invalid_body", sentence, field="user_id")
    members = Membership.objects.filter(organisation=asset.organisation_id)
    if to.user is not None and not members.filter(user=to.user).exists():
        raise Refusal("invalid_body", "The user does not exist.", field="user_id")
    if to.location and to.location.organisation_id != asset.organisation_id:
        sentence = "The location does not exist."
        raise Refusal("invalid_body", sentence, field="location_id")
    if to.since is not None and to.since > timezone.now():
        sentence = "It goes out at a time that is still to come."
        raise Refusal("invalid_body", sentence, field="checked_out_at")
    _refuse_past(to.due_at, since=to.since)


def _refuse_past(due_at: datetime | None, *, since: datetime | None = None) -> None:
    if due_at is not None and due_at <= (since or timezone.now()):
        sentence = "It is due at a time that has passed."
        raise Refusal("invalid_body", sentence, field="due_at")


def _told(checkout: Checkout) -> str:
    return str(checkout.user or checkout.location)


def _set_user(device: Device, user: User | None, *, actor: User) -> None:
    before = device.recorded()
    device.user = user
    write_devices([(device, before)], actor=actor)
