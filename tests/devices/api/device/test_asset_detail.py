"""GET /Asset/{id}: what each flag adds, and what it costs."""

from typing import Any

import pytest

from assets.models import Asset
from config.api.snowflake import serial_of
from devices.models import AllowedStatus
from devices.services.links import link_assets
from tests.counting import queries_of
from tests.devices.api.device.register import Register
from tests.factories.assets import AssetTypeFactory
from tests.factories.devices import make_device
from tests.factories.logs import make_work_item

FLAGS: dict[str, set[str]] = {
    "includedetails": {
        "software",
        "licences",
        "services",
        "kbs",
        "contracts",
        "users",
        "external_links",
    },
    "includehierarchy": {
        "parent_assets",
        "child_assets",
        "sibling_assets",
        "hierarchy",
    },
    "includediagramdetails": {"children"},
    "includeactivity": {"changehistory"},
    "includeallowedstatus": {"allowallstatus", "allowed_status"},
}


def asset_of(serial: int) -> Asset:
    """Return the asset with the serial."""
    found: Asset = Asset.objects.get(id__serial=serial)
    return found


def ids(rows: list[dict[str, Any]]) -> list[int]:
    """Return the ids of rows."""
    return [row["id"] for row in rows]


def test_it_adds_what_each_flag_asks_for(register: Register) -> None:
    made = register.make()
    plain = register.read(made["id"])
    everything = register.read(made["id"], **dict.fromkeys(FLAGS, "True"))

    assert plain.keys().isdisjoint(set().union(*FLAGS.values()))
    assert plain.keys() == made.keys() - {"software", "licences"}
    for flag, members in FLAGS.items():
        read = register.read(made["id"], **{flag: "true"})
        assert read.keys() - plain.keys() == members
        assert register.read(made["id"], **{flag: "false"}) == plain
        assert {name: read[name] for name in members}.items() <= everything.items()


def test_it_shows_what_hangs_on_the_asset(register: Register) -> None:
    made = register.make(
        contract_id=88,
        contract_ref="C-88",
        service_name="Mail",
        username="member",
        software=[{"name": "Writer"}],
        add_licences=[{"id": serial_of(register.licence.pk)}],
    )
    read = register.read(made["id"], includedetails="true")

    assert read["software"] == made["software"]
    assert read["licences"] == made["licences"]
    assert ids(read["licences"]) == [serial_of(register.licence.pk)]
    assert read["services"] == [{"id": 1, "name": "Mail"}]
    assert read["contracts"] == [{"id": 88, "ref": "C-88"}]
    (person,) = read["users"]
    member = serial_of(register.cast.member.pk)
    assert (person["id"], person["username"]) == (member, "member")


def test_it_shows_the_assets_around_it(register: Register) -> None:
    top = register.make()["id"]
    middle, beside = (register.make(parent_id=top)["id"] for _ in range(2))
    low = register.make(parent_id=middle)["id"]
    lowest = register.make(parent_id=low)["id"]
    linked = register.make()["id"]
    link_assets(asset_of(middle), asset_of(linked), actor=register.cast.owner)
    gone = register.make(parent_id=middle)["id"]
    register.client.delete(f"/api/Asset/{gone}")

    read = register.read(middle, includehierarchy="true", includediagramdetails="true")

    assert ids(read["parent_assets"]) == [top]
    assert ids(read["child_assets"]) == [low]
    assert ids(read["sibling_assets"]) == [beside, linked]
    assert ids(read["hierarchy"]) == [top, middle, low, lowest]
    assert (read["ascendant_count"], read["descendant_count"]) == (1, 2)
    rows = register.client.get("/api/Asset", {"assets": str(low)}).json()["assets"]
    assert read["child_assets"] == rows

    seen = register.read(top, includediagramdetails="true")["children"]
    assert ids(seen) == [middle, beside]
    assert ids(seen[0]["children"]) == [low]
    assert seen[0]["children"][0]["children"] == []


def test_it_shows_the_newest_changes_and_counts_tickets(register: Register) -> None:
    made = register.make()
    for number in range(25):
        register.post({"id": made["id"], "notes": str(number)})
    make_work_item(register.cast.organisation, asset_group_id=asset_of(made["id"]).pk)

    read = register.read(made["id"], includeactivity="true")

    newest = [one["new_value"] for one in read["changehistory"]]
    assert newest == [str(number) for number in range(24, 4, -1)]
    assert {one["field_name"] for one in read["changehistory"]} == {"notes"}
    assert (read["open_ticket_count"], read["total_ticket_count"]) == (1, 1)


def test_it_shows_the_statuses_that_the_type_allows(register: Register) -> None:
    made = register.make()
    path = {"includeallowedstatus": "true"}
    read = register.read(made["id"], **path)
    assert (read["allowallstatus"], read["allowed_status"]) == (True, [])

    one = AllowedStatus.objects.create(type=register.kind, status=register.status)
    read = register.read(made["id"], **path)
    assert read["allowallstatus"] is False
    assert read["allowed_status"] == [
        {
            "id": serial_of(one.pk),
            "xtype_id": serial_of(register.kind.pk),
            "xtype_name": "laptop",
            "status_id": serial_of(register.status.pk),
            "status_name": "in service",
        }
    ]


