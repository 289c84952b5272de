"""People, members and roles in the back office."""

from http import HTTPStatus

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from organisations.models import Change, Membership, Role, User
from organisations.permissions import Permission
from tests.back_office import as_staff, changes_of, errors_in, page
from tests.cast import Cast
from tests.factories.organisations import (
    LocationFactory,
    MembershipFactory,
    RoleFactory,
    UserFactory,
)

MOVED = HTTPStatus.FOUND
INVITE_AGAIN = "admin:organisations_membership_invite_again"


@pytest.fixture
def owner(cast: Cast) -> Client:
    return as_staff(cast.owner)


@pytest.fixture
def operator(cast: Cast) -> Client:
    return as_staff(UserFactory(username="operator"), is_superuser=True)


def test_it_has_no_groups_of_django() -> None:
    assert not admin.site.is_registered(Group)


def test_it_makes_a_person_whose_password_is_shown_once(operator: Client) -> None:
    asked = {"username": "new", "email": "New@Example.org", "is_staff": "on"}
    answer = operator.post(page(User, "add"), asked)
    secrets = dict(answer.context["secrets"])
    person = User.objects.get(username="new")
    assert person.check_password(secrets["Password"])
    assert person.email == "new@example.org"
    assert person.is_staff
    assert changes_of(person) == [("created", "", "operator")]
    assert "no-store" in answer.headers["Cache-Control"]
    again = operator.get(page(User, "change", person.pk)).content.decode()
    assert secrets["Password"] not in again


def test_it_refuses_a_name_that_is_taken(cast: Cast, operator: Client) -> None:
    said = errors_in(operator.post(page(User, "add"), {"username": "owner"}))
    assert said == {"username": ["A user with that username already exists."]}


def test_it_records_what_operators_change_of_a_person(
    cast: Cast, operator: Client
) -> None:
    asked = {"username": "member", "first_name": "Eeva", "is_active": "on"}
    asked |= {"email": cast.member.email, "last_name": cast.member.last_name}
    answer = operator.post(page(User, "change", cast.member.pk), asked)
    assert answer.status_code == MOVED
    assert changes_of(cast.member) == [("changed", "first_name", "operator")]


def test_it_records_that_a_password_was_set(cast: Cast, operator: Client) -> None:
    lead = operator.get(f"/admin/organisations/user/{cast.member.pk}/set-password/")
    address = reverse("admin:auth_user_password_change", args=[cast.member.pk])
    assert lead.headers["Location"] == address
    assert operator.get(address).status_code == HTTPStatus.OK
    password = "another horse battery staple"
    asked = {"password1": password, "password2": password, "usable_password": "true"}
    assert operator.post(address, asked).status_code == MOVED
    cast.member.refresh_from_db()
    assert cast.member.check_password(password)
    assert changes_of(cast.member) == [("changed", "password", "operator")]
    assert password not in str(list(Change.objects.values_list("old", "new")))


@pytest.mark.parametrize("key", ["own", "missing"])
def test_it_lets_only_operators_set_passwords(
    key: str, cast: Cast, owner: Client
) -> None:
    person = cast.member.pk if key == "own" else 1
    address = reverse("admin:auth_user_password_change", args=[person])
    assert owner.get(address).status_code == HTTPStatus.FORBIDDEN
    lead = f"/admin/organisations/user/{person}/set-password/"
    assert owner.get(lead).status_code == HTTPStatus.FORBIDDEN


def test_it_makes_roles_of_permissions(cast: Cast, owner: Client) -> None:
    asked = {
        "name": "Yard",
        "description": "",
        "permissions": [Permission.MANAGE_FLEETS, Permission.MANAGE_LOCATIONS],
    }
    assert owner.post(page(Role, "add"), asked).status_code == MOVED
    role = Role.objects.get(name="Yard")
    assert role.permissions == ["MANAGE_FLEETS", "MANAGE_LOCATIONS"]
    asked["permissions"] = [Permission.SHARE_FLEETS]
    assert owner.post(page(Role, "change", role.pk), asked).status_code == MOVED
    role.refresh_from_db()
    assert role.permissions == ["SHARE_FLEETS"]
    assert changes_of(role) == [
        ("created", "", "owner"),
        ("changed", "permissions", "owner"),
    ]


def test_it_keeps_a_role_that_somebody_has(cast: Cast, owner: Client) -> None:
    role = Role.objects.get(name="managers")
    answer = owner.post(page(Role, "delete", role.pk), {"post": "yes"})
    told = [str(message) for message in get_messages(answer.wsgi_request)]
    assert told == ["The role is still in use: 2 members."]


