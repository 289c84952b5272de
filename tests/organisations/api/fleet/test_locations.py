"""Locations and their parts: `O/locations`, `/api/locations`, `/api/sublocations`."""

from typing import Any

import pytest

from organisations.models import Location, Membership, SubLocation
from tests.assets.api.fleet.calls import UNKNOWN, Answer, refusal, said
from tests.assets.api.fleet.shapes import location_shape, sub_location_shape
from tests.cast import Cast
from tests.factories.assets import make_asset
from tests.factories.organisations import LocationFactory, SubLocationFactory
from tests.organisations.api.fleet.callers import changes_of

WHOLE: dict[str, Any] = {
    "code": "KE",
    "name": "Kerava",
    "colour": "#a1b2c3",
    "color": "#a1b2c3",
    "latitude": 60.4,
    "longitude": 25.1,
    "radius": 250.5,
    "address": "Yard street 1",
    "delivery": True,
    "timezone_code": "Europe/Helsinki",
}


@pytest.fixture
def place(cast: Cast) -> Location:
    """Return a location with a position and a colour."""
    made: Location = LocationFactory(
        organisation=cast.organisation, latitude=1, longitude=2, colour="#111111"
    )
    return made


@pytest.fixture
def part(place: Location) -> SubLocation:
    """Return a part of the location."""
    made: SubLocation = SubLocationFactory(location=place)
    return made


def create(cast: Cast, **body: Any) -> Answer:
    path = f"{cast.path}/locations"
    return cast.client("manager").post(path, body)


def change(cast: Cast, place: Location, **body: Any) -> Answer:
    path = f"/api/locations/{place.pk}"
    return cast.client("manager").patch(path, body)


def test_it_makes_a_location(cast: Cast) -> None:
    response = create(cast, **WHOLE)

    location = Location.objects.get()
    assert response.status_code == 201
    assert response["Location"] == f"/api/locations/{location.pk}"
    assert response.json() == location_shape(location)
    assert {key: response.json()[key] for key in WHOLE} == WHOLE
    assert [change[:2] for change in changes_of(location)] == [("created", "")]


def test_it_needs_nothing(cast: Cast) -> None:
    shown = create(cast).json()

    empty = set(WHOLE) - {"delivery"}
    assert {key for key in shown if shown[key] is None} == empty
    assert shown["delivery"] is False
    assert shown["sub_locations"] == []


@pytest.mark.parametrize("key", ["colour", "color"])
def test_it_takes_either_spelling_of_its_colour(
    cast: Cast, place: Location, key: str
) -> None:
    made = create(cast, **{key: "#00FF00"}).json()
    changed = change(cast, place, **{key: "#00FF00"}).json()
    cleared = change(cast, place, **{key: None}).json()

    assert made["colour"] == made["color"] == "#00FF00"
    assert changed["colour"] == changed["color"] == "#00FF00"
    assert cleared["colour"] is cleared["color"] is None


@pytest.mark.parametrize("key", ["colour", "color"])
def test_it_takes_the_spelling_that_was_edited(
    cast: Cast, place: Location, key: str
) -> None:
    seen = cast.client("manager").get(f"/api/locations/{place.pk}").json()

    same = change(cast, place, **seen)
    edited = change(cast, place, **{**seen, key: "#00FF00"})

    assert same.json() == seen
    assert edited.json()["colour"] == "#00FF00"


