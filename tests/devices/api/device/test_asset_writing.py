"""POST /Asset: every member that is written, and what it reads back as."""

from typing import Any

from assets.models import Asset
from config.api.snowflake import serial_of
from devices.models import Device
from licensing.models import Allocation, Reference
from organisations.models import Change
from tests.devices.api.device.register import Register
from tests.factories.assets import AssetTypeFactory
from tests.factories.groups import make_group
from tests.factories.licensing import LicenceRoleFactory
from tests.factories.organisations import LocationFactory, OrganisationFactory

MOMENT = "2026-01-29T20:00:00Z"
# Each plain member: what is sent, what it reads back as, what it is unset.
PLAIN: dict[str, tuple[Any, Any, Any]] = {
    "inventory_number": (" NB-00417 ", "NB-00417", None),
    "inactive": ("True", True, False),
    "bookmarked": (True, True, False),
    "is_primary_asset": (1, True, False),
    "colour": ("#00fF00", "#00fF00", ""),
    "icon": ("laptop", "laptop", ""),
    "notes": ("On loan\nuntil May", "On loan\nuntil May", ""),
    "serial_number": (417, "417", ""),
    "warranty_start": ("2026-01-29", "2026-01-29T00:00:00Z", None),
    "warranty_end": ("2026-01-29T22:00:00+02:00", MOMENT, None),
    "warranty_note": ("Parts only", "Parts only", ""),
    "labour_warranty_start": (MOMENT, MOMENT, None),
    "labour_warranty_end": (MOMENT, MOMENT, None),
    "commissiondate": (MOMENT, MOMENT, None),
    "stock_date": (MOMENT, MOMENT, None),
    "item_cost": ("12.5", 12.5, 0),
    "non_consignable": ("true", True, False),
    "criticality": ("2", 2, 0),
    "sla_id": (3, 3, 0),
    "priority_id": (4, 4, 0),
    "supplier_purchasedate": (MOMENT, MOMENT, None),
    "supplier_expirydate": (MOMENT, MOMENT, None),
    "supplier_reference": ("PO-3", "PO-3", ""),
    "third_party_id": (5, 5, 0),
    "third_party_id_string": ("abc", "abc", ""),
    "guid": ("g-1", "g-1", ""),
    "device_number": ("6", 6, 0),
}
NUMBERS = {
    "manufacturer_id": 1,
    "supplier_id": "2",
    "contract_id": 88,
    "supplier_contract_id": 4,
    "item_id": 5,
    "itemstock_id": 6,
    "stockbin_id": 7,
    "consignment_id": 8,
    "business_owner_id": 10,
    "technical_owner_id": 11,
    "reserved_salesorder_id": 12,
    "reserved_salesorder_line_id": 3,
    "service_id": 9,
}
LABELS = {
    "manufacturer_name": "Lenovo",
    "supplier_name": "Ratatosk IT",
    "contract_ref": "C-88",
    "supplier_contract_ref": "SC-1",
    "item_name": "Notebook",
    "stockbin_name": "Shelf 3",
    "service_name": "Mail",
    "business_owner_name": "Aino",
    "technical_owner_name": "Olli",
}
# Each custom field: what is sent, its value and how people read it.
VALUES: dict[str, tuple[Any, str, str]] = {
    "text": (5, "5", "5"),
    "memory": ("32", "32", "32 GB"),
    "weight": ("1.50", "1.5", "1.5"),
    "touch": ("True", "true", "Yes"),
    "bought": ("2026-01-29T20:00:00Z", "2026-01-29", "2026-01-29"),
    "seen": (MOMENT, MOMENT, MOMENT),
    "keys": ("qwerty", "qwerty", "qwerty"),
    "uptime": ("60", "60", "60 s"),
    "page": ("https://example.org", "https://example.org", "https://example.org"),
}


def lines(serial: int) -> list[tuple[str, object]]:
    """Return what the history tells of an asset after it was made."""
    asset = Asset.objects.get(id__serial=serial)
    found = Change.objects.filter(object_id=asset.pk, action="changed").order_by("id")
    return list(found.values_list("field", "new"))


def test_it_writes_and_clears_every_plain_member(register: Register) -> None:
    made = register.make(**{name: told for name, (told, _, _) in PLAIN.items()})
    read = register.read(made["id"])
    expected = {name: shown for name, (_, shown, _) in PLAIN.items()}

    assert {name: made[name] for name in PLAIN} == expected
    assert {name: read[name] for name in PLAIN} == expected

    for nothing in (None, ""):
        body = {"id": str(made["id"]), **dict.fromkeys(PLAIN, nothing)}
        cleared = register.post(body).json()
        unset = {name: shown for name, (_, _, shown) in PLAIN.items()}
        tag = Asset.objects.get(id__serial=made["id"]).formatted_number
        assert {name: cleared[name] for name in PLAIN} == unset | {
            "inventory_number": tag
        }


def test_it_leaves_what_is_not_sent_as_it_is(register: Register) -> None:
    made = register.make(**{name: told for name, (told, _, _) in PLAIN.items()})
    before = len(lines(made["id"]))

    again = register.post([{"id": made["id"], "unknown": 1}])

    assert (again.status_code, again.json()) == (201, made)
    assert len(lines(made["id"])) == before


