"""Deleting an asset frees its seats, whichever door it leaves by."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest

from assets.models import Asset
from config.api.snowflake import serial_of
from licensing.models import Allocation
from organisations.models import Change
from tests.back_office import as_staff, page
from tests.cast import Cast
from tests.factories.devices import make_device
from tests.factories.licensing import make_licence, make_seat


def by_fleet_api(cast: Cast, key: int) -> Any:
    return cast.client("owner").delete(f"/api/assets/{key}")


def by_device_api(cast: Cast, key: int) -> Any:
    return cast.client("owner").delete(f"/api/Asset/{serial_of(key)}")


def by_back_office(cast: Cast, key: int) -> Any:
    return as_staff(cast.owner).post(page(Asset, "delete", key), {"post": "yes"})


@pytest.mark.parametrize(
    ("leave", "status"),
    [
        (by_fleet_api, HTTPStatus.NO_CONTENT),
        (by_device_api, HTTPStatus.OK),
        (by_back_office, HTTPStatus.FOUND),
    ],
)
def test_it_frees_the_seats_of_a_deleted_asset(
    cast: Cast, leave: Callable[[Cast, int], Any], status: HTTPStatus
) -> None:
    asset = make_device(cast.organisation).asset
    licence = make_licence(cast.organisation, 1)
    make_seat(licence, asset)

    assert leave(cast, asset.pk).status_code == status

    assert not Allocation.objects.filter(asset=asset.pk).exists()
    licence.refresh_from_db()
    assert licence.seats_available == 1
    lines = Change.objects.filter(object_id=asset.pk, field__startswith="licences/")
    assert lines.latest("id").old == licence.name
