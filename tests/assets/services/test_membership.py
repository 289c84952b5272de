"""Groups where the services meet: in one transaction, and at their largest."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assets.models import AssetGroup
from assets.services import groups, membership
from assets.services.changing import update_asset, update_assets
from assets.services.groups import add_to_group, remove_from_group, set_members
from assets.services.removal import delete_asset
from config.api.errors import Refusal
from organisations.models import Change, Organisation
from tests.factories.assets import make_asset, make_assets
from tests.factories.groups import make_group, make_unit
from tests.factories.organisations import LocationFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation() -> Organisation:
    """Return an organisation."""
    found: Organisation = OrganisationFactory()
    return found


def test_it_leaves_a_group_off_that_was_emptied_and_filled_at_once(
    organisation: Organisation,
) -> None:
    first, second = make_assets(organisation, 2)
    unit = make_unit(organisation, first)
    bodies: list[tuple[int, dict[str, Any]]] = [
        (first.pk, {"group_id": None}),
        (second.pk, {"group_id": unit.pk}),
    ]

    update_assets(organisation, bodies, actor=organisation.owner)

    unit.refresh_from_db()
    second.refresh_from_db()
    assert (unit.active, second.group, second.governed_by) == (False, unit, None)
    changes = Change.objects.filter(object_id=unit.pk, field="active")
    assert [(one.old, one.new) for one in changes] == [(True, False)]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let groups have three assets at most."""
    for module in (groups, membership):
        monkeypatch.setattr(module, "MOST_MEMBERS", 3)


def refused(act: Any, *args: Any, **kwargs: Any) -> str:
    """Return the code with which the register refuses."""
    with pytest.raises(Refusal) as refusal:
        act(*args, **kwargs)
    return refusal.value.code


@pytest.mark.usefixtures("small")
def test_it_bounds_the_assets_of_a_group(organisation: Organisation) -> None:
    cars, actor = make_assets(organisation, 4), organisation.owner
    train = make_group(organisation, *cars[:3])
    unit = make_unit(organisation, *cars[:3])
    expected = "consist_member_invalid"

    assert refused(make_group, organisation, *cars) == expected
    assert refused(make_group, organisation, cars[3], unit) == expected
    assert refused(add_to_group, train, cars[3], actor=actor) == expected
    body = {"group_id": unit.pk}
    assert refused(update_asset, cars[3], body, actor=actor) == expected
    remove_from_group(train, cars[0], actor=actor)
    add_to_group(train, cars[3], actor=actor)


def test_it_finds_that_a_group_or_an_asset_has_just_been_deleted(
    organisation: Organisation,
) -> None:
    first, second = make_assets(organisation, 2)
    train, actor = make_group(organisation, first), organisation.owner
    delete_asset(second, actor=actor)

    assert refused(add_to_group, train, second, actor=actor) == "not_found"
    delete_asset(train, actor=actor)
    for act in (add_to_group, remove_from_group):
        assert refused(act, train, first, actor=actor) == "not_found"
    assert refused(update_asset, train, {"name": "x"}, actor=actor) == "not_found"
    body = {"name": "other"}
    assert refused(update_asset, second, body, actor=actor) == "asset_not_found"


def test_it_keeps_what_came_in_whole_when_all_members_are_named(
    organisation: Organisation,
) -> None:
    first, second, third = make_assets(organisation, 3)
    unit = make_unit(organisation, first, second)
    yard = LocationFactory(organisation=organisation)
    train = make_group(organisation, unit, location_id=yard.pk)

    set_members(train, [third.pk, second.pk, first.pk], actor=organisation.owner)

    unit.refresh_from_db()
    assert (unit.governed_by, unit.location) == (train, None)
    assert not Change.objects.filter(object_id=unit.pk, field="location").exists()
    members = train.members.order_by("position")
    assert list(members.values_list("asset", "source_group")) == [
        (third.pk, None),
        (second.pk, unit.pk),
        (first.pk, unit.pk),
    ]


def test_it_costs_the_same_whatever_the_length(organisation: Organisation) -> None:
    counts = []
    for length in (2, 40):
        train = make_group(organisation, *make_assets(organisation, length))
        asset = make_asset(organisation)
        with CaptureQueriesContext(connection) as queries:
            add_to_group(train, asset, position=0, actor=organisation.owner)
            remove_from_group(train, asset, actor=organisation.owner)
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert AssetGroup.objects.get(pk=train.pk).members.count() == 40
