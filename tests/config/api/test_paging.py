"""The query options of the fleet API's lists (contract 7.1)."""

from typing import Any

import pytest

from assets.api.fleet.serializers.assets import AssetSerializer
from assets.models import Asset
from config.api.errors import Refusal
from config.api.odata.properties import Allowed
from organisations.models import FleetShare
from tests.assets.api.fleet.calls import Answer
from tests.cast import Cast
from tests.config.api.odata.asking import ask, following
from tests.factories.assets import (
    AssetFieldFactory,
    AssetStatusFactory,
    AssetTypeFactory,
    make_asset,
    make_assets,
)
from tests.factories.organisations import FleetFactory


def get(cast: Cast, query: dict[str, Any] | str, path: str = "assets") -> Answer:
    """Return the answer to a member who asks for a list."""
    client = cast.client("member")
    if isinstance(query, str):
        return client.get(f"{cast.path}/{path}?{query}")
    return client.get(f"{cast.path}/{path}", query)


def names(response: Answer) -> list[str]:
    """Return the names of the rows in an answer."""
    body = response.json()
    assert response.status_code == 200, body
    rows = body if isinstance(body, list) else body["value"]
    return [row["name"] for row in rows]


@pytest.fixture
def eight(cast: Cast) -> Cast:
    """Return people whose organisation has eight assets, `asset 0` to `asset 7`."""
    make_assets(cast.organisation, 8)
    return cast


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, range(8)),
        ({"$top": "3"}, range(3)),
        ({"$top": "0"}, []),
        ({"$top": ""}, range(8)),
        ({"$top": "1001"}, range(8)),
        ({"$top": "999999999999999999"}, range(8)),
        ({"$skip": "6"}, [6, 7]),
        ({"$skip": "1000000"}, []),
        ({"$skip": "2", "$top": "2"}, [2, 3]),
        ({"$filter": "number gt 6"}, [6, 7]),
        ({"$filter": " "}, range(8)),
        ({"$filter": "number gt 6", "name": "asset 7"}, [7]),
        ({"$filter": "number gt 6", "name": "asset 1"}, []),
        ({"$orderby": "number desc", "$top": "2"}, [7, 6]),
        ({"$filter": "number le 3", "$orderby": "name desc", "$skip": "1"}, [1, 0]),
        ({"$format": "json", "$expand": "type"}, range(8)),
        ({"$count": "false"}, range(8)),
    ],
)
def test_it_answers_a_bare_array(
    eight: Cast, query: dict[str, str], expected: list[int]
) -> None:
    response = get(eight, query)
    assert isinstance(response.json(), list)
    assert names(response) == [f"asset {number}" for number in expected]
    assert "OData-Version" not in response


def test_it_shows_fifty_unless_asked_and_a_thousand_at_most(cast: Cast) -> None:
    make_assets(cast.organisation, 1_002)
    assert len(names(get(cast, {}))) == 50
    response = get(cast, {"$top": "5000"})
    assert len(names(response)) == 1_000
    address = following(response)
    assert address is not None
    rest = cast.client("member").get(address)
    assert names(rest) == ["asset 1000", "asset 1001"]
    assert following(rest) is None


def test_it_links_to_what_follows_and_only_then(eight: Cast) -> None:
    assert following(get(eight, {"$top": "7"})) is not None
    assert following(get(eight, {"$top": "8"})) is None
    assert following(get(eight, {"$skip": "5", "$top": "2"})) is not None
    assert following(get(eight, {"$skip": "5", "$top": "3"})) is None
    assert following(get(eight, {"$top": "0"})) is None


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"$top": "2"}, 8),
        ({"$top": "0"}, 8),
        ({"$skip": "100"}, 8),
        ({"$filter": "number gt 2 and number le 4"}, 2),
        ({"$filter": "number gt 2", "name": "asset 5", "$top": "1"}, 1),
        ({"$filter": "number gt 100"}, 0),
    ],
)
def test_it_counts_what_matches_whatever_is_shown(
    eight: Cast, query: dict[str, str], count: int
) -> None:
    response = get(eight, {**query, "$count": "true"})
    body = response.json()
    assert body["@odata.count"] == count
    assert body["@odata.context"].endswith(f"{eight.path}/assets")
    assert response["OData-Version"] == "4.0"
    assert "Link" not in response.headers
    assert ("@odata.nextLink" in body) is (query == {"$top": "2"})


def test_it_counts_the_same_on_every_page(eight: Cast) -> None:
    address: str | None = f"{eight.path}/assets?$count=true&$top=3"
    seen = []
    while address is not None:
        response = eight.client("member").get(address)
        assert response.json()["@odata.count"] == 8
        seen += names(response)
        address = following(response)
    assert seen == [f"asset {number}" for number in range(8)]


def test_it_selects_keys_in_any_spelling(eight: Cast) -> None:
    rows = get(eight, {"$select": "FormattedNumber, id,fleet_id", "$top": "1"}).json()
    assert [[*row] for row in rows] == [["id", "fleet_id", "formatted_number"]]
    whole = get(eight, {"$top": "1"}).json()
    assert get(eight, {"$top": "1", "$select": "*"}).json() == whole
    assert get(eight, {"$top": "1", "$select": ""}).json() == whole
    rows = get(eight, {"$select": "fleet_id,fields", "$top": "2", "$count": "true"})
    assert rows.json()["value"] == [{"fleet_id": None, "fields": {}}] * 2


