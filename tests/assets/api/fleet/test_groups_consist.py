"""Who is in a new group: `consist_asset_group_ids` of row 28, resolution 7."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from assets.ephemerality import Ephemerality
from assets.models import AssetGroup, GroupMember
from assets.services.removal import delete_asset
from tests.assets.api.fleet.calls import LARGEST, NO_IDS, UNKNOWN, refusal, said
from tests.assets.api.fleet.group_shapes import members_of
from tests.cast import Cast
from tests.factories.assets import (
    make_asset,
    make_assets,
)
from tests.factories.groups import make_equipment, make_group, make_type, make_unit
from tests.factories.organisations import FleetFactory

CONSIST = "consist_asset_group_ids"


def create(client: APIClient, cast: Cast, **body: Any) -> Any:
    """Ask for a group; a temporary one unless told otherwise."""
    answer: Any = client.post(f"{cast.path}/asset-groups", {"ephemerality": 1, **body})
    return answer


def stored(answer: Any) -> AssetGroup:
    """Return the row that was made."""
    assert answer.status_code == 201, answer.json()
    group: AssetGroup = AssetGroup.objects.get(pk=answer.json()["id"])
    return group


def test_it_expands_what_it_is_made_of(cast: Cast, manager: APIClient) -> None:
    engine, first, second, third, fourth = make_assets(cast.organisation, 5)
    unit = make_unit(cast.organisation, first, second)
    crane = make_equipment(cast.organisation)
    train = make_group(cast.organisation, third, crane)
    again = make_group(cast.organisation, make_unit(cast.organisation, fourth))
    ids = [str(engine.pk), unit.pk, str(train.pk), again.pk]

    group = stored(create(manager, cast, **{CONSIST: ids}))

    parts = [engine, first, second, third, crane, fourth]
    assert members_of(group) == [one.pk for one in parts]
    sources = GroupMember.objects.filter(group=group).order_by("position")
    found = list(sources.values_list("source_group", flat=True))
    last = AssetGroup.objects.get(pk=fourth.pk).group_id
    assert found == [None, unit.pk, unit.pk, None, None, last]
    # Nothing is taken out of the groups named.
    assert members_of(train) == [third.pk, crane.pk]
    assert members_of(unit) == [first.pk, second.pk]


def test_it_takes_members_of_one_permanent_group_for_another(
    cast: Cast, manager: APIClient
) -> None:
    first, second = make_assets(cast.organisation, 2)
    old = make_unit(cast.organisation, first, second)
    kind = make_type(cast.organisation, Ephemerality.PERMANENT)

    new = stored(
        create(manager, cast, ephemerality=2, type_id=kind, **{CONSIST: [second.pk]})
    )

    assert (members_of(old), members_of(new)) == ([first.pk], [second.pk])
    assert manager.get(f"/api/assets/{second.pk}").json()["group_id"] == str(new.pk)


@pytest.mark.parametrize("value", [None, [], "1", 1, {}, {"0": 1}, True])
def test_it_needs_members_of_a_temporary_group(
    cast: Cast, manager: APIClient, value: object
) -> None:
    answer = create(manager, cast, **{CONSIST: value})

    assert said(answer) == refusal("consist_required", CONSIST)


def test_it_refuses_what_names_no_row_of_the_organisation(
    cast: Cast, manager: APIClient
) -> None:
    asset, deleted = make_assets(cast.organisation, 2)
    delete_asset(deleted, actor=cast.owner)
    foreign = make_asset(cast.other)
    strangers = [foreign.pk, deleted.pk, UNKNOWN, LARGEST, None, 0, "", *NO_IDS]

    for stranger in strangers:
        answer = create(manager, cast, **{CONSIST: [asset.pk, stranger]})
        assert said(answer) == refusal("consist_member_invalid", CONSIST), stranger


def test_it_names_every_member_that_is_none(cast: Cast, manager: APIClient) -> None:
    asset = make_asset(cast.organisation)

    answer = create(manager, cast, **{CONSIST: ["5", asset.pk, "x"]})

    assert len(answer.json()["errors"][CONSIST]) == 2


def test_it_takes_two_hundred_ids(cast: Cast, manager: APIClient) -> None:
    ids = [one.pk for one in make_assets(cast.organisation, 201)]

    many = create(manager, cast, **{CONSIST: ids})

    assert said(many) == refusal("consist_member_invalid", CONSIST)
    assert members_of(stored(create(manager, cast, **{CONSIST: ids[1:]}))) == ids[1:]


@pytest.mark.parametrize("again", ["text", "unit", "train", "unit twice"])
def test_it_refuses_an_asset_named_twice(
    cast: Cast, manager: APIClient, again: str
) -> None:
    asset = make_asset(cast.organisation)
    unit = make_unit(cast.organisation, asset)
    train = make_group(cast.organisation, asset)
    ids: dict[str, list[Any]] = {
        "text": [asset.pk, str(asset.pk)],
        "unit": [asset.pk, unit.pk],
        "train": [train.pk, asset.pk],
        "unit twice": [unit.pk, unit.pk],
    }

    answer = create(manager, cast, **{CONSIST: ids[again]})

    assert said(answer) == refusal("consist_duplicate", CONSIST)


def test_it_refuses_a_group_of_empty_groups(cast: Cast, manager: APIClient) -> None:
    empty = make_unit(cast.organisation, **{CONSIST: None})

    answer = create(manager, cast, **{CONSIST: [empty.pk]})

    assert said(answer) == refusal("consist_member_invalid", CONSIST)


@pytest.mark.parametrize("kind", ["unit", "train"])
def test_it_makes_permanent_groups_of_single_assets_only(
    cast: Cast, manager: APIClient, kind: str
) -> None:
    asset = make_asset(cast.organisation)
    make = {"unit": make_unit, "train": make_group}[kind]
    group = make(cast.organisation, asset)
    unit_type = make_type(cast.organisation, Ephemerality.PERMANENT)

    answer = create(
        manager, cast, ephemerality=2, type_id=unit_type, **{CONSIST: [group.pk]}
    )

    assert said(answer) == refusal("consist_member_invalid", CONSIST)


@pytest.mark.parametrize("whose", ["none", "another"])
@pytest.mark.parametrize("as_unit", [False, True])
def test_it_refuses_members_outside_its_fleet(
    cast: Cast, manager: APIClient, whose: str, as_unit: bool
) -> None:
    fleet, other = FleetFactory.create_batch(2, organisation=cast.organisation)
    fleet_id = {"none": None, "another": other.pk}[whose]
    inside = make_asset(cast.organisation, fleet_id=fleet.pk)
    member = make_asset(cast.organisation, fleet_id=fleet_id)
    if as_unit:
        member = make_unit(cast.organisation, member)

    answer = create(
        manager, cast, fleet_id=fleet.pk, **{CONSIST: [inside.pk, member.pk]}
    )

    assert said(answer) == refusal("asset_not_in_fleet", CONSIST)
    anywhere = create(manager, cast, **{CONSIST: [inside.pk, member.pk]})
    assert anywhere.status_code == 201
