"""List Assets: contract row 27, paging of 7.1, shares of resolutions 17 and 18."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from rest_framework.test import APIClient

from assets.ephemerality import Ephemerality
from assets.models import AssetGroup
from assets.services.groups import create_group
from organisations.models import Fleet, FleetShare
from tests.assets.api.fleet.calls import LARGEST, UNKNOWN, Answer, refusal, said
from tests.assets.api.fleet.shapes import asset_shape
from tests.cast import Cast
from tests.factories.assets import (
    AssetStatusFactory,
    AssetTypeFactory,
    make_asset,
    make_assets,
)
from tests.factories.organisations import (
    FleetFactory,
    LocationFactory,
    OrganisationFactory,
)


def names(response: Answer) -> list[str]:
    """Return the names of a list, or of an envelope's value."""
    assert response.status_code == 200, response.json()
    body = response.json()
    rows = body["value"] if isinstance(body, dict) else body
    return [row["name"] for row in rows]


def following(response: Answer) -> str | None:
    """Return the address of the next page in the Link header."""
    if "Link" not in response:
        return None
    link = re.fullmatch(r'<(http://testserver/.+)>; rel="next"', response["Link"])
    assert link, response["Link"]
    return link[1]


# Filters.


@pytest.fixture
def register(cast: Cast) -> dict[str, str]:
    """Fill two organisations with assets; return ids by name."""
    own = {"organisation": cast.organisation}
    kinds = [AssetTypeFactory(**own) for _ in range(2)]
    fleet, other_fleet = FleetFactory(**own), FleetFactory(**own)
    status = AssetStatusFactory(**own)
    depot, yard = LocationFactory(**own), LocationFactory(**own)
    rows: list[dict[str, Any]] = [
        {"name": "Örn 1", "fleet_id": fleet.pk, "status_id": status.pk},
        {"name": "örn  22", "fleet_id": other_fleet.pk, "location_id": depot.pk},
        {"name": "ORNELLA", "location_id": yard.pk},
        {"name": "falk", "status_id": status.pk, "active": False},
    ]
    first, _second, third, fourth = (
        make_asset(cast.organisation, type_id=kinds[place % 2].pk, **row)
        for place, row in enumerate(rows)
    )
    make_asset(cast.other, name="örn of others")
    make_asset(
        cast.organisation,
        name="örn crane",
        ephemerality=Ephemerality.EQUIPMENT,
        type_id=AssetTypeFactory(**own, ephemerality=Ephemerality.EQUIPMENT).pk,
    )
    deleted = make_asset(cast.organisation, name="örn deleted")
    AssetGroup.objects.filter(pk=deleted.pk).update(deleted_at=deleted.created_at)
    train = group_of(cast, first, third, location_id=yard.pk)
    parked = group_of(cast, third, fourth, active=False)
    return {
        "type": str(kinds[0].pk),
        "type2": str(kinds[1].pk),
        "fleet": str(fleet.pk),
        "fleet2": str(other_fleet.pk),
        "status": str(status.pk),
        "depot": str(depot.pk),
        "yard": str(yard.pk),
        "train": str(train.pk),
        "parked": str(parked.pk),
        "theirs": str(FleetFactory(organisation=cast.other).pk),
    }


def group_of(cast: Cast, *assets: AssetGroup, **values: Any) -> AssetGroup:
    """Make a temporary group."""
    ids = [str(asset.pk) for asset in assets]
    body = {"ephemerality": 1, "consist_asset_group_ids": ids, **values}
    return create_group(organisation=cast.organisation, body=body, actor=cast.owner)


FIRST, SECOND, THIRD, FOURTH = ALL = ["Örn 1", "örn  22", "ORNELLA", "falk"]


