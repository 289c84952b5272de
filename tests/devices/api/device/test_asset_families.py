"""One register, two families: what one writes the other shows (contract section 5)."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from assets.models import Asset
from config.api.snowflake import serial_of
from organisations.models import FleetShare, Membership, Role
from organisations.permissions import Permission
from organisations.services.tokens import create_token
from tests.cast import Cast
from tests.devices.api.device.register import Register
from tests.factories.assets import AssetStatusFactory, make_asset
from tests.factories.devices import make_device
from tests.factories.organisations import FleetFactory, LocationFactory, UserFactory


def fleet_path(serial: int) -> str:
    """Return where the fleet family has an asset."""
    return f"/api/assets/{Asset._base_manager.get(id__serial=serial).pk}"


def history(register: Register, serial: int) -> tuple[list[Any], list[Any]]:
    """Return the fields that changed, newest first, as each family tells them."""
    path = fleet_path(serial).replace("assets", "assetgroups")
    fleet = register.client.get(f"{path}/history").json()
    device = register.read(serial, includeactivity="true")["changehistory"]
    told = [(one["old_value"], one["new_value"]) for one in device]
    return [one["field"] for one in fleet if one["field"]], told


def test_it_shows_a_device_to_the_fleet_family(register: Register) -> None:
    made = register.make(
        inventory_number="NB-00417",
        site_name="Office Turku",
        status_name="in service",
        inactive=True,
        fields=[register.value("memory", "32"), register.value("keys", "qwerty")],
    )
    path = fleet_path(made["id"])

    shown = register.client.get(path).json()
    listed = register.client.get(f"{register.cast.path}/assets").json()

    assert shown in listed
    assert shown["name"] == "NB-00417"
    assert shown["active"] is False
    assert shown["type"]["name"] == "laptop"
    assert shown["location"]["name"] == "Office Turku"
    assert shown["status"]["name"] == "in service"
    values = {key: one["value"] for key, one in shown["fields"].items()}
    keys = {str(register.fields[name].pk): name for name in ("memory", "keys")}
    assert {keys[key]: one for key, one in values.items()} == {
        "memory": 32,
        "keys": "qwerty",
    }


def test_it_shows_what_the_fleet_family_changes(register: Register) -> None:
    made = register.make(fields=[register.value("memory", 16)])
    cast, memory = register.cast, register.fields["memory"]
    depot = LocationFactory(organisation=cast.organisation, name="Depot")
    stock = AssetStatusFactory(organisation=cast.organisation, name="in stock")
    body = {
        "location_id": str(depot.pk),
        "status_id": str(stock.pk),
        "active": False,
        "fields": {str(memory.pk): 64},
    }

    response = register.client.patch(fleet_path(made["id"]), body)

    assert response.status_code == 200
    read = register.read(made["id"])
    assert (read["site_name"], read["status_name"]) == ("Depot", "in stock")
    assert (read["inactive"], read["key_field2"]) == (True, "64")
    assert read["inventory_number"] == made["inventory_number"]


def test_it_shows_an_asset_of_the_fleet_family_as_a_device(register: Register) -> None:
    body = {"type_id": str(register.kind.pk), "name": "Loco 12"}
    path = f"{register.cast.path}/assets"
    made = register.client.post(path, body).json()
    serial = serial_of(int(made["id"]))

    read = register.read(serial)
    rows = register.client.get("/api/Asset").json()["assets"]

    assert read["inventory_number"] == made["formatted_number"]
    assert serial in [row["id"] for row in rows]
    changed = register.post({"id": serial, "notes": "A device now"}).json()
    assert changed["inventory_number"] == made["formatted_number"]
    assert register.client.get(f"/api/assets/{made['id']}").json()["name"] == "Loco 12"


def test_it_keeps_one_history_for_both_families(register: Register) -> None:
    made = register.make(notes="first")["id"]
    before, _ = history(register, made)

    register.post({"id": made, "notes": "second", "status_name": "in service"})
    register.client.patch(fleet_path(made), {"name": "Renamed"})

    fleet, device = history(register, made)
    names = fleet[: len(fleet) - len(before)]
    assert sorted(names) == ["name", "notes", "status_id"]
    assert names[0] == "name"
    assert device[0][1] == "Renamed"
    assert sorted(device[1:3]) == [("", "in service"), ("first", "second")]


def test_it_deletes_for_both_families(register: Register) -> None:
    one, other = register.make()["id"], register.make()["id"]
    paths = [fleet_path(serial) for serial in (one, other)]

    register.client.delete(f"/api/Asset/{one}")
    register.client.delete(paths[1])

    assert [register.client.get(path).status_code for path in paths] == [404, 404]
    for serial in (one, other):
        assert register.client.get(f"/api/Asset/{serial}").status_code == 404


def client_with(cast: Cast, *permissions: Permission) -> APIClient:
    """Return the client of a member with these permissions."""
    role = Role.objects.create(
        organisation=cast.organisation,
        name="devices",
        permissions=[one.value for one in permissions],
    )
    user = UserFactory()
    membership = Membership.objects.create(organisation=cast.organisation, user=user)
    membership.roles.add(role)
    client = APIClient()
    token = create_token(user=user, name="tests").text
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


@pytest.mark.parametrize("is_both", [False, True])
def test_it_asks_for_more_where_there_is_no_device_yet(
    register: Register, *, is_both: bool
) -> None:
    more = (Permission.MANAGE_FLEETS,) if is_both else ()
    client = client_with(register.cast, Permission.MANAGE_DEVICES, *more)
    device = serial_of(make_device(register.cast.organisation).pk)
    loco = serial_of(make_asset(register.cast.organisation).pk)
    granted = 201 if is_both else 403

    def post(body: Any) -> int:
        status: int = client.post("/api/Asset", body).status_code
        return status

    assert post(register.body()) == 201
    assert post({"id": device, "notes": "mine"}) == 201
    assert post([{"id": device}, {"id": loco, "notes": "x"}]) == granted
    assert client.delete(f"/api/Asset/{device}").status_code == 200
    other = serial_of(make_asset(register.cast.organisation).pk)
    expected = 200 if is_both else 403
    assert client.delete(f"/api/Asset/{other}").status_code == expected


def test_it_takes_no_writes_of_who_manages_fleets_only(register: Register) -> None:
    client = register.cast.client("manager")
    device = serial_of(make_device(register.cast.organisation).pk)

    answers = [
        client.post("/api/Asset", body)
        for body in (register.body(), {"id": device}, register.body(site_id="x"))
    ]

    for response in answers:
        assert response.status_code == 403
        assert response.json() == {
            "ClassName": "MissingPermissionException",
            "Message": "This needs MANAGE_DEVICES.",
        }


@pytest.mark.parametrize("scope", ["read:assets", "edit:software", "read:software"])
def test_it_takes_no_writes_by_a_scope_that_reads(
    register: Register, scope: str
) -> None:
    made = register.make()["id"]
    client = APIClient()
    token = create_token(user=register.cast.owner, name="scoped", scope=scope).text
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    path = f"/api/Asset/{made}"

    answers = [client.post("/api/Asset", register.body()), client.delete(path)]

    for response in answers:
        assert response.status_code == 403
        assert response.json()["ClassName"] == "InsufficientScopeException"
    assert client.get(path).status_code == (200 if scope == "read:assets" else 403)


def test_it_lets_a_shared_fleet_be_read_and_not_written(register: Register) -> None:
    cast = register.cast
    fleet = FleetFactory(organisation=cast.organisation)
    asset = make_asset(cast.organisation, fleet_id=fleet.pk)
    serial, unseen = serial_of(asset.pk), register.make()["id"]
    seat = [{"id": serial_of(register.licence.pk)}]
    register.post(
        {"id": serial, "parent_id": unseen, "add_licences": seat, "notes": "shared"}
    )
    client, path = cast.client("outsider"), f"/api/Asset/{serial}"
    share = FleetShare.objects.create(
        fleet=fleet, status="offered", organisation=cast.other
    )
    assert client.get(path).status_code == 404

    share.status = "accepted"
    share.save()
    flags = dict.fromkeys(("includedetails", "includehierarchy"), "true")
    read = client.get(path, flags).json()

    assert (read["id"], read["notes"]) == (serial, "shared")
    assert read["licences"] == read["parent_assets"] == []
    assert [row["id"] for row in read["hierarchy"]] == [serial]
    assert client.get(f"/api/Asset/{unseen}").status_code == 404
    writes = [client.post("/api/Asset", {"id": serial}), client.delete(path)]
    assert [response.status_code for response in writes] == [403, 403]
    asset.refresh_from_db()
    assert asset.deleted_at is None
