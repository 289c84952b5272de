"""POST /Asset: what is refused, every error of every element named, nothing written."""

from typing import Any

import pytest

from assets.models import Asset, FieldType
from config.api.snowflake import serial_of
from devices.models import AllowedStatus
from licensing.models import Reference
from organisations.models import Change
from tests.devices.api.device.register import Register
from tests.factories.assets import (
    AssetFieldFactory,
    AssetStatusFactory,
    AssetTypeFactory,
    make_asset,
)
from tests.factories.devices import make_device
from tests.factories.licensing import make_licence
from tests.factories.organisations import LocationFactory

CONTROL = "Control characters are not allowed."
WIDE = "The value 'wide' is not valid."
# What is sent, where the error stands, what it says.
BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"client_id": "abc"}, "client_id", "The value 'abc' is not valid."),
    ({"site_id": 2**31}, "site_id", f"The value '{2**31}' is not valid."),
    ({"site_name": "Nowhere"}, "site_name", "Site Nowhere was not found."),
    ({"user_id": 99999}, "user_id", "User 99999 was not found."),
    ({"username": "outsider"}, "username", "User outsider was not found."),
    ({"status_id": 99999}, "status_id", "Status 99999 was not found."),
    ({"assettype_id": 0}, "assettype_id", "An asset type is required."),
    ({"assettype_id": 99999}, "assettype_id", "Asset type 99999 was not found."),
    ({"parent_id": 99999}, "parent_id", "Asset 99999 was not found."),
    ({"parent_id": "x"}, "parent_id", "The value 'x' is not valid."),
    (
        {"inventory_number": "x" * 101},
        "inventory_number",
        "At most 100 characters are taken.",
    ),
    ({"inventory_number": "a\x01b"}, "inventory_number", CONTROL),
    (
        {"inventory_number": ["x"]},
        "inventory_number",
        "The value '['x']' is not valid.",
    ),
    ({"inactive": "perhaps"}, "inactive", "The value 'perhaps' is not valid."),
    ({"colour": "green"}, "colour", "A colour is written as #rrggbb."),
    ({"serial_number": "a\x01b"}, "serial_number", CONTROL),
    (
        {"notes": "x" * 16_001},
        "notes",
        "Ensure this value has at most 16000 characters (it has 16001).",
    ),
    ({"item_cost": "wide"}, "item_cost", WIDE),
    (
        {"item_cost": 1e16},
        "item_cost",
        "Ensure this value is less than or equal to 1000000000000000.0.",
    ),
    (
        {"criticality": -5},
        "criticality",
        "Ensure this value is greater than or equal to 0.",
    ),
    ({"device_number": 2**31}, "device_number", f"The value '{2**31}' is not valid."),
    ({"sla_id": -7}, "sla_id", "The value '-7' is not valid."),
    (
        {"warranty_end": "10000-01-01"},
        "warranty_end",
        "The value '10000-01-01' is not valid.",
    ),
    ({"contract_id": -7}, "contract_id", "The value '-7' is not valid."),
    ({"supplier_name": "a\x01b"}, "supplier_name", CONTROL),
    (
        {"reserved_salesorder_line_id": 3},
        "reserved_salesorder_line_id",
        "A line needs the number of its order.",
    ),
    ({"service_ids": "1,x"}, "service_ids", "The value 'x' is not valid."),
    ({"service_ids": 5}, "service_ids", "The value '5' is not valid."),
    ({"kbs": [None]}, "kbs[0]", "This field may not be null."),
    ({"software": [None]}, "software[0]", "This field may not be null."),
    ({"kbs": [{"id": "x"}]}, "kbs[0].id", "The value 'x' is not valid."),
    ({"fields": 5}, "fields", 'Expected a list of items but got type "int".'),
    ({"fields": [{"value": 5}]}, "fields[0].id", "A field is required."),
    (
        {"fields": [{"id": 99999, "value": 5}]},
        "fields[0].id",
        "Field 99999 was not found.",
    ),
    (
        {"fields": [{"name": "shoe size", "value": 5}]},
        "fields[0].name",
        "Field shoe size was not found.",
    ),
    (
        {"fields": [{"name": "memory", "value": "wide"}]},
        "fields[0].value",
        "A whole number is expected.",
    ),
    (
        {"fields": [{"name": "memory", "value": [1]}]},
        "fields[0].value",
        "The value '[1]' is not valid.",
    ),
    (
        {"fields": [{"name": "memory", "value": 1}, {"name": "memory", "value": 2}]},
        "fields[1].id",
        "The field is named twice.",
    ),
    (
        {"customfields": [{"name": "keys", "value": "dvorak"}]},
        "customfields[0].value",
        "The field has no such value.",
    ),
    (
        {"fields": [{"name": "bought", "value": "2026-02-30"}]},
        "fields[0].value",
        "The date does not exist.",
    ),
    ({"software": [{"version": "1"}]}, "software[0].name", "This field is required."),
    ({"software": [{"name": "a\x01b"}]}, "software[0].name", CONTROL),
    ({"software": [{"name": "x", "cost": "wide"}]}, "software[0].cost", WIDE),
    (
        {"software": [{"name": "x", "licence_id": 99999}]},
        "software[0].licence_id",
        "Licence 99999 was not found.",
    ),
    (
        {"software": [{"name": "x", "role_name": "Viewer"}]},
        "software[0].role_name",
        "Role Viewer was not found.",
    ),
    (
        {"software": [5]},
        "software[0]",
        "Invalid data. Expected a dictionary, but got int.",
    ),
    (
        {"add_licences": [{"id": 99999}]},
        "add_licences[0].id",
        "Licence 99999 was not found.",
    ),
    ({"add_licences": [{}]}, "add_licences[0].id", "A licence is required."),
    (
        {"external_links": [{"integration_type": "skynet"}]},
        "external_links[0].integration_type",
        "The value 'skynet' is not valid.",
    ),
    (
        {"external_links": [{}]},
        "external_links[0].integration_type",
        "This field is required.",
    ),
    (
        {"external_links": [{"integration_type": "snow", "url": "nowhere"}]},
        "external_links[0].url",
        "Enter a valid URL.",
    ),
]


