"""GET /AssetSoftware: programs on assets, and what they are narrowed by."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from assets.services.removal import delete_asset
from config.api.snowflake import serial_of
from tests.cast import Cast
from tests.factories.devices import make_device, make_software
from tests.factories.licensing import LicenceRoleFactory, make_licence

PATH = "/api/AssetSoftware"
MOMENT = datetime(2026, 1, 29, 20, tzinfo=UTC)


@pytest.fixture
def member(cast: Cast) -> APIClient:
    """Return the client of a member."""
    return cast.client("member")


def listed(client: APIClient, **query: Any) -> list[dict[str, Any]]:
    """Return the rows of the list."""
    response = client.get(PATH, query)
    assert response.status_code == 200, response.content
    found: list[dict[str, Any]] = response.json()
    return found


def ids_of(rows: list[dict[str, Any]]) -> list[int]:
    """Return the ids of rows."""
    return [row["id"] for row in rows]


def test_it_shows_programs_in_a_bare_array(cast: Cast, member: APIClient) -> None:
    asset = make_device(cast.organisation).asset
    licence = make_licence(cast.organisation)
    role = LicenceRoleFactory(licence=licence)
    row = make_software(
        asset,
        "LibreOffice Writer",
        version="25.8.2",
        licence_id=licence.pk,
        role_id=role.pk,
        user_id=cast.manager.pk,
        count=2,
        bundledesc="LibreOffice",
        cost=12.5,
        lastused=MOMENT,
        install_date=MOMENT,
        expiry_date=MOMENT,
        licence_required=True,
        moduleid=7,
        snowid="S-1",
    )
    bare = make_software(asset, "Vim", version="")
    make_software(make_device(cast.other).asset)
    gone = make_device(cast.organisation).asset
    make_software(gone)
    delete_asset(gone, actor=cast.owner)

    did = serial_of(asset.pk)
    assert listed(member) == [
        {
            "id": serial_of(row.pk),
            "licence_id": serial_of(licence.pk),
            "licence_name": "Office suite",
            "name": "LibreOffice Writer",
            "version": "25.8.2",
            "count": 2,
            "did": did,
            "bundledesc": "LibreOffice",
            "cost": 12.5,
            **dict.fromkeys(
                ("lastused", "install_date", "expiry_date"), "2026-01-29T20:00:00Z"
            ),
            "licence_required": True,
            "user_id": serial_of(cast.manager.pk),
            "role_id": serial_of(role.pk),
            "role_name": role.name,
            "moduleid": 7,
            "snowid": "S-1",
        },
        {
            "id": serial_of(bare.pk),
            "name": "Vim",
            "did": did,
            "count": 1,
            "cost": 0,
            "licence_required": False,
            **dict.fromkeys(("licence_id", "user_id", "role_id", "moduleid"), 0),
        },
    ]


def test_it_narrows_by_every_parameter(cast: Cast, member: APIClient) -> None:
    licence = make_licence(cast.organisation)
    asset = make_device(cast.organisation).asset
    owners: dict[str, Any] = {"licence_id": licence.pk, "user_id": cast.manager.pk}
    mine = serial_of(make_software(asset, **owners, snowid="12", moduleid=5).pk)
    numbered = serial_of(make_software(asset, "Draw", moduleid=12).pk)
    other = make_device(cast.organisation).asset
    plain = serial_of(make_software(other).pk)
    foreign = make_device(cast.other).asset
    make_software(foreign, snowid="12")

    snow, module = {"third_party_field": "SnowId"}, {"third_party_field": "moduleid"}
    cases: list[tuple[dict[str, Any], list[int]]] = [
        ({"device_id": serial_of(asset.pk)}, [mine, numbered]),
        ({"device_id": serial_of(other.pk)}, [plain]),
        ({"device_id": serial_of(foreign.pk)}, []),
        ({"device_id": 0}, [mine, numbered, plain]),
        ({"licence_id": serial_of(licence.pk)}, [mine]),
        ({"user_id": serial_of(cast.manager.pk)}, [mine]),
        ({"user_id": serial_of(cast.owner.pk)}, []),
        (snow, [mine]),
        (module, [mine, numbered]),
        ({"third_party_id": "12"}, [mine, numbered]),
        ({"third_party_id": "x-9"}, []),
        ({**snow, "third_party_id": "12"}, [mine]),
        ({**module, "third_party_id": "12"}, [numbered]),
        ({"count": 2}, [mine, numbered]),
    ]

    for query, expected in cases:
        assert ids_of(listed(member, **query)) == expected, query


def test_it_refuses_what_is_malformed_by_name(cast: Cast, member: APIClient) -> None:
    for query in (
        {"device_id": "x"},
        {"licence_id": 2**31},
        {"user_id": "1.5"},
        {"third_party_field": "password"},
        {"third_party_id": "x", "third_party_field": "moduleid"},
        {"count": -1},
    ):
        response = member.get(PATH, query)
        assert response.status_code == 400
        assert list(response.json()) == list(query)[:1]


def test_it_costs_the_same_for_any_number(cast: Cast, member: APIClient) -> None:
    asset = make_device(cast.organisation).asset
    licence = make_licence(cast.organisation)
    costs = []
    for names in (range(2), range(2, 50)):
        for number in names:
            values = {"licence_id": licence.pk, "user_id": cast.owner.pk}
            make_software(asset, f"Program {number}", **values)
        listed(member)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(listed(member)) == names.stop
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 4
