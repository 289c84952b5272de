import pytest
from django.core.exceptions import ValidationError

from config.api.errors import Refusal
from organisations.models import Change, Membership, Organisation, User
from organisations.services.invitations import (
    accept_invitation,
    find_or_invite,
    read_invitation,
)
from organisations.services.members import (
    invite_member,
    remove_member,
    update_member,
)
from organisations.services.organisations import update_organisation
from tests.factories.organisations import (
    LocationFactory,
    MembershipFactory,
    OrganisationFactory,
    RoleFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation() -> Organisation:
    made: Organisation = OrganisationFactory()
    return made


def test_it_hides_the_link_from_logs(organisation: Organisation) -> None:
    invitation = invite_member(
        organisation=organisation, email="a@example.org", actor=organisation.owner
    )

    assert invitation.token not in repr(invitation)
    assert read_invitation(invitation.token) == invitation.membership


def test_it_lets_an_operator_give_any_role(organisation: Organisation) -> None:
    role = RoleFactory(organisation=organisation, permissions=["VIEW_SECRETS"])

    made = invite_member(
        organisation=organisation,
        email="a@example.org",
        role_ids=[role.pk],
        actor=UserFactory(is_superuser=True),
        is_operator=True,
    )

    assert list(made.membership.roles.all()) == [role]


@pytest.mark.parametrize("email", ["", "  ", "nobody", "a\0@example.org"])
def test_it_makes_nobody_without_an_address(db: None, email: str) -> None:
    before = User.objects.count()
    with pytest.raises(ValidationError) as refused:
        find_or_invite(email=email, actor=None)

    assert set(refused.value.message_dict) == {"email"}
    assert User.objects.count() == before


@pytest.mark.parametrize("address", ["A.B@Example.org", f"{'a' * 60}@{'b' * 60}.org"])
def test_it_names_a_person_after_the_address(db: None, address: str) -> None:
    person = find_or_invite(email=address, actor=None)

    assert person.username == person.email == address.lower()
    new = Change.objects.get(model="user").new
    assert new is not None
    assert new["is_invited"] is True


@pytest.mark.parametrize(
    "address", ["o'neil@example.org", f"{'a' * 64}@{'b' * 60}.{'c' * 60}.org"]
)
def test_it_invents_a_name_where_the_address_is_none(db: None, address: str) -> None:
    person = find_or_invite(email=address, actor=None)

    assert person.email == address
    assert person.username.startswith("person-")


def test_it_opens_no_account_twice(organisation: Organisation) -> None:
    token = invite_member(
        organisation=organisation, email="a@example.org", actor=organisation.owner
    ).token
    values = {"first_name": "A", "last_name": "B", "password": "a long way to go"}
    accept_invitation(token=token, **values)

    with pytest.raises(Refusal) as refused:
        accept_invitation(token=token, **{**values, "password": "another long way"})

    assert refused.value.code == "conflict"
    assert User.objects.get(email="a@example.org").check_password("a long way to go")


def test_it_ends_what_other_organisations_offered_the_same_address(
    organisation: Organisation,
) -> None:
    victim = OrganisationFactory()
    role = RoleFactory(organisation=victim, permissions=["MANAGE_FLEETS"])
    address = "a@example.org"
    invite_member(
        organisation=victim, role_ids=[role.pk], actor=victim.owner, email=address
    )
    token = invite_member(
        organisation=organisation, actor=organisation.owner, email=address
    ).token

    person = accept_invitation(
        token=token, first_name="A", last_name="B", password="a long way to go"
    )

    kept = Membership.objects.filter(user=person)
    assert [one.organisation for one in kept] == [organisation]
    ended = Change.objects.get(model="membership", action="deleted")
    assert ended.organisation_id == victim.pk


def test_it_opens_no_account_with_a_weak_password(organisation: Organisation) -> None:
    token = invite_member(
        organisation=organisation, email="a@example.org", actor=organisation.owner
    ).token

    with pytest.raises(ValidationError):
        accept_invitation(
            token=token, first_name="A", last_name="B", password="password"
        )

    assert not User.objects.get(email="a@example.org").is_active


def test_it_keeps_who_owns_the_organisation_by_now(organisation: Organisation) -> None:
    membership = MembershipFactory(organisation=organisation)
    stale = Membership.objects.select_related("organisation").get(pk=membership.pk)
    update_organisation(
        organisation=organisation,
        values={"owner_id": membership.user_id},
        actor=organisation.owner,
    )

    with pytest.raises(Refusal) as refused:
        remove_member(membership=stale, actor=membership.user)

    assert refused.value.code == "last_owner"


def test_it_lets_an_operator_hand_an_organisation_over(
    organisation: Organisation,
) -> None:
    heir = MembershipFactory(organisation=organisation).user

    update_organisation(
        organisation=organisation,
        values={"owner_id": heir.pk},
        actor=UserFactory(is_superuser=True),
        is_operator=True,
    )

    organisation.refresh_from_db()
    assert organisation.owner == heir


def test_it_leaves_no_history_of_what_stays(organisation: Organisation) -> None:
    role = RoleFactory(organisation=organisation)
    home = LocationFactory(organisation=organisation)
    membership = MembershipFactory(organisation=organisation, location=home)
    membership.roles.add(role)

    update_member(
        membership=membership,
        values={"role_ids": [role.pk], "location_id": home.pk},
        actor=organisation.owner,
    )

    assert not Change.objects.filter(
        model="membership", object_id=membership.pk
    ).exists()


def test_it_refuses_a_home_elsewhere_whatever_the_door(
    organisation: Organisation,
) -> None:
    membership = MembershipFactory(organisation=organisation)
    membership.location = LocationFactory()

    with pytest.raises(ValidationError) as refused:
        membership.full_clean()

    assert set(refused.value.message_dict) == {"location"}