def counts() -> tuple[int, int, int]:
    """Count what a refused request must not have added to."""
    return Asset.objects.count(), Reference.objects.count(), Change.objects.count()


def test_it_names_everything_that_is_bad(register: Register) -> None:
    before = counts()
    body = [register.body(**members) for members, _, _ in BAD]

    response = register.post(body)

    assert response.status_code == 400
    expected = {f"[{place}].{key}": [said] for place, (_, key, said) in enumerate(BAD)}
    found = response.json()
    assert {key: found.get(key) for key in expected} == expected
    assert found == expected
    assert counts() == before


def test_it_names_all_that_is_wrong_with_one_element(register: Register) -> None:
    before = counts()
    needed = AssetFieldFactory(
        organisation=register.cast.organisation, name="owner", required=True
    )
    kind = AssetTypeFactory(
        organisation=register.cast.organisation, with_fields=[needed]
    )
    body = register.body(
        assettype_id=serial_of(kind.pk),
        site_id=99999,
        colour="green",
        item_cost="wide",
        parent_id=99999,
        fields=[{"name": "memory", "value": 5}],
        software=[{"name": "a\x01b", "licence_id": 99999}],
        add_licences=[{"id": 99999}],
    )

    response = register.post(body)

    assert response.status_code == 400
    assert response.json() == {
        "colour": ["A colour is written as #rrggbb."],
        "item_cost": [WIDE],
        "software[0].name": [CONTROL],
        "site_id": ["Site 99999 was not found."],
        "software[0].licence_id": ["Licence 99999 was not found."],
        "add_licences[0].id": ["Licence 99999 was not found."],
        "parent_id": ["Asset 99999 was not found."],
        "fields[0].id": ["The asset type has no such field."],
        "fields": ["'owner' is required."],
    }
    assert counts() == before


def test_it_refuses_foreign_rows_as_it_does_unknown_ones(register: Register) -> None:
    other = {"organisation": register.cast.other}
    foreign: dict[str, Any] = {
        "site_id": LocationFactory(**other),
        "user_id": register.cast.outsider,
        "status_id": AssetStatusFactory(**other),
        "assettype_id": AssetTypeFactory(**other),
        "parent_id": make_asset(register.cast.other),
        "client_id": register.cast.other,
    }
    labels = {
        "site_id": "Site",
        "user_id": "User",
        "status_id": "Status",
        "assettype_id": "Asset type",
        "parent_id": "Asset",
        "client_id": "Client",
    }
    field = AssetFieldFactory(**other, type=FieldType.TEXT)
    licence = make_licence(register.cast.other)
    for ids in (
        {name: serial_of(row.pk) for name, row in foreign.items()},
        {name: 90_000 + place for place, name in enumerate(foreign)},
    ):
        for name, serial in ids.items():
            response = register.post(register.body(**{name: serial}))
            assert response.status_code == 400
            assert response.json()[name] == [f"{labels[name]} {serial} was not found."]
    for serial in (serial_of(licence.pk), 99999):
        response = register.post(register.body(add_licences=[{"id": serial}]))
        assert response.json() == {
            "add_licences[0].id": [f"Licence {serial} was not found."]
        }
    for serial in (serial_of(field.pk), 99999):
        sent = [{"id": serial, "value": "x"}]
        response = register.post(register.body(fields=sent))
        assert response.json() == {"fields[0].id": [f"Field {serial} was not found."]}


