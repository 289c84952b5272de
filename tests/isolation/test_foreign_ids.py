"""Ids of another organisation in paths and queries: like ids that nothing has.

Bodies are tried in `tests/attacks/test_foreign_ids_in_bodies.py`.
"""

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.isolation.world import (
    SECRET,
    UNKNOWN,
    Endpoint,
    World,
    endpoints,
    queries,
    routes,
    told,
)

pytestmark = pytest.mark.django_db

every_route = pytest.mark.parametrize(("family", "name"), routes())

# Contract, rows 9 to 12: the row exists, and is said to be another organisation's.
SAID_TO_BE_FOREIGN = {("asset-type-field", "part_id"), ("asset-type-zone", "part_id")}
# The recipient of a share, who is its fleet's outsider, sees it.
SEEN_BY_BOTH = {"fleet-share"}

# What the parameters of the device API name, of the other organisation. Whether a
# number of another system is known must not be learnt, either.
NAMED = {
    "id": "info",
    "asset_id": "asset",
    "assetgroup_id": "fleet_group",
    "assetgroups": "fleet_group",
    "assets": "asset",
    "assetstatuses": "fleet_status",
    "assettype": "type",
    "assettype_id": "type",
    "assettypes": "type",
    "client_id": "client",
    "client_ids": "client",
    "columns_id": "profile",
    "device_id": "asset",
    "excludethese": "asset",
    "globalSearchID": "search",
    "include_custom_fields": "fleet_field",
    "licence_id": "licence",
    "linkedto_id": "asset",
    "previously_selected_client_id": "client",
    "previously_selected_site_id": "fleet_location",
    "previously_selected_user_id": "fleet_member",
    "site_id": "fleet_location",
    "softwarelicence_id": "licence",
    "ticket_id": "fleet_work_item",
    "toplevelid": "licence",
    "user_id": "fleet_member",
}
NUMBERS_OF_OTHER_SYSTEMS = {
    "consignment_id",
    "contract_id",
    "contract_id_adding_to",
    "integration_tenantids",
    "item_id",
    "itemstock_id",
    "kb_id",
    "recurringinvoice_line_id",
    "salesorder_id",
    "salesorder_line",
    "service_id",
    "service_ids",
    "stockbin_id",
    "stockbin_ids",
    "supplier_contract_id",
    "supplier_id",
    "suppliercontracts",
    "tenant_id",
    "third_party_id",
}
# Parameters that name no row: flags, words, pages, moments.
NO_NAMES = {
    *("activeinactive", "advanced_search", "bookmarked", "change_date", "consignable"),
    *("count", "domotzagents", "idonly", "includeactive", "includeactivity"),
    *("includeallowedstatus", "includeassetfields", "includechildren"),
    *("includecolumns", "includedetails", "includediagramdetails", "includehierarchy"),
    *("includeinactive", "includeservices", "includeuser", "integration_type"),
    *("inventory_number", "islogonbehalfview", "lastupdatefromdate", "licence_type"),
    *("lastupdatetodate", "linked_to_ticket", "lookupid", "mine", "mysite", "noicon"),
    *("page_no", "page_size", "pageinate", "previously_selected", "search"),
    *("search_inventory_number_only", "third_party_field", "tickettype_id"),
    *("username", "order", "orderdesc"),
    *(f"{word}{n}" for word in ("order", "orderdesc") for n in range(2, 6)),
}
# What `$filter` compares with an id.
PROPERTIES = (
    *("id", "type_id", "status_id", "location_id", "sub_location_id", "fleet_id"),
    *("type/id", "status/id", "location/id", "created_by/id", "asset_group_id"),
)


@pytest.fixture(scope="module")
def asked() -> dict[str, list[str]]:
    """Read from both documents what each route is asked."""
    return queries("fleet") | queries("device")


def endpoints_of(name: str) -> list[Endpoint]:
    return [one for one in endpoints() if one.name == name]