def test_it_refuses_two_colours(cast: Cast, place: Location) -> None:
    two = {"colour": "#00FF00", "color": "#0000FF"}

    assert said(create(cast, **two)) == refusal("invalid_body", "color")
    assert said(change(cast, place, **two)) == refusal("invalid_body", "color")


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"name": 5}, "name"),
        ({"name": "a" * 201}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"code": "a" * 13}, "code"),
        ({"code": True}, "code"),
        ({"colour": "green"}, "colour"),
        ({"colour": []}, "colour"),
        ({"color": 5}, "color"),
        ({"colour": [], "color": []}, "colour"),
        ({"latitude": 91, "longitude": 0}, "latitude"),
        ({"latitude": "NaN", "longitude": 0}, "latitude"),
        ({"latitude": "inf", "longitude": 0}, "latitude"),
        ({"latitude": True, "longitude": 0}, "latitude"),
        ({"latitude": [], "longitude": 0}, "latitude"),
        ({"latitude": 0, "longitude": -180.5}, "longitude"),
        ({"latitude": 0, "longitude": 10**30}, "longitude"),
        ({"radius": -1}, "radius"),
        ({"radius": 1_000_001}, "radius"),
        ({"radius": "wide"}, "radius"),
        ({"address": "a" * 501}, "address"),
        ({"address": {}}, "address"),
        ({"delivery": None}, "delivery"),
        ({"delivery": 1}, "delivery"),
        ({"delivery": "true"}, "delivery"),
        ({"timezone_code": "Moon/Crater"}, "timezone_code"),
        ({"timezone_code": "../etc/passwd"}, "timezone_code"),
        ({"timezone_code": 5}, "timezone_code"),
    ],
)
def test_it_refuses_a_body_that_is_wrong(
    cast: Cast, place: Location, body: dict[str, Any], key: str
) -> None:
    answers = said(create(cast, **body)), said(change(cast, place, **body))

    assert all((one.status, one.code) == (400, "invalid_body") for one in answers)
    assert all(key in one.keys for one in answers)


@pytest.mark.parametrize(
    "body", [{"latitude": 1}, {"longitude": 1}, {"latitude": None, "longitude": 1}]
)
def test_it_needs_both_halves_of_a_position(cast: Cast, body: dict[str, Any]) -> None:
    response = create(cast, **body)

    assert said(response) == refusal(
        "latitude_longitude_together", "latitude", "longitude"
    )


def test_it_loses_and_changes_both_halves_of_a_position(
    cast: Cast, place: Location
) -> None:
    half = change(cast, place, latitude=None)
    moved = change(cast, place, latitude=5)
    lost = change(cast, place, latitude=None, longitude=None)
    zero = change(cast, place, latitude=0, longitude=0)

    assert said(half).code == "latitude_longitude_together"
    assert (moved.json()["latitude"], moved.json()["longitude"]) == (5, 2)
    assert (lost.json()["latitude"], lost.json()["longitude"]) == (None, None)
    assert (zero.json()["latitude"], zero.json()["longitude"]) == (0, 0)


def test_it_lists_locations_by_the_start_of_the_name(
    cast: Cast, place: Location, part: SubLocation
) -> None:
    other = LocationFactory(organisation=cast.organisation, name="Öljy")
    LocationFactory(organisation=cast.other)
    client = cast.client("member")

    everything = client.get(f"{cast.path}/locations").json()
    named = client.get(f"{cast.path}/locations", {"name": "olj"}).json()

    assert everything == [location_shape(place), location_shape(other)]
    assert everything[0]["sub_locations"] == [sub_location_shape(part)]
    assert named == [location_shape(other)]


def test_it_deletes_a_location_with_its_parts(
    cast: Cast, place: Location, part: SubLocation
) -> None:
    response = cast.client("manager").delete(f"/api/locations/{place.pk}")

    assert response.status_code == 204
    assert not Location.objects.exists()
    assert not SubLocation.objects.exists()
    assert [change[0] for change in changes_of(place)] == ["deleted"]
    assert [change[0] for change in changes_of(part)] == ["deleted"]