FILTERS: dict[str, list[str]] = {
    "": ALL,
    "type={type}": [FIRST, THIRD],
    "type={type2}": [SECOND, FOURTH],
    "type={type},{type2}": ALL,
    f"type={UNKNOWN}": [],
    f"type={LARGEST}": [],
    "type=": ALL,
    "fleet={fleet}": [FIRST],
    "fleet={fleet},{fleet2}": [FIRST, SECOND],
    "fleet={fleet}, {fleet2}": [FIRST, SECOND],
    "fleet=0": [THIRD, FOURTH],
    "fleet=0,{fleet2}": [SECOND, THIRD, FOURTH],
    "fleet={theirs}": [],
    "status={status}": [FIRST, FOURTH],
    "status=0": [SECOND, THIRD],
    "location={depot}": [SECOND],
    "location={yard}": [FIRST, THIRD],
    "location=0": [FOURTH],
    "location=0,{depot}": [SECOND, FOURTH],
    "asset_group={train}": [FIRST, THIRD],
    "asset_group={parked}": [THIRD, FOURTH],
    "asset_group={train},{parked}": [FIRST, THIRD, FOURTH],
    "asset_group=0": [SECOND],
    f"asset_group={UNKNOWN}": [],
    "name=orn": [FIRST, SECOND, THIRD],
    "name=ÖRN": [FIRST, SECOND, THIRD],
    "name=o%CC%88rn%20": [FIRST, SECOND, THIRD],
    "name=örn 2": [SECOND],
    "name=%20Ornella": [THIRD],
    "name=rn": [],
    "name=%25": [],
    "name=_rn": [],
    "name=": ALL,
    "name=%F4%8F%BF%BF": [],
    "type={type}&name=orn&status=0": [THIRD],
    "unheard_of=5": ALL,
}


def test_it_filters_assets(
    cast: Cast, member: APIClient, register: dict[str, str]
) -> None:
    def found(query: str) -> list[str]:
        path = f"{cast.path}/assets?{query.format(**register)}"
        rows = names(member.get(path))
        counted = member.get(f"{path}&$count=true&$top=0").json()
        assert counted["@odata.count"] == len(rows), query
        return rows

    assert {query: found(query) for query in FILTERS} == FILTERS


@pytest.mark.parametrize("key", ["type", "fleet", "status", "location", "asset_group"])
def test_it_refuses_filters_that_are_no_id(
    cast: Cast, member: APIClient, key: str
) -> None:
    expected = refusal("invalid_filter", key)

    for value in (
        "x",
        "-1",
        "1.5",
        "true",
        "null",
        "1,",
        ",1",
        "9" * 19,
        "9" * 30,
        "\u0661",
    ):
        response = member.get(f"{cast.path}/assets", {key: value})
        assert said(response) == expected, value


def test_it_names_every_filter_at_fault(cast: Cast, member: APIClient) -> None:
    response = member.get(f"{cast.path}/assets?type=x&fleet=y&name=z")

    assert said(response) == refusal("invalid_filter", "type", "fleet")


def test_it_bounds_the_ids_of_a_filter(cast: Cast, member: APIClient) -> None:
    path = f"{cast.path}/assets?type="

    assert member.get(path + ",".join(["1"] * 200)).status_code == 200
    many = member.get(path + ",".join(["1"] * 201))
    assert said(many) == refusal("invalid_filter", "type")


def test_it_lists_assets_as_it_shows_them(
    cast: Cast, member: APIClient, own_ids: dict[str, int]
) -> None:
    make_asset(cast.organisation, **own_ids)
    make_asset(cast.organisation, type_id=own_ids["type_id"], active=False)

    rows = member.get(f"{cast.path}/assets").json()

    assets = AssetGroup.objects.order_by("id")
    assert rows == [asset_shape(asset) for asset in assets]
    assert rows == [member.get(f"/api/assets/{row['id']}").json() for row in rows]


# Paging.


def test_it_lists_fifty_at_a_time(cast: Cast, member: APIClient) -> None:
    make_assets(cast.organisation, 51)

    page = member.get(f"{cast.path}/assets")

    assert len(page.json()) == 50
    last = member.get(str(following(page)))
    assert (names(last), following(last)) == (["asset 50"], None)


@pytest.mark.parametrize(
    "order", ["", "name", "name desc", "number desc", "type/name", "fleet_id desc"]
)
def test_it_walks_every_row_once(cast: Cast, member: APIClient, order: str) -> None:
    fleet = FleetFactory(organisation=cast.organisation)
    for count, fleet_id in ((3, fleet.pk), (2, None)):
        make_assets(cast.organisation, count, name="same", fleet_id=fleet_id)
    options = {"name": "same"} | ({"$orderby": order} if order else {})
    whole = member.get(f"{cast.path}/assets", options).json()
    assert len({row["id"] for row in whole}) == 5

    for size in (1, 2, 5, 6):
        page = member.get(f"{cast.path}/assets", {**options, "$top": size})
        walked = page.json()
        while address := following(page):
            page = member.get(address)
            walked += page.json()
        assert walked == whole


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"$top": 2}, [0, 1]),
        ({"$top": 0}, []),
        ({"$top": 1000}, [0, 1, 2, 3]),
        ({"$top": 10**17}, [0, 1, 2, 3]),
        ({"$top": ""}, [0, 1, 2, 3]),
        ({"$skip": 1}, [1, 2, 3]),
        ({"$skip": 3, "$top": 5}, [3]),
        ({"$skip": 4}, []),
        ({"$skip": 1_000_000}, []),
        ({"$orderby": "number desc", "$skip": 1, "$top": 2}, [2, 1]),
        ({"$format": "json", "$expand": "type"}, [0, 1, 2, 3]),
    ],
)
def test_it_takes_a_part(
    cast: Cast, member: APIClient, options: dict[str, Any], expected: list[int]
) -> None:
    make_assets(cast.organisation, 4)

    response = member.get(f"{cast.path}/assets", options)

    assert names(response) == [f"asset {place}" for place in expected]