REFUSED = {
    "$top=-1": "odata_error",
    "$top=1.5": "odata_error",
    "$top=ten": "odata_error",
    "$top=%D9%A3": "odata_error",
    "$top=1e2": "odata_error",
    "$top=9999999999999999999": "odata_error",
    "$skip=-1": "odata_error",
    "$skip=1000001": "odata_error",
    "$skip=x": "odata_error",
    "$count=yes": "odata_error",
    "$count=1": "odata_error",
    "$orderby=nothing": "odata_error",
    "$orderby=name down": "odata_error",
    "$orderby=id,id,id,id,id,id": "odata_error",
    "$select=nothing": "odata_error",
    "$select=id,,name": "odata_error",
    "$select=type/name": "odata_error",
    "$filter=nothing eq 1": "odata_error",
    "$filter=name eq": "odata_error",
    "$skiptoken=x": "odata_error",
    "$skip=1&$skiptoken=x": "odata_error",
    "$search=x": "unsupported_query_option",
    "$apply=x": "unsupported_query_option",
    "$inlinecount=allpages": "unsupported_query_option",
    "$Filter=name eq 'x'": "unsupported_query_option",
    "$=": "unsupported_query_option",
}


@pytest.mark.parametrize("query", REFUSED)
def test_it_refuses_an_option_and_names_it(cast: Cast, query: str) -> None:
    response = get(cast, query)
    option = query.split("&")[-1].split("=")[0]
    body = response.json()
    assert (response.status_code, body["code"]) == (400, REFUSED[query])
    assert body["errors"].keys() == {option}
    assert option in body["message"]


def test_it_refuses_to_filter_a_list_that_declares_no_properties(cast: Cast) -> None:
    response = get(cast, {"$filter": "name eq 'x'"}, "asset-statuses")
    assert response.status_code == 400
    assert response.json()["code"] == "unsupported_query_option"
    with pytest.raises(Refusal) as caught:
        ask(Asset.objects.all(), AssetSerializer, Allowed(), {"$filter": "id eq 1"})
    assert caught.value.code == "unsupported_query_option"


def test_it_looks_at_access_before_options(cast: Cast) -> None:
    response = cast.client("outsider").get(f"{cast.path}/assets?$filter=(((")
    assert response.status_code == 403


def test_it_finds_nothing_out_of_scope_whatever_is_asked(cast: Cast) -> None:
    own = make_asset(cast.organisation, name="own")
    fleet = FleetFactory(organisation=cast.other)
    foreign = make_asset(cast.other, name="foreign", fleet_id=fleet.pk)
    gone = make_asset(cast.organisation, name="gone")
    Asset.objects.filter(pk=gone.pk).update(deleted_at=gone.created_at)
    for text in (
        "number gt 0 or not (number gt 0)",
        "not (name eq 'nothing')",
        "name eq null or name ne null",
        f"id in ('{own.pk}','{foreign.pk}','{gone.pk}')",
        f"id eq '{own.pk}' or fleet_id eq '{fleet.pk}'",
    ):
        response = get(cast, {"$filter": text, "$count": "true"})
        assert names(response) == ["own"], text
        assert response.json()["@odata.count"] == 1, text
    assert names(get(cast, {"$filter": f"id eq '{foreign.pk}'"})) == []
    assert names(get(cast, {"$filter": f"id eq '{gone.pk}'"})) == []


def test_it_filters_what_is_shared_and_no_more(cast: Cast) -> None:
    field = AssetFieldFactory(organisation=cast.organisation, name="secret")
    kind = AssetTypeFactory(organisation=cast.organisation, with_fields=[field])
    fleet = FleetFactory(organisation=cast.organisation)
    for name, fleet_id in (("shared", fleet.pk), ("kept", None)):
        make_asset(
            cast.organisation,
            type_id=kind.pk,
            name=name,
            fleet_id=fleet_id,
            fields={"secret": name},
        )
    make_asset(cast.other, name="theirs")
    FleetShare.objects.create(
        fleet=fleet, organisation=cast.other, status=FleetShare.Status.ACCEPTED
    )
    client = cast.client("outsider")
    theirs = f"/api/organisations/{cast.other.pk}/assets"
    for path, text, found in (
        (f"{cast.path}/assets", "number gt 0 or not (number gt 0)", ["shared"]),
        (f"{cast.path}/assets", "fields/secret ne 'x'", ["shared"]),
        (f"{cast.path}/assets", "fields/secret eq 'kept'", []),
        (theirs, "number gt 0", ["shared", "theirs"]),
        (theirs, f"fleet_id eq '{fleet.pk}'", ["shared"]),
    ):
        response = client.get(path, {"$filter": text, "$count": "true"})
        assert sorted(names(response)) == found, text
        assert response.json()["@odata.count"] == len(found)
    # The field is not one of the organisation that asks.
    for name in ("secret", field.pk):
        response = client.get(theirs, {"$filter": f"fields/{name} eq 'shared'"})
        assert (response.status_code, response.json()["code"]) == (400, "odata_error")


def test_it_continues_every_kind_of_list(cast: Cast) -> None:
    for number in range(5):
        AssetStatusFactory(organisation=cast.organisation, name=f"status {number}")
    [asset] = make_assets(cast.organisation, 1)
    manager = cast.client("manager")
    for name in ("first", "second", "third"):
        manager.patch(f"/api/assets/{asset.pk}", {"name": name})
    for path in (
        f"{cast.path}/asset-statuses",
        f"/api/assetgroups/{asset.pk}/history",
    ):
        whole = manager.get(path).json()
        address: str | None = f"{path}?$top=2"
        seen = []
        while address is not None:
            response = manager.get(address)
            seen += response.json()
            address = following(response)
            assert address is None or "$skiptoken" in address
        assert seen == whole
        assert len(seen) > 3