def test_it_finds_an_asset_of_its_own_type_only(register: Register) -> None:
    made = register.make()
    other = AssetTypeFactory(organisation=register.cast.organisation)
    path = f"/api/Asset/{made['id']}"
    answers = {
        str(serial): register.client.get(path, {"assettype_id": serial}).status_code
        for serial in (serial_of(register.kind.pk), serial_of(other.pk), 99999, 0, "x")
    }

    assert list(answers.values()) == [200, 404, 404, 200, 400]
    told = register.client.get(path, {"assettype_id": "x", "includedetails": "may"})
    assert told.json() == {
        "assettype_id": ["The value 'x' is not valid."],
        "includedetails": ["The value 'may' is not valid."],
    }


def test_it_answers_not_modified(register: Register) -> None:
    path = f"/api/Asset/{register.make()['id']}"
    tag = register.client.get(path).headers["ETag"]

    again = register.client.get(path, headers={"If-None-Match": tag})

    assert again.status_code == 304


@pytest.mark.parametrize("flag", FLAGS)
def test_it_reads_a_flag_in_the_same_number_of_queries(
    register: Register, flag: str
) -> None:
    top = register.make()["id"]

    def queries() -> int:
        return queries_of(lambda: register.read(top, **{flag: "true"}))

    body = register.body(
        parent_id=top, username="member", software=[{"name": "Writer"}]
    )
    parent = register.post(body).json()["id"]
    register.post(
        {
            "id": top,
            "notes": "once",
            "software": [{"name": "Writer"}],
            "kbs": [{"id": 1}],
            "add_licences": [{"id": serial_of(register.licence.pk)}],
        }
    )
    few = queries()
    register.post([body, body, {**body, "parent_id": parent}])
    register.post(
        {
            "id": top,
            "notes": "twice",
            "software": [{"name": "Calc"}, {"name": "Draw"}],
            "kbs": [{"id": number} for number in range(1, 9)],
        }
    )

    assert queries() == few


def test_it_deletes_softly_and_frees_seats(register: Register) -> None:
    seat = [{"id": serial_of(register.licence.pk)}]
    serial = register.make(add_licences=seat)["id"]
    path = f"/api/asset/{serial}"

    response = register.client.delete(path)

    assert (response.status_code, response.json()) == (200, {"id": serial})
    assert register.client.get(path).status_code == 404
    assert register.client.delete(path).status_code == 404
    register.licence.refresh_from_db()
    assert register.licence.assets_in_use == 0
    row = Asset._base_manager.get(id__serial=serial)
    assert row.deleted_at is not None


def test_it_tells_the_tags_of_a_series(register: Register) -> None:
    client = register.client
    path = "/api/Asset/NextTag"
    own = serial_of(register.cast.organisation.pk)
    kind = serial_of(register.kind.pk)
    first = client.get(path).json()
    made = register.make()
    second = client.get(path).json()

    assert first["last_tag"] == ""
    assert second["last_tag"] == first["next_tag"] == made["inventory_number"]
    for asked in ({"client_id": own}, {"assettype_id": kind, "CLIENT_ID": own}):
        assert client.get(path, asked).json() == second
    make_device(register.cast.other)
    other = serial_of(register.cast.other.pk)
    refused = {
        ("client_id", other): f"Client {other} was not found.",
        ("client_id", 99999): "Client 99999 was not found.",
        ("assettype_id", 99999): "Asset type 99999 was not found.",
        ("assettype_id", "x"): "The value 'x' is not valid.",
    }
    for (name, value), sentence in refused.items():
        response = client.get(path, {name: value})
        assert response.status_code == 400
        assert response.json() == {name: [sentence]}


def test_it_lists_versions_of_installed_programs(register: Register) -> None:
    path = "/api/Asset/GetAllSoftwareVersions"
    programs = [{"name": "Writer", "version": one} for one in ("2", "10", "")]
    register.make(software=programs)
    register.make(software=[*programs, {"name": "Calc", "version": "2"}])
    gone = register.make(software=[{"name": "Draw"}])["id"]
    register.client.delete(f"/api/Asset/{gone}")
    make_device(register.cast.other)

    listed = register.client.get(path).json()

    assert listed == [
        {"label": "Calc 2", "value": "2"},
        {"label": "Writer", "value": ""},
        {"label": "Writer 10", "value": "10"},
        {"label": "Writer 2", "value": "2"},
    ]
    assert register.client.get(path, {"count": 1}).json() == listed[:1]
    assert register.client.get(path, {"count": -1}).status_code == 400
    assert register.cast.client("outsider").get(path).json() == []
