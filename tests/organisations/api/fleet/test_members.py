"""Members: `O/members` and `O/members/{user.id}`."""

import pytest

from organisations.models import Membership, Role, User
from tests.assets.api.fleet.calls import UNKNOWN, refusal, said
from tests.cast import MANAGING, Cast
from tests.factories.organisations import LocationFactory, MembershipFactory
from tests.organisations.api.fleet.callers import (
    changes_of,
    client_of,
    client_with,
    member_with,
)
from tests.organisations.api.fleet.membership import membership_of, path_of, shown


def test_it_lists_members_to_members(cast: Cast) -> None:
    role = Role.objects.get(name="managers")

    response = cast.client("member").get(f"{cast.path}/members")

    assert response.json() == [
        shown(membership_of(cast, cast.owner)),
        shown(membership_of(cast, cast.manager), role),
        shown(membership_of(cast, cast.member)),
        shown(membership_of(cast, cast.staff), role),
    ]


def test_it_tells_addresses_to_those_who_manage_members(cast: Cast) -> None:
    client = client_with(cast.organisation, "MANAGE_MEMBERS")

    listed = client.get(f"{cast.path}/members").json()
    one = client.get(path_of(cast, cast.member)).json()

    assert one == {
        **shown(membership_of(cast, cast.member)),
        "email": "member@example.org",
    }
    assert one in listed


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("vä", ["member"]),
        ("VA", ["member"]),
        ("lain", ["member"]),
        ("MEMBER@", ["member"]),
        ("member@example.org", ["member"]),
        ("  väi", ["member"]),
        ("inö", []),
        ("example", []),
        ("%", []),
        ("_", []),
        ("", ["owner", "manager", "member", "staff"]),
        ("outsider", []),
    ],
)
def test_it_finds_members_by_the_start_of_a_name(
    cast: Cast, text: str, found: list[str]
) -> None:
    User.objects.filter(pk=cast.member.pk).update(
        normalised_first_name="vaino", normalised_last_name="laine"
    )

    response = cast.client("member").get(f"{cast.path}/members", {"filter": text})

    ids = [one["user"]["id"] for one in response.json()]
    assert ids == [str(getattr(cast, name).pk) for name in found]


def test_it_orders_members_by_name(cast: Cast) -> None:
    query = {"$orderby": "user/firstname desc"}

    response = cast.client("member").get(f"{cast.path}/members", query)

    names = [one["user"]["firstname"] for one in response.json()]
    assert names == sorted(names, reverse=True)


def test_it_gives_roles_that_the_caller_could_have(cast: Cast) -> None:
    client = client_with(cast.organisation, "MANAGE_MEMBERS", *MANAGING)
    role = Role.objects.get(name="managers")

    response = client.patch(path_of(cast, cast.member), {"roles": [str(role.pk)]})

    membership = membership_of(cast, cast.member)
    assert response.json()["roles"] == [str(role.pk)]
    assert changes_of(membership) == [("changed", "roles", [], [str(role.pk)])]


def test_it_lets_nobody_widen_their_own_rights(cast: Cast) -> None:
    person = member_with(cast.organisation, "MANAGE_MEMBERS")
    role = Role.objects.get(name="managers")
    own = membership_of(cast, person).roles.get()

    response = client_of(person).patch(
        path_of(cast, person), {"roles": [str(own.pk), str(role.pk)]}
    )

    assert said(response) == refusal("missing_permission", status=403)


def test_it_keeps_and_takes_roles_that_the_caller_lacks(cast: Cast) -> None:
    client = client_with(cast.organisation, "MANAGE_MEMBERS")
    role = Role.objects.get(name="managers")
    path = path_of(cast, cast.manager)

    kept = client.patch(path, {"roles": [{"id": str(role.pk), "name": "managers"}]})
    taken = client.patch(path, {"roles": []})

    assert kept.json()["roles"] == [str(role.pk)]
    assert taken.json()["roles"] == []
    assert changes_of(membership_of(cast, cast.manager)) == [
        ("changed", "roles", [str(role.pk)], [])
    ]


def test_it_gives_a_member_a_home(cast: Cast) -> None:
    place = LocationFactory(organisation=cast.organisation)
    path = path_of(cast, cast.member)
    client = cast.client("owner")

    found = client.patch(path, {"location_id": {"id": str(place.pk)}})
    untouched = client.patch(path, {})
    lost = client.patch(path, {"location_id": 0})

    assert found.json()["location_id"] == str(place.pk)
    assert untouched.json() == found.json()
    assert lost.json()["location_id"] is None
    assert changes_of(membership_of(cast, cast.member)) == [
        ("changed", "location_id", None, str(place.pk)),
        ("changed", "location_id", str(place.pk), None),
    ]