@every_route
def test_it_takes_foreign_ids_in_paths_for_missing_ones(
    world: World, family: str, name: str
) -> None:
    for endpoint in endpoints_of(name):
        for place, key in enumerate(endpoint.parameters):
            if name in SEEN_BY_BOTH or (name, key) == ("user", "id"):
                continue
            foreign = foreign_id(world, endpoint, key)
            there = said(world, endpoint, key, foreign)
            missing = said(world, endpoint, key, UNKNOWN[family])
            assert there[0] >= 400, endpoint
            if (name, key) in SAID_TO_BE_FOREIGN:
                assert there[0] == 403
            elif family == "fleet" and place == 0 and endpoint.allowed:
                # The fleet's documents tell the two apart, alike for everybody.
                assert (there[0], missing[0]) in {(403, 404), (403, 400), (404, 404)}
            else:
                assert there == missing, endpoint


def foreign_id(world: World, endpoint: Endpoint, key: str) -> Any:
    """Return what a parameter names, of the other organisation."""
    things = world.foreign[endpoint.family]
    if endpoint.family == "fleet":
        return things[endpoint.route.names[key]]
    return things[endpoint.route.path.partition("{")[2].partition("}")[0]]


def said(world: World, endpoint: Endpoint, key: str, value: Any) -> tuple[int, str]:
    path = world.path(endpoint, **{key: value})
    return told(world.ask(endpoint, path=path), value)


@every_route
def test_it_takes_foreign_ids_in_queries_for_missing_ones(
    world: World, asked: dict[str, list[str]], family: str, name: str
) -> None:
    for endpoint in endpoints_of(name):
        if endpoint.method != "GET":
            continue
        for key in asked[name]:
            for foreign in foreign_values(world, family, key):
                missing = missing_for(foreign)
                asked_for = answer(world, endpoint, {key: foreign})
                assert asked_for == answer(world, endpoint, {key: missing}), key


def foreign_values(world: World, family: str, key: str) -> list[str]:
    """Return what to ask for; fail for a parameter that nobody has thought of."""
    if family == "fleet":
        if key == "$filter":
            ids = world.foreign["fleet"]
            return [f"{one} eq {ids['type']}" for one in PROPERTIES] + [
                f"fields/{ids['field']} eq null",
                f"id in ({ids['asset']},{ids['tool']})",
            ]
        if key.startswith("$"):
            return []
        # A list of everything that the other organisation has.
        every = world.foreign["fleet"].values()
        return [",".join(one for one in every if one.isdigit())]
    if key in NO_NAMES:
        return []
    things = world.foreign["device"]
    if key in NUMBERS_OF_OTHER_SYSTEMS:
        return [str(things["number"])]
    return [str(things[NAMED[key]])]


def missing_for(foreign: str) -> str:
    """Replace every id by one that nothing has; what separates them stays."""
    words = foreign.replace(",", " , ").replace("(", "( ").replace(")", " )").split(" ")
    missing = [missing_id(word) for word in words]
    return " ".join(missing).replace(" , ", ",").replace("( ", "(").replace(" )", ")")


def missing_id(word: str) -> str:
    head, slash, key = word.rpartition("/")
    if not key.isdigit():
        return word
    return head + slash + (UNKNOWN["fleet" if len(key) > 10 else "device"])


def answer(world: World, endpoint: Endpoint, asked: dict[str, str]) -> tuple[int, str]:
    path = world.path(endpoint)
    values = [word for one in asked.values() for word in one.replace(",", " ").split()]
    return told(world.ask(endpoint, path=f"{path}?{urlencode(asked)}"), *values)


@every_route
def test_it_tells_nothing_of_the_other_organisation(
    world: World, family: str, name: str
) -> None:
    words = {*world.foreign["fleet"].values(), world.cast.outsider.username}
    words -= {*world.own["fleet"].values(), str(world.cast.organisation.pk)}
    for endpoint in endpoints_of(name):
        if endpoint.method != "GET" or name in {*SEEN_BY_BOTH, "my-fleet-shares"}:
            continue
        text = str(told(world.ask(endpoint)))
        assert SECRET not in text
        assert [word for word in words if word in text] == []
