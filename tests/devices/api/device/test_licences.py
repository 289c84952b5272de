"""Licences with the assets that have seats, certificates with their asset."""

from typing import Any

from assets.services.removal import delete_asset
from config.api.snowflake import serial_of
from tests.cast import Cast
from tests.counting import queries_of_page
from tests.factories.assets import make_asset, make_assets
from tests.factories.devices import make_device
from tests.factories.licensing import make_certificate, make_licence, make_seat

DETAILS = {"includedetails": "true"}


def test_it_nests_the_assets_that_have_seats(cast: Cast) -> None:
    client = cast.client("member")
    licence = make_licence(cast.organisation)
    laptop = make_device(cast.organisation, inventory_number="NB-1", colour="#102030")
    wagon, gone, without = make_assets(cast.organisation, 3)
    for asset in (laptop.asset, wagon, gone):
        make_seat(licence, asset)
    delete_asset(gone, actor=cast.owner)
    path = f"/api/SoftwareLicence/{serial_of(licence.pk)}"

    plain = client.get(path, {"includedetails": "False"}).json()
    detailed = client.get(path, DETAILS).json()

    assert "configuration_items" not in plain
    items = detailed.pop("configuration_items")
    assert detailed == plain | {"licence_roles": [], "licence_match": []}
    assert [one["id"] for one in items] == [serial_of(laptop.pk), serial_of(wagon.pk)]
    first = items[0]
    assert (first["inventory_number"], first["colour"]) == ("NB-1", "#102030")
    assert (first["licence_count"], first["use"]) == (1, "asset")
    assert "notes" not in first
    assert serial_of(without.pk) not in {one["id"] for one in items}


def test_it_nests_the_asset_of_a_certificate(cast: Cast) -> None:
    client = cast.client("member")
    asset = make_asset(cast.organisation)
    deleted = make_asset(cast.organisation)
    rows = [
        make_certificate(cast.organisation, asset_id=key)
        for key in (asset.pk, deleted.pk, None)
    ]
    delete_asset(deleted, actor=cast.owner)

    def asked(key: int, query: Any) -> dict[str, Any]:
        answer: dict[str, Any] = client.get(
            f"/api/Certificate/{serial_of(key)}", query
        ).json()
        return answer

    of_asset, of_deleted, of_none = (asked(row.pk, DETAILS) for row in rows)

    assert of_asset["asset"]["id"] == serial_of(asset.pk) == of_asset["asset_id"]
    assert of_asset["asset"]["client_name"] == "Suomen Vaunu"
    assert (of_deleted["asset"], of_none["asset"]) == (None, None)
    assert "asset" not in asked(rows[0].pk, {"includedetails": "false"})


def test_it_costs_the_same_for_many_seats(cast: Cast) -> None:
    client = cast.client("member")
    licence = make_licence(cast.organisation, 100)
    path = f"/api/SoftwareLicence/{serial_of(licence.pk)}?includedetails=true"

    def seat(count: int) -> None:
        for asset in make_assets(cast.organisation, count):
            make_seat(licence, asset)

    seat(2)
    few = queries_of_page(client, path)
    seat(48)

    assert queries_of_page(client, path) == few
