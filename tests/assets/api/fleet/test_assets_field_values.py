"""Update Asset Fields: contract row 25 and the names of contract 3.3."""

from collections.abc import Mapping
from typing import Any

import pytest
from rest_framework.test import APIClient

from assets.models import AssetField, AssetGroup, FieldType
from organisations.models import Change
from tests.assets.api.fleet.calls import NO_IDS, UNKNOWN, refusal, said, send
from tests.cast import Cast
from tests.factories.assets import (
    AssetFieldFactory,
    AssetTypeFactory,
    make_asset,
)

READ_ONLY = (
    *("Id", "OrganisationId", "Number", "PrefixId", "FormattedNumber", "Position"),
    *("id", "organisation_id", "prefix_id", "formatted_number", "POSITION"),
)
# Names that are reserved, but name nothing that could be written here.
UNWRITABLE = (
    *("Type", "Status", "Location", "SubLocation", "Fleet", "Group", "Fields"),
    *("Assets", "Ephemerality", "Zone", "Zones", "CreatedAt", "updated_at"),
)


@pytest.fixture
def power(cast: Cast) -> AssetField:
    """Return a decimal field."""
    return AssetFieldFactory(
        organisation=cast.organisation,
        name="power",
        type=FieldType.DECIMAL,
        units="kW",
    )


@pytest.fixture
def asset(cast: Cast, power: AssetField) -> AssetGroup:
    """Return an asset of a type with the field."""
    axles = AssetFieldFactory(
        organisation=cast.organisation, name="Axle count", type=FieldType.INTEGER
    )
    kind = AssetTypeFactory(organisation=cast.organisation, with_fields=[power, axles])
    return make_asset(
        cast.organisation, type_id=kind.pk, fields={"power": 6000, "axle count": 4}
    )


def path_of(asset: AssetGroup) -> str:
    """Return where the values of the asset are changed."""
    return f"/api/assets/{asset.pk}/fields"


def values_of(shown: Mapping[str, Any]) -> dict[str, Any]:
    """Return an asset's values by field name."""
    names = {
        one["field"]["id"]: one["field"]["name"] for one in shown["type"]["fields"]
    }
    return {names[key]: value["value"] for key, value in shown["fields"].items()}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("power", 6300),
        ("POWER", "6300"),
        (" Power ", {"value": 6300}),
        ("{id}", {"value": 6300, "units": "kW"}),
        ("{id}", 6300.0),
    ],
)
def test_it_finds_fields_by_name_and_id(
    manager: APIClient, asset: AssetGroup, power: AssetField, key: str, value: object
) -> None:
    response = manager.patch(path_of(asset), {key.format(id=power.pk): value})

    assert response.status_code == 200
    assert values_of(response.json()) == {"power": 6300, "Axle count": 4}
    assert response.json() == manager.get(f"/api/assets/{asset.pk}").json()


def test_it_answers_at_both_forms_of_the_path(
    manager: APIClient, asset: AssetGroup
) -> None:
    for form in (path_of(asset).removeprefix("/api"), f"{path_of(asset)}/"):
        assert manager.patch(form, {"power": 1}).status_code == 200


def test_it_writes_built_ins_beside_custom_fields(
    manager: APIClient, asset: AssetGroup, own_ids: dict[str, int]
) -> None:
    body = {
        "Name": "Sr2 3236",
        "description": {"value": "Electric"},
        "FleetId": str(own_ids["fleet_id"]),
        "location_id": own_ids["location_id"],
        "SUBLOCATIONID": {"value": str(own_ids["sub_location_id"])},
        "Status Id": own_ids["status_id"],
        "type-id": own_ids["type_id"],
        "Active": {"value": False, "units": None},
        "power": None,
    }

    shown = manager.patch(path_of(asset), body).json()

    asset.refresh_from_db()
    assert {key: getattr(asset, key) for key in own_ids if key != "prefix_id"} == {
        key: pk for key, pk in own_ids.items() if key != "prefix_id"
    }
    assert (shown["name"], shown["description"]) == ("Sr2 3236", "Electric")
    assert (shown["active"], len(shown["fields"])) == (False, 1)


def test_it_clears_a_place_by_null(
    manager: APIClient, asset: AssetGroup, own_ids: dict[str, int]
) -> None:
    manager.patch(path_of(asset), {"LocationId": own_ids["location_id"]})

    shown = manager.patch(path_of(asset), {"power": 6300, "LocationId": None}).json()

    assert (shown["location"], values_of(shown)["power"]) == (None, 6300)


@pytest.mark.parametrize("key", READ_ONLY)
def test_it_refuses_built_ins_that_are_read_only(
    manager: APIClient, asset: AssetGroup, key: str
) -> None:
    answer = said(manager.patch(path_of(asset), {key: "5", "power": 1}))

    assert answer == refusal("field_read_only", key)