def test_it_takes_an_answer_back_as_it_is(register: Register) -> None:
    values = [register.value(name, told) for name, (told, *_) in VALUES.items()]
    seat = [{"id": serial_of(register.licence.pk)}]
    body = {name: told for name, (told, _, _) in PLAIN.items()}
    made = register.make(**body, **NUMBERS, fields=values, add_licences=seat)
    read = register.read(made["id"], includedetails="true", includehierarchy="true")
    before = len(lines(made["id"]))

    again = register.post(read)

    assert again.status_code == 201
    assert again.json() == {name: read[name] for name in again.json()}
    assert len(lines(made["id"])) == before


def test_it_names_rows_by_id_and_by_name(register: Register) -> None:
    cast, parent = register.cast, register.make()
    ids = {
        "site_id": serial_of(register.site.pk),
        "user_id": serial_of(cast.member.pk),
        "status_id": serial_of(register.status.pk),
        "assettype_id": serial_of(register.kind.pk),
        "client_id": serial_of(cast.organisation.pk),
    }
    names = {
        "site_name": "Office Turku",
        "username": "member",
        "status_name": "in service",
        "assettype_name": "laptop",
        "client_name": "Suomen Vaunu",
    }
    for body in (ids, names, ids | dict.fromkeys(names, "ignored")):
        made = register.post({**body, "parent_id": str(parent["id"])}).json()
        assert {**ids, **names}.items() <= made.items()
        assert made["parent_id"] == parent["id"]

    nothing = dict.fromkeys(("site_id", "user_id", "status_id", "parent_id"), -1)
    cleared = register.post({"id": made["id"], **nothing}).json()
    assert {name: cleared[name] for name in nothing} == dict.fromkeys(nothing, 0)


def test_it_makes_records_of_other_systems(register: Register) -> None:
    made = register.make(**NUMBERS)
    assert {name: made[name] for name in NUMBERS} == NUMBERS | {"supplier_id": 2}
    labelled = register.make(**LABELS)
    assert {name: labelled[name] for name in LABELS} == LABELS
    assert labelled["supplier_id"] == 3

    other = register.make(supplier_name="ratatosk it", contract_id=88, contract_ref="x")
    assert (other["supplier_id"], other["supplier_name"]) == (3, "Ratatosk IT")
    assert (other["contract_id"], other["contract_ref"]) == (88, "")
    suppliers = Reference.objects.of(register.cast.organisation).filter(kind="supplier")
    assert suppliers.count() == 2

    zero = {name: 0 for name in NUMBERS if name.endswith("_id")}
    cleared = register.post({"id": made["id"], **zero}).json()
    assert {name: cleared[name] for name in NUMBERS} == dict.fromkeys(NUMBERS, 0)


def test_it_keeps_several_services_and_articles(register: Register) -> None:
    article = {"id": 4, "name": "How to print"}
    made = register.make(service_id=9, service_ids="3,9", kbs=[article])

    assert (made["service_id"], made["service_ids"]) == (9, [9, 3])
    read = register.read(made["id"], includedetails="true")
    assert [one["id"] for one in read["services"]] == [9, 3]
    assert read["kbs"] == [article]

    cleared = register.post({"id": made["id"], "service_ids": [], "kbs": None}).json()
    assert (cleared["service_id"], cleared["service_ids"]) == (0, [])
    assert register.read(made["id"], includedetails="true")["kbs"] == []


def test_it_merges_custom_fields(register: Register) -> None:
    sent = [register.value(name, told) for name, (told, *_) in VALUES.items()]
    made = register.make(fields=sent)

    shown = {one["name"]: (one["value"], one["display"]) for one in made["fields"]}
    assert shown == {name: tuple(rest) for name, (_, *rest) in VALUES.items()}
    assert [(one["id"], one["value"]) for one in made["customfields"]] == [
        (one["id"], one["value"]) for one in made["fields"]
    ]
    assert [made[f"key_field{place}"] for place in ("", 2, 3)] == ["5", "32", "1.5"]

    # By name; the serial of an enum's value; empty for none; the other array.
    changes: list[dict[str, Any]] = [
        {"fields": [{"name": "memory", "value": 64}, register.value("text", "")]},
        {"customfields": [register.value("keys", str(serial_of(register.layout.pk)))]},
    ]
    for change in changes:
        made = register.post({"id": made["id"], **change}).json()
    values = {one["name"]: one["value"] for one in made["fields"]}
    expected = {name: value for name, (_, value, _) in VALUES.items()}
    assert values == {**expected, "memory": "64", "text": ""}


