"""Locations: where they are, and when they may go."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from config.api.errors import Refusal
from organisations.models import Location, Membership, Organisation, SubLocation, User
from organisations.services import rows


@transaction.atomic
def create_location(
    *, organisation: Organisation, values: Mapping[str, Any], actor: User | None
) -> Location:
    """Make a location; raise `latitude_longitude_together` for half a position."""
    location = Location(organisation=organisation, **values)
    _check_position(location)
    return rows.create(location, actor=actor)


@transaction.atomic
def update_location(
    *, location: Location, values: Mapping[str, Any], actor: User | None
) -> Location:
    """Change a location; raise `latitude_longitude_together` for half a position."""
    location = rows.locked(location)
    position = {"latitude": location.latitude, "longitude": location.longitude}
    _check_position(
        Location(**{key: values.get(key, position[key]) for key in position})
    )
    return rows.update(location, values, actor=actor)


@transaction.atomic
def delete_location(*, location: Location, actor: User | None) -> None:
    """Delete a location with its parts, or raise `in_use` with counts.

    Assets there refer to it, and so do the members whose home it is.
    """
    location = rows.locked(location)
    uses = rows.uses_of(location)
    if members := Membership.objects.filter(location=location).count():
        uses["members"] = members
    rows.refuse_uses(uses)
    for part in location.sub_locations.all():
        rows.delete(part, actor=actor)
    rows.delete(location, actor=actor)


@transaction.atomic
def create_sub_location(
    *, location: Location, values: Mapping[str, Any], actor: User | None
) -> SubLocation:
    """Make a part of a location."""
    part = SubLocation(
        organisation_id=location.organisation_id, location=location, **values
    )
    return rows.create(part, actor=actor)


def _check_position(location: Location) -> None:
    if (location.latitude is None) == (location.longitude is None):
        return
    sentence = "Latitude and longitude are given together."
    errors = {"latitude": [sentence], "longitude": [sentence]}
    raise Refusal("latitude_longitude_together", sentence, errors=errors)