@pytest.mark.parametrize("known", [True, False])
def test_it_answers_a_known_and_an_unknown_address_alike(
    known: bool, cast: Cast, owner: Client
) -> None:
    address = cast.outsider.email if known else "nobody@example.org"
    role = RoleFactory(organisation=cast.organisation)
    asked = {"email": address, "roles": [role.pk]}
    answer = owner.post(page(Membership, "add"), asked)
    assert answer.status_code == HTTPStatus.OK
    [(label, link)] = answer.context["secrets"]
    assert label == "Link to pass on, for seven days"
    assert link.startswith("http://testserver/invitations/")
    assert address not in answer.content.decode()
    made = Membership.objects.get(organisation=cast.organisation, user__email=address)
    assert list(made.roles.all()) == [role]


def test_it_gives_the_new_member_a_home(cast: Cast, owner: Client) -> None:
    home = LocationFactory(organisation=cast.organisation)
    asked = {"email": "nobody@example.org", "location": home.pk}
    assert owner.post(page(Membership, "add"), asked).status_code == HTTPStatus.OK
    assert Membership.objects.get(user__email="nobody@example.org").location == home


def test_it_invites_by_user_name_whom_one_works_with_elsewhere(
    cast: Cast, owner: Client
) -> None:
    colleague = MembershipFactory(organisation=cast.other, user__username="kaja").user
    MembershipFactory(organisation=cast.other, user=cast.owner)
    address = f"{page(Membership, 'add')}?organisation={cast.organisation.pk}"
    answer = owner.post(address, {"email": "kaja"})
    assert "secrets" in answer.context
    assert cast.organisation.memberships.filter(user=colleague).exists()


def test_it_takes_a_user_name_that_one_does_not_see_for_a_missing_one(
    cast: Cast, owner: Client
) -> None:
    for name in ("outsider", "nobody", "\x7f"):
        said = errors_in(owner.post(page(Membership, "add"), {"email": name}))
        assert said == {
            "email": ["You work with nobody of that user name; an address is expected."]
        }


def test_it_writes_the_invitation_again(cast: Cast, owner: Client) -> None:
    owner.post(page(Membership, "add"), {"email": "nobody@example.org"})
    member = Membership.objects.get(user__email="nobody@example.org")
    answer = owner.get(reverse(INVITE_AGAIN, args=[member.pk]))
    [(_, link)] = answer.context["secrets"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert "You are invited to Suomen Vaunu" in Client().get(link).content.decode()


def test_it_writes_no_invitation_for_who_does_not_manage_members(cast: Cast) -> None:
    member = Membership.objects.get(user=cast.member)
    address = reverse(INVITE_AGAIN, args=[member.pk])
    assert as_staff(cast.staff).get(address).status_code == HTTPStatus.FORBIDDEN
    MembershipFactory(
        organisation=cast.other,
        user=cast.staff,
        permissions=[Permission.MANAGE_MEMBERS],
    )
    assert as_staff(cast.staff).get(address).status_code == HTTPStatus.FORBIDDEN


def test_it_says_that_somebody_is_a_member_already(cast: Cast, owner: Client) -> None:
    said = errors_in(owner.post(page(Membership, "add"), {"email": cast.member.email}))
    assert said == {"email": ["The person is a member already."]}


def test_it_gives_members_roles_and_a_home(cast: Cast, owner: Client) -> None:
    member = Membership.objects.get(user=cast.member)
    role = Role.objects.get(name="managers")
    home = LocationFactory(organisation=cast.organisation)
    asked = {"roles": [role.pk], "location": home.pk}
    answer = owner.post(page(Membership, "change", member.pk), asked)
    assert answer.status_code == MOVED
    member.refresh_from_db()
    assert (list(member.roles.all()), member.location) == ([role], home)
    assert changes_of(member) == [
        ("changed", "roles", "owner"),
        ("changed", "location_id", "owner"),
    ]
    shown = owner.get(page(Membership, "history", member.pk)).content.decode()
    assert "managers" in shown
    assert str(home) in shown


def test_it_lets_nobody_give_a_role_that_allows_more_than_theirs(cast: Cast) -> None:
    MembershipFactory(
        organisation=cast.organisation,
        user=cast.outsider,
        permissions=[Permission.MANAGE_MEMBERS],
    )
    member = Membership.objects.get(user=cast.member)
    address = page(Membership, "change", member.pk)
    role = Role.objects.get(name="managers")
    answer = as_staff(cast.outsider).post(address, {"roles": [role.pk]})
    assert "You cannot grant what you lack" in answer.content.decode()
    assert not member.roles.exists()


def test_it_keeps_the_owner_a_member(cast: Cast, owner: Client) -> None:
    member = Membership.objects.get(user=cast.owner, organisation=cast.organisation)
    answer = owner.post(page(Membership, "delete", member.pk), {"post": "yes"})
    assert answer.headers["Location"] == page(Membership, "change", member.pk)
    assert Membership.objects.filter(pk=member.pk).exists()
