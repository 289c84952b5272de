"""Every parameter of GET /Asset, as the source page lists them, does what it says."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from config.api.snowflake import serial_of
from devices.words import PARAMETERS as RECORDS
from tests.cast import Cast
from tests.devices.api.device.furnished import NUMBERS, Register

SOURCE = Path(__file__).parents[5] / "shared/seeds/000_c5fab3357c5f0547.txt"
# The names that the source page lists under GET /Asset.
LISTED = """
activeinactive advanced_search assetgroup_id assetgroups assets assetstatuses assettype
assettype_id assettypes bookmarked client_id client_ids columns_id consignable
consignment_id contract_id contract_id_adding_to count domotzagents excludethese
globalSearchID idonly includeactive includeallowedstatus includeassetfields
includechildren includecolumns includeinactive includeservices includeuser
integration_tenantids integration_type inventory_number islogonbehalfview item_id
itemstock_id kb_id lastupdatefromdate lastupdatetodate licence_id linked_to_ticket
linkedto_id mine mysite noicon order order2 order3 order4 order5 orderdesc orderdesc2
orderdesc3 orderdesc4 orderdesc5 page_no page_size pageinate previously_selected
previously_selected_client_id previously_selected_site_id previously_selected_user_id
salesorder_id salesorder_line search search_inventory_number_only service_id service_ids
site_id stockbin_id stockbin_ids supplier_contract_id supplier_id suppliercontracts
ticket_id tickettype_id user_id username include_custom_fields
"""
NAMES = LISTED.split()
LINE = re.compile(r"^(\w+?)(?:string|integer|boolean|array\[integer\])[A-Z]", re.M)

# What every list shows unless a parameter says otherwise.
ALL = "FBCX"


def narrowings(at: Register) -> Mapping[str, tuple[dict[str, Any], str]]:
    """Return for each parameter a query with it, and the devices that it leaves."""
    cast = at.cast
    own, other = serial_of(at.own.pk), serial_of(cast.other.pk)
    member, owner = serial_of(cast.member.pk), serial_of(cast.owner.pk)
    kind, group = serial_of(at.kind.pk), serial_of(at.group.pk)
    site, unknown = serial_of(at.site.pk), 2_000_000_000
    condition = {"filter_name": "icon", "filter_type": 4, "filter_value": "LAP"}
    paged = {"pageinate": True, "page_size": 1, "page_no": 2}
    selected = {"previously_selected": True}
    return {
        "activeinactive": (
            {"activeinactive": "false,true", "includeactive": True},
            "I",
        ),
        "advanced_search": ({"advanced_search": json.dumps([condition])}, "F"),
        "assetgroup_id": ({"assetgroup_id": group}, "F"),
        "assetgroups": ({"assetgroups": f"{group},{unknown}"}, "F"),
        "assets": ({"assets": f"{at.id('F')},{at.id('X')}"}, "FX"),
        "assetstatuses": ({"assetstatuses": serial_of(at.status.pk)}, "F"),
        "assettype": ({"assettype": kind}, "F"),
        "assettype_id": ({"assettype_id": kind}, "F"),
        "assettypes": ({"assettypes": f"{kind},{unknown}"}, "F"),
        "bookmarked": ({"bookmarked": True}, "F"),
        "client_id": ({"client_id": other}, "X"),
        "client_ids": ({"client_ids[]": [own, unknown]}, "FBC"),
        "consignable": ({"consignable": True}, "BCX"),
        "count": ({"count": 3}, "FBC"),
        "domotzagents": ({"domotzagents": True}, "F"),
        "excludethese": ({"excludethese": at.id("F")}, "BCX"),
        "globalSearchID": ({"globalSearchID": serial_of(at.search.pk)}, "FB"),
        "includeactive": ({"includeactive": False, "includeinactive": True}, "I"),
        "includechildren": ({"includechildren": True, "assets": at.id("F")}, "FC"),
        "includeinactive": ({"includeinactive": True}, "FBCIX"),
        "integration_tenantids": ({"integration_tenantids": [4, 6]}, "F"),
        "integration_type": ({"integration_type": "Snow"}, "B"),
        "inventory_number": ({"inventory_number": "BARE"}, "B"),
        "islogonbehalfview": ({"islogonbehalfview": True, "user_id": owner}, "FBC"),
        "licence_id": ({"licence_id": serial_of(at.licence.pk)}, "F"),
        "linked_to_ticket": ({"linked_to_ticket": True}, "FX"),
        "linkedto_id": ({"linkedto_id": at.id("F")}, "BC"),
        "mine": ({"mine": True}, "F"),
        "mysite": ({"mysite": True}, "F"),
        "page_no": ({**paged, "page_no": 3}, "C"),
        "page_size": ({**paged, "page_size": 3}, "X"),
        "pageinate": (paged, "B"),
        "previously_selected": (selected, "FX"),
        "previously_selected_client_id": ({"previously_selected_client_id": own}, "F"),
        "previously_selected_site_id": (
            {**selected, "previously_selected_site_id": site},
            "F",
        ),
        "previously_selected_user_id": (
            {**selected, "previously_selected_user_id": owner},
            "F",
        ),
        "salesorder_line": ({"salesorder_line": 7}, "F"),
        "search": ({"search": "fULL"}, "FB"),
        "search_inventory_number_only": (
            {"search": "full", "search_inventory_number_only": True},
            "F",
        ),
        "site_id": ({"site_id": site}, "F"),
        "ticket_id": ({"ticket_id": serial_of(at.ticket.pk)}, "F"),
        "tickettype_id": ({"tickettype_id": 2}, "F"),
        "user_id": ({"user_id": member}, "F"),
        "username": ({"username": "member"}, "F"),
        **{name: ({name: NUMBERS[kind]}, "F") for name, kind in RECORDS.items()},
        **orders(),
    }


def orders() -> dict[str, tuple[dict[str, Any], str]]:
    """Return a query for each place in the order, all before it the same for all."""
    found = {}
    places = ("", "2", "3", "4", "5")
    for at, place in enumerate(places):
        query: dict[str, Any] = dict.fromkeys(
            (f"order{before}" for before in places[:at]), "is_primary_asset"
        )
        query[f"order{place}"] = "inventory_number"
        found[f"order{place}"] = (query, "BCFX")
        found[f"orderdesc{place}"] = ({**query, f"orderdesc{place}": True}, "XFCB")
    return found


def own_fields(at: Register) -> list[dict[str, Any]]:
    """Return the fields of the full device."""
    memory = {
        "id": serial_of(at.field.pk),
        "name": "memory",
        "value": "32",
        "display": "32 GB",
        "mandatory": True,
    }
    colour = {
        "id": serial_of(at.choice.field_id),
        "name": "colour",
        "value": "green",
        "display": "green",
        "mandatory": False,
    }
    return [memory, colour]


def person(at: Register) -> dict[str, Any]:
    """Return the person who has the full device."""
    member = at.cast.member
    return {
        "id": serial_of(member.pk),
        "name": f"{member.first_name} {member.last_name}".strip() or "member",
        "username": "member",
        "email": member.email,
        "firstname": member.first_name,
        "surname": member.last_name,
        "phonenumber": "",
        "jobtitle": "",
        "isdisabled": False,
    }


def members(at: Register) -> Mapping[str, tuple[dict[str, Any], str, Any, Any]]:
    """Return a query for each parameter that adds a member, and what F and B show."""
    kind, colour = serial_of(at.kind.pk), serial_of(at.choice.field_id)
    changed = at.shown("F")["last_modified"], at.shown("B")["last_modified"]
    contract = NUMBERS[RECORDS["contract_id"]]
    custom = {
        "id": colour,
        "name": "colour",
        "label": "colour",
        "type": 6,
        "value": "green",
        "display": "green",
    }
    return {
        "contract_id_adding_to": (
            {"contract_id_adding_to": contract},
            "contract_billing_period",
            2,
            0,
        ),
        "includeallowedstatus": (
            {"includeallowedstatus": True},
            "tallowallstatus",
            False,
            True,
        ),
        "includeservices": (
            {"includeservices": True},
            "service_ids",
            [NUMBERS[RECORDS["service_id"]]],
            [],
        ),
        "includeuser": ({"includeuser": True}, "user", person(at), None),
        "lastupdatefromdate": (
            {"lastupdatefromdate": True},
            "lastupdatefromdate",
            *changed,
        ),
        "lastupdatetodate": ({"lastupdatetodate": True}, "lastupdatetodate", *changed),
        "include_custom_fields": (
            {"include_custom_fields": f"{colour},2000000000"},
            "customfields",
            [custom],
            [],
        ),
        "includechildren": (
            {"includechildren": True},
            "child_assets",
            [at.shown("C")],
            [],
        ),
        "includeassetfields": (
            {"includeassetfields": True, "assettype_id": kind},
            "fields",
            own_fields(at),
            None,
        ),
        "previously_selected": (
            {"previously_selected": True},
            "dateoccured",
            "2026-01-29T20:00:00Z",
            None,
        ),
    }


def shows_no_icon(at: Register) -> None:
    """Check that the icon is there unless it is not wanted."""
    assert at.shown("F")["icon"] == "laptop"
    assert "icon" not in at.shown("F", noicon=True)
    assert at.shown("F", noicon=False)["icon"] == "laptop"


def shows_ids_only(at: Register) -> None:
    """Check that nothing but ids is left."""
    rows = at.get(idonly=True)["assets"]
    assert rows == [{"id": at.id(name)} for name in ALL]


def shows_a_profile(at: Register) -> None:
    """Check that members come in the order of the profile, which is named."""
    profile = serial_of(at.profile.pk)
    body = at.get(columns_id=profile)
    assert list(body) == ["record_count", "assets", "columns_id"]
    assert body["columns_id"] == profile
    assert list(body["assets"][0])[:3] == ["username", "inventory_number", "id"]
    assert list(at.get()["assets"][0])[:2] == ["id", "inventory_number"]


def shows_columns(at: Register) -> None:
    """Check that columns are listed: those of the profile, or those of every row."""
    body = at.get(columns_id=serial_of(at.profile.pk), includecolumns=True)
    assert list(body) == ["record_count", "assets", "columns_id", "columns"]
    assert body["columns"] == [
        {
            "column_name": name,
            "column_title_override": name.upper(),
            "column_seq": place,
            "width": 100,
        }
        for place, name in enumerate(("username", "inventory_number"), start=1)
    ]
    every = at.get(includecolumns=True)["columns"]
    assert every[0] == {
        "column_name": "id",
        "column_title_override": "",
        "column_seq": 1,
        "width": 0,
    }
    assert {one["column_name"] for one in every} >= at.shown("F").keys()
    assert "columns" not in at.get()


SHAPES: Mapping[str, Callable[[Register], None]] = {
    "noicon": shows_no_icon,
    "idonly": shows_ids_only,
    "columns_id": shows_a_profile,
    "includecolumns": shows_columns,
}


@pytest.fixture
def register(cast: Cast) -> Register:
    """Return the furnished register."""
    return Register(cast)


def listed() -> list[str]:
    """Return the names in the source page, the copied ones where it is not at hand."""
    if not SOURCE.exists():
        return NAMES
    _, _, rest = SOURCE.read_text().partition("GET /Asset — List Devices")
    return LINE.findall(rest.partition("Response: 200 OK")[0])


def test_it_does_what_every_parameter_says(register: Register) -> None:
    assert register.found() == ALL
    narrowing, adding = narrowings(register), members(register)
    assert {*narrowing, *adding, *SHAPES} == {*NAMES} == {*listed()}

    expected = {name: names for name, (_, names) in narrowing.items()}
    found = {name: register.found(**query) for name, (query, _) in narrowing.items()}
    assert found == expected
    # Each leaves a row and another not, or orders them otherwise.
    assert all(names and names != ALL for names in expected.values())

    plain = register.shown("F")
    for name, (query, member, of_full, of_bare) in adding.items():
        rows = {row["id"]: row for row in register.get(**query)["assets"]}
        assert member not in plain
        assert rows[register.id("F")][member] == of_full, name
        if (bare := rows.get(register.id("B"))) is not None:
            assert bare[member] == of_bare, name
    for check in SHAPES.values():
        check(register)
