"""The fleets that others share, as their receivers see them."""

from http import HTTPStatus

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from organisations.models import Fleet, FleetShare
from organisations.permissions import Permission
from tests.back_office import as_staff, changes_of
from tests.cast import Cast
from tests.counting import queries_of_page
from tests.factories.organisations import FleetFactory, MembershipFactory
from tests.told import told

ADDRESS = "/admin/organisations/fleetshare/inbox/"
Status = FleetShare.Status


@pytest.fixture
def fleet(cast: Cast) -> Fleet:
    found: Fleet = FleetFactory(organisation=cast.other, name="Night trains")
    return found


@pytest.fixture
def share(cast: Cast, fleet: Fleet) -> FleetShare:
    return FleetShare.objects.create(fleet=fleet, organisation=cast.organisation)


@pytest.fixture
def client(cast: Cast) -> Client:
    return as_staff(cast.owner)


def messages_of(client: Client, answered: dict[str, object]) -> list[str]:
    answer = client.post(ADDRESS, answered)
    assert answer.status_code == HTTPStatus.FOUND
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_it_shows_what_is_offered_and_to_whom(
    share: FleetShare, client: Client
) -> None:
    content = " ".join(client.get(ADDRESS).content.decode().split())
    assert "From Baltic Wagons, to all of Suomen Vaunu;" in content
    assert "Night trains" in content


@pytest.mark.parametrize(
    ("status", "said"), [("accepted", "Accepted"), ("rejected", "Declined")]
)
def test_it_answers_an_offer(
    status: str, said: str, share: FleetShare, client: Client
) -> None:
    told_so = messages_of(client, {"share": share.pk, "status": status})
    assert told_so == [f"{said} the fleet Night trains."]
    share.refresh_from_db()
    assert share.status == status
    assert changes_of(share) == [("changed", "status", "owner")]
    assert 'name="status"' not in client.get(ADDRESS).content.decode()


def test_it_stands_in_the_sidebar_beside_the_list_of_shares(client: Client) -> None:
    lists = reverse("admin:organisations_fleetshare_changelist")
    for address in (ADDRESS, lists):
        groups = client.get(address).context["sidebar_navigation"]
        active = [one for group in groups for one in group["items"] if one["active"]]
        assert [str(one["link"]) for one in active] == [address]


def test_it_answers_once(share: FleetShare, client: Client) -> None:
    messages_of(client, {"share": share.pk, "status": "rejected"})
    again = messages_of(client, {"share": share.pk, "status": "accepted"})
    assert again[-1:] == [
        "Night trains: A share that is rejected cannot become accepted."
    ]


def test_it_lets_those_answer_who_manage_fleets(cast: Cast, share: FleetShare) -> None:
    member = as_staff(cast.member)
    content = member.get(ADDRESS).content.decode()
    assert "Waits for an answer of somebody who manages fleets." in content
    said = messages_of(member, {"share": share.pk, "status": "accepted"})
    assert said == [
        "Night trains: The recipient answers an offer, and its owner revokes it."
    ]
    staff = as_staff(cast.staff)
    messages_of(staff, {"share": share.pk, "status": "accepted"})
    share.refresh_from_db()
    assert share.status == Status.ACCEPTED


def test_it_lets_a_person_answer_what_is_offered_to_them(
    cast: Cast, fleet: Fleet
) -> None:
    share = FleetShare.objects.create(fleet=fleet, user=cast.member)
    messages_of(as_staff(cast.member), {"share": share.pk, "status": "accepted"})
    share.refresh_from_db()
    assert share.status == Status.ACCEPTED


def test_it_revokes_nothing(share: FleetShare, client: Client) -> None:
    answer = client.post(ADDRESS, {"share": share.pk, "status": "revoked"})
    assert answer.status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("key", ["", "x", "9" * 30])
def test_it_finds_no_share_by_what_is_no_id(key: str, client: Client) -> None:
    answer = client.post(ADDRESS, {"share": key, "status": "accepted"})
    assert answer.status_code == HTTPStatus.NOT_FOUND


def test_it_answers_for_what_is_shared_with_others_like_for_nothing(
    cast: Cast, client: Client
) -> None:
    foreign = FleetShare.objects.create(
        fleet=FleetFactory(organisation=cast.organisation), organisation=cast.other
    )
    asked = {"status": "accepted"}
    there = told(client, ADDRESS, foreign.pk, asked | {"share": str(foreign.pk)})
    assert there == told(client, ADDRESS, 1_234_567, asked | {"share": "1234567"})
    assert str(foreign.fleet) not in client.get(ADDRESS).content.decode()


def test_it_reads_the_page_with_as_many_queries_for_many_offers(
    cast: Cast, share: FleetShare
) -> None:
    MembershipFactory(
        organisation=cast.other,
        user=cast.staff,
        permissions=[Permission.MANAGE_FLEETS],
    )
    client = as_staff(cast.staff)

    few = queries_of_page(client, ADDRESS)
    for _ in range(10):
        fleet = FleetFactory(organisation=cast.other)
        FleetShare.objects.create(fleet=fleet, organisation=cast.organisation)
    assert queries_of_page(client, ADDRESS) == few
