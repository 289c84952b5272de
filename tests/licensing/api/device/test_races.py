"""Seats while many ask for them through the API; on PostgreSQL."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from rest_framework.test import APIClient

from config.api.snowflake import serial_of
from licensing.models import Allocation
from organisations.services.tokens import create_token
from tests.factories.assets import make_assets
from tests.factories.licensing import make_licence
from tests.factories.organisations import OrganisationFactory

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
ASKED, SEATS = 50, 10


def test_it_gives_ten_seats_to_fifty_requests() -> None:
    organisation = OrganisationFactory()
    licence = make_licence(organisation, SEATS)
    assets = make_assets(organisation, ASKED)
    token = create_token(user=organisation.owner, name="tests").text
    barrier = Barrier(ASKED)

    def ask(number: int) -> tuple[int, str]:
        client = APIClient(HTTP_AUTHORIZATION=f"Bearer {token}")
        body = {
            "id": serial_of(licence.pk),
            "add_configuration_items": [{"id": serial_of(assets[number].pk)}],
        }
        barrier.wait()
        try:
            response = client.post("/api/SoftwareLicence", [body])
            return response.status_code, next(iter(response.json()))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(ASKED) as pool:
        said = Counter(pool.map(ask, range(ASKED)))

    assert said == {
        (200, "id"): SEATS,
        (400, "add_configuration_items"): ASKED - SEATS,
    }
    licence.refresh_from_db()
    rows = Allocation.objects.filter(licence=licence)
    assert (licence.assets_in_use, rows.count()) == (SEATS, SEATS)
