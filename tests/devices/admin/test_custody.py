"""Staff hand assets over, take them back and see what is overdue."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.utils import timezone

from devices.models import AllowedStatus, Checkout, DeviceAsset
from tests.back_office import as_staff, errors_in, page
from tests.cast import Cast
from tests.factories.assets import AssetStatusFactory, AssetTypeFactory, make_asset
from tests.factories.devices import make_checkout, make_device
from tests.factories.organisations import MembershipFactory

MOVED = HTTPStatus.FOUND


@pytest.fixture
def client(cast: Cast) -> Client:
    return as_staff(cast.owner)


def test_it_hands_an_asset_over_and_takes_it_back(cast: Cast, client: Client) -> None:
    asset = make_asset(cast.organisation)
    typed = {
        "asset": asset.pk,
        "user": cast.member.pk,
        "location": "",
        "due_at_0": "2126-01-02",
        "due_at_1": "10:00",
        "note": "For the trip",
    }
    assert client.post(page(Checkout, "add"), typed).status_code == MOVED
    checkout = Checkout.objects.get(asset=asset.pk)
    assert (checkout.user, checkout.note) == (cast.member, "For the trip")
    again = errors_in(client.post(page(Checkout, "add"), typed))
    assert again == {"asset": ["The asset is checked out."]}
    address = page(Checkout, "change", checkout.pk)
    later = {"due_at_0": "2127-01-02", "due_at_1": "10:00"}
    assert client.post(address, later).status_code == MOVED
    checkout.refresh_from_db()
    assert (checkout.due_at.year, checkout.is_open) == (2127, True)
    assert client.post(address, later | {"is_returned": "on"}).status_code == MOVED
    checkout.refresh_from_db()
    assert (checkout.returned_by, checkout.is_open) == (cast.owner, False)


def test_it_lists_what_is_overdue(cast: Cast, client: Client) -> None:
    late, out = (make_checkout(make_asset(cast.organisation)) for _ in range(2))
    past = timezone.now() - timedelta(days=1)
    Checkout.objects.filter(pk=late.pk).update(due_at=past)
    for standing, rows in (("overdue", {late.pk}), ("out", {late.pk, out.pk})):
        answer = client.get(page(Checkout, "changelist"), {"standing": standing})
        assert {row.pk for row in answer.context["cl"].result_list} == rows


def test_it_takes_more_than_membership_to_hand_over(cast: Cast) -> None:
    person = MembershipFactory(
        organisation=cast.organisation, permissions=["MANAGE_FLEETS"]
    ).user
    answer = as_staff(person).get(page(Checkout, "add"))
    assert answer.status_code == HTTPStatus.FORBIDDEN


def test_it_finds_devices_as_the_api_does(cast: Cast, client: Client) -> None:
    device = make_device(cast.organisation, serial_number="SN-77", notes="Mind the fan")
    make_device(cast.organisation)
    answer = client.get(page(DeviceAsset, "changelist"), {"q": "sn-77"})
    assert [row.pk for row in answer.context["cl"].result_list] == [device.pk]
    shown = client.get(page(DeviceAsset, "change", device.pk)).content.decode()
    assert "notes: Mind the fan" in shown


def test_it_allows_a_type_a_status_of_its_own_organisation(
    cast: Cast, client: Client
) -> None:
    kind = AssetTypeFactory(organisation=cast.organisation)
    status = AssetStatusFactory(organisation=cast.organisation)
    typed = {"type": kind.pk, "status": status.pk}
    assert client.post(page(AllowedStatus, "add"), typed).status_code == MOVED
    assert AllowedStatus.objects.get(type=kind).status == status
    assert errors_in(client.post(page(AllowedStatus, "add"), typed)) != {}
