"""Staff write what the API would let them write, each in their organisations."""

from http import HTTPStatus

import pytest
from django.test import Client

from organisations.models import Location, Organisation, Role
from organisations.permissions import Permission
from tests.back_office import as_staff, page
from tests.cast import Cast
from tests.factories.organisations import (
    LocationFactory,
    MembershipFactory,
    RoleFactory,
)

PLACE = {"code": "", "name": "Yard", "address": "", "colour": "", "timezone_code": ""}
FORBIDDEN = HTTPStatus.FORBIDDEN


@pytest.fixture
def staff(cast: Cast) -> Client:
    """A member with MANAGE_FLEETS, MANAGE_EQUIPMENT and MANAGE_LOCATIONS."""
    return as_staff(cast.staff)


@pytest.fixture
def place(cast: Cast) -> Location:
    found: Location = LocationFactory(organisation=cast.organisation)
    return found


def test_it_lets_a_member_without_a_role_look_only(cast: Cast, place: Location) -> None:
    member = as_staff(cast.member)
    shown = member.get(page(Location, "change", place.pk))
    assert shown.status_code == HTTPStatus.OK
    assert "_save" not in shown.content.decode()
    assert member.get(page(Location, "add")).status_code == FORBIDDEN
    for name in ("change", "delete"):
        answer = member.post(page(Location, name, place.pk), PLACE)
        assert answer.status_code == FORBIDDEN
    place.refresh_from_db()
    assert place.name != "Yard"


def test_it_lets_a_member_write_what_the_role_allows(
    cast: Cast, staff: Client, place: Location
) -> None:
    answer = staff.post(page(Location, "change", place.pk), PLACE)
    assert answer.status_code == HTTPStatus.FOUND
    assert staff.get(page(Role, "add")).status_code == FORBIDDEN
    role = RoleFactory(organisation=cast.organisation)
    answer = staff.post(page(Role, "change", role.pk), {"name": "Kings"})
    assert answer.status_code == FORBIDDEN


def test_it_takes_no_permission_from_one_organisation_into_another(
    cast: Cast, staff: Client
) -> None:
    MembershipFactory(organisation=cast.other, user=cast.staff)
    theirs = LocationFactory(organisation=cast.other)
    address = page(Location, "change", theirs.pk)
    assert staff.get(address).status_code == HTTPStatus.OK
    assert staff.post(address, PLACE).status_code == FORBIDDEN
    staff.post(f"{page(Location, 'add')}?organisation={cast.other.pk}", PLACE)
    assert list(Location.objects.of(cast.other)) == [theirs]


def test_it_gives_superusers_every_permission(cast: Cast, place: Location) -> None:
    operator = as_staff(cast.outsider, is_superuser=True)
    answer = operator.post(page(Location, "change", place.pk), PLACE)
    assert answer.status_code == HTTPStatus.FOUND


def test_it_lets_staff_only_look_at_an_organisation_that_is_off(
    cast: Cast, staff: Client, place: Location
) -> None:
    Organisation.objects.update(enabled=False)
    assert staff.get(page(Location, "change", place.pk)).status_code == HTTPStatus.OK
    answer = staff.post(page(Location, "change", place.pk), PLACE)
    assert answer.status_code == FORBIDDEN


def test_it_lets_nobody_grant_what_they_lack(cast: Cast) -> None:
    MembershipFactory(
        organisation=cast.organisation,
        user=cast.outsider,
        permissions=[Permission.MANAGE_ROLES],
    )
    keeper = as_staff(cast.outsider)
    asked = {
        "name": "Kings",
        "description": "",
        "permissions": [Permission.MANAGE_ROLES, Permission.VIEW_SECRETS],
    }
    address = f"{page(Role, 'add')}?organisation={cast.organisation.pk}"
    answer = keeper.post(address, asked)
    sentence = "You cannot grant what you lack: VIEW_SECRETS."
    assert sentence in answer.content.decode()
    assert not Role.objects.filter(name="Kings").exists()
    answer = as_staff(cast.manager, is_superuser=True).post(address, asked)
    assert answer.status_code == HTTPStatus.FOUND