def test_it_keeps_a_location_where_something_is(
    cast: Cast, place: Location, part: SubLocation
) -> None:
    make_asset(cast.organisation, location_id=place.pk, sub_location_id=part.pk)
    Membership.objects.filter(user=cast.member).update(location=place)
    client = cast.client("manager")

    whole = client.delete(f"/api/locations/{place.pk}")
    half = client.delete(f"/api/sublocations/{part.pk}")

    assert said(whole) == refusal("in_use", "asset groups", "members")
    assert whole.json()["errors"] == {"asset groups": ["1"], "members": ["1"]}
    assert said(half) == refusal("in_use", "asset groups")
    assert changes_of(place) == changes_of(part) == []


def test_it_makes_a_part(cast: Cast, place: Location) -> None:
    body = {"code": "T1", "name": "Track 1", "asset_capacity": 3, "enabled": False}
    path = f"/api/locations/{place.pk}/sub-locations"

    response = cast.client("manager").post(path, body)

    part = SubLocation.objects.get()
    assert response.status_code == 201
    assert response["Location"] == f"/api/sublocations/{part.pk}"
    assert response.json() == sub_location_shape(part)
    assert {key: response.json()[key] for key in body} == body
    assert [change[:2] for change in changes_of(part)] == [("created", "")]
    assert cast.client("member").get(path).json() == [response.json()]


def test_it_lists_the_parts_of_one_location(cast: Cast, part: SubLocation) -> None:
    SubLocationFactory(location=LocationFactory(organisation=cast.organisation))
    path = f"/api/locations/{part.location_id}/sub-locations"

    assert cast.client("member").get(path).json() == [sub_location_shape(part)]


def test_it_changes_a_part_but_not_where_it_is(cast: Cast, part: SubLocation) -> None:
    elsewhere = LocationFactory(organisation=cast.organisation)
    body = {"name": "Track 9", "asset_capacity": None, "location_id": elsewhere.pk}

    response = cast.client("manager").patch(f"/api/sublocations/{part.pk}", body)

    assert response.json() == {**sub_location_shape(part), "name": "Track 9"}
    assert [change[1] for change in changes_of(part)] == ["name"]


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"asset_capacity": -1}, "asset_capacity"),
        ({"asset_capacity": 2**31}, "asset_capacity"),
        ({"asset_capacity": 10**30}, "asset_capacity"),
        ({"asset_capacity": True}, "asset_capacity"),
        ({"asset_capacity": 1.5}, "asset_capacity"),
        ({"asset_capacity": []}, "asset_capacity"),
        ({"enabled": None}, "enabled"),
        ({"enabled": "no"}, "enabled"),
        ({"name": 5}, "name"),
        ({"code": "a" * 13}, "code"),
    ],
)
def test_it_refuses_a_part_that_is_wrong(
    cast: Cast, part: SubLocation, body: dict[str, Any], key: str
) -> None:
    client = cast.client("manager")

    made = client.post(f"/api/locations/{part.location_id}/sub-locations", body)
    changed = client.patch(f"/api/sublocations/{part.pk}", body)

    assert said(made) == said(changed) == refusal("invalid_body", key)


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
@pytest.mark.parametrize("name", [UNKNOWN, "abc", "9" * 25])
@pytest.mark.parametrize("kind", ["locations", "sublocations"])
def test_it_is_missing(cast: Cast, kind: str, method: str, name: object) -> None:
    response = getattr(cast.client("outsider"), method)(f"/api/{kind}/{name}")

    assert said(response) == refusal("not_found", status=404)


@pytest.mark.parametrize(
    ("who", "method", "code"),
    [
        ("outsider", "get", "not_a_member"),
        ("outsider", "patch", "missing_permission"),
        ("outsider", "delete", "missing_permission"),
        ("member", "patch", "missing_permission"),
        ("member", "delete", "missing_permission"),
    ],
)
def test_it_refuses_who_may_not(
    cast: Cast, part: SubLocation, who: str, method: str, code: str
) -> None:
    for path in (f"/api/locations/{part.location_id}", f"/api/sublocations/{part.pk}"):
        response = getattr(cast.client(who), method)(path, None)

        assert said(response) == refusal(code, status=403)
