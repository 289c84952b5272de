"""POST /Asset while many write at once; on PostgreSQL."""

from collections import Counter
from typing import Any

import pytest
from rest_framework.test import APIClient

from config.api.errors import Refusal
from config.api.snowflake import serial_of
from devices.models import Device
from licensing.models import Allocation
from tests.assets.services.test_races import at_once
from tests.devices.api.device.register import Register

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def posted(register: Register, bodies: list[Any]) -> Counter[str]:
    """Post each body in a thread of its own; count the answers."""
    header: Any = register.cast.header("owner")

    def post(number: int) -> None:
        client = APIClient(**header)
        response = client.post("/api/Asset", bodies[number], format="json")
        if response.status_code != 201:
            key = next(iter(response.json()))
            raise Refusal(f"{response.status_code} {key}", "")

    return at_once(post, threads=len(bodies))


def test_it_gives_fifty_creates_distinct_tags(register: Register) -> None:
    said = posted(register, [register.body()] * 50)

    assert said == {"done": 50}
    tags = Device.objects.filter(asset__type=register.kind)
    assert tags.values("inventory_number").distinct().count() == 50


def test_it_gives_the_last_seats_once(register: Register) -> None:
    seat = [{"id": serial_of(register.licence.pk)}]
    assets = [register.make()["id"] for _ in range(4)]
    bodies = [{"id": serial, "add_licences": seat} for serial in assets]
    bodies += [register.body(add_licences=seat)] * 4

    said = posted(register, bodies)

    assert said == {"done": 2, "400 add_licences": 6}
    assert Allocation.objects.filter(licence=register.licence).count() == 2
    register.licence.refresh_from_db()
    assert register.licence.assets_in_use == 2
    made = 2 - sum(1 for serial in assets if register.read(serial)["licence_count"])
    assert Device.objects.filter(asset__type=register.kind).count() == 4 + made


def test_it_waits_in_no_ring(register: Register) -> None:
    register.licence.count = 1_000
    register.licence.save()
    seat = [{"id": serial_of(register.licence.pk)}]
    assets = [register.make()["id"] for _ in range(4)]

    def body(number: int) -> Any:
        order = assets if number % 2 else assets[::-1]
        new = register.body(add_licences=seat, supplier_name=f"Supplier {number}")
        changed = [
            {"id": serial, "add_licences": seat, "inactive": number % 3 == 0}
            for serial in order
        ]
        alone = {**changed[0], "contract_ref": f"C-{number}", "parent_id": 0}
        return ([*changed, new], [new, *changed], new, alone)[number % 4]

    assert posted(register, [body(number) for number in range(16)]) == {"done": 16}
