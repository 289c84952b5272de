"""What happens when two people do the same thing at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import IntegrityError, connections

from config.api.errors import Refusal
from organisations.models import (
    FleetShare,
    Membership,
    Organisation,
    Prefix,
    Role,
    User,
)
from organisations.services.fleets import offer_fleet, update_share
from organisations.services.invitations import accept_invitation
from organisations.services.members import (
    invite_member,
    remove_member,
    update_member,
)
from organisations.services.numbering import take_numbers
from organisations.services.organisations import update_organisation
from organisations.services.prefixes import update_prefix
from organisations.services.roles import delete_role, update_role
from tests.cast import Cast, assemble
from tests.factories.organisations import (
    FleetFactory,
    MembershipFactory,
    OrganisationFactory,
    RoleFactory,
)

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

DONE = "done"


@pytest.fixture
def people() -> Cast:
    """Return the people of the tests, committed for other threads to see."""
    return assemble()


def at_once(*deeds: Callable[[], object]) -> list[str]:
    """Do everything at the same moment; tell for each the code of its refusal."""
    start = Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> str:
        try:
            start.wait(10)
            deed()
        except Refusal as refusal:
            return refusal.code
        except IntegrityError:
            return "conflict"
        finally:
            connections.close_all()
        return DONE

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(run, deeds))


def test_it_accepts_or_rejects_a_share_once(people: Cast) -> None:
    for _ in range(5):
        fleet = FleetFactory(organisation=people.organisation)
        share = FleetShare.objects.create(fleet=fleet, organisation=people.other)

        said = at_once(
            partial(
                update_share, share=share, status="accepted", actor=people.outsider
            ),
            partial(
                update_share, share=share, status="rejected", actor=people.outsider
            ),
        )

        assert sorted(said) == [DONE, "share_state"]


def test_it_offers_a_fleet_once(people: Cast) -> None:
    fleet = FleetFactory(organisation=people.organisation)

    said = at_once(
        *[
            lambda: offer_fleet(
                fleet=fleet, organisation_id=people.other.pk, actor=people.owner
            )
        ]
        * 4
    )

    assert sorted(said) == ["conflict", "conflict", "conflict", DONE]
    assert fleet.shares.count() == 1


def test_it_never_is_without_an_owner_who_is_a_member(people: Cast) -> None:
    for _ in range(5):
        heir = MembershipFactory(organisation=people.organisation)
        people.organisation.refresh_from_db()
        owner = people.organisation.owner

        said = at_once(
            partial(
                update_organisation,
                organisation=people.organisation,
                values={"owner_id": heir.user_id},
                actor=owner,
            ),
            partial(remove_member, membership=heir, actor=heir.user),
        )

        people.organisation.refresh_from_db()
        now = people.organisation.owner
        assert Membership.objects.filter(
            organisation=people.organisation, user=now
        ).exists()
        assert said in ([DONE, "last_owner"], ["invalid_body", DONE])


def test_it_grants_nothing_that_was_just_taken_away(people: Cast) -> None:
    for _ in range(5):
        held = RoleFactory(
            organisation=people.organisation,
            permissions=["MANAGE_ROLES", "VIEW_SECRETS"],
        )
        membership = MembershipFactory(organisation=people.organisation)
        membership.roles.add(held)
        target = RoleFactory(organisation=people.organisation)

        said = at_once(
            partial(
                update_member,
                membership=membership,
                values={"role_ids": []},
                actor=people.owner,
            ),
            partial(
                update_role,
                role=target,
                values={"permissions": ["VIEW_SECRETS"]},
                actor=membership.user,
            ),
        )

        target.refresh_from_db()
        assert said[0] == DONE
        assert (said[1] == DONE) == bool(target.permissions)
        assert said[1] in {DONE, "missing_permission"}


def test_it_deletes_no_role_that_somebody_gets(people: Cast) -> None:
    for _ in range(5):
        role = RoleFactory(organisation=people.organisation)
        membership = MembershipFactory(organisation=people.organisation)

        said = at_once(
            partial(delete_role, role=role, actor=people.owner),
            partial(
                update_member,
                membership=membership,
                values={"role_ids": [role.pk]},
                actor=people.owner,
            ),
        )

        exists = Role.objects.filter(pk=role.pk).exists()
        assert said == (["in_use", DONE] if exists else [DONE, "invalid_body"])


def test_it_makes_one_person_of_two_invitations(people: Cast) -> None:
    third: Organisation = OrganisationFactory()
    organisations = [people.organisation, people.other, third]

    said = at_once(
        *(
            partial(
                invite_member,
                organisation=one,
                email="new@example.org",
                actor=one.owner,
            )
            for one in organisations
        )
    )

    assert said == [DONE] * 3
    assert User.objects.get(email="new@example.org").memberships.count() == 3


def test_it_invites_nobody_twice_into_one_organisation(people: Cast) -> None:
    said = at_once(
        *[
            lambda: invite_member(
                organisation=people.organisation,
                email="new@example.org",
                actor=people.owner,
            )
        ]
        * 3
    )

    assert sorted(said) == ["conflict", "conflict", DONE]


def test_it_opens_an_account_once(people: Cast) -> None:
    token = invite_member(
        organisation=people.organisation, email="new@example.org", actor=people.owner
    ).token
    passwords = ["a long way to go", "another way to go"]

    said = at_once(
        *(
            partial(
                accept_invitation,
                token=token,
                first_name="A",
                last_name="B",
                password=password,
            )
            for password in passwords
        )
    )

    assert sorted(said) == ["conflict", DONE]
    person = User.objects.get(email="new@example.org")
    assert person.check_password(passwords[said.index(DONE)])


def test_it_never_lowers_a_number_that_was_just_given_out(people: Cast) -> None:
    for _ in range(5):
        prefix = Prefix.objects.get(organisation=people.organisation)
        before = prefix.last_number

        said = at_once(
            partial(take_numbers, prefix, 5),
            partial(
                update_prefix,
                prefix=prefix,
                values={"last_number": before + 2},
                actor=people.owner,
            ),
        )

        prefix.refresh_from_db()
        assert said[0] == DONE
        expected = before + 7 if said[1] == DONE else before + 5
        assert prefix.last_number == expected