def test_it_counts_when_asked(cast: Cast, member: APIClient) -> None:
    make_assets(cast.organisation, 3)
    path = f"{cast.path}/assets"

    response = member.get(f"{path}?$count=true&$top=2&$skip=0&$orderby=name")

    body = response.json()
    assert list(body) == ["@odata.context", "@odata.count", "value", "@odata.nextLink"]
    assert (body["@odata.count"], len(body["value"])) == (3, 2)
    assert response["OData-Version"] == "4.0"
    assert "Link" not in response
    rest = member.get(body["@odata.nextLink"]).json()
    assert (rest["@odata.count"], rest["value"][0]["name"]) == (3, "asset 2")
    assert "@odata.nextLink" not in rest


def test_it_answers_a_bare_array_without_a_count(cast: Cast, member: APIClient) -> None:
    for query in ("", "?$count=false"):
        assert member.get(f"{cast.path}/assets{query}").json() == []


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("name", "bcda"),
        ("Name", "bcda"),
        ("name asc", "bcda"),
        ("name desc", "adcb"),
        ("Number desc", "dcba"),
        ("fleet_id", "cabd"),
        ("FleetId desc", "acbd"),
        ("status/name", "abcd"),
        ("active,name desc", "badc"),
        ("name,name,name,name,name", "bcda"),
    ],
)
def test_it_orders_assets(
    cast: Cast, member: APIClient, order: str, expected: str
) -> None:
    own = {"organisation": cast.organisation}
    fleets = [FleetFactory(**own).pk for _ in range(2)]
    status = AssetStatusFactory(**own)
    kind = AssetTypeFactory(**own)
    rows = {
        "a": {"name": "Zürich", "fleet_id": fleets[1], "status_id": status.pk},
        "b": {"name": "aachen", "active": False},
        "c": {"name": "Ährenau", "fleet_id": fleets[0]},
        "d": {"name": "bern"},
    }
    made = {
        make_asset(cast.organisation, type_id=kind.pk, **row).name: letter
        for letter, row in rows.items()
    }

    found = names(member.get(f"{cast.path}/assets", {"$orderby": order}))

    assert "".join(made[name] for name in found) == expected


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("$select=id,Name", ["id", "name"]),
        ("$select=name,id", ["id", "name"]),
        ("$select=FormattedNumber", ["formatted_number"]),
        ("$select=fields", ["fields"]),
    ],
)
def test_it_shows_the_keys_selected(
    cast: Cast, member: APIClient, query: str, keys: list[str]
) -> None:
    make_asset(cast.organisation)

    (row,) = member.get(f"{cast.path}/assets?{query}").json()

    assert list(row) == keys


BAD_OPTIONS = [
    *[("$top", value) for value in ("-1", "x", "1.5", "true", "9" * 30, "\u0661")],
    *[("$skip", value) for value in ("-1", "x", "1000001", "9" * 30, "1e3")],
    *[("$count", value) for value in ("yes", "1", "null")],
    *[("$select", value) for value in ("nonsense", "id,", "type/name", "id name")],
    *[
        ("$orderby", value)
        for value in (
            *("nonsense", "name sideways", "name desc asc", "asc", ",", "name,"),
            *("organisation__owner", "type__name", "password", "name;drop"),
            ",".join(["name"] * 6),
        )
    ],
]


def test_it_refuses_options_that_are_none(cast: Cast, member: APIClient) -> None:
    for option, value in BAD_OPTIONS:
        response = member.get(f"{cast.path}/assets", {option: value})
        assert said(response) == refusal("odata_error", option), value
        assert "organisation" not in response.json()["message"]


@pytest.mark.parametrize("option", ["$search", "$apply", "$compute", "$", "$Top"])
def test_it_refuses_options_it_does_not_support(
    cast: Cast, member: APIClient, option: str
) -> None:
    response = member.get(f"{cast.path}/assets?{urlencode({option: 'x'})}")

    assert said(response) == refusal("unsupported_query_option", option)


