"""How the device API refuses: who, what, and in which order."""

from typing import Any

import pytest
from django.test import override_settings
from rest_framework.test import APIClient

from config.api.snowflake import serial_of
from config.env import Rate
from organisations.models import Location
from organisations.services.tokens import create_token
from tests.cast import Cast
from tests.factories.organisations import LocationFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.urls("tests.config.api.device.places"),
]


@pytest.fixture
def place(cast: Cast) -> Location:
    """Return a place of the cast's organisation."""
    found: Location = LocationFactory(organisation=cast.organisation)
    return found


def said(response: Any) -> tuple[int, str]:
    """Return the status and the class of a refusal that has no other members."""
    body = response.json()
    assert list(body) == ["ClassName", "Message"]
    assert body["Message"]
    return response.status_code, body["ClassName"]


def test_it_asks_who_it_is_first(cast: Cast) -> None:
    client = cast.client("anonymous")
    for response in (
        client.get("/api/Place/x"),
        client.post("/api/Place", [5]),
        client.patch("/api/Place"),
    ):
        assert said(response) == (401, "NotAuthenticatedException")
        assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "bad", ["x", "0", "-1", "2147483648", "9" * 30, "1.0", "%20", "½", "٣"]
)
def test_it_refuses_a_malformed_id_of_the_path(cast: Cast, bad: str) -> None:
    response = cast.client("owner").get(f"/api/Place/{bad}")

    told = " " if bad == "%20" else bad
    assert response.status_code == 400
    assert response.json() == {"id": [f"The value '{told}' is not valid."]}


def test_it_knows_no_foreign_row(cast: Cast, place: Location) -> None:
    serial = serial_of(place.pk)
    for who, path in (("outsider", serial), ("member", 2147483647)):
        response = cast.client(who).get(f"/api/Place/{path}")

        assert response.status_code == 404
        assert response.json() == {
            "ClassName": "NotFoundException",
            "Message": f"Place {path} was not found.",
        }


def test_it_shows_nothing_of_an_organisation_that_is_switched_off(
    cast: Cast, place: Location
) -> None:
    cast.organisation.enabled = False
    cast.organisation.save()
    client = cast.client("owner")

    assert client.get(f"/api/Place/{serial_of(place.pk)}").status_code == 404
    assert client.get("/api/Place").json() == {"record_count": 0, "places": []}


def test_it_keeps_tokens_to_their_scopes(cast: Cast, place: Location) -> None:
    def client(scope: str) -> APIClient:
        token = create_token(user=cast.owner, name=scope, scope=scope)
        found = APIClient()
        found.credentials(HTTP_AUTHORIZATION=f"Bearer {token.text}")
        return found

    path = f"/api/Place/{serial_of(place.pk)}"
    scoped = (403, "InsufficientScopeException")
    reader, editor, other = map(client, ("read:assets", "edit:assets", "edit:software"))

    assert reader.get(path).status_code == 200
    assert said(reader.post("/api/Place", {"title": "Turku"})) == scoped
    assert said(reader.delete("/api/Place/x")) == scoped
    assert said(other.get(path)) == scoped
    assert said(other.get("/api/Place/2147483647"))[0] == 404
    assert editor.get("/api/Place").status_code == 200
    assert editor.delete(path).status_code == 200


def test_it_refuses_other_methods_and_media(cast: Cast, place: Location) -> None:
    client = cast.client("owner")

    assert said(client.put("/api/Place", {})) == (405, "MethodNotAllowedException")
    assert said(client.options("/api/Place")) == (405, "MethodNotAllowedException")
    assert said(client.post("/api/Place", "a=1", content_type="text/plain")) == (
        415,
        "UnsupportedMediaTypeException",
    )
    assert said(
        client.delete(
            f"/api/Place/{serial_of(place.pk)}", headers={"If-Match": '"other"'}
        )
    ) == (412, "PreconditionFailedException")


def test_it_refuses_bodies_that_are_no_json(cast: Cast) -> None:
    client = cast.client("owner")

    broken = client.post("/api/Place", "{", content_type="application/json")
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=10):
        large = client.post("/api/Place", {"title": "much too long a title"})

    assert broken.status_code == 400
    assert list(broken.json()) == ["body"]
    assert said(large) == (413, "BodyTooLargeException")


def test_it_says_when_to_come_again(cast: Cast) -> None:
    client = cast.client("owner")
    with override_settings(THROTTLE_USER=Rate(1, 60)):
        client.get("/api/Place")
        response = client.get("/api/Place")

    assert said(response) == (429, "RateLimitedException")
    assert 1 <= int(response.headers["Retry-After"]) <= 60


def test_it_knows_a_single_object_by_its_tag(cast: Cast, place: Location) -> None:
    client = cast.client("member")
    path = f"/api/Place/{serial_of(place.pk)}"
    tag = client.get(path).headers["ETag"]

    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304


def test_it_adds_details_on_demand(cast: Cast) -> None:
    place = LocationFactory(organisation=cast.organisation, address="Ratakatu 1")
    client = cast.client("member")
    path = f"/api/Place/{serial_of(place.pk)}"

    plain = client.get(f"{path}?includedetails=false").json()
    detailed = client.get(f"{path}?IncludeDetails=TRUE").json()
    wrong = client.get(f"{path}?includedetails=maybe")

    assert "address" not in plain
    assert detailed == {**plain, "address": "Ratakatu 1"}
    assert wrong.status_code == 400
    assert wrong.json() == {"includedetails": ["The value 'maybe' is not valid."]}
