"""What the OpenAPI document tells of a resource, out of its declaration alone."""

from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from tests.config.api.device.places import documented


def describe() -> dict[str, Any]:
    """Describe the resource of the tests."""
    generator = SchemaGenerator(patterns=documented)  # type: ignore[no-untyped-call]
    found: dict[str, Any] = generator.get_schema(public=True)  # type: ignore[no-untyped-call]
    return found


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """Return the document."""
    return describe()


def test_it_is_valid(capsys: pytest.CaptureFixture[str]) -> None:
    document = describe()

    validate_schema(document)  # type: ignore[no-untyped-call]
    assert capsys.readouterr().err == ""


def test_it_names_every_parameter_of_a_list(document: dict[str, Any]) -> None:
    told = document["paths"]["/api/Place"]["get"]["parameters"]
    bare = document["paths"]["/api/Part"]["get"]["parameters"]

    orders = [f"order{place}" for place in ("", *"2345")]
    assert sorted(one["name"] for one in told) == sorted(
        [
            "advanced_search",
            "client_id",
            "client_ids",
            "code",
            "count",
            "delivery",
            "ending",
            "idonly",
            "kind",
            "page_no",
            "page_size",
            "pageinate",
            "places",
            "radius",
            "search",
            "since",
            *orders,
            *(name.replace("order", "orderdesc") for name in orders),
        ]
    )
    assert [one["name"] for one in bare] == ["count"]


def test_it_shows_the_envelope_and_the_bare_array(document: dict[str, Any]) -> None:
    def answer(path: str) -> Any:
        content = document["paths"][path]["get"]["responses"]["200"]["content"]
        return content["application/json"]["schema"]

    place = {"$ref": "#/components/schemas/Place"}
    envelope = document["components"]["schemas"]["PlaceList"]["properties"]
    assert answer("/api/Place") == {"$ref": "#/components/schemas/PlaceList"}
    assert list(envelope) == ["page_no", "page_size", "record_count", "places"]
    assert envelope["places"] == {"type": "array", "items": place}
    assert answer("/api/Place/{id}") == place
    assert answer("/api/Part")["type"] == "array"


def test_it_tells_what_a_body_may_hold(document: dict[str, Any]) -> None:
    body = document["paths"]["/api/Part"]["post"]["requestBody"]["content"]
    schemas = document["components"]["schemas"]

    item = {"$ref": "#/components/schemas/PartRequest"}
    assert set(body) == {"application/json", "text/json"}
    for media in body.values():
        assert media["schema"] == {"type": "array", "items": item}
    assert list(schemas["PartRequest"]["properties"]) == [
        "name",
        "asset_capacity",
        "id",
        "client_id",
        "client_name",
        "place_id",
        "place_name",
    ]
    assert set(document["paths"]["/api/Place"]["post"]["responses"]) >= {"201", "400"}
    assert set(document["paths"]["/api/Part"]["post"]["responses"]) >= {"200", "404"}


def test_it_tells_how_refusals_look(document: dict[str, Any]) -> None:
    responses = document["paths"]["/api/Place/{id}"]["delete"]["responses"]
    bodies = {
        code: one["content"]["application/json"]["schema"]
        for code, one in responses.items()
    }

    assert bodies["200"] == {"$ref": "#/components/schemas/Deleted"}
    assert bodies["404"] == {"$ref": "#/components/schemas/Refusal"}
    assert bodies["400"]["additionalProperties"]["type"] == "array"
