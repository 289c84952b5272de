"""Add and Remove Asset: contract rows 33 and 35, resolutions 4 to 12 and 16."""

from typing import Any

import pytest
from django.conf import LazySettings
from rest_framework.test import APIClient

from assets.models import AssetGroup, GroupMember
from assets.services.removal import delete_asset
from organisations.models import Change
from tests.assets.api.fleet.calls import UNKNOWN, refusal, said
from tests.assets.api.fleet.group_shapes import members_of
from tests.cast import Cast
from tests.factories.assets import make_asset, make_assets
from tests.factories.groups import make_equipment, make_group, make_unit
from tests.factories.organisations import FleetFactory, LocationFactory


@pytest.fixture
def cars(cast: Cast) -> list[AssetGroup]:
    """Return five assets."""
    return make_assets(cast.organisation, 5)


@pytest.fixture
def train(cast: Cast, cars: list[AssetGroup]) -> AssetGroup:
    """Return a temporary group of the first three."""
    return make_group(cast.organisation, *cars[:3])


def place_of(group: AssetGroup, asset: AssetGroup | int) -> str:
    """Return the path of an asset in a group."""
    key = asset if isinstance(asset, int) else asset.pk
    return f"/api/assetgroups/{group.pk}/assets/{key}"


def order_of(group: AssetGroup, cars: list[AssetGroup]) -> list[int]:
    """Return who stands in the group, as places among the cars."""
    keys = [car.pk for car in cars]
    return [keys.index(key) for key in members_of(group)]


def shown_order(answer: Any, cars: list[AssetGroup]) -> list[int]:
    """Return the same of an answer, after looking at its positions."""
    assert answer.status_code == 200, answer.json()
    rows = answer.json()["assets"]
    assert [one["position"] for one in rows] == list(range(len(rows)))
    assert [one["asset"]["position"] for one in rows] == list(range(len(rows)))
    keys = [str(car.pk) for car in cars]
    return [keys.index(one["asset"]["id"]) for one in rows]


# Adding.


def test_it_adds_an_asset_at_the_end(
    cast: Cast, member: APIClient, train: AssetGroup, cars: list[AssetGroup]
) -> None:
    answer = member.put(place_of(train, cars[4]))

    assert shown_order(answer, cars) == order_of(train, cars) == [0, 1, 2, 4]
    assert answer.json() == member.get(f"/api/assetgroups/{train.pk}").json()
    assert answer.json()["updated_at"] > answer.json()["created_at"]


def test_it_adds_once(
    member: APIClient, train: AssetGroup, cars: list[AssetGroup]
) -> None:
    first = member.put(place_of(train, cars[4])).json()
    changes = Change.objects.count()

    again = member.put(place_of(train, cars[4]), {"position": 0})

    assert (again.status_code, again.json()) == (200, first)
    assert Change.objects.count() == changes


@pytest.mark.parametrize(
    ("position", "expected"),
    [(0, [4, 0, 1, 2]), ("1", [0, 4, 1, 2]), (3, [0, 1, 2, 4]), (None, [0, 1, 2, 4])],
)
@pytest.mark.parametrize("way", ["body", "query", "form"])
def test_it_adds_at_a_position(
    member: APIClient,
    train: AssetGroup,
    cars: list[AssetGroup],
    position: Any,
    expected: list[int],
    way: str,
) -> None:
    path = place_of(train, cars[4])

    if position is None:
        answer = member.put(path)
    elif way == "query":
        answer = member.put(f"{path}?position={position}")
    elif way == "form":
        answer = member.put(path, {"position": position}, format="multipart")
    else:
        answer = member.put(path, {"position": position})

    assert shown_order(answer, cars) == expected


@pytest.mark.parametrize("position", [4, -1, "x", 1.0, True, "", [], 2**63, "9" * 30])
def test_it_refuses_a_position_that_is_none(
    member: APIClient, train: AssetGroup, cars: list[AssetGroup], position: object
) -> None:
    answer = member.put(place_of(train, cars[4]), {"position": position})

    assert said(answer) == refusal("order_out_of_range", "position")
    assert order_of(train, cars) == [0, 1, 2]


def test_it_adds_the_assets_of_a_permanent_group(
    cast: Cast, member: APIClient, train: AssetGroup, cars: list[AssetGroup]
) -> None:
    unit = make_unit(cast.organisation, cars[4], cars[1], cars[3])

    answer = member.put(place_of(train, unit), {"position": 1})

    # The one that is in already stays where it is.
    assert shown_order(answer, cars) == [0, 4, 3, 1, 2]
    sources = GroupMember.objects.filter(group=train, source_group=unit)
    assert set(sources.values_list("asset", flat=True)) == {cars[4].pk, cars[3].pk}


