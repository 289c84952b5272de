"""Shares of fleets in the back office."""

from http import HTTPStatus

import pytest
from django.test import Client

from organisations.models import Fleet, FleetShare
from tests.back_office import as_staff, changes_of, errors_in, page
from tests.cast import Cast
from tests.factories.organisations import FleetFactory, MembershipFactory

Status = FleetShare.Status


@pytest.fixture
def fleet(cast: Cast) -> Fleet:
    found: Fleet = FleetFactory(organisation=cast.organisation)
    return found


@pytest.fixture
def client(cast: Cast) -> Client:
    MembershipFactory(organisation=cast.other, user=cast.owner)
    return as_staff(cast.owner)


def test_it_offers_a_fleet(cast: Cast, fleet: Fleet, client: Client) -> None:
    asked = {"fleet": fleet.pk, "organisation": cast.other.pk}
    answer = client.post(page(FleetShare, "add"), asked)
    assert answer.status_code == HTTPStatus.FOUND
    share = FleetShare.objects.get()
    assert (share.status, share.shared_by) == (Status.PENDING, cast.owner)
    assert changes_of(share) == [("created", "", "owner")]


def test_it_says_that_a_recipient_is_missing(fleet: Fleet, client: Client) -> None:
    said = errors_in(client.post(page(FleetShare, "add"), {"fleet": fleet.pk}))
    sentence = "An organisation or a user is expected."
    assert said == {"organisation": [sentence], "user": [sentence]}


def test_it_offers_fleets_of_those_organisations_only_in_which_one_may_share(
    cast: Cast, client: Client
) -> None:
    theirs = FleetFactory(organisation=cast.other)
    asked = {"fleet": theirs.pk, "organisation": cast.organisation.pk}
    said = errors_in(client.post(page(FleetShare, "add"), asked))
    assert list(said) == ["fleet"]


def test_it_revokes_shares(cast: Cast, fleet: Fleet, client: Client) -> None:
    share = FleetShare.objects.create(fleet=fleet, organisation=cast.other)
    chosen = {"action": "revoke", "index": "0", "_selected_action": [share.pk]}
    client.post(page(FleetShare, "changelist"), chosen)
    share.refresh_from_db()
    assert share.status == Status.REVOKED
    assert changes_of(share) == [("changed", "status", "owner")]


def test_it_says_who_may_not_revoke(cast: Cast, fleet: Fleet) -> None:
    share = FleetShare.objects.create(fleet=fleet, organisation=cast.other)
    chosen = {"action": "revoke", "index": "0", "_selected_action": [share.pk]}
    address = page(FleetShare, "changelist")
    answer = as_staff(cast.staff).post(address, chosen, follow=True)
    assert "its owner revokes it" in answer.content.decode()
    share.refresh_from_db()
    assert share.status == Status.PENDING
