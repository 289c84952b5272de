"""Shares of fleets: `/api/fleetshares/{id}`, and the inbox."""

import pytest

from organisations.models import Fleet, User
from tests.assets.api.fleet.calls import UNKNOWN, refusal, said
from tests.cast import Cast
from tests.factories.assets import make_asset
from tests.factories.organisations import MembershipFactory
from tests.organisations.api.fleet.callers import (
    changes_of,
    client_of,
    client_with,
    member_with,
)
from tests.organisations.api.fleet.sharing import INBOX, path_of, share_with


@pytest.mark.parametrize("answer", ["accepted", "rejected"])
def test_it_is_answered_by_who_manages_fleets_of_the_recipient(
    cast: Cast, fleet: Fleet, answer: str
) -> None:
    share = share_with(fleet, organisation=cast.other)
    client = client_with(cast.other, "MANAGE_FLEETS")

    response = client.patch(path_of(share), {"status": answer})

    assert response.status_code == 200
    assert response.json()["status"] == answer
    assert changes_of(share) == [("changed", "status", "pending", answer)]


def test_it_is_answered_by_the_owner_of_the_recipient(cast: Cast, fleet: Fleet) -> None:
    share = share_with(fleet, organisation=cast.other)

    response = cast.client("outsider").patch(path_of(share), {"status": "accepted"})

    assert response.json()["status"] == "accepted"


def test_it_is_answered_by_the_person_it_was_made_to(
    cast: Cast, fleet: Fleet, stranger: User
) -> None:
    share = share_with(fleet, user=stranger)

    response = client_of(stranger).patch(path_of(share), {"status": "accepted"})

    assert response.json()["status"] == "accepted"


def test_it_is_not_answered_for_an_organisation_by_a_person_alone(
    cast: Cast, fleet: Fleet
) -> None:
    person = MembershipFactory(organisation=cast.other).user
    under = share_with(fleet, user=person, organisation=cast.other)
    whole = share_with(
        fleet, user=person, organisation=cast.other, share_to_users_organisation=True
    )
    client = client_of(person)

    alone = client.patch(path_of(under), {"status": "accepted"})
    for_all = client.patch(path_of(whole), {"status": "accepted"})

    assert alone.json()["status"] == "accepted"
    assert said(for_all) == refusal("missing_permission", status=403)


@pytest.mark.parametrize("status", ["accepted", "rejected", "revoked"])
@pytest.mark.parametrize("answer", ["accepted", "rejected"])
def test_it_is_answered_once(
    cast: Cast, fleet: Fleet, status: str, answer: str
) -> None:
    share = share_with(fleet, status, organisation=cast.other)

    response = cast.client("outsider").patch(path_of(share), {"status": answer})

    assert said(response) == refusal("share_state", "status")
    assert changes_of(share) == []


@pytest.mark.parametrize("status", ["pending", "accepted", "rejected", "revoked"])
@pytest.mark.parametrize("method", ["patch", "delete"])
def test_it_is_revoked_whatever_it_is(
    cast: Cast, fleet: Fleet, status: str, method: str
) -> None:
    share = share_with(fleet, status, organisation=cast.other)
    client = client_with(cast.organisation, "SHARE_FLEETS")
    body = {"status": "revoked"} if method == "patch" else None

    response = getattr(client, method)(path_of(share), body)

    share.refresh_from_db()
    assert response.status_code == (200 if method == "patch" else 204)
    assert share.status == "revoked"
    assert len(changes_of(share)) == (status != "revoked")


def test_it_is_not_answered_by_its_own_side(cast: Cast, fleet: Fleet) -> None:
    share = share_with(fleet, organisation=cast.other)

    response = cast.client("owner").patch(path_of(share), {"status": "accepted"})

    assert said(response) == refusal("missing_permission", "status", status=403)


def test_it_is_not_revoked_by_the_other_side(cast: Cast, fleet: Fleet) -> None:
    share = share_with(fleet, organisation=cast.other)
    client = cast.client("outsider")

    patched = client.patch(path_of(share), {"status": "revoked"})
    deleted = client.delete(path_of(share))

    assert said(patched) == refusal("missing_permission", "status", status=403)
    assert said(deleted) == refusal("missing_permission", status=403)


@pytest.mark.parametrize("who", ["owner", "outsider"])
def test_it_never_is_pending_again(cast: Cast, fleet: Fleet, who: str) -> None:
    share = share_with(fleet, "rejected", organisation=cast.other)

    response = cast.client(who).patch(path_of(share), {"status": "pending"})

    assert said(response) == refusal("share_state", "status")