def test_it_adds_equipment(cast: Cast, member: APIClient, train: AssetGroup) -> None:
    crane = make_equipment(cast.organisation)

    rows = member.put(place_of(train, crane)).json()["assets"]

    assert (rows[3]["asset"]["id"], rows[3]["asset"]["position"]) == (str(crane.pk), 3)


@pytest.mark.parametrize("kind", ["nobody", "deleted", "foreign", "group", "itself"])
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_it_finds_no_asset(
    cast: Cast, member: APIClient, train: AssetGroup, kind: str, method: str
) -> None:
    asset = make_asset(cast.organisation)
    others = make_group(cast.organisation, asset)
    foreign = make_asset(cast.other)
    deleted = make_asset(cast.organisation)
    delete_asset(deleted, actor=cast.owner)
    key = {
        "nobody": UNKNOWN,
        "deleted": deleted.pk,
        "foreign": foreign.pk,
        "group": others.pk,
        "itself": train.pk,
    }[kind]

    answer = getattr(member, method)(place_of(train, key), {"order": 0})

    assert said(answer) == refusal("not_found", status=404)


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
@pytest.mark.parametrize("key", ["x", "-1", "1.5", "9" * 20])
def test_it_finds_nothing_at_ids_that_are_none(
    member: APIClient, train: AssetGroup, cars: list[AssetGroup], method: str, key: str
) -> None:
    for path in (
        f"/api/assetgroups/{train.pk}/assets/{key}",
        f"/assetgroups/{key}/assets/{cars[0].pk}",
    ):
        answer = getattr(member, method)(path)
        assert said(answer) == refusal("not_found", status=404)


def test_it_adds_what_is_in_the_fleet_of_the_group(
    cast: Cast, member: APIClient
) -> None:
    fleet, other = FleetFactory.create_batch(2, organisation=cast.organisation)
    inside, second = make_assets(cast.organisation, 2, fleet_id=fleet.pk)
    group = make_group(cast.organisation, inside, fleet_id=fleet.pk)
    strangers = [
        make_asset(cast.organisation),
        make_asset(cast.organisation, fleet_id=other.pk),
        make_equipment(cast.organisation),
    ]
    strangers.append(make_unit(cast.organisation, strangers[0], second))

    for stranger in strangers:
        answer = member.put(place_of(group, stranger))
        assert said(answer) == refusal("asset_not_in_fleet")
    assert member.put(place_of(group, second)).status_code == 200


def test_it_adds_anything_to_a_group_without_a_fleet(
    cast: Cast, member: APIClient, train: AssetGroup
) -> None:
    fleet = FleetFactory(organisation=cast.organisation)
    asset = make_asset(cast.organisation, fleet_id=fleet.pk)

    assert member.put(place_of(train, asset)).status_code == 200


def test_it_lets_an_asset_stand_in_two_groups(
    cast: Cast, member: APIClient, train: AssetGroup, cars: list[AssetGroup]
) -> None:
    there = LocationFactory(organisation=cast.organisation)
    later = make_group(cast.organisation, cars[3], location_id=there.pk)

    member.put(place_of(later, cars[1]), {"position": 0})

    shown = member.get(f"/api/assets/{cars[1].pk}").json()
    assert (shown["location_source_group_id"], shown["position"]) == (str(later.pk), 0)
    inside = member.get(f"/api/assetgroups/{train.pk}").json()["assets"][1]
    assert (inside["position"], inside["asset"]) == (1, shown)


def test_it_changes_the_group_that_the_client_has_seen(
    member: APIClient, train: AssetGroup, cars: list[AssetGroup]
) -> None:
    seen = {"If-Match": member.get(f"/api/assetgroups/{train.pk}")["ETag"]}

    added = member.put(place_of(train, cars[3]), headers=seen)
    late = member.put(place_of(train, cars[4]), headers=seen)
    again = member.delete(place_of(train, cars[3]), headers={"If-Match": added["ETag"]})

    assert (added.status_code, again.status_code) == (200, 204)
    assert said(late) == refusal("precondition_failed", status=412)
    assert order_of(train, cars) == [0, 1, 2]


# Taking out.


def test_it_takes_an_asset_out(
    member: APIClient, train: AssetGroup, cars: list[AssetGroup]
) -> None:
    answer = member.delete(place_of(train, cars[1]))

    assert (answer.status_code, answer.content) == (204, b"")
    assert order_of(train, cars) == [0, 2]
    again = member.delete(place_of(train, cars[1]))
    assert said(again) == refusal("asset_not_in_group")


