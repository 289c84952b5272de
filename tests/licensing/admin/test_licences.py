"""Licences in the back office, and passwords that no page shows."""

from http import HTTPStatus

import pytest
from django.test import Client

from licensing.models import Allocation, Certificate, Licence, LicenceInfo
from tests.back_office import as_staff, changes_of, errors_in, page
from tests.cast import Cast
from tests.factories.assets import make_asset
from tests.factories.licensing import (
    CANARY,
    make_certificate,
    make_info,
    make_licence,
    make_seat,
)

NUMBERS = {"type": 0, "count": 5, "requested_quantity": 0, "is_active": "on"}


@pytest.fixture
def client(cast: Cast) -> Client:
    return as_staff(cast.owner)


def test_it_makes_changes_and_hides_a_licence(cast: Cast, client: Client) -> None:
    typed = {"name": "Office suite", **NUMBERS}
    answer = client.post(page(Licence, "add"), typed)
    assert answer.status_code == HTTPStatus.FOUND
    licence = Licence.objects.get(organisation=cast.organisation)
    seat = make_seat(licence, make_asset(cast.organisation))
    address = page(Licence, "change", licence.pk)
    said = errors_in(client.post(address, typed | {"count": 0}))
    assert said == {"count": ["1 seats are taken."]}
    assert str(seat.asset) in client.get(address).content.decode()
    answer = client.post(page(Licence, "delete", licence.pk), {"post": "yes"})
    assert answer.status_code == HTTPStatus.FOUND
    licence.refresh_from_db()
    assert (licence.deleted, licence.seats_in_use) == (True, 0)
    assert [one[0] for one in changes_of(licence)] == [
        "created",
        "changed",
        "changed",
        "deleted",
    ]


def test_it_asks_for_a_number_that_was_cleared(cast: Cast, client: Client) -> None:
    licence = make_licence(cast.organisation, count=3)
    typed = {"name": "Office suite", **NUMBERS, "type": "", "count": ""}

    said = errors_in(client.post(page(Licence, "change", licence.pk), typed))

    assert said.keys() == {"type", "count"}
    licence.refresh_from_db()
    assert licence.count == 3


def test_it_gives_seats_to_assets_until_none_is_left(
    cast: Cast, client: Client
) -> None:
    licence = make_licence(cast.organisation, count=1)
    first, second = make_asset(cast.organisation), make_asset(cast.organisation)
    typed = {"licence": licence.pk, "asset": first.pk}
    add = page(Allocation, "add")
    assert errors_in(client.post(add, {"licence": licence.pk})).keys() == {"asset"}
    assert client.post(add, typed).status_code == HTTPStatus.FOUND
    assert errors_in(client.post(add, typed)).keys() == {"asset"}
    said = errors_in(client.post(add, typed | {"asset": second.pk}))
    assert said == {"licence": ["No licences available."]}

    seat = Allocation.objects.get(licence=licence)
    address = page(Allocation, "delete", seat.pk)
    assert client.post(address, {"post": "yes"}).status_code == HTTPStatus.FOUND
    licence.refresh_from_db()
    assert (seat.asset_id, licence.seats_in_use) == (first.pk, 0)


def test_it_lets_only_those_write_who_manage_licences(cast: Cast) -> None:
    licence = make_licence(cast.organisation)
    client = as_staff(cast.staff)
    assert client.get(page(Licence, "add")).status_code == HTTPStatus.FORBIDDEN
    address = page(Licence, "change", licence.pk)
    assert client.get(address).status_code == HTTPStatus.OK
    assert client.post(address, NUMBERS).status_code == HTTPStatus.FORBIDDEN


def test_it_shows_no_password_on_any_page(cast: Cast) -> None:
    rows: list[Certificate | LicenceInfo] = [
        make_certificate(cast.organisation),
        make_info(cast.organisation),
    ]
    client = as_staff(cast.outsider, is_superuser=True)
    for row in rows:
        model = type(row)
        for name in ("change", "history"):
            shown = client.get(page(model, name, row.pk)).content.decode()
            assert CANARY not in shown
            assert row.password.token not in shown
        listed = client.get(page(model, "changelist")).content.decode()
        assert CANARY not in listed
