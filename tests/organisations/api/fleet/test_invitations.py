"""Inviting people: POST `O/members`."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from organisations.models import Role, User
from tests.assets.api.fleet.calls import NO_IDS, UNKNOWN, refusal, said
from tests.cast import Cast
from tests.factories.organisations import RoleFactory, UserFactory
from tests.organisations.api.fleet.callers import changes_of, client_with
from tests.organisations.api.fleet.membership import (
    invite,
    membership_of,
    path_of,
    shown,
)


def test_it_makes_a_known_person_a_member_at_once(cast: Cast) -> None:
    role = Role.objects.get(name="managers")

    response = invite(cast, email=" Outsider@Example.ORG ", roles=[str(role.pk)])

    membership = membership_of(cast, cast.outsider)
    assert response.status_code == 201
    assert response["Location"] == path_of(cast, cast.outsider)
    assert response["Cache-Control"] == "no-store"
    body = response.json()
    link, expires_at = body.pop("link"), body.pop("link_expires_at")
    assert body == {**shown(membership, role), "email": "outsider@example.org"}
    assert link.startswith("http://testserver/invitations/")
    left = datetime.fromisoformat(expires_at) - timezone.now()
    assert timedelta(days=6, hours=23) < left <= timedelta(days=7)
    assert cast.client("outsider").get(f"{cast.path}/assets").status_code == 200
    assert [change[:2] for change in changes_of(membership)] == [
        ("created", ""),
        ("changed", "roles"),
    ]


def test_it_answers_alike_for_somebody_nobody_knows(cast: Cast) -> None:
    known = invite(cast, email="outsider@example.org")
    unknown = invite(cast, email="New.Person@example.org")

    person = User.objects.get(email="new.person@example.org")
    assert unknown.status_code == known.status_code == 201
    assert list(unknown.json()) == list(known.json())
    assert len(unknown.json()["link"]) == len(known.json()["link"])
    assert unknown.json()["user"] == {
        "id": str(person.pk),
        "firstname": "",
        "lastname": "",
    }
    assert unknown.json()["email"] == "new.person@example.org"
    assert (person.is_active, person.is_staff, person.is_superuser) == (False,) * 3
    assert not person.has_usable_password()
    assert [change[:2] for change in changes_of(person)] == [("created", "")]


def test_it_refuses_who_is_a_member_already(cast: Cast) -> None:
    response = invite(cast, email="member@example.org")

    assert said(response) == refusal("conflict", "email", status=409)


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({}, "email"),
        ({"email": ""}, "email"),
        ({"email": None}, "email"),
        ({"email": 5}, "email"),
        ({"email": []}, "email"),
        ({"email": "nobody"}, "email"),
        ({"email": "a b@example.org"}, "email"),
        ({"email": "a\nb@example.org"}, "email"),
        ({"email": f"{'a' * 250}@example.org"}, "email"),
        ({"email": "x@example.org", "roles": "5"}, "roles"),
        ({"email": "x@example.org", "roles": None}, "roles"),
        ({"email": "x@example.org", "roles": {}}, "roles"),
        ({"email": "x@example.org", "roles": [str(UNKNOWN)]}, "roles[0]"),
        ({"email": "x@example.org", "roles": ["1"] * 101}, "roles"),
        *(
            ({"email": "x@example.org", "roles": [value]}, "roles[0]")
            for value in (None, *NO_IDS)
        ),
    ],
)
def test_it_refuses_an_invitation_that_is_wrong(
    cast: Cast, body: dict[str, Any], key: str
) -> None:
    count = User.objects.count()

    assert said(invite(cast, **body)) == refusal("invalid_body", key)
    assert User.objects.count() == count


def test_it_gives_no_role_of_another_organisation(cast: Cast) -> None:
    own = RoleFactory(organisation=cast.organisation)
    foreign = RoleFactory(organisation=cast.other)

    response = invite(cast, email="x@example.org", roles=[own.pk, {"id": foreign.pk}])

    assert said(response) == refusal("invalid_body", "roles[1]")


def test_it_gives_no_role_that_allows_more_than_the_caller(cast: Cast) -> None:
    client = client_with(cast.organisation, "MANAGE_MEMBERS", "MANAGE_FLEETS")
    role = Role.objects.get(name="managers")
    body = {"email": "outsider@example.org", "roles": [str(role.pk)]}

    response = client.post(f"{cast.path}/members", body)

    assert said(response) == refusal("missing_permission", status=403)
    assert not cast.organisation.memberships.filter(user=cast.outsider).exists()


def test_it_invites_again_who_was_removed(cast: Cast) -> None:
    first = invite(cast, email="new@example.org").json()
    person = User.objects.get(email="new@example.org")
    cast.client("owner").delete(path_of(cast, person))

    second = invite(cast, email="new@example.org").json()

    assert second["user"]["id"] == first["user"]["id"]
    assert second["link"] != first["link"]


def test_it_invites_nobody_with_the_same_user_name(cast: Cast) -> None:
    UserFactory(username="new@example.org", email="other@example.org")

    response = invite(cast, email="new@example.org")

    person = User.objects.get(email="new@example.org")
    assert response.status_code == 201
    assert person.username.startswith("person-")