# Shares.


@pytest.fixture
def theirs(cast: Cast) -> Fleet:
    """Return a fleet of another organisation with an asset in it, and one beside."""
    fleet: Fleet = FleetFactory(organisation=cast.other)
    make_asset(cast.other, name="shared", fleet_id=fleet.pk)
    make_asset(cast.other, name="kept")
    make_asset(cast.organisation, name="own")
    return fleet


def share(fleet: Fleet, status: str = "accepted", **to: Any) -> FleetShare:
    """Share the fleet."""
    return FleetShare.objects.create(fleet=fleet, status=status, **to)


@pytest.mark.parametrize(
    ("to", "who", "sees"),
    [
        (["organisation"], "member", True),
        (["organisation"], "manager", True),
        (["third"], "member", False),
        (["user"], "member", True),
        (["user"], "manager", False),
        (["user", "organisation"], "member", True),
        (["user", "organisation"], "manager", False),
        (["user", "third"], "member", False),
        (["user", "organisation", "all"], "manager", True),
    ],
)
def test_it_lists_fleets_shared_to_the_organisation(
    cast: Cast, theirs: Fleet, to: list[str], who: str, sees: bool
) -> None:
    recipients: dict[str, dict[str, Any]] = {
        "organisation": {"organisation": cast.organisation},
        "third": {"organisation": OrganisationFactory(owner=cast.member)},
        "user": {"user": cast.member},
        "all": {"share_to_users_organisation": True},
    }
    share(theirs, **{key: row for one in to for key, row in recipients[one].items()})

    rows = cast.client(who).get(f"{cast.path}/assets").json()

    assert [row["name"] for row in rows] == (["shared", "own"] if sees else ["own"])
    assert rows[-1]["organisation_id"] == str(cast.organisation.pk)
    if sees:
        shared = AssetGroup.objects.get(name="shared")
        assert rows[0] == asset_shape(shared)


@pytest.mark.parametrize("status", ["pending", "rejected", "revoked"])
def test_it_lists_no_fleet_whose_share_is_not_accepted(
    cast: Cast, member: APIClient, theirs: Fleet, status: str
) -> None:
    share(theirs, status, organisation=cast.organisation)
    their_path = f"/api/organisations/{cast.other.pk}/assets"

    assert names(member.get(f"{cast.path}/assets")) == ["own"]
    assert said(member.get(their_path)) == refusal("not_member_no_share", status=403)


def test_it_lists_only_what_is_shared_to_somebody_who_is_no_member(
    cast: Cast, member: APIClient, theirs: Fleet
) -> None:
    other_fleet = FleetFactory(organisation=cast.other)
    make_asset(cast.other, name="not shared", fleet_id=other_fleet.pk)
    path = f"/api/organisations/{cast.other.pk}/assets"
    given = share(theirs, organisation=cast.organisation)

    assert names(member.get(path)) == ["shared"]
    assert names(member.get(f"{path}?fleet={theirs.pk}")) == ["shared"]
    assert names(member.get(f"{path}?fleet={other_fleet.pk}")) == []
    FleetShare.objects.filter(pk=given.pk).update(status="revoked")
    assert said(member.get(path)) == refusal("not_member_no_share", status=403)


def test_it_lists_an_empty_fleet_shared_to_somebody_who_is_no_member(
    cast: Cast, member: APIClient, theirs: Fleet
) -> None:
    share(FleetFactory(organisation=cast.other), user=cast.member)

    path = f"/api/organisations/{cast.other.pk}/assets"
    assert names(member.get(path)) == []


def test_it_filters_and_counts_what_is_shared_too(
    cast: Cast, member: APIClient, theirs: Fleet
) -> None:
    share(theirs, organisation=cast.organisation)
    path = f"{cast.path}/assets"

    assert names(member.get(f"{path}?fleet={theirs.pk}")) == ["shared"]
    assert member.get(f"{path}?$count=true").json()["@odata.count"] == 2


def test_it_lists_a_row_once_however_often_it_is_shared(
    cast: Cast, member: APIClient, theirs: Fleet
) -> None:
    share(theirs, organisation=cast.organisation)
    share(theirs, user=cast.member)
    share(theirs, user=cast.member, organisation=cast.organisation)

    assert names(member.get(f"{cast.path}/assets")) == ["shared", "own"]
    their_path = f"/api/organisations/{cast.other.pk}/assets"
    assert names(member.get(their_path)) == ["shared"]