def test_it_names_every_key_that_is_read_only(
    manager: APIClient, asset: AssetGroup
) -> None:
    answer = said(manager.patch(path_of(asset), {"Id": 1, "Number": 2, "Name": "x"}))

    assert answer == refusal("field_read_only", "Id", "Number")


@pytest.mark.parametrize("key", [*UNWRITABLE, "wheels", "5", "9" * 30, "", "$top"])
def test_it_refuses_fields_it_does_not_know(
    manager: APIClient, asset: AssetGroup, key: str
) -> None:
    answer = said(manager.patch(path_of(asset), {key: "5", "wheels too": 1}))

    assert answer == refusal("field_unknown", key, "wheels too")


def test_it_does_not_know_fields_of_others(
    cast: Cast, manager: APIClient, asset: AssetGroup
) -> None:
    foreign = AssetFieldFactory(organisation=cast.other, name="theirs")

    for key in (str(foreign.pk), "theirs"):
        answer = said(manager.patch(path_of(asset), {key: "x"}))
        assert answer == refusal("field_unknown", key)


@pytest.mark.parametrize(
    ("body", "code", "keys"),
    [
        ({"power": "fast"}, "invalid_field_value", {"power"}),
        ({"Power": "fast", "axle count": "4"}, "invalid_field_value", None),
        ({"POWER": {"value": 1, "units": "MW"}}, "units_mismatch", {"POWER"}),
        ({"Name": "x"}, "invalid_body", {"Name"}),
        ({"NAME": None, "Active": None}, "invalid_body", {"NAME", "Active"}),
        ({"FleetId": UNKNOWN}, "fleet_invalid", {"FleetId"}),
        ({"Status_Id": True}, "status_invalid", {"Status_Id"}),
        ({"locationid": "abc"}, "location_invalid", {"locationid"}),
        ({"TypeId": None}, "type_invalid", {"TypeId"}),
        ({"TypeId": {}}, "type_invalid", {"TypeId"}),
    ],
)
def test_it_names_keys_at_fault_as_they_were_sent(
    manager: APIClient,
    asset: AssetGroup,
    body: Mapping[str, object],
    code: str,
    keys: set[str] | None,
) -> None:
    before = manager.get(f"/api/assets/{asset.pk}").json()

    answer = said(manager.patch(path_of(asset), body))

    assert answer == refusal(code, *(keys or body))
    assert manager.get(f"/api/assets/{asset.pk}").json() == before


def test_it_says_what_is_wrong_in_words(manager: APIClient, asset: AssetGroup) -> None:
    body = manager.patch(path_of(asset), {"power": "fast"}).json()

    assert body == {
        "code": "invalid_field_value",
        "message": "power: A decimal number is expected.",
        "errors": {"power": ["A decimal number is expected."]},
    }


@pytest.mark.parametrize(
    "keys",
    [
        ("power", "{id}"),
        ("power", "POWER"),
        ("Name", "name"),
        ("FleetId", "fleet_id"),
        ("Fleet-Id", "fleet id"),
    ],
)
def test_it_refuses_to_name_a_field_twice(
    manager: APIClient, asset: AssetGroup, power: AssetField, keys: tuple[str, ...]
) -> None:
    first, second = (key.format(id=power.pk) for key in keys)

    answer = said(manager.patch(path_of(asset), {first: None, second: None}))

    assert answer == refusal("invalid_body", second)


def test_it_refuses_what_is_no_id(manager: APIClient, asset: AssetGroup) -> None:
    for value in NO_IDS:
        answer = said(manager.patch(path_of(asset), {"StatusId": value}))
        assert answer == refusal("status_invalid", "StatusId"), value


@pytest.mark.parametrize("body", [b"[]", b"null", b"5", b'"x"'])
def test_it_refuses_bodies_that_are_no_object(
    manager: APIClient, asset: AssetGroup, body: bytes
) -> None:
    answer = said(send(manager, "PATCH", path_of(asset), body))

    assert answer == refusal("invalid_body")


def test_it_changes_nothing_without_a_key(
    manager: APIClient, asset: AssetGroup
) -> None:
    before = manager.get(f"/api/assets/{asset.pk}").json()

    for body in ({}, {"power": 6000, "Name": before["name"], "axle count": 4.0}):
        assert manager.patch(path_of(asset), body).json() == before
    assert not Change.objects.filter(model="assetgroup", action="changed").exists()


def test_it_leaves_a_row_of_history_for_every_value(
    cast: Cast, manager: APIClient, asset: AssetGroup, power: AssetField
) -> None:
    manager.patch(path_of(asset), {"power": None, "Name": "renamed"})

    changes = Change.objects.filter(model="assetgroup", action="changed")
    assert {(one.field, one.old, one.new, one.user) for one in changes} == {
        (f"fields/{power.pk}", 6000, None, cast.manager),
        ("name", "asset 0", "renamed", cast.manager),
    }
