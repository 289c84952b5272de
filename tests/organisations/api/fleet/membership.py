"""Members, as the tests find and show them."""

from typing import Any

from organisations.models import Membership, Role, User
from tests.assets.api.fleet.calls import Answer
from tests.cast import Cast


def path_of(cast: Cast, person: User) -> str:
    return f"{cast.path}/members/{person.pk}"


def membership_of(cast: Cast, person: User) -> Membership:
    return Membership.objects.get(organisation=cast.organisation, user=person)


def shown(membership: Membership, *roles: Role) -> dict[str, Any]:
    person = membership.user
    place = membership.location_id
    return {
        "user": {
            "id": str(person.pk),
            "firstname": person.first_name,
            "lastname": person.last_name,
        },
        "roles": [str(role.pk) for role in roles],
        "joined_at": membership.joined_at.isoformat().replace("+00:00", "Z"),
        "location_id": None if place is None else str(place),
    }


def invite(cast: Cast, who: str = "owner", **body: Any) -> Answer:
    return cast.client(who).post(f"{cast.path}/members", body)
