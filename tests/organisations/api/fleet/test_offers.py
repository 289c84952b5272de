"""Offering fleets: `/api/fleets/{id}/shares`."""

from typing import Any

import pytest

from organisations.models import Fleet, FleetShare, User
from tests.assets.api.fleet.calls import UNKNOWN, refusal, said
from tests.cast import Cast
from tests.factories.organisations import FleetFactory, UserFactory
from tests.organisations.api.fleet.callers import changes_of, client_with
from tests.organisations.api.fleet.sharing import (
    name_of,
    offer,
    path_of,
    share_with,
    user_shown,
)


@pytest.mark.parametrize("form", ["object", "whole", "text", "number"])
def test_it_offers_a_fleet_to_an_organisation(
    cast: Cast, fleet: Fleet, form: str
) -> None:
    key = cast.other.pk
    forms: dict[str, object] = {
        "object": {"id": str(key)},
        "whole": {"id": key, "name": "Whatever"},
        "text": str(key),
        "number": key,
    }

    response = offer(cast, fleet, organisation=forms[form])

    share = FleetShare.objects.get()
    shown = response.json()
    assert response.status_code == 201
    assert response["Location"] == path_of(share)
    assert shown == {
        "id": str(share.pk),
        "fleet": cast.client("owner").get(f"/api/fleets/{fleet.pk}").json(),
        "user": None,
        "organisation": name_of(cast.other),
        "work_item_type": None,
        "shared_by": user_shown(cast.owner),
        "status": "pending",
        "scope": "read",
        "share_to_users_organisation": False,
        "shared_at": shown["shared_at"],
    }
    assert [change[:2] for change in changes_of(share)] == [("created", "")]
    assert cast.client("owner").get(path_of(share)).json() == shown


def test_it_offers_a_fleet_to_a_person(
    cast: Cast, fleet: Fleet, stranger: User
) -> None:
    response = offer(cast, fleet, user={"id": str(stranger.pk)}, scope="read")

    assert response.json()["user"] == user_shown(stranger)
    assert response.json()["organisation"] is None


def test_it_offers_a_fleet_to_a_person_and_their_organisation(
    cast: Cast, fleet: Fleet
) -> None:
    response = offer(
        cast,
        fleet,
        user={"id": cast.outsider.pk},
        organisation={"id": cast.other.pk},
        share_to_users_organisation=True,
    )

    shown = response.json()
    assert shown["user"] == user_shown(cast.outsider)
    assert shown["organisation"] == name_of(cast.other)
    assert shown["share_to_users_organisation"] is True


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        ({}, {"organisation", "user"}),
        ({"organisation": None, "user": 0}, {"organisation", "user"}),
        ({"organisation": {}}, {"organisation"}),
        ({"organisation": {"name": "x"}}, {"organisation"}),
        ({"organisation": []}, {"organisation"}),
        ({"organisation": "x"}, {"organisation"}),
        ({"user": {"id": 1.5}}, {"user"}),
        ({"user": UNKNOWN}, {"user"}),
        ({"user": True}, {"user"}),
        ({"organisation": 1, "scope": "write"}, {"scope"}),
        ({"organisation": 1, "scope": []}, {"scope"}),
        (
            {"user": 1, "share_to_users_organisation": True},
            {"share_to_users_organisation"},
        ),
        (
            {"user": 1, "share_to_users_organisation": "yes"},
            {"share_to_users_organisation"},
        ),
        (
            {"organisation": 1, "share_to_users_organisation": None},
            {"share_to_users_organisation"},
        ),
    ],
)
def test_it_refuses_an_offer_that_is_wrong(
    cast: Cast, fleet: Fleet, body: dict[str, Any], keys: set[str]
) -> None:
    assert said(offer(cast, fleet, **body)) == refusal("invalid_body", *keys)


def test_it_offers_nothing_to_recipients_that_cannot_be(
    cast: Cast, fleet: Fleet, stranger: User
) -> None:
    closed = UserFactory(is_active=False)
    own = offer(cast, fleet, organisation=cast.organisation.pk)
    member = offer(cast, fleet, user=cast.member.pk)
    inactive = offer(cast, fleet, user=closed.pk)
    elsewhere = offer(cast, fleet, user=stranger.pk, organisation=cast.other.pk)

    assert said(own) == refusal("invalid_body", "organisation")
    assert said(member) == refusal("invalid_body", "user")
    assert said(inactive) == refusal("invalid_body", "user")
    assert said(elsewhere) == refusal("invalid_body", "user")


@pytest.mark.parametrize("which", ["unknown", "off"])
def test_it_offers_nothing_to_organisations_that_are_not_there(
    cast: Cast, fleet: Fleet, which: str
) -> None:
    cast.other.enabled = False
    cast.other.save()
    key = cast.other.pk if which == "off" else UNKNOWN

    response = offer(cast, fleet, organisation=key)

    assert said(response) == refusal("organisation_not_found", "organisation")


@pytest.mark.parametrize("status", ["pending", "accepted"])
def test_it_offers_nothing_twice(cast: Cast, fleet: Fleet, status: str) -> None:
    share_with(fleet, status, organisation=cast.other)

    response = offer(cast, fleet, organisation=cast.other.pk)

    assert said(response) == refusal("conflict", status=409)


@pytest.mark.parametrize("status", ["rejected", "revoked"])
def test_it_offers_again_what_came_to_an_end(
    cast: Cast, fleet: Fleet, status: str
) -> None:
    share_with(fleet, status, organisation=cast.other)

    assert offer(cast, fleet, organisation=cast.other.pk).status_code == 201


def test_it_lists_the_shares_of_a_fleet(cast: Cast, fleet: Fleet) -> None:
    ours = [
        share_with(fleet, "revoked", organisation=cast.other),
        share_with(fleet, "accepted", organisation=cast.other),
    ]
    share_with(FleetFactory(organisation=cast.organisation), organisation=cast.other)
    client = client_with(cast.organisation, "SHARE_FLEETS")

    def listed(**query: str) -> list[str]:
        found = client.get(f"/api/fleets/{fleet.pk}/shares", query).json()
        return [one["id"] for one in found]

    assert listed() == [str(share.pk) for share in ours]
    assert listed(status="accepted") == [str(ours[1].pk)]
    assert listed(status="pending") == []


def test_it_knows_the_statuses_to_list(cast: Cast, fleet: Fleet) -> None:
    path = f"/api/fleets/{fleet.pk}/shares"

    response = cast.client("owner").get(path, {"status": "open"})

    assert said(response) == refusal("invalid_filter", "status")


@pytest.mark.parametrize("who", ["manager", "member", "outsider"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_it_is_for_those_who_share_fleets(
    cast: Cast, fleet: Fleet, who: str, method: str
) -> None:
    path = f"/api/fleets/{fleet.pk}/shares"

    response = getattr(cast.client(who), method)(path)

    assert said(response) == refusal("missing_permission", status=403)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", [UNKNOWN, "abc", "9" * 25])
def test_it_finds_no_fleet(cast: Cast, method: str, name: object) -> None:
    path = f"/api/fleets/{name}/shares"

    response = getattr(cast.client("owner"), method)(path)

    assert said(response) == refusal("not_found", status=404)
