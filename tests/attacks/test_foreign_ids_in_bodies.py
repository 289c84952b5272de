"""Attack: name a row of another organisation in a body, to take, move or find it.

Every property of both OpenAPI documents that names a row is sent with a foreign id: it
is refused in the words in which an id that nothing has is refused.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.isolation.world import (
    UNKNOWN,
    Endpoint,
    World,
    endpoints,
    properties,
    told,
)

pytestmark = pytest.mark.django_db

# What the properties of the fleet API name; the braces stand for the id.
FLEET: dict[str, tuple[str, Any]] = {
    "asset_group_id": ("asset", "{}"),
    "consist_asset_group_ids": ("asset", ["{}"]),
    "default_prefix_id": ("prefix", "{}"),
    "fields": ("field", {"{}": "x"}),
    "fleet": ("fleet", {"id": "{}"}),
    "fleet_id": ("fleet", "{}"),
    "group_id": ("group", "{}"),
    "id": ("asset", "{}"),
    "location_id": ("location", "{}"),
    "prefix_id": ("prefix", "{}"),
    "roles": ("role", ["{}"]),
    "status_id": ("status", "{}"),
    "sub_location_id": ("part", "{}"),
    "subscription_id": ("subscription", "{}"),
    "type_id": ("type", "{}"),
    "user_id": ("member", "{}"),
    "values": ("value", [{"id": "{}", "value": "taken"}]),
}
DEVICE: dict[str, tuple[str, Any]] = {
    "add_configuration_items": ("asset", [{"id": "{}"}]),
    "add_licences": ("licence", [{"id": "{}"}]),
    "asset_id": ("asset", "{}"),
    "assettype_id": ("type", "{}"),
    "client_id": ("client", "{}"),
    "customfields": ("fleet_field", [{"id": "{}", "value": "x"}]),
    "fields": ("fleet_field", [{"id": "{}", "value": "x"}]),
    "id": ("asset", "{}"),
    "licence_id": ("licence", "{}"),
    "parent_id": ("asset", "{}"),
    "site_id": ("fleet_location", "{}"),
    "software": ("licence", [{"name": "Writer", "licence_id": "{}"}]),
    "status_id": ("fleet_status", "{}"),
    "ticket_id": ("fleet_work_item", "{}"),
    "user_id": ("fleet_member", "{}"),
}
# Of one resource the property is the id of another kind of row.
OF_RESOURCE = {
    ("device-licences", "id"): "licence",
    ("device-licences", "parent_id"): "licence",
    ("device-certificates", "id"): "certificate",
    ("device-readings", "id"): "reading",
    ("device-asset-changes", "id"): "line",
    ("device-licence-infos", "id"): "info",
    ("equipment", "type_id"): "tool_type",
    ("equipment-item", "type_id"): "tool_type",
}
# Ids that end like these but are numbers of other systems, made when they are unknown,
# and names of integrations.
NO_ROWS = {
    *(
        "business_owner_id",
        "technical_owner_id",
        "asset_meter_id",
        "attachment_id",
        "consignment_id",
        "contract_id",
        "guid",
    ),
    *("invoice_id", "item_id", "itemstock_id", "kbs", "manufacturer_id", "pack_id"),
    *("external_links", "priority_id", "recurringinvoice_line_id"),
    *("reserved_salesorder_id", "reserved_salesorder_line_id", "root_system_id"),
    *("service_id", "service_ids", "sla_id", "stockbin_id", "supplier_contract_id"),
    *("supplier_id", "tenant_id", "third_party_id", "licence_match"),
    *("licence_roles", "is_trial", "skip_invalid", "nonce", "third_party_id_string"),
}
writing = [one for one in endpoints() if one.method in {"POST", "PATCH", "PUT"}]


@pytest.fixture(scope="module")
def documented() -> dict[tuple[str, str], dict[str, Any]]:
    """Read the properties of every body from both documents."""
    return properties("fleet") | properties("device")


def places(endpoint: Endpoint, documented: Any) -> Iterator[tuple[str, str, Any]]:
    """Return each property that names a row: itself, what it names, and its form."""
    table = FLEET if endpoint.family == "fleet" else DEVICE
    for key in documented.get((endpoint.name, endpoint.method), {}):
        names_a_row = key.endswith(("_id", "_ids")) or key == "id"
        if key in table:
            thing, form = table[key]
            yield key, OF_RESOURCE.get((endpoint.name, key), thing), form
        else:
            assert not names_a_row or key in NO_ROWS, f"{endpoint}: {key}"


def filled(form: Any, key: str) -> Any:
    """Put an id in the place of the braces."""
    if isinstance(form, dict):
        return {name.format(key): filled(one, key) for name, one in form.items()}
    if isinstance(form, list):
        return [filled(one, key) for one in form]
    return form.format(key)


def with_property(body: Any, key: str, value: Any) -> Any:
    """Add a property to a body that is right, to its only element if it has one."""
    if isinstance(body, list):
        return [{**body[0], key: value}]
    return {**(body or {}), key: value}


@pytest.mark.parametrize(
    "endpoint", writing, ids=lambda one: f"{one.method} {one.name}"
)
def test_it_takes_foreign_ids_in_bodies_for_missing_ones(
    world: World, documented: dict[tuple[str, str], Any], endpoint: Endpoint
) -> None:
    body = world.body(endpoint)
    for key, thing, form in places(endpoint, documented):
        foreign = str(world.foreign[endpoint.family][thing])
        missing = UNKNOWN[endpoint.family]
        if thing == "info":
            missing = "00000000-0000-4000-8000-000000000000"
        answers = [
            world.ask(endpoint, body=with_property(body, key, filled(form, one)))
            for one in (foreign, missing)
        ]
        there, unknown = (
            told(answer, one)
            for answer, one in zip(answers, (foreign, missing), strict=True)
        )
        assert there[0] >= 400, (key, there)
        assert there == unknown, key


@pytest.mark.parametrize("name", ["asset-field-values", "equipment-field-values"])
def test_it_knows_no_field_of_another_organisation_by_id_or_name(
    world: World, name: str
) -> None:
    (endpoint,) = (one for one in writing if one.name == name)
    field = world.foreign["fleet"]["field"]

    answers = [
        told(world.ask(endpoint, body={key: "x"}), key)
        for key in (field, UNKNOWN["fleet"])
    ]

    assert answers[0] == answers[1]
    assert answers[0][0] == 400
