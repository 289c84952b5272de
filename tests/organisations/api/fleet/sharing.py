"""Shares of fleets, as the tests make and show them."""

from typing import Any

from organisations.models import Fleet, FleetShare, Organisation, User
from tests.assets.api.fleet.calls import Answer
from tests.cast import Cast

INBOX = "/api/users/@me/fleet-shares"


def offer(cast: Cast, fleet: Fleet, who: str = "owner", **body: Any) -> Answer:
    path = f"/api/fleets/{fleet.pk}/shares"
    return cast.client(who).post(path, body)


def share_with(fleet: Fleet, status: str = "pending", **recipient: Any) -> FleetShare:
    return FleetShare.objects.create(fleet=fleet, status=status, **recipient)


def path_of(share: FleetShare) -> str:
    return f"/api/fleetshares/{share.pk}"


def name_of(row: Organisation) -> dict[str, str]:
    return {"id": str(row.pk), "name": row.name}


def user_shown(person: User) -> dict[str, str]:
    return {
        "id": str(person.pk),
        "firstname": person.first_name,
        "lastname": person.last_name,
    }
