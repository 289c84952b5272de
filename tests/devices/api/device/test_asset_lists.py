"""GET /Asset: what it costs, whom it shows what, and what it refuses."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assets.models import AssetGroup
from config.api.snowflake import serial_of
from devices.api.device import assets
from devices.models import Device, DeviceAsset
from devices.services.drafts import DeviceDraft, Linked
from licensing.kinds import ReferenceKind
from organisations.models import Fleet, FleetShare
from tests.cast import Cast
from tests.devices.api.device.furnished import Register
from tests.factories.assets import AssetTypeFactory, make_asset
from tests.factories.devices import SavedSearchFactory, make_device, make_devices
from tests.factories.groups import make_equipment, make_group
from tests.factories.organisations import FleetFactory

EVERYTHING = (
    "includeservices=true&includeuser=true&includechildren=true"
    "&includeallowedstatus=true&lastupdatefromdate=true&lastupdatetodate=true"
    "&contract_id_adding_to=40&includeassetfields=true&includecolumns=true"
    "&order=supplier_name&search=n&assettype_id="
)


def found(cast: Cast, who: str, query: str = "") -> list[int]:
    """Return the ids that a list shows somebody."""
    response = cast.client(who).get(f"/api/Asset?{query}")
    assert response.status_code == 200, response.content
    return [row["id"] for row in response.json()["assets"]]


def shared_fleet(cast: Cast) -> Fleet:
    """Share a fleet with the other organisation."""
    fleet: Fleet = FleetFactory(organisation=cast.organisation)
    FleetShare.objects.create(
        fleet=fleet,
        organisation=cast.other,
        shared_by=cast.owner,
        status="accepted",
        share_to_users_organisation=True,
    )
    return fleet


def test_it_costs_the_same_for_many_rows(cast: Cast) -> None:
    kind = AssetTypeFactory(organisation=cast.organisation)
    client, serial = cast.client("member"), serial_of(kind.pk)
    queries = ("", "idonly=true", f"{EVERYTHING}{serial}&include_custom_fields=1")

    def draft(number: int) -> DeviceDraft:
        records = {ReferenceKind.SUPPLIER: [Linked(number + 1)]}
        values = {"inventory_number": f"NB-{number}", "user_id": cast.owner.pk}
        return DeviceDraft(values, records)

    def costs(rows: int) -> list[int]:
        counts = []
        for query in queries:
            with CaptureQueriesContext(connection) as captured:
                response = client.get(f"/api/Asset?{query}")
            assert response.json()["record_count"] == rows
            counts.append(len(captured))
        return counts

    make_devices(cast.organisation, *map(draft, range(2)), type_id=kind.pk)
    few = costs(2)
    make_devices(cast.organisation, *map(draft, range(2, 50)), type_id=kind.pk)

    # The token, what the caller sees, the ids, the rows, what they have to do with, who
    # is above them, the types' fields.
    assert few[0] <= 7
    assert few[1] <= 3
    assert costs(50) == few


@pytest.mark.parametrize(
    "query",
    [
        "client_id={client}",
        "client_ids={client},{other}&order=site_name&orderdesc=true",
        "client_id=4711",
        "assettype_id={kind}&includeinactive=true&search=N",
        "username=MEMBER",
        "search=keys",
        "search=NB member",
        "search=%25",
        "search=nb&search_inventory_number_only=true&idonly=true",
        "activeinactive=false,false",
        "pageinate=true&page_no=2&page_size=1&search=nb",
        "pageinate=true&page_no=2&page_size=1&order=inventory_number",
    ],
)
@pytest.mark.parametrize("who", ["member", "outsider"])
def test_it_finds_the_same_by_sql_that_is_kept(
    cast: Cast, query: str, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = AssetTypeFactory(organisation=cast.organisation)
    fleet = shared_fleet(cast)
    values = {"user_id": cast.member.pk}
    rows: list[dict[str, Any]] = [{}, {"fleet_id": fleet.pk}, {"active": False}]
    for number, others in enumerate(rows):
        draft = DeviceDraft({**values, "inventory_number": f"NB-{number}"})
        make_devices(cast.organisation, draft, type_id=kind.pk, name="Keys", **others)
    make_device(cast.other, inventory_number="NB-9")
    keys: dict[str, Any] = {
        "client": cast.organisation,
        "other": cast.other,
        "kind": kind,
    }
    serials = {name: serial_of(row.pk) for name, row in keys.items()}
    path = f"/api/Asset?{query.format(**serials)}"

    kept = cast.client(who).get(path)
    monkeypatch.setattr(assets, "kept_matches", lambda view: None)
    anew = cast.client(who).get(path)

    assert kept.status_code == 200
    assert kept.json() == anew.json()


@pytest.mark.parametrize("more", ["", "&search=NB"])
@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("supplier_name", "DBCEA"),
        ("supplier_name&orderdesc=true", "EACDB"),
        ("supplier_id", "DBACE"),
        ("supplier_id&orderdesc=true", "ECADB"),
    ],
)
def test_it_pages_by_a_record_that_not_every_device_has(
    cast: Cast, order: str, expected: str, more: str
) -> None:
    suppliers = {
        "A": [Linked(6, "Yggdrasil")],
        "C": [Linked(7, "Ratatosk")],
        "E": [Linked(8, "Yggdrasil")],
    }
    drafts = [
        DeviceDraft(
            {"inventory_number": f"NB-{name}"},
            {ReferenceKind.SUPPLIER: suppliers.get(name, [])},
        )
        for name in "ABCDE"
    ]
    made = make_devices(cast.organisation, *drafts)
    names = dict(zip((serial_of(one.pk) for one in made), "ABCDE", strict=True))
    query = f"order={order}&order2=id&orderdesc2=true{more}"
    paged = f"{query}&pageinate=true&page_size=2"

    pages = [found(cast, "member", f"{paged}&page_no={page}") for page in range(1, 5)]
    whole = [one for page in pages for one in page]
    assert [len(page) for page in pages] == [2, 2, 1, 0]
    assert "".join(names[one] for one in whole) == expected
    assert found(cast, "member", f"{query}&idonly=true") == whole


def test_it_shows_single_assets_of_ones_own_and_shared_ones(cast: Cast) -> None:
    fleet = shared_fleet(cast)
    bare = make_asset(cast.organisation)
    device = make_device(cast.organisation)
    shared = make_asset(cast.organisation, fleet_id=fleet.pk)
    gone = make_asset(cast.organisation)
    DeviceAsset.objects.filter(pk=gone.pk).update(deleted_at=gone.created_at)
    make_equipment(cast.organisation)
    make_group(cast.organisation, bare)

    expected = [serial_of(one.pk) for one in (bare, device, shared)]
    assert found(cast, "member", "includeinactive=true") == expected
    assert found(cast, "outsider", "includeinactive=true") == expected[2:]


def test_it_confirms_nothing_that_is_out_of_sight(cast: Cast) -> None:
    at = Register(cast)
    fleet = shared_fleet(cast)
    DeviceAsset.objects.filter(pk=at.rows["F"].pk).update(fleet=fleet)
    Device.objects.filter(pk=at.rows["F"].pk).update(user=cast.staff)
    full, xeno = at.id("F"), at.id("X")
    assert found(cast, "outsider") == [full, xeno]

    for query in (
        f"ticket_id={serial_of(at.ticket.pk)}",
        f"licence_id={serial_of(at.licence.pk)}",
        "tickettype_id=2",
        f"linkedto_id={at.id('B')}",
        f"islogonbehalfview=true&user_id={serial_of(cast.staff.pk)}",
    ):
        assert found(cast, "outsider", query) == []
    assert found(cast, "outsider", "linked_to_ticket=true") == [xeno]
    body = cast.client("outsider").get("/api/Asset?includeuser=true").json()
    assert [row["user"] for row in body["assets"]] == [None, None]
    for query in (
        f"columns_id={serial_of(at.profile.pk)}",
        f"globalSearchID={serial_of(at.search.pk)}",
    ):
        response = cast.client("outsider").get(f"/api/Asset?{query}")
        assert response.status_code == 400
        assert list(response.json()) == [query.partition("=")[0]]


def test_it_narrows_to_nothing_where_nothing_is_meant(cast: Cast) -> None:
    at = Register(cast)
    queries: list[dict[str, Any]] = [
        {"includeactive": False},
        {"activeinactive": "false,false"},
        {"tickettype_id": 9},
        {"linkedto_id": 2_000_000_000},
        {"globalSearchID": serial_of(at.barren.pk)},
        {"integration_type": "domotz", "integration_tenantids": 5},
    ]

    assert [at.found(**query) for query in queries] == [""] * len(queries)


def test_it_searches_enum_values_by_their_words(cast: Cast) -> None:
    at = Register(cast)

    found = [at.found(search=text) for text in ("GREE", "green 32", str(at.choice.pk))]

    assert found == ["F", "F", ""]


def test_it_leaves_all_where_a_flag_is_false(cast: Cast) -> None:
    at = Register(cast)
    flags = (
        "bookmarked",
        "consignable",
        "domotzagents",
        "linked_to_ticket",
        "mine",
        "mysite",
        "previously_selected",
        "includechildren",
    )

    assert [at.found(**{flag: False}) for flag in flags] == ["FBCX"] * len(flags)


def test_it_names_all_that_is_malformed(cast: Cast) -> None:
    wrong = {
        "page_size": "-1",
        "client_id": "99999999999",
        "service_ids": "1,x",
        "activeinactive": "true,false,true",
        "includeuser": "1",
        "integration_type": "fleet",
        "columns_id": "abc",
    }
    sentences = {
        name: [f"The value '{value}' is not valid."] for name, value in wrong.items()
    }
    sentences["service_ids"] = ["The value 'x' is not valid."]
    cannot = ["The list cannot be ordered by this."]
    query = {
        **wrong,
        "order": "fleet",
        "order2": "licence_count",
        "advanced_search": "[{",
    }

    response = cast.client("member").get("/api/Asset", query)

    assert response.status_code == 400
    assert response.json() == {
        **sentences,
        "order": cannot,
        "order2": cannot,
        "advanced_search": ["A JSON array of conditions is expected."],
    }


def test_it_refuses_what_cannot_be_searched(cast: Cast) -> None:
    late = {
        "filter_name": "warranty_end",
        "filter_type": 2,
        "filter_value": "10000-01-01",
    }
    saved = SavedSearchFactory(
        organisation=cast.organisation,
        advanced_search=[
            {"filter_name": "fleet", "filter_type": 0, "filter_value": ""}
        ],
    )
    told: dict[str, tuple[Any, str]] = {
        "search": (" ".join("abcdefghijk"), "At most 10 words are taken."),
        "advanced_search": (
            json.dumps([late]),
            "[0].filter_value: The value '10000-01-01' is not valid.",
        ),
        "globalSearchID": (
            serial_of(saved.pk),
            "[0].filter_name names no member of the list.",
        ),
    }

    for name, (value, sentence) in told.items():
        response = cast.client("member").get("/api/Asset", {name: value})
        assert (response.status_code, response.json()) == (400, {name: [sentence]})


def test_it_asks_for_the_type_whose_fields_are_to_be_shown(cast: Cast) -> None:
    response = cast.client("member").get("/api/Asset?includeassetfields=true")

    assert response.status_code == 400
    assert list(response.json()) == ["assettype_id"]


@pytest.mark.postgresql
def test_it_searches_by_the_trigram_indexes(cast: Cast) -> None:
    make_device(cast.organisation, inventory_number="NB-00417")
    with CaptureQueriesContext(connection) as captured:
        assert len(found(cast, "member", "search=0041")) == 1
    (search,) = (one["sql"] for one in captured if "normalised_serial" in one["sql"])
    parts = {
        "devices_search_number": (Device, "normalised_inventory_number__contains"),
        "devices_search_serial": (Device, "normalised_serial_number__contains"),
        "devices_search_asset": (AssetGroup, "normalised_name__contains"),
    }

    # So small a register is read in whole unless that is forbidden.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
    for index, (model, lookup) in parts.items():
        rows = model._base_manager.filter(**{lookup: "0041"})
        compared = str(rows.query).partition(" WHERE ")[2].partition(".")[2]
        assert compared.partition(" LIKE ")[0] + " LIKE " in search
        assert index in rows.explain()
