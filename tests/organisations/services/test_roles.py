import pytest
from django.core.exceptions import ValidationError

from config.api.errors import Refusal
from organisations.models import Organisation, Role, User
from organisations.permissions import Permission
from organisations.services.roles import create_role, delete_role, update_role
from tests.factories.organisations import (
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


@pytest.fixture
def member(organisation: Organisation) -> User:
    """Return a member who may manage roles, and nothing else."""
    membership = MembershipFactory(
        organisation=organisation, permissions=["MANAGE_ROLES"]
    )
    return membership.user  # type: ignore[no-any-return]


def test_it_orders_permissions_and_names_each_once(organisation: Organisation) -> None:
    given = ["VIEW_SECRETS", "MANAGE_FLEETS", "VIEW_SECRETS"]

    role = create_role(
        organisation=organisation,
        values={"name": "Readers", "permissions": given},
        actor=organisation.owner,
    )

    assert role.permissions == ["MANAGE_FLEETS", "VIEW_SECRETS"]


@pytest.mark.parametrize("given", ["MANAGE_FLEETS", ["RULE"], [5], {}])
def test_it_refuses_what_is_no_list_of_permissions(
    organisation: Organisation, given: object
) -> None:
    with pytest.raises(ValidationError):
        create_role(
            organisation=organisation,
            values={"name": "Readers", "permissions": given},
            actor=organisation.owner,
        )


def test_it_lets_an_operator_grant_anything(organisation: Organisation) -> None:
    everything = {"name": "Rulers", "permissions": list(Permission.values)}

    role = create_role(
        organisation=organisation,
        values=everything,
        actor=UserFactory(is_superuser=True),
        is_operator=True,
    )

    assert role.permissions == Permission.values


@pytest.mark.parametrize("who", ["member", "superuser", "nobody"])
def test_it_lets_nobody_else_grant_what_they_lack(
    organisation: Organisation, member: User, who: str
) -> None:
    people: dict[str, User] = {
        "member": member,
        "superuser": UserFactory(is_superuser=True),
    }

    with pytest.raises(Refusal) as refused:
        create_role(
            organisation=organisation,
            values={"name": "Drivers", "permissions": ["MANAGE_FLEETS"]},
            actor=people.get(who),
        )

    assert refused.value.code == "missing_permission"


def test_it_compares_with_what_the_role_allows_now(
    organisation: Organisation, member: User
) -> None:
    stale = RoleFactory(organisation=organisation, permissions=["MANAGE_FLEETS"])
    Role.objects.filter(pk=stale.pk).update(permissions=[])

    with pytest.raises(Refusal) as refused:
        update_role(role=stale, values={"permissions": ["MANAGE_FLEETS"]}, actor=member)

    assert refused.value.code == "missing_permission"


def test_it_refuses_a_role_that_is_gone(organisation: Organisation) -> None:
    stale = RoleFactory(organisation=organisation)
    Role.objects.filter(pk=stale.pk).delete()

    with pytest.raises(Refusal) as refused:
        delete_role(role=stale, actor=organisation.owner)

    assert refused.value.code == "not_found"
