"""Seats of subscriptions: taken, moved and given back under lock (resolution 24)."""

from collections.abc import Mapping

from django.db.models import F
from django.utils import timezone

from config.api.errors import Refusal
from organisations.models import Organisation, Subscription

KEY = "subscription_id"
NONE: Mapping[int, int] = {}


def move_seats(
    organisation: Organisation,
    *,
    taken: Mapping[int, int] = NONE,
    left: Mapping[int, int] = NONE,
) -> None:
    """Give back the seats that are left and take others, by subscription id.

    Raise `subscription_allocation_failed` when one to take of is unknown, of another
    organisation, switched off, outside its dates or full. The caller's transaction
    keeps the rows locked, in id order.
    """
    if not taken and not left:
        return
    rows = Subscription.objects.of(organisation).filter(pk__in={*taken, *left})
    locked = rows.select_for_update(no_key=True).order_by("pk")
    found = {row.pk: row for row in locked}
    for key in sorted({*taken, *left}):
        more = taken.get(key, 0) - left.get(key, 0)
        reason = _reason_against(found.get(key), more) if key in taken else ""
        if reason:
            raise Refusal("subscription_allocation_failed", reason, field=KEY)
        Subscription.objects.filter(pk=key).update(allocated=F("allocated") + more)


def _reason_against(subscription: Subscription | None, seats: int) -> str:
    if subscription is None:
        return "The subscription does not exist."
    now = timezone.now()
    if not subscription.enabled:
        return "The subscription is switched off."
    if subscription.starts_at and subscription.starts_at > now:
        return "The subscription has not begun."
    if subscription.ends_at and subscription.ends_at <= now:
        return "The subscription has ended."
    capacity = subscription.capacity
    if capacity is not None and seats > 0 and subscription.allocated + seats > capacity:
        return "The subscription has no seats left."
    return ""
