"""The roles of an organisation side by side."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from organisations.models import Organisation, Role
from organisations.permissions import SUBJECTS, Permission
from tests.back_office import as_staff, changes_of, registered
from tests.cast import MANAGING, Cast
from tests.factories.organisations import MembershipFactory, RoleFactory

ADDRESS = "/admin/organisations/role/permissions/"
KEEPER = [Permission.MANAGE_ROLES, Permission.MANAGE_FLEETS]


@pytest.fixture
def managers(cast: Cast) -> Role:
    return Role.objects.get(name="managers")


@pytest.fixture
def auditors(cast: Cast) -> Role:
    role: Role = RoleFactory(organisation=cast.organisation, name="auditors")
    return role


@pytest.fixture
def keeper(cast: Cast) -> Client:
    """Staff who may change roles, and hold little else."""
    member = MembershipFactory(organisation=cast.organisation, permissions=KEEPER)
    return as_staff(member.user)


def boxes(**roles: tuple[Role, Sequence[str], Sequence[str]]) -> dict[str, Any]:
    """Return what a browser sends of roles: what was ticked, and what is."""
    sent: dict[str, Any] = {}
    for role, was, now in roles.values():
        sent |= {f"was-{role.pk}": ",".join(was), f"role-{role.pk}": [*now]}
    return sent


def stored(role: Role) -> list[str]:
    role.refresh_from_db()
    permissions: list[str] = role.permissions
    return permissions


def test_it_tells_of_every_permission_once() -> None:
    told = [one for subject in SUBJECTS for one in subject.allowing]
    assert sorted(told) == sorted(Permission)


def test_it_has_a_page_that_the_list_leads_to(cast: Cast, managers: Role) -> None:
    assert Role in registered()
    assert reverse("admin:organisations_role_compare") == ADDRESS
    page = as_staff(cast.owner).get(reverse("admin:organisations_role_changelist"))
    assert f'href="{ADDRESS}"' in page.content.decode()


def test_it_changes_several_roles_in_one_save(
    cast: Cast, managers: Role, auditors: Role
) -> None:
    now = [Permission.SHARE_FLEETS, *MANAGING]
    sent = boxes(
        first=(managers, MANAGING, now),
        second=(auditors, [], [Permission.VIEW_SECRETS]),
    )
    answer = as_staff(cast.owner).post(ADDRESS, sent, follow=True)
    assert "Changed what these roles allow: managers, auditors." in text_of(answer)
    assert stored(managers) == [*MANAGING, "SHARE_FLEETS"]
    assert stored(auditors) == ["VIEW_SECRETS"]
    assert changes_of(auditors)[-1] == ("changed", "permissions", "owner")


def test_it_refuses_all_where_one_role_would_allow_what_the_person_lacks(
    managers: Role, auditors: Role, keeper: Client
) -> None:
    sent = boxes(
        first=(managers, MANAGING, []),
        second=(auditors, [], [Permission.VIEW_SECRETS]),
    )
    answer = keeper.post(ADDRESS, sent)
    assert "auditors: You cannot grant what you lack: VIEW_SECRETS." in text_of(answer)
    assert (stored(managers), stored(auditors)) == (MANAGING, [])
    [ticked] = [
        box.is_ticked
        for _, lines in answer.context["subjects"]
        for line in lines
        for box in line.boxes
        if (line.permission, box.role) == (Permission.VIEW_SECRETS, auditors)
    ]
    assert ticked


def test_it_offers_no_box_for_what_the_person_lacks(
    auditors: Role, keeper: Client
) -> None:
    lines = [
        line for _, lines in keeper.get(ADDRESS).context["subjects"] for line in lines
    ]
    for line in lines:
        held = line.permission in KEEPER
        assert line.is_held is held
        assert [box.is_fixed for box in line.boxes if box.role == auditors] == [
            not held
        ]


def test_it_keeps_what_somebody_else_has_changed_meanwhile(
    cast: Cast, managers: Role
) -> None:
    sent = boxes(one=(managers, [], [Permission.VIEW_SECRETS]))
    as_staff(cast.owner).post(ADDRESS, sent)
    assert stored(managers) == [*MANAGING, "VIEW_SECRETS"]


def test_it_leaves_roles_that_the_page_did_not_show(cast: Cast, managers: Role) -> None:
    answer = as_staff(cast.owner).post(ADDRESS, {}, follow=True)
    assert "The roles allow what they allowed before." in text_of(answer)
    assert stored(managers) == MANAGING


def test_it_names_a_permission_that_there_is_not(cast: Cast, managers: Role) -> None:
    sent = boxes(one=(managers, MANAGING, ["FLY"]))
    answer = as_staff(cast.owner).post(ADDRESS, sent)
    assert "FLY is not one of the available choices" in text_of(answer)
    assert stored(managers) == MANAGING


def test_it_only_shows_them_to_who_may_not_change_roles(
    cast: Cast, managers: Role
) -> None:
    staff = as_staff(cast.staff)
    page = staff.get(ADDRESS)
    assert 'type="checkbox"' not in page.content.decode()
    assert page.context["subjects"]
    answer = staff.post(ADDRESS, boxes(one=(managers, MANAGING, [])))
    assert answer.status_code == HTTPStatus.FORBIDDEN


def test_it_takes_no_role_of_another_organisation(cast: Cast) -> None:
    foreign: Role = RoleFactory(organisation=cast.other, permissions=MANAGING)
    sent = boxes(one=(foreign, MANAGING, []))
    as_staff(cast.owner).post(f"{ADDRESS}?organisation={cast.other.pk}", sent)
    as_staff(cast.owner).post(ADDRESS, sent)
    assert stored(foreign) == MANAGING


def test_it_asks_of_which_organisation(cast: Cast) -> None:
    Organisation.objects.create(name="Third", owner=cast.owner)
    operator = as_staff(cast.manager, is_superuser=True)
    assert "adminform" not in (operator.get(ADDRESS).context or {})
    page = operator.get(ADDRESS, {"organisation": cast.other.pk})
    assert page.context["organisation"] == cast.other


@pytest.mark.parametrize("number", ["2", "x", "99"])
def test_it_shows_eight_roles_at_a_time(
    number: str, cast: Cast, managers: Role
) -> None:
    for index in range(8):
        RoleFactory(organisation=cast.organisation, name=f"Role {index}")
    page = as_staff(cast.owner).get(ADDRESS, {"p": number})
    assert len(page.context["roles"]) == (8 if number == "x" else 1)


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())