@pytest.mark.parametrize("value", [None, "", "open", 5, [], {}, "ACCEPTED"])
def test_it_refuses_what_is_no_status(cast: Cast, fleet: Fleet, value: object) -> None:
    share = share_with(fleet, organisation=cast.other)

    response = cast.client("outsider").patch(path_of(share), {"status": value})

    assert said(response) == refusal("invalid_body", "status")


def test_it_changes_nothing_for_an_empty_body(cast: Cast, fleet: Fleet) -> None:
    share = share_with(fleet, organisation=cast.other)

    response = cast.client("outsider").patch(path_of(share), {"scope": "write"})

    assert response.status_code == 200
    assert response.json()["status"] == "pending"
    assert changes_of(share) == []


def test_it_is_read_by_both_sides(cast: Cast, fleet: Fleet) -> None:
    share = share_with(fleet, organisation=cast.other)
    reader = MembershipFactory(organisation=cast.other).user

    for client in (
        client_with(cast.organisation, "SHARE_FLEETS"),
        client_of(reader),
        cast.client("outsider"),
    ):
        assert client.get(path_of(share)).status_code == 200


@pytest.mark.parametrize(
    ("who", "method", "code"),
    [
        ("stranger", "get", "not_a_member"),
        ("stranger", "patch", "missing_permission"),
        ("stranger", "delete", "missing_permission"),
        ("member", "get", "missing_permission"),
        ("manager", "get", "missing_permission"),
        ("manager", "patch", "missing_permission"),
        ("manager", "delete", "missing_permission"),
        ("reader", "patch", "missing_permission"),
        ("reader", "delete", "missing_permission"),
    ],
)
def test_it_refuses_who_is_on_no_side_or_may_not(
    cast: Cast, fleet: Fleet, stranger: User, who: str, method: str, code: str
) -> None:
    share = share_with(fleet, organisation=cast.other)
    people = {"stranger": stranger, "reader": member_with(cast.other)}
    person = people.get(who) or getattr(cast, who)

    response = getattr(client_of(person), method)(path_of(share), None)

    assert said(response) == refusal(code, status=403)


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
@pytest.mark.parametrize("name", [UNKNOWN, "abc", "9" * 25])
def test_it_is_missing(cast: Cast, method: str, name: object) -> None:
    response = getattr(cast.client("owner"), method)(f"/api/fleetshares/{name}")

    assert said(response) == refusal("not_found", status=404)


def test_it_lies_in_the_inbox_of_its_recipients(
    cast: Cast, fleet: Fleet, stranger: User
) -> None:
    to_person = share_with(fleet, user=stranger)
    to_all = share_with(fleet, "accepted", organisation=cast.other)
    reader = member_with(cast.other)

    def inbox(person: User, **query: str) -> list[str]:
        found = client_of(person).get(INBOX, query)
        return [one["id"] for one in found.json()]

    assert inbox(stranger) == [str(to_person.pk)]
    assert inbox(reader) == inbox(cast.outsider) == [str(to_all.pk)]
    assert inbox(reader, status="pending") == []
    assert inbox(cast.owner) == []


def test_it_ends_for_who_leaves_the_organisation_it_was_made_under(
    cast: Cast, fleet: Fleet
) -> None:
    membership = MembershipFactory(organisation=cast.other)
    client = client_of(membership.user)
    asset = make_asset(cast.organisation, fleet_id=fleet.pk)
    under = {"user": membership.user, "organisation": cast.other}
    share = share_with(fleet, "accepted", **under)
    before = client.get(f"/api/assets/{asset.pk}").status_code

    membership.delete()

    assert before == 200
    assert client.get(f"/api/assets/{asset.pk}").status_code == 403
    assert client.get(INBOX).json() == []
    assert client.get(path_of(share)).status_code == 403
    share.status = "pending"
    share.save()
    answered = client.patch(path_of(share), {"status": "accepted"})
    assert said(answered) == refusal("missing_permission", status=403)


def test_it_leaves_the_inbox_with_its_organisation(
    cast: Cast, fleet: Fleet, stranger: User
) -> None:
    share_with(fleet, user=stranger)
    cast.organisation.enabled = False
    cast.organisation.save()

    assert client_of(stranger).get(INBOX).json() == []


@pytest.mark.parametrize(
    ("status", "expected"),
    [("pending", 403), ("accepted", 200), ("rejected", 403), ("revoked", 403)],
)
def test_it_lets_the_recipient_read_assets_while_it_is_accepted(
    cast: Cast, fleet: Fleet, status: str, expected: int
) -> None:
    asset = make_asset(cast.organisation, fleet_id=fleet.pk)
    share_with(fleet, status, organisation=cast.other)

    response = cast.client("outsider").get(f"/api/assets/{asset.pk}")

    assert response.status_code == expected
