"""Assets go out and come back through the fleet API."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from assets.models import AssetGroup
from assets.services.removal import delete_asset
from config.api.snowflake import serial_of
from devices.models import Checkout, Device
from organisations.models import Change
from organisations.permissions import Permission
from organisations.services.tokens import create_token
from tests.assets.api.fleet.calls import NO_IDS, UNKNOWN, said
from tests.assets.services.test_races import at_once
from tests.cast import Cast
from tests.factories.assets import make_asset
from tests.factories.devices import make_checkout, make_device
from tests.factories.organisations import (
    LocationFactory,
    MembershipFactory,
    OrganisationFactory,
)


@pytest.fixture
def owner(cast: Cast) -> APIClient:
    """Return the client of the owner."""
    return cast.client("owner")


@pytest.fixture
def asset(cast: Cast) -> AssetGroup:
    """Return an asset to hand over."""
    return make_asset(cast.organisation)


def out(asset: AssetGroup) -> str:
    """Return where an asset is checked out."""
    return f"/api/assets/{asset.pk}/checkout"


def back(asset: AssetGroup) -> str:
    """Return where an asset is checked in."""
    return f"/api/assets/{asset.pk}/checkin"


def person(user: Any) -> dict[str, str]:
    """Return a person as other objects show them."""
    names = {"firstname": user.first_name, "lastname": user.last_name}
    return {"id": str(user.pk), **names}


def test_it_hands_an_asset_over_and_takes_it_back(
    cast: Cast, asset: AssetGroup, owner: APIClient
) -> None:
    body = {
        "user_id": str(cast.member.pk),
        "due_at": "2126-01-02T10:00:00Z",
        "note": "For the trip",
    }

    response = owner.post(out(asset), body)

    checkout = Checkout.objects.get(asset=asset.pk)
    made = response.json()
    assert response.status_code == 201
    assert {**made, "checked_out_at": ""} == {
        "checked_out_at": "",
        "id": str(checkout.pk),
        "organisation_id": str(cast.organisation.pk),
        "asset_id": str(asset.pk),
        "user": person(cast.member),
        "location_id": None,
        "due_at": body["due_at"],
        "note": body["note"],
        "checked_out_by": person(cast.owner),
        "returned_at": None,
        "returned_by": None,
    }
    device = owner.get(f"/api/Asset/{serial_of(asset.pk)}").json()
    assert (device["username"], device["user_id"]) == (
        "member",
        serial_of(cast.member.pk),
    )
    response = owner.post(back(asset))
    returned = response.json()
    assert response.status_code == 200
    when = {"returned_at": returned["returned_at"]}
    assert returned == {**made, **when, "returned_by": person(cast.owner)}
    assert when["returned_at"] > made["checked_out_at"]
    assert Device.objects.get(asset=asset.pk).user is None
    told = Change.objects.filter(model="assetgroup", object_id=asset.pk)
    custody = told.filter(field="custody").order_by("id")
    assert list(custody.values_list("old", "new")) == [
        (None, "member"),
        ("member", None),
    ]


def test_it_hands_an_asset_to_a_place(
    cast: Cast, asset: AssetGroup, owner: APIClient
) -> None:
    place = LocationFactory(organisation=cast.organisation)

    made = owner.post(out(asset), {"location_id": str(place.pk)}).json()

    assert (made["user"], made["location_id"]) == (None, str(place.pk))
    returned = owner.post(back(asset), {"note": "Scratched"}).json()
    assert returned["note"] == "Scratched"


def test_it_refuses_to_whom_and_when_it_cannot_go(
    cast: Cast, asset: AssetGroup, owner: APIClient
) -> None:
    theirs = LocationFactory(organisation=cast.other)
    past = timezone.now() - timedelta(minutes=1)
    member = {"user_id": str(cast.member.pk)}
    cases: list[tuple[dict[str, Any], set[str]]] = [
        ({}, {"user_id"}),
        ({"user_id": None, "location_id": ""}, {"user_id"}),
        ({**member, "location_id": str(theirs.pk)}, {"location_id"}),
        ({"user_id": str(UNKNOWN)}, {"user_id"}),
        ({"user_id": str(cast.outsider.pk)}, {"user_id"}),
        ({"location_id": str(UNKNOWN)}, {"location_id"}),
        ({"location_id": str(theirs.pk)}, {"location_id"}),
        ({**member, "due_at": past.isoformat()}, {"due_at"}),
        ({**member, "due_at": "10000-01-01T00:00:00Z"}, {"due_at"}),
        ({**member, "due_at": "tomorrow", "note": "n" * 1001}, {"due_at", "note"}),
        ({**member, "note": 7}, {"note"}),
    ]
    cases += [({"user_id": wrong}, {"user_id"}) for wrong in NO_IDS]

    for body, keys in cases:
        refused = said(owner.post(out(asset), body))
        assert (refused.status, refused.code) == (400, "invalid_body"), body
        assert refused.keys == keys, body
    assert said(owner.post(out(asset), [member])).code == "invalid_body"
    assert not Checkout.objects.filter(asset=asset.pk).exists()


def test_it_is_out_once(cast: Cast, asset: AssetGroup, owner: APIClient) -> None:
    member = {"user_id": str(cast.member.pk)}

    refused = said(owner.post(back(asset)))
    assert (refused.status, refused.code) == (409, "not_checked_out")
    make_checkout(asset)
    refused = said(owner.post(out(asset), member))
    assert (refused.status, refused.code) == (409, "already_checked_out")
    delete_asset(asset, actor=cast.owner)
    for path in (out(asset), back(asset), f"/api/assets/{UNKNOWN}/checkout"):
        refused = said(owner.post(path, member))
        assert (refused.status, refused.code) == (404, "not_found")


def test_it_asks_for_more_where_an_asset_is_no_device_yet(
    cast: Cast, asset: AssetGroup
) -> None:
    keeper = MembershipFactory(
        organisation=cast.organisation, permissions=[Permission.MANAGE_DEVICES]
    ).user
    client = APIClient()
    client.force_authenticate(keeper)
    body = {"user_id": str(cast.member.pk)}

    refused = said(client.post(out(asset), body))

    assert (refused.status, refused.code) == (403, "missing_permission")
    laptop = make_device(cast.organisation).asset
    assert client.post(out(laptop), body).status_code == 201


def test_it_answers_only_whom_has_seen_the_asset_as_it_is(
    cast: Cast, asset: AssetGroup, owner: APIClient
) -> None:
    tag = owner.get(f"/api/assets/{asset.pk}")["ETag"]
    body = {"user_id": str(cast.member.pk)}

    refused = owner.post(out(asset), body, headers={"If-Match": '"another"'})
    answered = owner.post(out(asset), body, headers={"If-Match": tag})

    assert (refused.status_code, answered.status_code) == (412, 201)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_it_has_one_winner_of_two() -> None:
    organisation = OrganisationFactory()
    person, asset = organisation.owner, make_asset(organisation)
    token = create_token(user=person, name="tests").text
    statuses: list[int] = []

    def ask(path: str) -> None:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        body = {"user_id": str(person.pk)}
        statuses.append(client.post(path, body).status_code)

    at_once(lambda _: ask(out(asset)), threads=2)
    assert Counter(statuses) == {201: 1, 409: 1}
    assert Checkout.objects.filter(asset=asset.pk).count() == 1
    statuses.clear()
    at_once(lambda _: ask(back(asset)), threads=2)
    assert Counter(statuses) == {200: 1, 409: 1}
