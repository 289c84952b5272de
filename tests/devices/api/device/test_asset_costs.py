"""POST /Asset costs the same number of queries, however many elements there are."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.api.snowflake import serial_of
from tests.devices.api.device.register import Register


def full(register: Register, number: int, **members: Any) -> dict[str, Any]:
    """Return a body that says something of everything."""
    return register.body(
        inventory_number=f"NB-{number}",
        site_name="Office Turku",
        username="member",
        status_name="in service",
        supplier_name=f"Supplier {number}",
        contract_id=number,
        service_ids=[1, number],
        bookmarked=True,
        fields=[register.value("memory", number), register.value("keys", "qwerty")],
        software=[{"name": "Writer", "version": str(number), "role_name": "Editor"}],
        add_licences=[{"id": serial_of(register.licence.pk)}],
        external_links=[{"integration_type": "snow", "third_party_id": str(number)}],
        **members,
    )


def queries(register: Register, body: Any) -> tuple[int, Any]:
    """Post, and count the queries."""
    with CaptureQueriesContext(connection) as found:
        response = register.post(body)
    assert response.status_code == 201, response.json()
    return len(found), response.json()


def test_it_makes_and_changes_many_as_it_does_two(register: Register) -> None:
    register.licence.count = 1_000
    register.licence.save()
    register.licence.roles.create(
        organisation=register.cast.organisation, name="Editor"
    )
    parent = register.make()["id"]

    def bodies(first: int, count: int) -> list[Any]:
        numbers = range(first, first + count)
        return [full(register, number, parent_id=parent) for number in numbers]

    queries(register, bodies(1, 2))
    few, pair = queries(register, bodies(10, 2))
    many, dozen = queries(register, bodies(100, 12))
    assert many == few

    def changes(made: list[Any], notes: str) -> list[Any]:
        return [
            {**full(register, 500 + one["id"]), "id": one["id"], "notes": notes}
            for one in made
        ]

    few, _ = queries(register, changes(pair, "once"))
    many, _ = queries(register, changes(dozen, "once"))
    assert many == few