def test_it_knows_no_unknown_and_no_foreign_asset(register: Register) -> None:
    deleted = register.make()["id"]
    register.client.delete(f"/api/Asset/{deleted}")
    foreign = serial_of(make_device(register.cast.other).pk)
    for serial in (99999, foreign, deleted):
        path = f"/api/Asset/{serial}"
        bodies: list[Any] = [{"id": serial}, [register.body(site_id=9), {"id": serial}]]
        answers = [register.post(body) for body in bodies]
        answers += [register.client.get(path), register.client.delete(path)]
        for response in answers:
            assert response.status_code == 404
            assert response.json() == {
                "ClassName": "NotFoundException",
                "Message": f"Asset {serial} was not found.",
            }


def test_it_keeps_the_client_of_an_asset(register: Register) -> None:
    made = register.make()
    second = register.cast.other
    second.memberships.create(user=register.cast.owner)
    second.owner = register.cast.owner
    second.save()

    response = register.post({"id": made["id"], "client_id": serial_of(second.pk)})

    assert response.status_code == 400
    assert response.json() == {"client_id": ["An asset stays with its client."]}


def test_it_refuses_to_change_an_asset_twice(register: Register) -> None:
    one = {"id": register.make()["id"]}

    response = register.post([one, register.body(), one])

    assert response.status_code == 400
    assert response.json() == {"[2].id": ["The asset is named twice."]}


def test_it_refuses_a_status_that_the_type_does_not_allow(register: Register) -> None:
    own = {"organisation": register.cast.organisation}
    other = AssetStatusFactory(**own)
    made = register.make(status_id=serial_of(other.pk))
    AllowedStatus.objects.create(type=register.kind, status=register.status)
    wrong = register.body(status_id=serial_of(other.pk))
    right = register.body(status_id=serial_of(register.status.pk))
    stays = {"id": made["id"], "status_id": serial_of(other.pk), "notes": "same"}

    response = register.post([right, wrong])

    sentence = "The status is not one of the asset type's."
    assert response.status_code == 400
    assert response.json() == {"[1].status_id": [sentence]}
    assert register.post([right, stays]).status_code == 201


def test_it_makes_no_ring(register: Register) -> None:
    top = register.make()
    below = register.make(parent_id=top["id"])

    for body in (
        {"id": top["id"], "parent_id": below["id"]},
        {"id": top["id"], "parent_id": top["id"]},
    ):
        response = register.post(body)
        assert response.status_code == 400
        assert response.json() == {"parent_id": ["An asset cannot be under itself."]}


def test_it_gives_no_seat_twice_and_nothing_without_one(register: Register) -> None:
    seat = [{"id": serial_of(register.licence.pk)}]
    before = counts()

    response = register.post(
        [register.body(add_licences=seat), register.body(notes="none")]
        + [register.body(add_licences=seat)] * 2
    )

    full = ["No licences available."]
    assert response.status_code == 400
    assert response.json() == {f"[{place}].add_licences": full for place in (0, 2, 3)}
    assert counts() == before
    register.licence.refresh_from_db()
    assert register.licence.assets_in_use == 0


def test_it_names_a_required_field(register: Register) -> None:
    own = {"organisation": register.cast.organisation}
    needed = AssetFieldFactory(**own, name="owner", required=True)
    kind = AssetTypeFactory(**own, with_fields=[needed])
    body = register.body(assettype_id=serial_of(kind.pk))

    assert register.post([body, body]).json() == {
        "[0].fields": ["'owner' is required."],
        "[1].fields": ["'owner' is required."],
    }
    made = register.make(
        assettype_id=serial_of(kind.pk),
        fields=[{"id": serial_of(needed.pk), "value": "Aino"}],
    )
    cleared = {"id": made["id"], "fields": [{"name": "owner", "value": None}]}
    assert register.post(cleared).json() == {
        "fields[0].value": ["The field 'owner' is required."]
    }


def test_it_needs_a_series_of_numbers(register: Register) -> None:
    client = register.cast.organisation
    assert client.default_prefix is not None
    client.default_prefix.enabled = False
    client.default_prefix.save()

    response = register.post(register.body())

    assert response.status_code == 400
    assert response.json() == {"inventory_number": ["The prefix cannot be used."]}
    told = register.client.get("/api/Asset/NextTag")
    assert told.status_code == 400
    assert list(told.json()) == ["assettype_id"]


@pytest.mark.parametrize("body", [[], 5, [5], "x"])
def test_it_refuses_bodies_that_hold_no_assets(register: Register, body: Any) -> None:
    assert register.post(body).status_code == 400
