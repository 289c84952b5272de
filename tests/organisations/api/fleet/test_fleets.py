"""Fleets: `O/fleets` and `/api/fleets/{id}`."""

from typing import Any

import pytest

from organisations.models import Fleet, FleetShare
from tests.assets.api.fleet.calls import UNKNOWN, Answer, refusal, said
from tests.cast import Cast
from tests.factories.assets import AssetTypeFactory, make_assets
from tests.factories.organisations import FleetFactory
from tests.organisations.api.fleet.callers import changes_of


def create(cast: Cast, who: str = "manager", **body: Any) -> Answer:
    return cast.client(who).post(f"{cast.path}/fleets", body)


def test_it_makes_a_fleet(cast: Cast) -> None:
    body = {
        "code": " BT ",
        "name": "Blue trams",
        "description": "All of them",
        "color": "#0000fF",
        "root_system_id": "sys-1",
    }

    response = create(cast, **body)

    fleet = Fleet.objects.get(name="Blue trams")
    assert response.status_code == 201
    assert response["Location"] == f"/api/fleets/{fleet.pk}"
    assert response.json() == {
        "id": str(fleet.pk),
        "organisation_id": str(cast.organisation.pk),
        **body,
        "code": "BT",
    }
    assert [change[:2] for change in changes_of(fleet)] == [("created", "")]


def test_it_makes_a_fleet_of_a_name(cast: Cast) -> None:
    response = create(cast, name="B")

    shown = response.json()
    assert {key: shown[key] for key in ("code", "description")} == {
        "code": "",
        "description": "",
    }
    assert shown["color"] is shown["root_system_id"] is None


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"name": None}, "name"),
        ({"name": " "}, "name"),
        ({"name": "a" * 201}, "name"),
        ({"name": "a\tb"}, "name"),
        ({"name": ["a"]}, "name"),
        ({"code": "a" * 13}, "code"),
        ({"code": None}, "code"),
        ({"code": 5}, "code"),
        ({"color": "blue"}, "color"),
        ({"color": "#00f"}, "color"),
        ({"color": "#0000ff0"}, "color"),
        ({"color": 255}, "color"),
        ({"description": "a" * 1001}, "description"),
        ({"root_system_id": "a" * 65}, "root_system_id"),
        ({"root_system_id": {}}, "root_system_id"),
    ],
)
def test_it_refuses_a_body_that_is_wrong(
    cast: Cast, fleet: Fleet, body: dict[str, Any], key: str
) -> None:
    changed = cast.client("manager").patch(f"/api/fleets/{fleet.pk}", body)

    assert said(create(cast, **{"name": "Blue", **body})) == said(changed)
    assert said(changed) == refusal("invalid_body", key)


def test_it_needs_a_name(cast: Cast) -> None:
    assert said(create(cast)) == refusal("invalid_body", "name")


def test_it_lists_fleets_by_the_start_of_the_name(cast: Cast, fleet: Fleet) -> None:
    FleetFactory(organisation=cast.organisation, name="Äreds")
    FleetFactory(organisation=cast.other, name="Blue boats")
    client = cast.client("member")

    def named(text: str) -> list[str]:
        found = client.get(f"{cast.path}/fleets", {"name": text}).json()
        return [one["name"] for one in found]

    assert named("") == ["Blue trams", "Äreds"]
    assert named("BLUE") == ["Blue trams"]
    assert named("are") == ["Äreds"]
    assert named("trams") == []


def test_it_changes_a_fleet(cast: Cast, fleet: Fleet) -> None:
    path = f"/api/fleets/{fleet.pk}"
    client = cast.client("manager")
    seen = client.get(path).json()

    same = client.patch(path, seen)
    changed = client.patch(path, {"name": "Red trams", "color": None})

    assert same.json() == seen
    assert changed.json() == {**seen, "name": "Red trams"}
    assert changes_of(fleet) == [("changed", "name", "Blue trams", "Red trams")]
    fleet.refresh_from_db()
    assert fleet.normalised_name == "red trams"


def test_it_deletes_a_fleet_with_its_shares(cast: Cast, fleet: Fleet) -> None:
    share = FleetShare.objects.create(fleet=fleet, organisation=cast.other)

    response = cast.client("manager").delete(f"/api/fleets/{fleet.pk}")

    assert response.status_code == 204
    assert not Fleet.objects.filter(pk=fleet.pk).exists()
    assert [change[0] for change in changes_of(fleet)] == ["deleted"]
    assert [change[0] for change in changes_of(share)] == ["deleted"]


def test_it_keeps_a_fleet_with_something_in_it(cast: Cast, fleet: Fleet) -> None:
    kind = AssetTypeFactory(organisation=cast.organisation, fleet=fleet)
    make_assets(cast.organisation, 2, type_id=kind.pk, fleet_id=fleet.pk)

    response = cast.client("manager").delete(f"/api/fleets/{fleet.pk}")

    assert said(response) == refusal("in_use", "asset types", "asset groups")
    assert response.json()["errors"] == {
        "asset types": ["1"],
        "asset groups": ["2"],
    }
    assert changes_of(fleet) == []


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
@pytest.mark.parametrize("name", [UNKNOWN, "abc", "9" * 25])
def test_it_is_missing(cast: Cast, method: str, name: object) -> None:
    response = getattr(cast.client("outsider"), method)(f"/api/fleets/{name}")

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
    cast: Cast, fleet: Fleet, who: str, method: str, code: str
) -> None:
    response = getattr(cast.client(who), method)(f"/api/fleets/{fleet.pk}", None)

    assert said(response) == refusal(code, status=403)