def test_it_takes_out_what_came_in_with_a_permanent_group(
    cast: Cast, member: APIClient, train: AssetGroup, cars: list[AssetGroup]
) -> None:
    unit = make_unit(cast.organisation, cars[1], cars[3], cars[4])
    member.put(place_of(train, unit), {"position": 0})
    assert order_of(train, cars) == [3, 4, 0, 1, 2]

    assert member.delete(place_of(train, unit)).status_code == 204

    assert order_of(train, cars) == [0, 1, 2]
    again = member.delete(place_of(train, unit))
    assert said(again) == refusal("asset_not_in_group")


def test_it_leaves_what_is_taken_out_where_the_group_is(
    cast: Cast, member: APIClient, train: AssetGroup, cars: list[AssetGroup]
) -> None:
    yard, depot = LocationFactory.create_batch(2, organisation=cast.organisation)
    update = cast.client("manager").patch
    update(f"/api/assets/{cars[0].pk}", {"location_id": yard.pk})
    update(f"/api/assetgroups/{train.pk}", {"location_id": depot.pk})
    before = member.get(f"/api/assets/{cars[0].pk}").json()

    member.delete(place_of(train, cars[0]))

    after = member.get(f"/api/assets/{cars[0].pk}").json()
    assert before["location"]["id"] == after["location"]["id"] == str(depot.pk)
    sources = [one["location_source_group_id"] for one in (before, after)]
    assert sources == [str(train.pk), None]
    (change,) = Change.objects.filter(object_id=cars[0].pk, old=str(yard.pk))
    assert (change.field, change.new, change.who) == (
        "location_id",
        str(depot.pk),
        "member",
    )


def test_it_switches_an_empty_group_off(
    cast: Cast, member: APIClient, train: AssetGroup, cars: list[AssetGroup]
) -> None:
    for car in cars[:3]:
        member.delete(place_of(train, car))

    shown = member.get(f"/api/assetgroups/{train.pk}").json()
    assert (shown["active"], shown["assets"]) == (False, [])
    # It may be filled and switched on again.
    assert member.put(place_of(train, cars[4])).json()["active"] is False
    on = cast.client("manager").patch(f"/api/assetgroups/{train.pk}", {"active": True})
    assert shown_order(on, cars) == [4]


def test_it_logs_who_coupled_what(
    member: APIClient, train: AssetGroup, cars: list[AssetGroup]
) -> None:
    member.put(place_of(train, cars[3]))
    member.patch(place_of(train, cars[3]), {"order": 0})
    member.delete(place_of(train, cars[0]))

    changes = Change.objects.filter(object_id=train.pk, who="member").order_by("id")
    news = [
        [[str(car.pk) for car in cars].index(key) for key in change.new or ()]
        for change in changes
    ]
    assert {change.field for change in changes} == {"assets"}
    assert news == [[0, 1, 2, 3], [3, 0, 1, 2], [3, 1, 2]]


# Who may.


@pytest.mark.parametrize(
    ("method", "car", "done"), [("put", 3, 200), ("patch", 0, 200), ("delete", 0, 204)]
)
@pytest.mark.parametrize("is_strict", [False, True])
def test_it_asks_members_for_a_permission_where_the_operator_is_strict(
    cast: Cast,
    settings: LazySettings,
    train: AssetGroup,
    cars: list[AssetGroup],
    method: str,
    car: int,
    done: int,
    is_strict: bool,
) -> None:
    settings.FLEET_STRICT_PERMISSIONS = is_strict

    def act(who: str) -> Any:
        call = getattr(cast.client(who), method)
        answer: Any = call(place_of(train, cars[car]), {"order": 1})
        return answer

    outsider = "missing_permission" if is_strict else "not_a_member"
    assert said(act("outsider")) == refusal(outsider, status=403)
    answer = act("member")
    if is_strict:
        assert said(answer) == refusal("missing_permission", status=403)
        answer = act("manager")
    assert answer.status_code == done


@pytest.mark.parametrize("form", ["/api", ""])
def test_it_answers_with_and_without_api_and_a_last_slash(
    member: APIClient, train: AssetGroup, cars: list[AssetGroup], form: str
) -> None:
    path = place_of(train, cars[3]).replace("/api", form) + "/"

    assert member.put(path).status_code == 200
    assert member.patch(path, {"order": 0}).status_code == 200
    assert member.delete(path).status_code == 204


def test_it_knows_no_other_methods(
    member: APIClient, train: AssetGroup, cars: list[AssetGroup]
) -> None:
    for method in ("get", "post"):
        answer = getattr(member, method)(place_of(train, cars[0]))
        assert said(answer) == refusal("method_not_allowed", status=405)
