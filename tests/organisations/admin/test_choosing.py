"""The step in which a new row gets its organisation."""

from http import HTTPStatus

import pytest
from django.test import Client

from organisations.models import Location
from tests.back_office import as_staff, page
from tests.cast import Cast
from tests.factories.organisations import MembershipFactory

PLACE = {"code": "", "name": "Yard", "address": "", "colour": "", "timezone_code": ""}


@pytest.fixture
def client(cast: Cast) -> Client:
    MembershipFactory(
        organisation=cast.other, user=cast.owner, permissions=["MANAGE_LOCATIONS"]
    )
    return as_staff(cast.owner)


def test_it_asks_where_there_is_a_choice(cast: Cast, client: Client) -> None:
    answer = client.get(page(Location, "add"), {"_popup": "1", "name": "Yard"})
    content = answer.content.decode()
    assert "adminform" not in answer.context
    assert '<input type="hidden" name="_popup" value="1">' in content
    assert '<input type="hidden" name="name" value="Yard">' in content


def test_it_makes_the_row_where_it_was_told(cast: Cast, client: Client) -> None:
    address = f"{page(Location, 'add')}?organisation={cast.other.pk}"
    shown = client.get(address)
    assert shown.context["chosen"] == {"Organisation": "Baltic Wagons"}
    assert client.post(address, PLACE).status_code == HTTPStatus.FOUND
    assert Location.objects.get().organisation == cast.other


def test_it_writes_nothing_before_the_choice(client: Client) -> None:
    answer = client.post(page(Location, "add"), PLACE)
    assert answer.status_code == HTTPStatus.OK
    assert not Location.objects.exists()


@pytest.mark.parametrize("key", ["1", "x", "", "9" * 30])
def test_it_asks_again_for_what_is_no_choice(key: str, client: Client) -> None:
    answer = client.get(page(Location, "add"), {"organisation": key})
    assert answer.status_code == HTTPStatus.OK
    assert answer.context["form"].errors.keys() == {"organisation"}


def test_it_offers_only_organisations_in_which_one_may_write(
    cast: Cast, client: Client
) -> None:
    cast.organisation.memberships.filter(user=cast.owner).delete()
    answer = client.get(page(Location, "add"))
    assert answer.context["chosen"] == {"Organisation": "Baltic Wagons"}
