"""A consist put together as a whole: what is seen before is what is refused after."""

import pytest

from assets.models import AssetGroup, GroupMember
from assets.services.changing import update_asset
from assets.services.composing import (
    NotAgreed,
    compose,
    compose_new,
    look,
    settle,
    version_of,
)
from assets.services.groups import add_to_group, move_in_group, remove_from_group
from assets.services.membership import Place, places_of
from assets.services.removal import delete_asset
from config.api.errors import Refusal
from organisations.models import Change, Organisation
from tests.factories.assets import make_asset, make_assets
from tests.factories.groups import make_equipment, make_group, make_unit
from tests.factories.organisations import FleetFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation() -> Organisation:
    """Return an organisation."""
    found: Organisation = OrganisationFactory()
    return found


def version(group: AssetGroup) -> str:
    group.refresh_from_db()
    return version_of(group, places_of(group))


def places(*rows: AssetGroup) -> list[Place]:
    return [Place(row.pk) for row in rows]


def test_it_tells_another_version_by_members_order_and_activity(
    organisation: Organisation,
) -> None:
    first, second = make_assets(organisation, 2)
    group, actor = make_group(organisation, first), organisation.owner
    seen = [version(group)]
    add_to_group(group, second, actor=actor)
    seen.append(version(group))
    move_in_group(group, second, order=0, actor=actor)
    seen.append(version(group))
    update_asset(group, {"active": False}, actor=actor)
    seen.append(version(group))
    assert len(set(seen)) == 4
    update_asset(group, {"name": "Renamed"}, actor=actor)
    assert version(group) == seen[-1]
    update_asset(group, {"active": True}, actor=actor)
    remove_from_group(group, second, actor=actor)
    assert version(group) == seen[0]


def test_it_refuses_all_when_one_member_is_refused(organisation: Organisation) -> None:
    fleet = FleetFactory(organisation=organisation)
    good, bad = make_asset(organisation, fleet_id=fleet.pk), make_asset(organisation)
    group = make_group(organisation, good, fleet_id=fleet.pk)
    foreign, unit = make_asset(OrganisationFactory()), make_unit(organisation, bad)
    noted = Change.objects.count()
    with pytest.raises(Refusal) as refusal:
        compose(
            group,
            places(bad, foreign, unit, good),
            version=version(group),
            active=False,
            actor=organisation.owner,
        )
    assert refusal.value.code == "asset_not_in_fleet"
    assert {key: len(said) for key, said in refusal.value.errors.items()} == {
        f"consist_asset_group_ids[{row.pk}]": 1 for row in (bad, foreign, unit)
    }
    assert places_of(group) == places(good)
    group.refresh_from_db()
    assert group.active
    assert Change.objects.count() == noted


def test_it_refuses_a_group_that_is_gone_or_permanent(
    organisation: Organisation,
) -> None:
    asset, actor = make_asset(organisation), organisation.owner
    unit, group = make_unit(organisation, asset), make_group(organisation, asset)
    delete_asset(group, actor=actor)
    for wrong, code in ((group, "not_found"), (unit, "not_temporary")):
        with pytest.raises(Refusal) as refusal:
            compose(wrong, places(asset), version=version(wrong), actor=actor)
        assert refusal.value.code == code


def test_it_switches_an_emptied_group_off_and_activates_none(
    organisation: Organisation,
) -> None:
    group, actor = make_group(organisation, make_asset(organisation)), organisation
    compose(group, [], version=version(group), actor=actor.owner)
    group.refresh_from_db()
    assert not group.active
    with pytest.raises(Refusal) as refusal:
        compose(group, [], version=version(group), active=True, actor=actor.owner)
    assert refusal.value.code == "consist_required"


def test_it_takes_equipment_but_no_asset_of_another_group_unasked(
    organisation: Organisation,
) -> None:
    heater, asset = make_equipment(organisation), make_asset(organisation)
    other = make_group(organisation, asset)
    wanted, actor = places(heater, asset), organisation.owner
    body = {"name": "Heated"}
    waiting = compose_new(organisation, wanted, body=body, active=False, actor=actor)
    assert (waiting.active, places_of(waiting)) == (False, wanted)
    with pytest.raises(NotAgreed) as refusal:
        compose_new(organisation, wanted, body=body, active=True, actor=actor)
    assert dict(refusal.value.takes) == {(asset.pk, other.pk): other}
    agreed = [*refusal.value.takes]
    group = compose_new(
        organisation, wanted, body=body, active=True, actor=actor, agreed=agreed
    )
    asset.refresh_from_db()
    assert asset.governed_by == group


def test_it_keeps_what_came_in_with_a_permanent_group(
    organisation: Organisation,
) -> None:
    first, second, third = make_assets(organisation, 3)
    unit = make_unit(organisation, first, second)
    group = make_group(organisation, unit)
    wanted = [Place(third.pk, unit.pk), Place(second.pk), Place(first.pk)]
    settled = settle(organisation, wanted, group=group)
    assert settled == [
        Place(third.pk),
        Place(second.pk, unit.pk),
        *places_of(group)[:1],
    ]
    compose(group, wanted, version=version(group), actor=organisation.owner)
    assert places_of(group) == settled
    unit.refresh_from_db()
    assert unit.governed_by == group


def test_it_foresees_who_governs(organisation: Organisation) -> None:
    """Compare what is said of each member before saving with what becomes of it."""
    cars = make_assets(organisation, 3)
    early = make_group(organisation, cars[0])
    group = make_group(organisation, cars[1])
    late = make_group(organisation, cars[2], cars[1])
    wanted, actor = places(*cars), organisation.owner
    seen = look(organisation, wanted, group=group, fleet_id=None)
    takes = seen.takes(is_activating=False)
    assert {key: one.pk for key, one in takes.items()} == {
        (cars[0].pk, early.pk): early.pk
    }
    before = dict(AssetGroup.objects.values_list("pk", "governed_by"))
    compose(group, wanted, version=version(group), actor=actor, agreed=[*takes])
    after = dict(AssetGroup.objects.values_list("pk", "governed_by"))
    changed = {key for key in after if after[key] != before[key]}
    assert changed == {asset for asset, _ in takes}
    assert GroupMember.objects.filter(group=late).count() == 2