def test_it_installs_software_by_name_and_version(register: Register) -> None:
    role = LicenceRoleFactory(licence=register.licence, name="Editor")
    full = {
        "name": "LibreOffice Writer",
        "version": "25.8.2",
        "licence_id": serial_of(register.licence.pk),
        "role_name": "Editor",
        "user_id": serial_of(register.cast.member.pk),
        "count": "2",
        "bundledesc": "Office",
        "cost": 9.5,
        "lastused": MOMENT,
        "install_date": MOMENT,
        "expiry_date": MOMENT,
        "licence_required": True,
        "moduleid": 5,
        "snowid": "s-1",
    }
    made = register.make(software=[full, {"name": "Thunderbird", "version": 140}])
    writer, bird = made["software"]
    assert writer == {
        **full,
        "id": writer["id"],
        "did": made["id"],
        "licence_name": "Office suite",
        "role_id": serial_of(role.pk),
        "count": 2,
    }
    assert (bird["name"], bird["version"], bird["count"]) == ("Thunderbird", "140", 1)

    change = {"name": "LibreOffice Writer", "version": "25.8.2", "count": 3}
    newer = {"name": "LibreOffice Writer", "version": "26.2"}
    again = register.post({"id": made["id"], "software": [change, newer]}).json()
    assert [one["version"] for one in again["software"]] == ["25.8.2", "140", "26.2"]
    assert again["software"][0] == {**writer, "count": 3}


def test_it_gives_seats_and_keeps_those_that_are_there(register: Register) -> None:
    seat = [{"id": serial_of(register.licence.pk)}]
    made = register.make(add_licences=seat)
    again = register.post({"id": made["id"], "add_licences": seat}).json()

    (licence,) = again["licences"]
    assert (licence["name"], licence["licences_in_use"]) == ("Office suite", 1)
    assert (made["licence_count"], again["licence_count"]) == (1, 1)
    assert Allocation.objects.filter(licence=register.licence).count() == 1


def test_it_adds_external_links(register: Register) -> None:
    link = {
        "integration_type": "domotz",
        "tenant_id": 3,
        "third_party_id": "x-1",
        "url": "https://d.example/1",
    }
    made = register.make(external_links=[link])
    moved = {**link, "url": "https://d.example/2"}
    other = {"integration_type": "snow", "third_party_id": "y"}
    register.post({"id": made["id"], "external_links": [moved, other]})

    read = register.read(made["id"], includedetails="true")
    assert read["external_links"] == [moved, {**other, "tenant_id": 0, "url": ""}]


def test_it_takes_the_next_tag_and_names_the_asset_after_it(register: Register) -> None:
    path = "/api/Asset/NextTag"
    told = register.client.get(path).json()
    plain, tagged, short = register.post(
        [
            register.body(),
            register.body(inventory_number="A very long inventory number"),
            register.body(inventory_number="7"),
        ]
    ).json()

    assert plain["inventory_number"] == told["next_tag"]
    ids = [one["id"] for one in (plain, tagged, short)]
    assets = Asset.objects.filter(id__serial__in=ids).order_by("id")
    names = list(assets.values_list("name", flat=True))
    assert names == [
        f"laptop {told['next_tag']}",
        "A very long inventor",
        "laptop 7",
    ]
    last = assets.last()
    assert last is not None
    assert register.client.get(path).json()["last_tag"] == last.formatted_number


def test_it_gives_a_device_to_the_only_client_of_the_caller(register: Register) -> None:
    body = {"assettype_name": "laptop"}
    assert register.post(body).json()["client_name"] == "Suomen Vaunu"

    OrganisationFactory(owner=register.cast.owner)
    response = register.post(body)
    assert response.status_code == 400
    assert response.json()["client_id"] == ["A client is required."]


def test_it_keeps_the_own_place_of_an_asset_in_a_group(register: Register) -> None:
    cast = register.cast
    depot = LocationFactory(organisation=cast.organisation, name="Depot")
    own = serial_of(register.site.pk)
    made = register.make(site_id=own)
    asset = Asset.objects.get(id__serial=made["id"])
    make_group(cast.organisation, asset, location_id=str(depot.pk), active=True)
    assert register.read(made["id"])["site_name"] == "Depot"

    register.post({"id": made["id"], "site_id": serial_of(depot.pk)})

    asset.refresh_from_db()
    assert asset.location_id == register.site.pk


def test_it_writes_for_several_clients_at_once(register: Register) -> None:
    second = OrganisationFactory(owner=register.cast.owner, name="Second")
    kind = AssetTypeFactory(organisation=second)
    there = {"client_name": "Second", "assettype_id": serial_of(kind.pk)}
    made = register.make(notes="first")
    body = [there, {"id": made["id"], "notes": "changed"}, register.body(), there]

    answer = register.post(body).json()

    assert [one["client_name"] for one in answer] == [
        "Second",
        "Suomen Vaunu",
        "Suomen Vaunu",
        "Second",
    ]
    assert answer[1]["id"] == made["id"]
    assert answer[1]["notes"] == "changed"


def test_it_runs_once_for_an_idempotency_key(register: Register) -> None:
    headers = {"Idempotency-Key": "h5-once"}
    body = register.body(inventory_number="once")
    first, second = (
        register.client.post("/api/Asset", body, headers=headers) for _ in range(2)
    )

    assert first.json() == second.json()
    assert Device.objects.filter(inventory_number="once").count() == 1