def test_it_takes_its_own_answer_for_a_body(cast: Cast) -> None:
    client = cast.client("owner")
    seen = client.get(path_of(cast, cast.manager)).json()

    assert client.patch(path_of(cast, cast.manager), seen).json() == seen


def test_it_gives_no_home_of_another_organisation(cast: Cast) -> None:
    place = LocationFactory(organisation=cast.other)

    response = cast.client("owner").patch(
        path_of(cast, cast.member), {"location_id": str(place.pk)}
    )

    assert said(response) == refusal("location_invalid", "location_id")


@pytest.mark.parametrize("value", [True, 1.5, -1, "x", 2**63, [], {}, {"id": "x"}])
def test_it_refuses_a_home_that_is_no_id(cast: Cast, value: object) -> None:
    response = cast.client("owner").patch(
        path_of(cast, cast.member), {"location_id": value}
    )

    assert said(response) == refusal("invalid_body", "location_id")


def test_it_removes_a_member(cast: Cast) -> None:
    membership = membership_of(cast, cast.manager)
    role = Role.objects.get(name="managers")

    response = cast.client("owner").delete(path_of(cast, cast.manager))

    assert response.status_code == 204
    assert response.content == b""
    assert not Membership.objects.filter(pk=membership.pk).exists()
    changes = changes_of(membership)
    assert changes[0] == ("changed", "roles", [str(role.pk)], [])
    assert changes[1][0] == "deleted"
    assert cast.client("manager").get(f"{cast.path}/assets").status_code == 403


def test_it_lets_a_member_leave(cast: Cast) -> None:
    response = cast.client("member").delete(path_of(cast, cast.member))

    assert response.status_code == 204
    assert not cast.organisation.memberships.filter(user=cast.member).exists()


@pytest.mark.parametrize("who", ["owner", "remover"])
def test_it_keeps_the_owner(cast: Cast, who: str) -> None:
    client = (
        cast.client("owner")
        if who == "owner"
        else client_with(cast.organisation, "MANAGE_MEMBERS")
    )

    response = client.delete(path_of(cast, cast.owner))

    assert said(response) == refusal("last_owner")


def test_it_lets_a_former_owner_leave(cast: Cast) -> None:
    client = cast.client("owner")
    organisation = f"/api/organisations/{cast.organisation.pk}"
    client.patch(organisation, {"owner": cast.member.pk})

    assert client.delete(path_of(cast, cast.owner)).status_code == 204


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
@pytest.mark.parametrize("name", ["5", "abc", "9" * 25, "@me"])
def test_it_is_missing(cast: Cast, method: str, name: str) -> None:
    response = getattr(cast.client("owner"), method)(f"{cast.path}/members/{name}")

    assert said(response) == refusal("not_found", status=404)


def test_it_does_not_find_members_of_other_organisations(cast: Cast) -> None:
    response = cast.client("owner").get(path_of(cast, cast.outsider))

    assert said(response) == refusal("not_found", status=404)


@pytest.mark.parametrize(
    ("who", "method", "code"),
    [
        ("outsider", "get", "not_a_member"),
        ("outsider", "patch", "missing_permission"),
        ("outsider", "delete", "missing_permission"),
        ("manager", "patch", "missing_permission"),
        ("manager", "delete", "missing_permission"),
    ],
)
@pytest.mark.parametrize("name", ["member", "outsider"])
def test_it_refuses_who_may_not_whether_there_is_such_a_member(
    cast: Cast, who: str, method: str, code: str, name: str
) -> None:
    path = path_of(cast, getattr(cast, name))
    if (who, method, name) == ("outsider", "delete", "outsider"):
        code = "not_a_member"

    response = getattr(cast.client(who), method)(path)

    assert said(response) == refusal(code, status=403)


def test_it_refuses_an_organisation_before_anything_else(cast: Cast) -> None:
    path = f"/api/organisations/{UNKNOWN}/members"

    for response in (
        cast.client("member").get(path),
        cast.client("member").post(path, {}),
        cast.client("member").delete(f"{path}/{cast.member.pk}"),
    ):
        assert said(response) == refusal("organisation_not_found")


def test_it_shows_a_member_of_two_organisations_the_roles_of_one(cast: Cast) -> None:
    MembershipFactory(
        organisation=cast.other, user=cast.member, permissions=["MANAGE_FLEETS"]
    )

    response = cast.client("member").get(path_of(cast, cast.member))

    assert response.json()["roles"] == []
